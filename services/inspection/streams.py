"""The streams behind the indicators, as the projection keeps them: load, take facts, save.

Owns the step from recorded events to contributions, the order of late facts included; the arithmetic is in
`indicators/timeline.py`, the tables are written by `projections.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.inspection.indicators.families import FAMILIES
from services.inspection.indicators.timeline import Family, Happening, Net, Track, add, fold
from shared import clock
from shared.eventstore.records import RecordedEvent


@dataclass(slots=True)
class KnownFact:
    """A fact with its place in business order."""

    occurred_at: int
    position: int
    fact: Happening


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


def happening(event: RecordedEvent) -> Happening:
    """Return an event as the families see it."""
    # Not `event.data`: in Python 3.11 a cached property takes a lock each time, which costs as much as the decoding.
    data = orjson.loads(event.body).get("data") or {}
    return Happening(
        event.type.rpartition(".")[2], clock.vietnam_day(event.occurred_at), data, event.provenance, event.subject
    )


def take(stream: Stream, event: RecordedEvent) -> Net:
    """Return what an event adds, when it is not earlier in business time than those before it."""
    fact = happening(event)
    stream.last_occurred_at = event.occurred_at
    if stream.history is not None:
        stream.history.append(KnownFact(event.occurred_at, event.position, fact))
    return stream.track.take(fact)


def take_late(stream: Stream, event: RecordedEvent) -> Net:
    """Return what a late event adds: all that follows from the facts with it, less what was said without it.

    The stream's history must be there.
    """
    history = stream.history or []
    before = fold(stream.family, (known.fact for known in history))
    history.append(KnownFact(event.occurred_at, event.position, happening(event)))
    history.sort(key=lambda known: (known.occurred_at, known.position))
    stream.history = history
    stream.track, after = _refolded(stream.family, history)
    add(after, before, -1)
    return after


def _refolded(family: Family[Any], history: Iterable[KnownFact]) -> tuple[Track[Any], Net]:
    track = Track(family)
    total: Net = {}
    for known in history:
        add(total, track.take(known.fact))
    return track, total


def in_business_order(rows: Sequence[tuple[str, int, int, str, str, bytes]]) -> list[KnownFact]:
    """Return stored facts in business order; rows are (type, occurred_at, position, provenance, subject, body)."""
    facts = [
        KnownFact(
            occurred_at,
            position,
            Happening(
                event_type.rpartition(".")[2],
                clock.vietnam_day(occurred_at),
                orjson.loads(body).get("data") or {},
                provenance,
                subject,
            ),
        )
        for event_type, occurred_at, position, provenance, subject, body in rows
    ]
    facts.sort(key=lambda known: (known.occurred_at, known.position))
    return facts
