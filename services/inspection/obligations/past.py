"""A reorganisation as it stood on a day, as known at an instant: the same view, filled again from the facts known by then.

Read-only. The events of the old agencies are applied by the view's own consumer to tables in memory, so that past and
present follow the same rules. What an old agency had itself inherited before is looked up by the decisions that stand now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, create_engine, or_, select
from sqlalchemy.pool import StaticPool

from services.inspection import serving
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

T = TypeVar("T")

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
    heads = [one for one in _reorganisation_events(connection, as_of, known_at) if one.source == source]
    heads = [one for one in heads if one.subject == subject]
    with _filled(heads) as memory:
        found = reorganisation(memory, subject, source)
        heirs = successors(memory, found) if found is not None else {}
    if found is None:
        return None
    facts = _facts_about(connection, heirs, as_of, known_at)
    with _filled([*heads, *facts]) as memory:
        return replace(checklist(memory, found), watermark=known_at), heirs


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


def _facts_about(connection: Connection, heirs: Collection[str], as_of: int, known_at: int) -> list[RecordedEvent]:
    """Return the facts about what agencies owed, or had inherited, and the decisions on it, known then."""
    columns = serving.views(connection).events.c
    inherited = select_by_keys(
        connection, serving_tables(connection).decisions, "taker", sorted(heirs), ("decision", "thing")
    )
    found: dict[tuple[str, int, int], RecordedEvent] = {}

    def take(condition: Callable[[Sequence[Any]], ColumnElement[bool]], keys: Sequence[Any]) -> None:
        for start in range(0, len(keys), _CHUNK):
            query = select(*(columns[name] for name in _ROW)).where(
                condition(keys[start : start + _CHUNK]),
                or_(columns.aggregate == _DECISION, columns.type.in_(types_that_matter())),
                columns.occurred_at <= clock.end_of_day(as_of),
                columns.recorded_at <= known_at,
            )
            for service, *row, body in connection.execute(query):
                # Views do not keep the stream's version, and nothing here asks for it.
                event = RecordedEvent.of_row(service, [*row, 0, body])
                found[event.service, event.partition, event.position] = event

    take(columns.agency_id.in_, sorted(heirs))
    take(columns.stream.in_, sorted({bytes(key) for pair in inherited for key in pair}))
    return list(found.values())


_ROW = (
    *("service", "partition", "position", "type", "source", "agency_id", "subject", "event_id", "occurred_at"),
    *("recorded_at", "received_at", "provenance", "asserter", "body"),
)
