"""Reads the JSON body of a command field by field; what cannot be used answers 400 and says where."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from werkzeug import Request

from services.inspection.parameters import EARLIEST, LATEST, instant_of
from shared import clock
from shared.eventsourcing import Hint
from shared.web.json_body import json_object
from shared.web.problem import Problem


class JsonBody:
    """The fields of a body; those that nobody asks for are refused by `end`."""

    def __init__(self, request: Request) -> None:
        """Read the body; an empty one is an object without fields.

        Raises:
            Problem: 400 no JSON object.
        """
        self._fields = json_object(request)
        self._asked: set[str] = set()

    def _get(self, name: str) -> Any:
        self._asked.add(name)
        return self._fields.get(name)

    def text(self, name: str, default: str = "", *, longest: int = 128) -> str:
        """Return a text; the default where it is left out."""
        value = self._get(name)
        if value is None:
            return default
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise bad_field(
                name, f"phải là chữ, tối đa {longest} ký tự", f"must be text of at most {longest} characters"
            )
        return value

    def word(self, name: str, words: Collection[str]) -> str | None:
        """Return one of some words; None where it is left out."""
        value = self._get(name)
        if value is None or (isinstance(value, str) and value in words):
            return value
        listed = ", ".join(words)
        raise bad_field(name, f"phải là một trong: {listed}", f"must be one of: {listed}")

    def number(self, name: str, default: float | None, *, low: float, high: float) -> float | None:
        """Return a number between two bounds; the default where it is left out."""
        value = self._get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise bad_field(name, f"phải là số từ {low:g} đến {high:g}", f"must be a number from {low:g} to {high:g}")
        return value

    def whole(self, name: str, default: int | None, *, low: int, high: int) -> int:
        """Return a whole number between two bounds; without a default it must be there."""
        value = self._get(name)
        value = default if value is None else value
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise bad_field(
                name, f"phải là số nguyên từ {low} đến {high}", f"must be a whole number from {low} to {high}"
            )
        return value

    def flag(self, name: str) -> bool:
        """Return true or false; false where it is left out."""
        value = self._get(name)
        if value not in (None, True, False):
            raise bad_field(name, "phải là true hoặc false", "must be true or false")
        return bool(value)

    def day(self, name: str) -> int | None:
        """Return a day number; None where it is left out."""
        value = self._get(name)
        try:
            day = None if value is None else clock.day_of(str(value))
        except ValueError:
            day = EARLIEST - 1
        if day is not None and not EARLIEST <= day <= LATEST:
            raise bad_field(name, "phải là ngày dạng 2026-03-01", "must be a day such as 2026-03-01")
        return day

    def instant(self, name: str) -> int | None:
        """Return an instant in microseconds; None where it is left out."""
        value = self._get(name)
        try:
            return None if value is None else instant_of(str(value))
        except (ValueError, OverflowError):
            raise bad_field(name, "phải là thời điểm RFC 3339", "must be an instant of RFC 3339") from None

    def texts(self, name: str) -> Mapping[str, str]:
        """Return an object of texts; an empty one where it is left out."""
        value = self._get(name)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise bad_field(name, "phải là đối tượng gồm các giá trị chữ", "must be an object of texts")
        return value

    def end(self) -> None:
        """Refuse fields that were not asked for, so that a typing error is seen.

        Raises:
            Problem: 400 there are some.
        """
        unknown = sorted(set(self._fields) - self._asked)
        if unknown:
            raise bad_field(unknown[0], "không có trong lệnh này", "is not a field of this command")


def bad_field(name: str, vi: str, en: str) -> Problem:
    """Return the answer to a field that cannot be used."""
    return Problem(400, "BAD_FIELD", Hint(f"Trường {name} {vi}.", f"The field {name} {en}."), pointer=f"/body/{name}")
