"""A reorganisation as it stood on a day, as known at an instant: the same view, filled again from the facts known by then.

Read-only. The events of the old agencies are applied by the view's own consumer to tables in memory, so that past and
present follow the same rules. What an old agency had itself inherited before is looked up by the decisions that stand now.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, or_, select
from sqlalchemy.pool import StaticPool

from services.inspection import serving
from services.inspection.heads import heads
from services.inspection.newest_kept import with_newest
from services.inspection.obligations.checklist import (
    Checklist,
    Reorganisation,
    all_reorganisations,
    checklist,
    reorganisation,
    successors,
)
from services.inspection.obligations.kinds import types_that_matter
from services.inspection.obligations.projection import ObligationViews
from services.inspection.obligations.tables import serving_tables
from services.inspection.past_cases import histories
from shared import clock
from shared.database.bulk import select_by_keys
from shared.eventstore.records import RecordedEvent
from shared.eventstore.tables import parked_events, projection_generations, stream_states, subscriptions

#: Aggregate whose facts say who got what was open.
_DECISION = "obligation"
#: Keys of one query; SQLite takes at most 32,766 variables.
_CHUNK = 5_000


def reorganisations_as_of(connection: Connection, as_of: int, known_at: int) -> list[Reorganisation]:
    """Return every reorganisation that was planned by a day, the latest first, as it stood then.

    Args:
        connection: A reading transaction.
        as_of: Day number; facts of later days do not count.
        known_at: Instant up to which facts count, microseconds.
    """
    told = _reorganisation_events(connection, as_of, known_at)
    with _filled(told) as memory:
        return all_reorganisations(memory)


def checklist_as_of(
    connection: Connection, subject: str, source: str, as_of: int, known_at: int
) -> tuple[Checklist, dict[str, list[str]]] | None:
    """Return what a reorganisation had to settle, and who was to take over from whom; None where it was not planned yet.

    Args:
        connection: A reading transaction.
        subject: Id of the reorganisation.
        source: Agency that runs it.
        as_of: Day number; facts of later days do not count.
        known_at: Instant up to which facts count, microseconds.
    """
    told = [one for one in _reorganisation_events(connection, as_of, known_at) if one.source == source]
    told = [one for one in told if one.subject == subject]
    key = (source, subject, as_of, serving.version(connection), _epochs(connection))
    remembered = _memory.get(connection.engine, {})
    kept = remembered.get(key)
    if kept is None or kept.told != told:
        kept = _planned(told, subject, source)
    if kept is None:
        return None
    about = _About(connection, kept.heirs, as_of, known_at)
    places = about.places()
    listed = kept.checklist
    if listed is None or kept.places != places:
        with _filled([*told, *about.facts()]) as memory:
            listed = checklist(memory, kept.found)
    kept = replace(kept, places=places, checklist=listed)
    _memory[connection.engine] = with_newest(remembered, key, kept, _KEPT)
    return replace(listed, watermark=known_at), kept.heirs


def _planned(told: Sequence[RecordedEvent], subject: str, source: str) -> _Kept | None:
    """Return a reorganisation as its own events tell it; None where none of them planned it."""
    with _filled(told) as memory:
        found = reorganisation(memory, subject, source)
        return None if found is None else _Kept(told, found, successors(memory, found))


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was found last: the same facts say the same, whatever else has come."""

    told: Sequence[RecordedEvent]
    found: Reorganisation
    heirs: dict[str, list[str]]
    #: Where the facts stand that it was worked out of.
    places: frozenset[tuple[str, int, int]] = frozenset()
    checklist: Checklist | None = None


# Replaced, never changed, so that threads need no lock.
_memory: WeakKeyDictionary[Engine, Mapping[Hashable, _Kept]] = WeakKeyDictionary()
_KEPT = 4


def _epochs(connection: Connection) -> tuple[tuple[str, int, str], ...]:
    """Return which logs the views are made of: a log that was restored may have other events in the same places."""
    return tuple(one[:3] for one in heads(connection, serving.version(connection), ObligationViews().sources).logs)


@contextmanager
def _filled(events: Sequence[RecordedEvent]) -> Iterator[Connection]:
    """Give tables in memory, filled from events in the order of their logs."""
    views = ObligationViews()
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as memory:
            for table in (projection_generations, subscriptions, parked_events):
                table.create(memory)
            views.tables.create_all(memory)
            ordered = sorted(events, key=lambda one: (one.service, one.partition, one.position))
            for service in dict.fromkeys(one.service for one in ordered):
                views.apply(memory, [one for one in ordered if one.service == service])
            yield memory
    finally:
        engine.dispose()


def _reorganisation_events(connection: Connection, as_of: int, known_at: int) -> list[RecordedEvent]:
    streams = connection.execute(
        select(stream_states.c.stream).where(stream_states.c.aggregate == "reorganisation")
    ).scalars()
    kept = histories(connection, [bytes(stream) for stream in streams], known_at)
    return [one for history in kept.values() for one in history if one.day <= as_of]


class _About:
    """The facts about what agencies owed, or had inherited, and the decisions on it, known then."""

    def __init__(self, connection: Connection, heirs: Collection[str], as_of: int, known_at: int) -> None:
        self._connection, self._as_of, self._known_at = connection, as_of, known_at
        self._columns = serving.views(connection).events.c
        inherited = select_by_keys(
            connection, serving_tables(connection).decisions, "taker", sorted(heirs), ("decision", "thing")
        )
        self._heirs = sorted(heirs)
        self._streams = sorted({bytes(key) for pair in inherited for key in pair})

    def places(self) -> frozenset[tuple[str, int, int]]:
        """Return where they stand in the logs."""
        return frozenset((row[0], row[1], row[2]) for row in self._read(("service", "partition", "position")))

    def facts(self) -> list[RecordedEvent]:
        """Return them."""
        found: dict[tuple[str, int, int], RecordedEvent] = {}
        for service, *row, body in self._read(_ROW):
            # Views do not keep the stream's version, and nothing here asks for it.
            event = RecordedEvent.of_row(service, [*row, 0, body])
            found[event.service, event.partition, event.position] = event
        return list(found.values())

    def _read(self, names: Sequence[str]) -> Iterator[Sequence[Any]]:
        columns = self._columns
        for condition, keys in ((columns.agency_id.in_, self._heirs), (columns.stream.in_, self._streams)):
            for start in range(0, len(keys), _CHUNK):
                query = select(*(columns[name] for name in names)).where(
                    condition(keys[start : start + _CHUNK]),
                    or_(columns.aggregate == _DECISION, columns.type.in_(types_that_matter())),
                    columns.occurred_at <= clock.end_of_day(self._as_of),
                    columns.recorded_at <= self._known_at,
                )
                yield from self._connection.execute(query)


_ROW = (
    *("service", "partition", "position", "type", "source", "agency_id", "subject", "event_id", "occurred_at"),
    *("recorded_at", "received_at", "provenance", "asserter", "body"),
)
