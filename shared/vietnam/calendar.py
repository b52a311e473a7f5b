"""Working days in Viet Nam: Monday to Friday without public holidays (Labour Code 2019, article 112).

The days come from the `holidays` package (`working_days.py`), which knows the swapped days of past years. The Government
swaps days by decision each year, so both kinds can be overridden. Lunar dates beyond the package's
tables are its own estimates.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from shared import clock
from shared.vietnam import working_days as decreed

#: The longest run of days off ever decreed (Tết) stays far below this.
_LONGEST_BREAK = 40


class WorkingCalendar:
    """Tells working days from days off; days are days since 1970-01-01."""

    def __init__(self, *, days_off: Iterable[date] = (), working_days: Iterable[date] = ()) -> None:
        """Take further days off, and days that are worked although they look free (swapped days)."""
        self._days_off = frozenset(days_off)
        self._working = frozenset(working_days)

    def is_working_day(self, day: int) -> bool:
        """Return whether offices work on a day; the overrides win, a working day over a day off."""
        moment = clock.to_date(day)
        if moment in self._working:
            return True
        return moment not in self._days_off and decreed.is_working_day(moment)

    def next_working_day(self, day: int) -> int:
        """Return the day itself if it is worked, else the next one that is."""
        for candidate in range(day, day + _LONGEST_BREAK):
            if self.is_working_day(candidate):
                return candidate
        raise ValueError(f"no working day within {_LONGEST_BREAK} days of {clock.to_date(day)}")

    def add_working_days(self, day: int, count: int) -> int:
        """Return the day that is `count` working days after a day (the day itself does not count).

        Raises:
            ValueError: `count` is negative.
        """
        if count < 0:
            raise ValueError("count working days forward only")
        for _ in range(count):
            day = self.next_working_day(day + 1)
        return day

    def working_days_between(self, first: int, last: int) -> int:
        """Return how many working days there are from `first` to `last`, both included."""
        return sum(1 for day in range(first, last + 1) if self.is_working_day(day))


def parse_days(text: str) -> list[date]:
    """Return the days of a setting: ISO dates, and ranges `2026-02-14..2026-02-22`, separated by commas.

    Raises:
        ValueError: something that is neither.
    """
    days: list[date] = []
    for part in (piece.strip() for piece in text.split(",")):
        if not part:
            continue
        first, _, last = part.partition("..")
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        days.extend(start + timedelta(days=offset) for offset in range((end - start).days + 1))
    return days
