"""Calendar months of Viet Nam as numbers, to count and compare them: twelve times the year, and the month from 0 on. Pure."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from shared import clock

_MONTHS = 12


@lru_cache(maxsize=4096)
def month_of(day: int) -> int:
    """Return the month of a day number."""
    found = clock.to_date(day)
    return found.year * _MONTHS + found.month - 1


def known_month(instant: int) -> int:
    """Return the month in which something was recorded; `instant` in microseconds."""
    return month_of(clock.vietnam_day(instant))


@lru_cache(maxsize=1024)
def first_day(month: int) -> int:
    """Return the number of a month's first day."""
    year, index = divmod(month, _MONTHS)
    return clock.day_number(date(year, index + 1, 1))


def last_day(month: int) -> int:
    """Return the number of a month's last day."""
    return first_day(month + 1) - 1


def ends_at(month: int) -> int:
    """Return the last microsecond of a month."""
    return clock.end_of_day(last_day(month))


def last_full(day: int) -> int:
    """Return the latest month that is over at the end of a day."""
    month = month_of(day)
    return month if last_day(month) == day else month - 1


def last_known(instant: int) -> int:
    """Return the latest month that is over at an instant."""
    month = known_month(instant)
    return month if ends_at(month) == instant else month - 1
