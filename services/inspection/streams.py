"""The streams behind the indicators, as the projection keeps them: load, take facts, save.

Owns the step from recorded events to contributions, the order of late facts included; the arithmetic is in
`indicators/timeline.py`, the tables are written by `projections.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from services.inspection.indicators.families import FAMILIES
from services.inspection.indicators.timeline import Family, Happening, Net, Track, add, fold
from shared import clock
from shared.contracts.flags import RETRACTED
from shared.contracts.upcasting import data_today
from shared.eventstore.records import RecordedEvent

_RETRACTION = f".{RETRACTED}"


@dataclass(slots=True)
class KnownFact:
    """A fact with its place in business order."""

    occurred_at: int
    position: int
    fact: Happening
    event_id: str = ""
    #: Id of the fact that this one corrects or takes back; it no longer counts.
    corrects: str | None = None

    @property
    def order(self) -> tuple[int, int]:
        """Return the place in business order: the day, then the order of arrival, as intake decides it."""
        return clock.vietnam_day(self.occurred_at), self.position


@dataclass(slots=True)
class Stream:
    """One stream while a batch is applied to it."""

    key: bytes
    family: Family[Any]
    agency_id: str
    last_occurred_at: int
    track: Track[Any]
    #: All facts in business order; filled only once a late fact needs them.
    history: list[KnownFact] | None = None

    def saved(self) -> tuple[bytes, str, str, int, bytes]:
        """Return the row to store."""
        state = orjson.dumps([self.track.confirmed_on, self.track.state], default=list)
        return (self.key, self.family.aggregate, self.agency_id, self.last_occurred_at, state)


def opened(key: bytes, event: RecordedEvent, family: Family[Any]) -> Stream:
    """Return the stream that an event opens."""
    return Stream(key, family, event.agency_id, event.occurred_at, Track(family))


def loaded(row: tuple[Any, ...]) -> Stream:
    """Return a stream from its stored row."""
    key, aggregate, agency_id, last_occurred_at, stored = row
    family = FAMILIES[aggregate]
    confirmed_on, state = orjson.loads(stored)
    return Stream(
        bytes(key), family, agency_id, last_occurred_at, Track(family, family.state_type(**state), confirmed_on)
    )


def known(event: RecordedEvent) -> KnownFact:
    """Return an event as the families see it, with its place."""
    corrects = event.cloud_event.get("corrects") if b'"corrects"' in event.body else None
    return _known(
        event.type,
        event.occurred_at,
        event.position,
        event.provenance,
        event.subject,
        event.event_id,
        event.data,
        corrects,
    )


def _known_row(row: tuple[str, int, int, str, str, str, bytes]) -> KnownFact:
    event_type, occurred_at, position, provenance, subject, event_id, body = row
    decoded = orjson.loads(body)
    data, corrects = data_today(event_type, decoded, occurred_at), decoded.get("corrects")
    return _known(event_type, occurred_at, position, provenance, subject, event_id, data, corrects)


def _known(
    event_type: str,
    occurred_at: int,
    position: int,
    provenance: str,
    subject: str,
    event_id: str,
    data: Mapping[str, Any],
    corrects: Any,
) -> KnownFact:
    fact = Happening(event_type.rpartition(".")[2], clock.vietnam_day(occurred_at), data, provenance, subject)
    return KnownFact(
        occurred_at, position, fact, event_id, corrects.get("id") if isinstance(corrects, dict) else corrects
    )


def standing(history: Iterable[KnownFact]) -> list[KnownFact]:
    """Return the facts that count, in business order: neither corrected nor taken back."""
    facts = list(history)
    withdrawn = {fact.corrects for fact in facts if fact.corrects}
    kept = [fact for fact in facts if fact.event_id not in withdrawn and fact.fact.name != RETRACTED]
    return sorted(kept, key=lambda fact: fact.order)


def follows(stream: Stream, event: RecordedEvent) -> bool:
    """Return whether an event simply comes after those before it: not of an earlier day, correcting nothing."""
    if b'"corrects"' in event.body or event.type.endswith(_RETRACTION):
        return False
    return clock.vietnam_day(event.occurred_at) >= clock.vietnam_day(stream.last_occurred_at)


def take(stream: Stream, event: RecordedEvent) -> Net:
    """Return what an event adds that follows those before it."""
    fact = known(event)
    stream.last_occurred_at = max(stream.last_occurred_at, event.occurred_at)
    if stream.history is not None:
        stream.history.append(fact)
    return stream.track.take(fact.fact)


def take_late(stream: Stream, event: RecordedEvent) -> Net:
    """Return what a late event or a correction adds: all that follows with it, less what was said without it.

    The stream's history must be there.
    """
    history = stream.history or []
    before = fold(stream.family, (one.fact for one in standing(history)))
    history.append(known(event))
    stream.history = history
    stream.last_occurred_at = max(stream.last_occurred_at, event.occurred_at)
    stream.track, after = _refolded(stream.family, standing(history))
    add(after, before, -1)
    return after


def _refolded(family: Family[Any], facts: Iterable[KnownFact]) -> tuple[Track[Any], Net]:
    track = Track(family)
    total: Net = {}
    for one in facts:
        add(total, track.take(one.fact))
    return track, total


def of_rows(rows: Iterable[tuple[str, int, int, str, str, str, bytes]]) -> list[KnownFact]:
    """Return stored facts; rows are (type, occurred_at, position, provenance, subject, event id, body)."""
    return [_known_row(row) for row in rows]
