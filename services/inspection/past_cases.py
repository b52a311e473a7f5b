"""Cases as they stood on a day, as known at an instant: folded again from the own log by the rules of the domain.

For lists of a few thousand cases; where cases stand now is kept (`kept_cases.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select

from services.inspection.cases import Case, by_due, case_of
from services.inspection.domain import AGGREGATES
from shared.database.bulk import select_by_keys
from shared.eventsourcing import AnyAggregate
from shared.eventstore.records import RecordedEvent
from shared.eventstore.tables import events, stream_states
from shared.intake.folding import known_facts, standing

_EVENT = (
    *("partition", "position", "type", "source", "agency_id", "subject", "event_id", "occurred_at", "recorded_at"),
    *("received_at", "provenance", "asserter", "stream_version", "body"),
)


def cases_as_of(connection: Connection, aggregate: str, as_of: int, known_at: int | None) -> list[Case]:
    """Return the cases of a kind as of a day; those that something was expected of first, the earliest due first.

    Args:
        connection: A reading transaction of the service's database.
        aggregate: Kind of case.
        as_of: Last day whose facts count.
        known_at: Instant up to which facts count, microseconds; None for all that is known now.
    """
    columns = stream_states.c
    named = connection.execute(select(columns.stream, columns.stream_id).where(columns.aggregate == aggregate))
    stream_ids = {bytes(stream): stream_id for stream, stream_id in named}
    found = []
    for stream, history in histories(connection, list(stream_ids), known_at).items():
        state = _state(AGGREGATES[aggregate], history, as_of)
        if state is not None:
            found.append(case_of(aggregate, stream_ids[stream], state))
    return by_due(found)


def histories(
    connection: Connection, streams: Sequence[bytes], known_at: int | None
) -> Mapping[bytes, list[RecordedEvent]]:
    """Return the events of streams of the own log in its order, those that were recorded by an instant."""
    rows = select_by_keys(connection, events, "stream", list(streams), ("stream", *_EVENT))
    found: dict[bytes, list[RecordedEvent]] = {}
    for stream, *row in sorted(rows, key=lambda row: row[2]):
        event = RecordedEvent.of_row("inspection", row)
        if known_at is None or event.recorded_at <= known_at:
            found.setdefault(bytes(stream), []).append(event)
    return found


def _state(aggregate: AnyAggregate, history: Sequence[RecordedEvent], as_of: int) -> dict[str, Any] | None:
    """Return the state after the facts up to a day that neither were corrected nor taken back; None before the first."""
    state = None
    for fact in standing(known_facts(history), aggregate.opens):
        if fact.day <= as_of and (state is not None or fact.name in aggregate.opens):
            state = aggregate.evolve(state, fact)
    return None if state is None else asdict(state)
