"""When a group sends, and what: plain decisions on what is pending, what was sent and what is kept quiet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.notify.domain.alert import SEVERITIES
from services.notify.pipeline.hours import Hours, next_digest
from services.notify.pipeline.routes import Route
from shared.vietnam.calendar import WorkingCalendar


@dataclass(slots=True)
class Member:
    """One alert of a group."""

    alert_id: str
    agency_id: str
    event: str
    severity: str
    firing: bool
    pending: bool
    sent: bool
    labels: dict[str, str]
    muted_by: str = ""
    #: Whether somebody has it in hand or put it off: it is not told again for that long.
    at_rest: bool = False


@dataclass(slots=True)
class Flush:
    """What a look at a group leads to."""

    #: Told in one message now; empty: nothing is sent.
    told: list[Member] = field(default_factory=list)
    #: Whether it only says again what was said.
    is_reminder: bool = False
    #: Forgotten: ended, and everybody knows.
    gone: list[Member] = field(default_factory=list)
    #: When to look again; None: when something new comes.
    next_at: int | None = None


def first_look(route: Route, now: int, sent_at: int, calendar: WorkingCalendar) -> int:
    """Return when to look at a group into which something came now."""
    if route.digest is not None:
        return next_digest(now, route.digest, calendar)
    return max(now, sent_at + route.group_interval) if sent_at else now + route.group_wait


def look(
    route: Route, members: Sequence[Member], now: int, sent_at: int, hours: Hours, calendar: WorkingCalendar
) -> Flush:
    """Return what a group sends now."""
    # What began and ended before anybody was told is no news.
    gone = [one for one in members if not one.firing and not one.sent]
    left = [one for one in members if one.firing or one.sent]
    told = [one for one in left if one.pending and not one.muted_by]
    is_reminder = not told and bool(sent_at) and now - sent_at >= route.repeat_interval
    if is_reminder:
        told = [one for one in left if one.firing and not one.muted_by and not one.at_rest]
    opens = hours.next_open(now, calendar) if route.in_hours and told and not _is_urgent(route, told) else now
    if opens > now:
        return Flush(gone=gone, next_at=opens)
    ended = [one for one in told if not one.firing]
    stay = [one for one in left if one not in ended]
    return Flush(told, is_reminder, gone + ended, _next(route, stay, now, now if told else sent_at, calendar))


def _next(route: Route, stay: Sequence[Member], now: int, sent_at: int, calendar: WorkingCalendar) -> int | None:
    if any(one.pending and one.muted_by for one in stay):
        # It may be let go at any time.
        return first_look(route, now, now, calendar)
    if any(one.firing for one in stay):
        again = (sent_at or now) + route.repeat_interval
        return again if again > now else now + route.repeat_interval
    return None


def _is_urgent(route: Route, told: Sequence[Member]) -> bool:
    if route.urgent_from not in SEVERITIES:
        return False
    least = SEVERITIES.index(route.urgent_from)
    return any(SEVERITIES.index(one.severity) >= least for one in told)
