"""The streams behind the indicators, as the projection keeps them: load, take facts, save.

Owns the step from recorded events to contributions, the order of late facts included; the arithmetic is in
`indicators/timeline.py`, what bears on a stream from outside (verdicts, inheritances) in `bearings.py`, the tables are
written by `projections.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.inspection.indicators.families import FAMILIES
from services.inspection.indicators.timeline import (
    VERIFIED_MONTHS,
    Family,
    Happening,
    Net,
    Standing,
    Track,
    add,
    refold,
)
from shared import clock
from shared.compact import compact
from shared.contracts.envelope import corrected_id
from shared.contracts.flags import RETRACTED
from shared.contracts.upcasting import data_today
from shared.eventstore.records import RecordedEvent

_RETRACTION = f".{RETRACTED}"

#: Before any day.
NEVER = -(10**9)


@dataclass(slots=True)
class KnownFact:
    """A fact with its place in business order, and where it stands in the logs."""

    occurred_at: int
    position: int
    fact: Happening
    event_id: str = ""
    #: Id of the fact that this one corrects or takes back; it no longer counts.
    corrects: str | None = None
    recorded_at: int = 0
    service: str = ""
    partition: int = 0
    #: Whether it is an event of another stream that bears on this one.
    bearing: bool = False

    @property
    def order(self) -> tuple[int, int, int]:
        """Return the place in business order: the day, then the order of arrival, as intake decides it.

        What bears on a stream comes after the stream's own facts of that day: positions of two logs cannot be compared.
        """
        return self.fact.day, self.recorded_at if self.bearing else 0, self.position


#: What a fact changes, and the fact that is the cause.
Changes = list[tuple[KnownFact, Net]]


@dataclass(slots=True)
class Stream:
    """One stream while a batch is applied to it."""

    key: bytes
    family: Family[Any]
    agency_id: str
    last_occurred_at: int
    track: Track[Any]
    #: Day of the latest verdict or inheritance, and when the latest of all facts was recorded.
    last_bearing: int = NEVER
    last_known: int = 0
    #: All facts in business order; filled only once a late fact needs them.
    history: list[KnownFact] | None = None

    def saved(self) -> tuple[bytes, str, str, int, bytes]:
        """Return the row to store."""
        standing = self.track.standing
        stored = [standing.state, standing.confirmed_on, standing.checked, standing.agency]
        state = compact(orjson.dumps([*stored, self.last_bearing, self.last_known], default=list))
        return (self.key, self.family.aggregate, self.agency_id, self.last_occurred_at, state)


def opened(key: bytes, event: RecordedEvent, family: Family[Any], months: int = VERIFIED_MONTHS) -> Stream:
    """Return the stream that an event opens; a confirmation counts for so many months."""
    return Stream(key, family, event.agency_id, event.occurred_at, Track(family, months=months))


def loaded(row: tuple[Any, ...], months: int = VERIFIED_MONTHS) -> Stream:
    """Return a stream from its stored row."""
    key, aggregate, agency_id, last_occurred_at, stored = row
    family = FAMILIES[aggregate]
    state, confirmed_on, checked, agency, last_bearing, last_known = orjson.loads(stored)
    standing = Standing(
        family.state_type(**state), confirmed_on, None if checked is None else family.state_type(**checked), agency
    )
    track = Track(family, standing, months)
    return Stream(bytes(key), family, agency_id, last_occurred_at, track, last_bearing, last_known)


def known(event: RecordedEvent) -> KnownFact:
    """Return an event as the families see it, with its place."""
    day = clock.vietnam_day(event.occurred_at)
    name, event_id = event.type.rpartition(".")[2], event.event_id
    return KnownFact(
        event.occurred_at,
        event.position,
        Happening(name, day, event.data, event.provenance, event.subject, event_id),
        event_id,
        event.corrected_id,
        event.recorded_at,
        event.service,
        event.partition,
    )


def _known_row(row: Sequence[Any]) -> KnownFact:
    event_type, occurred_at, position, provenance, subject, event_id, body, *place = row
    decoded = orjson.loads(body)
    data, corrects = data_today(event_type, decoded, occurred_at), decoded.get("corrects")
    name, day = event_type.rpartition(".")[2], clock.vietnam_day(occurred_at)
    fact = Happening(name, day, data, provenance, subject, event_id)
    return KnownFact(occurred_at, position, fact, event_id, corrected_id(corrects), *place)


def standing(history: Iterable[KnownFact]) -> list[KnownFact]:
    """Return the facts that count, in business order: neither corrected nor taken back.

    A correction has the place of the fact that it corrects among those of its day, and what opened the record stays the
    beginning where a correction has moved it to a day after others, as intake has it.
    """
    facts = list(history)
    withdrawn = {(fact.bearing, fact.corrects) for fact in facts if fact.corrects}
    kept = [fact for fact in facts if (fact.bearing, fact.event_id) not in withdrawn and fact.fact.name != RETRACTED]
    if not withdrawn:
        return sorted(kept, key=lambda fact: fact.order)
    places: dict[tuple[bool, str], int] = {}
    for fact in sorted(facts, key=lambda fact: fact.position):
        places[fact.bearing, fact.event_id] = places.get((fact.bearing, fact.corrects or ""), fact.position)
    kept.sort(key=lambda fact: (*fact.order[:2], places[fact.bearing, fact.event_id]))
    opening = _moved_opening(facts, kept)
    return kept if opening is None else [opening, *(fact for fact in kept if fact is not opening)]


def _moved_opening(facts: Iterable[KnownFact], kept: Iterable[KnownFact]) -> KnownFact | None:
    """Return what stands for the fact that opened the record, where it was corrected; None otherwise."""
    own = sorted((fact for fact in facts if not fact.bearing), key=lambda fact: fact.position)
    opening = own[0] if own else None
    for fact in own:
        if opening is not None and fact.corrects == opening.event_id:
            opening = fact
    return opening if opening is not None and opening.corrects and any(fact is opening for fact in kept) else None


def follows(stream: Stream, event: RecordedEvent) -> bool:
    """Return whether an event simply comes after those before it: not of an earlier day, correcting nothing."""
    if b'"corrects"' in event.body or event.type.endswith(_RETRACTION) or event.recorded_at < stream.last_known:
        return False
    day = clock.vietnam_day(event.occurred_at)
    return day > stream.last_bearing and day >= clock.vietnam_day(stream.last_occurred_at)


def take(stream: Stream, event: RecordedEvent) -> Changes:
    """Return what an event adds that follows those before it."""
    fact = known(event)
    _noted(stream, fact)
    if stream.history is not None:
        stream.history.append(fact)
    return [(fact, stream.track.take(fact.fact))]


def _noted(stream: Stream, fact: KnownFact) -> None:
    stream.last_known = max(stream.last_known, fact.recorded_at)
    if fact.bearing:
        stream.last_bearing = max(stream.last_bearing, fact.fact.day)
    else:
        stream.last_occurred_at = max(stream.last_occurred_at, fact.occurred_at)


def take_late(stream: Stream, fact: KnownFact, months: int = VERIFIED_MONTHS) -> Changes:
    """Return what changes with a fact that others follow: all that is said with it, less what was said without it.

    Logs are applied one after the other, so facts recorded after it may have been taken before; what those changed is
    put right under their own time. The stream's history must be there.
    """
    before = stream.history or []
    after = [*before, fact]
    times = [fact, *sorted((one for one in before if one.recorded_at > fact.recorded_at), key=_recorded)]
    changes: Changes = []
    said: Net = {}
    for cause in times:
        track, total = _known_at(stream, after, cause.recorded_at, months)
        _without, less = _known_at(stream, before, cause.recorded_at, months)
        add(total, less, -1)
        change = {key: list(amounts) for key, amounts in total.items()}
        add(change, said, -1)
        said = total
        stream.track = track
        changes.append((cause, change))
    stream.history = after
    _noted(stream, fact)
    return changes


def _recorded(fact: KnownFact) -> int:
    return fact.recorded_at


def _known_at(stream: Stream, facts: Iterable[KnownFact], known_at: int, months: int) -> tuple[Track[Any], Net]:
    known_facts = [fact for fact in facts if fact.recorded_at <= known_at]
    return refold(stream.family, (one.fact for one in standing(known_facts)), months)


def of_rows(rows: Iterable[Sequence[Any]]) -> list[KnownFact]:
    """Return stored facts.

    Args:
        rows: (type, occurred_at, position, provenance, subject, event id, body), which may go on with (recorded_at,
            service, partition).
    """
    return [_known_row(row) for row in rows]
