"""Reads query parameters; what cannot be read answers 400 and says where."""

from __future__ import annotations

from werkzeug import Request

from shared.eventsourcing import Hint
from shared.web.problem import Problem

#: Of 2^62.
_MOST_DIGITS = 19


def whole_number(request: Request, name: str, default: int, *, low: int = 0, high: int = 2**62) -> int:
    """Return a whole number parameter.

    Raises:
        Problem: 400 no number, or out of range.
    """
    text = request.args.get(name)
    if text is None or text == "":
        return default
    # Python reads no number of thousands of digits.
    digits = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    if not digits or not low <= int(text) <= high:
        raise bad_parameter(
            name, f"phải là số nguyên từ {low} đến {high}", f"must be a whole number from {low} to {high}"
        )
    return int(text)


def required(request: Request, name: str) -> str:
    """Return a text parameter that must be there.

    Raises:
        Problem: 400 missing.
    """
    text = request.args.get(name, "").strip()
    if not text:
        raise bad_parameter(name, "là tham số bắt buộc", "is a required parameter")
    return text


def bad_parameter(name: str, vi: str, en: str) -> Problem:
    """Return the answer to a parameter that cannot be used."""
    return Problem(
        400, "BAD_PARAMETER", Hint(f"Tham số {name} {vi}.", f"The parameter {name} {en}."), pointer=f"/query/{name}"
    )
