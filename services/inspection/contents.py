"""What the tables of the oversight views say, independent of how they were filled: what two sets of them are compared by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, String, cast, func, or_, select

from services.inspection.tables import OversightTables

#: Name of what is compared of the months only that both sets have closed: each does so in its own time.
CLOSED_MONTHS = "closed_months"


def contents(tables: OversightTables) -> dict[str, Select[Any]]:
    """Return the queries, by name: a part, a key (the agency), and everything that counts."""
    events, streams, bearings = tables.events.c, tables.streams.c, tables.bearings.c
    return {
        "events": select(
            *(events.service.label("part"), events.agency_id.label("key"), events.partition, events.position),
            *(events.source, events.type, events.subject, events.event_id, events.occurred_at, events.day),
            *(events.recorded_at, events.received_at, events.provenance, events.asserter, events.stream, events.body),
        ),
        "records": select(
            *(streams.aggregate.label("part"), streams.agency_id.label("key")),
            *(streams.stream, streams.last_occurred_at, streams.state),
        ),
        "sums": _sums(tables),
        "bearings": select(
            *(bearings.service.label("part"), bearings.wanted.label("key"), bearings.partition, bearings.position),
            *(bearings.stream, bearings.event, bearings.corrects, bearings.fact),
        ),
        CLOSED_MONTHS: _closed(tables),
    }


def _closed(tables: OversightTables) -> Select[Any]:
    """Return the sums of closed months; the same changes always come to the same bytes."""
    sums = tables.sums.c
    return select(
        cast(sums.month, String).label("part"),
        *(sums.measure.label("key"), sums.kind, sums.part.label("of"), sums.totals, sums.entries),
    )


def _sums(tables: OversightTables) -> Select[Any]:
    deltas = tables.deltas.c
    keys = (deltas.dimension, deltas.day, deltas.known_at)
    amounts = [func.sum(amount) for amount in (deltas.a1, deltas.a2, deltas.a3, deltas.a4)]
    return (
        select(deltas.measure.label("part"), deltas.agency_id.label("key"), *keys, *amounts)
        .group_by(deltas.measure, deltas.agency_id, *keys)
        .having(or_(*(amount != 0 for amount in amounts)))
    )
