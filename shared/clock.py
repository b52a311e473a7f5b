"""Time: microseconds since the epoch (UTC) inside, Vietnamese calendar days at the edges.

All code takes the time from here, so that tests decide it. Instants are `int` microseconds:
both databases store and compare them the same way, without time zones.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

#: Viet Nam has had no daylight saving since 1975; a fixed offset avoids a zone look-up per event.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_DAY = 86_400_000_000
_OFFSET = 7 * 3_600_000_000

#: Reads the time as microseconds since the epoch.
Clock = Callable[[], int]


def now() -> int:
    """Return the present instant in microseconds since the epoch."""
    return time.time_ns() // 1000


def from_rfc3339(text: str) -> int:
    """Return the instant of an RFC 3339 timestamp in microseconds; finer fractions are cut off.

    Raises:
        ValueError: no date and time with an offset.
    """
    moment = datetime.fromisoformat(text.upper())
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset, such as +07:00 or Z")
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_own_rfc3339(text: str) -> int:
    """Return the instant that `to_rfc3339` wrote; anything else is read as `from_rfc3339` does, and refused as there."""
    if len(text) == _OWN_LENGTH and text[-1] == "Z" and text[_POINT] == "." and text[_POINT + 1 : -1].isdecimal():
        return _instant_of(text[:_POINT]) + int(text[_POINT + 1 : -1])
    return from_rfc3339(text)


_OWN_LENGTH = len("2026-03-01T08:00:00.000000Z")
_POINT = len("2026-03-01T08:00:00")


@lru_cache(maxsize=4096)
def _instant_of(second: str) -> int:
    return from_rfc3339(second + "Z")


def to_rfc3339(instant: int) -> str:
    """Return `2026-03-01T08:00:00.000000Z` for an instant in microseconds."""
    # The relay writes two of these for every event, many of the same second.
    second, micros = divmod(instant, 1_000_000)
    return f"{_second(second)}.{micros:06d}Z"


@lru_cache(maxsize=4096)
def _second(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).isoformat().removesuffix("+00:00")


def vietnam_day(instant: int) -> int:
    """Return the Vietnamese calendar day of an instant, as days since 1970-01-01."""
    return (instant + _OFFSET) // _DAY


def day_number(day: date) -> int:
    """Return a calendar day as days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def day_of(text: str) -> int:
    """Return the day number of an ISO 8601 date (`2026-03-01`).

    Raises:
        ValueError: not such a date.
    """
    return date.fromisoformat(text).toordinal() - _EPOCH_ORDINAL


def to_date(day: int) -> date:
    """Return the date of a day number."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


def start_of_day(day: int) -> int:
    """Return the instant at which a day begins in Viet Nam, in microseconds."""
    return day * _DAY - _OFFSET


def end_of_day(day: int) -> int:
    """Return the last microsecond of a day in Viet Nam."""
    return start_of_day(day + 1) - 1
