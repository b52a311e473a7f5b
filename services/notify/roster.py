"""The duty roster (lịch trực) from an iCalendar file (RFC 5545): who is on duty at an instant.

Each VEVENT is a turn of duty; it may recur. Who has it is said by ATTENDEE (mailto: and tel:), else by CONTACT. The file
is read again when it changes, so that the roster can be kept in any calendar program.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # ships no types
from icalendar import Calendar

_log = logging.getLogger(__name__)

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_DAY = timedelta(days=1)


class RosterError(ValueError):
    """The roster cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One who is on duty, by address."""

    email: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of duty, with its recurrence."""

    begins: datetime
    length: timedelta
    people: tuple[OnDuty, ...]
    rule: str = ""
    #: Starts that do not take place, because they were dropped or moved.
    without: frozenset[datetime] = frozenset()

    def holds(self, moment: datetime) -> bool:
        """Return whether the turn runs at a moment."""
        return any(begin <= moment < begin + self.length for begin in self._starts(moment))

    def _starts(self, moment: datetime) -> Iterator[datetime]:
        if not self.rule:
            yield self.begins
            return
        rule = rrulestr(self.rule, dtstart=self.begins)
        for begin in rule.between(moment - self.length, moment, inc=True):
            if begin not in self.without:
                yield begin


@dataclass(frozen=True, slots=True)
class Roster:
    """All turns, of a file that may change; empty without a file."""

    path: str = ""
    turns: tuple[Turn, ...] = field(default=())

    def on_duty(self, instant: int) -> list[OnDuty]:
        """Return who is on duty at an instant (microseconds); nobody where the file cannot be read just now."""
        moment = datetime.fromtimestamp(instant / 1_000_000, UTC).astimezone(_VIETNAM)
        return [person for turn in self._turns() if turn.holds(moment) for person in turn.people]

    def _turns(self) -> tuple[Turn, ...]:
        if not self.path:
            return self.turns
        try:
            return _read(self.path, Path(self.path).stat().st_mtime_ns)
        except (OSError, RosterError) as error:
            _log.error("the duty roster %s cannot be read: %s", self.path, error)
            return ()


EMPTY = Roster()


@lru_cache(maxsize=8)
def _read(path: str, _changed_at: int) -> tuple[Turn, ...]:
    return parse_roster(Path(path).read_bytes())


def parse_roster(text: bytes) -> tuple[Turn, ...]:
    """Return the turns of an iCalendar file.

    Raises:
        RosterError: no calendar, a turn without begin or without an address.
    """
    try:
        events = list(Calendar.from_ical(text).walk("VEVENT"))
        moved = _moved(events)
        return tuple(_turn(event, moved) for event in events)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RosterError(f"not a usable calendar: {error}") from error


def _moved(events: Iterable[Any]) -> dict[str, set[datetime]]:
    """Return, by UID, the starts for which another event stands in."""
    moved: dict[str, set[datetime]] = {}
    for event in events:
        if "RECURRENCE-ID" in event:
            moved.setdefault(str(event.get("UID")), set()).add(_moment(event["RECURRENCE-ID"].dt))
    return moved


def _turn(event: Any, moved: dict[str, set[datetime]]) -> Turn:
    begins = _moment(event["DTSTART"].dt)
    people = tuple(_people(event))
    if not people:
        raise RosterError(f"the turn of {begins:%Y-%m-%d %H:%M} names no address (ATTENDEE mailto: or tel:)")
    rule = event["RRULE"].to_ical().decode() if "RRULE" in event else ""
    without = {_moment(entry.dt) for part in _listed(event.get("EXDATE")) for entry in part.dts}
    if rule:
        without |= moved.get(str(event.get("UID")), set())
    return Turn(begins, _length(event, begins), people, _with_zone(rule), frozenset(without))


def _length(event: Any, begins: datetime) -> timedelta:
    if "DTEND" in event:
        return _moment(event["DTEND"].dt) - begins
    if "DURATION" in event:
        length: timedelta = event["DURATION"].dt
        return length
    return _DAY if not isinstance(event["DTSTART"].dt, datetime) else timedelta(0)


def _people(event: Any) -> Iterator[OnDuty]:
    for attendee in _listed(event.get("ATTENDEE")):
        address = str(attendee)
        scheme, _, rest = address.partition(":")
        if scheme.lower() == "mailto":
            yield OnDuty(email=rest)
        elif scheme.lower() == "tel":
            yield OnDuty(telephone=rest)
    for contact in _listed(event.get("CONTACT")):
        for word in re.split(r"[\s,;]+", str(contact)):
            if "@" in word:
                yield OnDuty(email=word)
            elif re.fullmatch(r"\+?\d{8,15}", word):
                yield OnDuty(telephone=word)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _moment(given: date | datetime) -> datetime:
    """Return a moment; days and times without a zone are Vietnam's."""
    moment = given if isinstance(given, datetime) else datetime.combine(given, time())
    return moment.astimezone(_VIETNAM) if moment.tzinfo else moment.replace(tzinfo=_VIETNAM)


def _with_zone(rule: str) -> str:
    """Return the rule with an UNTIL that dateutil compares: it wants UTC where the start has a zone."""
    return re.sub(r"UNTIL=(\d{8})(?:T(\d{6}))?(?!\d|T|Z)", lambda m: f"UNTIL={m[1]}T{m[2] or '235959'}Z", rule)
