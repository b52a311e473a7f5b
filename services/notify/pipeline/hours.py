"""Working hours and digest times, by the Vietnamese working calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared import clock
from shared.vietnam.calendar import WorkingCalendar

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Hours:
    """When offices work on a working day; seconds from midnight."""

    begins: int
    ends: int

    def next_open(self, instant: int, calendar: WorkingCalendar) -> int:
        """Return the instant itself if offices work then, else when they open next."""
        day = clock.vietnam_day(instant)
        second = (instant - clock.start_of_day(day)) // _SECOND
        if calendar.is_working_day(day):
            if self.begins <= second < self.ends:
                return instant
            if second < self.begins:
                return _at(day, self.begins)
        return _at(calendar.next_working_day(day + 1), self.begins)


def next_digest(instant: int, second: int, calendar: WorkingCalendar) -> int:
    """Return the next time of the digest after an instant, on a working day."""
    day = clock.vietnam_day(instant)
    if calendar.is_working_day(day) and instant < _at(day, second):
        return _at(day, second)
    return _at(calendar.next_working_day(day + 1), second)


def parse_clock(text: str) -> int:
    """Return the seconds from midnight of a time such as `07:30`.

    Raises:
        ValueError: another form.
    """
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text)
    if not found:
        raise ValueError(f"{text!r} is no time of day such as 07:30")
    return int(found[1]) * 3600 + int(found[2]) * 60


def _at(day: int, second: int) -> int:
    return clock.start_of_day(day) + second * _SECOND
