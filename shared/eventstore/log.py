"""Reading and writing the rows of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from shared.database import bulk
from shared.eventstore import heads
from shared.eventstore.errors import LogCorruptError
from shared.eventstore.records import NewEvent, RecordedEvent
from shared.eventstore.tables import events

#: Columns of a row in the order of RecordedEvent's fields (the service is not stored).
_READ = (
    "partition, position, type, source, agency_id, subject, event_id, occurred_at, recorded_at, received_at, "
    "provenance, asserter, stream_version, body"
)
_PAGE = f"SELECT {_READ} FROM events WHERE partition = ? AND position > ? ORDER BY position LIMIT ?"  # noqa: S608
_BY_KEY = f"SELECT {_READ} FROM events WHERE key = ?"  # noqa: S608 - constants only
_OF_STREAM = f"SELECT {_READ} FROM events WHERE stream = ? ORDER BY stream_version"  # noqa: S608
#: What an event brings along; the place comes before it.
_BROUGHT = tuple(field.name for field in fields(NewEvent))
_fields = attrgetter(*_BROUGHT)
WRITTEN = ("partition", "position", "recorded_at", *_BROUGHT)


def write(
    connection: Connection, partition: int, first: int, recorded_at: Sequence[int], new: Sequence[NewEvent]
) -> None:
    """Insert events at `first` and the positions after it."""
    places = enumerate(zip(new, recorded_at, strict=True), start=first)
    rows = [row_of(partition, position, recorded, event) for position, (event, recorded) in places]
    bulk.insert_rows(connection, events, WRITTEN, rows)


def row_of(partition: int, position: int, recorded_at: int, event: NewEvent) -> tuple[Any, ...]:
    """Return an event's row in the order of `WRITTEN`."""
    return (partition, position, recorded_at, *_fields(event))


def read(connection: Connection, service: str, partition: int, after: int, limit: int) -> list[RecordedEvent]:
    """Return up to `limit` events behind `after`, in order.

    Raises:
        LogCorruptError: a position is missing, be it at the end.
    """
    rows = bulk.fetch_rows(connection, _PAGE, [partition, after, limit])
    found = [RecordedEvent.of_row(service, row) for row in rows]
    expected = max(after, 0) + 1
    for event in found:
        if event.position != expected:
            raise LogCorruptError(service, partition, expected)
        expected += 1
    if len(found) < limit:
        head = heads.get(connection, partition)
        if head is not None and expected <= head.position:
            raise LogCorruptError(service, partition, expected)
    return found


def find(connection: Connection, service: str, key: bytes) -> RecordedEvent | None:
    """Return the event with this key."""
    rows = bulk.fetch_rows(connection, _BY_KEY, [key])
    return RecordedEvent.of_row(service, rows[0]) if rows else None


def of_stream(connection: Connection, service: str, stream: bytes) -> list[RecordedEvent]:
    """Return the events of a stream by version."""
    return [RecordedEvent.of_row(service, row) for row in bulk.fetch_rows(connection, _OF_STREAM, [stream])]


def known(connection: Connection, keys: Sequence[bytes]) -> list[tuple[Any, ...]]:
    """Return (key, position, digest, recorded_at, partition) of those keys that are in the log."""
    columns = ("key", "position", "digest", "recorded_at", "partition")
    return bulk.select_by_keys(connection, events, "key", keys, columns)
