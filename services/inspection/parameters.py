"""Reads the parameters of questions about figures from a request; every mistake says where and what to do.

Owns the names and forms of the query parameters (dates `YYYY-MM-DD`, instants RFC 3339); not what they do.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from werkzeug import Request

from services.inspection.figures import Asked
from services.inspection.groups import BYS, GEOGRAPHIES, KINDS, LEVELS, OBLIGATIONS, By, Filters
from services.inspection.sums import default_period
from shared import clock
from shared.web.auth import Caller
from shared.web.query import bad_parameter

VARIANTS = ("reported", "verified")

#: No agency is older, and day numbers stay within what dates can hold.
EARLIEST = clock.day_of("1900-01-01")
LATEST = clock.day_of("2200-01-01")


def instant_of(text: str) -> int:
    """Return the instant of an RFC 3339 time in microseconds.

    Raises:
        ValueError, OverflowError: no such time, or one that cannot be written in Viet Nam's time or in UTC.
    """
    instant = clock.from_rfc3339(text)
    clock.to_rfc3339(instant)
    clock.to_date(clock.vietnam_day(instant))
    return instant


def day_parameter(request: Request, name: str) -> int | None:
    """Return a date as a day number, None where it is not given.

    Raises:
        Problem: 400 no such date.
    """
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        day = clock.day_of(text) if len(text) == len("2026-03-01") else None
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        raise bad_parameter(
            name,
            "phải là ngày có thật theo dạng NĂM-THÁNG-NGÀY, ví dụ 2026-03-01",
            "must be a day of the calendar such as 2026-03-01",
        )
    return day


def instant_parameter(request: Request, name: str) -> int | None:
    """Return an RFC 3339 time in microseconds, None where it is not given.

    Raises:
        Problem: 400 no such time.
    """
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        # An unescaped + arrives as a blank.
        return instant_of(text.replace(" ", "+") if "T" in text else text)
    except (ValueError, OverflowError):
        raise bad_parameter(
            name,
            "phải là thời điểm RFC 3339 có múi giờ, ví dụ 2026-03-01T08:00:00+07:00 (trong URL, dấu + viết là %2B)",
            "must be an RFC 3339 time with an offset such as 2026-03-01T08:00:00+07:00 (in a URL write + as %2B)",
        ) from None


def choice_parameter(request: Request, name: str, words: Collection[str]) -> str | None:
    """Return one of some words, None where it is not given.

    Raises:
        Problem: 400 another word.
    """
    text = request.args.get(name, "").strip()
    if not text:
        return None
    if text not in words:
        listed = ", ".join(words)
        raise bad_parameter(name, f"phải là một trong: {listed}", f"must be one of: {listed}")
    return text


def asked(request: Request, caller: Caller, today: int) -> Asked:
    """Return the question of a request; an agency asks about itself and those below it.

    Raises:
        Problem: 400 a parameter that cannot be used.
    """
    given = day_parameter(request, "as_of")
    as_of = today if given is None else given
    begins, ends = _period(request, as_of)
    return Asked(
        as_of=as_of,
        known_at=instant_parameter(request, "known_at"),
        filters=Filters(
            scope=request.args.get("scope", "").strip() or caller.agency_id,
            level=choice_parameter(request, "level", LEVELS),
            kind=choice_parameter(request, "kind", KINDS),
            obligation=choice_parameter(request, "obligation", OBLIGATIONS),
        ),
        variant=choice_parameter(request, "variant", VARIANTS) or "reported",
        by=cast("By", choice_parameter(request, "by", BYS) or "none"),
        begins=begins,
        ends=ends,
        restate=choice_parameter(request, "geography", GEOGRAPHIES) == "today",
    )


def _period(request: Request, as_of: int) -> tuple[int, int]:
    """Return first and last day of the period; what is not given is that of the twelve full months up to the day."""
    begins, ends = day_parameter(request, "from"), day_parameter(request, "to")
    first, last = default_period(as_of)
    last = last if ends is None else ends
    first = min(first, last) if begins is None else begins
    if begins is not None and ends is None:
        last = max(last, as_of)
    if first > last:
        raise bad_parameter("from", "phải trước hoặc trùng ngày to", "must not be after the day to")
    return first, last
