"""One agency's events, newest first by business time, as known at an instant; paged by a cursor.

Owns the cursor: it names the last event shown, so that a page does not shift when newer facts come in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, or_, select, tuple_

from services.inspection import serving
from services.inspection.claims import verdicts_on
from services.inspection.read_models import TimelineEntry, TimelinePage
from shared import clock
from shared.contracts.upcasting import data_of_body

#: Both databases hold whole numbers of 64 bits.
_LARGEST = 2**63 - 1


class CursorError(ValueError):
    """The cursor was not made by this service."""


def timeline(
    connection: Connection,
    agency_id: str,
    as_of: int,
    known_at: int,
    watermark: int,
    *,
    limit: int = 50,
    after: str = "",
) -> TimelinePage:
    """Return a page of the events about an agency that happened up to the end of a day.

    Args:
        connection: A reading transaction.
        agency_id: The agency that the events are about.
        as_of: Day number.
        known_at: Instant up to which they were recorded.
        watermark: Stated in the answer.
        limit: Most entries.
        after: `next` of the page before.

    Raises:
        CursorError: `after` is no such cursor.
    """
    events = serving.views(connection).events
    query = _page(events, agency_id, as_of, known_at)
    if after:
        query = query.where(_older(events, after))
    rows = connection.execute(query.limit(limit + 1)).all()
    entries = _verified(connection, [_entry(row) for row in rows[:limit]], as_of, known_at)
    return TimelinePage(known_at, watermark, entries, _cursor(rows[limit - 1]) if len(rows) > limit else None)


def _verified(connection: Connection, entries: list[TimelineEntry], as_of: int, known_at: int) -> list[TimelineEntry]:
    """Return the entries with the verdicts of inspections on them."""
    named = [(entry.source, entry.event_id) for entry in entries]
    found = verdicts_on(connection, named, as_of, known_at)
    return [
        replace(entry, verdict=found[key].verdict) if (key := (entry.source, entry.event_id)) in found else entry
        for entry in entries
    ]


def _page(events: Table, agency_id: str, as_of: int, known_at: int) -> Select[Any]:
    columns = events.c
    return (
        select(*columns)
        .where(
            columns.agency_id == agency_id,
            columns.occurred_at <= clock.end_of_day(as_of),
            columns.recorded_at <= known_at,
        )
        .order_by(
            columns.occurred_at.desc(), columns.recorded_at.desc(), columns.service.desc(), columns.position.desc()
        )
    )


def _older(events: Table, cursor: str) -> Any:
    try:
        occurred_at, recorded_at, service, position = cursor.split(".")
        at, known, place = int(occurred_at), int(recorded_at), int(position)
    except ValueError:
        raise CursorError(cursor) from None
    if max(map(abs, (at, known, place))) > _LARGEST:
        raise CursorError(cursor)
    columns = events.c
    tie = tuple_(columns.recorded_at, columns.service, columns.position) < tuple_(known, service, place)
    # The first condition is what the index serves.
    return and_(columns.occurred_at <= at, or_(columns.occurred_at < at, tie))


def _cursor(row: Row[Any]) -> str:
    return f"{row.occurred_at}.{row.recorded_at}.{row.service}.{row.position}"


def _entry(row: Row[Any]) -> TimelineEntry:
    return TimelineEntry(
        service=row.service,
        partition=row.partition,
        position=row.position,
        event_id=row.event_id,
        type=row.type,
        aggregate=row.aggregate,
        source=row.source,
        subject=row.subject,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        received_at=row.received_at,
        provenance=row.provenance,
        asserter=row.asserter,
        data=data_of_body(row.type, row.body, row.occurred_at),
    )
