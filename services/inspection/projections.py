"""The oversight views: every event of all four logs, and what each changed in the figures.

Owns the consumer `oversight`. It never looks at the clock or at other streams: being overdue tomorrow is a row dated
tomorrow, and which agencies count is decided when somebody asks. Derives no events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from services.inspection import streams
from services.inspection.indicators.families import FAMILIES
from services.inspection.indicators.timeline import Net
from services.inspection.streams import Stream
from services.inspection.tables import oversight_tables
from shared import clock, ids
from shared.database.bulk import insert_rows, select_by_keys, upsert_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent

#: Version of the tables and of what they mean; another number fills other tables beside these.
VERSION = 1

_EVENT = (
    *("service", "partition", "position", "agency_id", "source", "type", "aggregate", "subject", "event_id"),
    *("occurred_at", "day", "recorded_at", "received_at", "provenance", "asserter", "stream", "body"),
)
_DELTA = (
    *("measure", "agency_id", "dimension", "day", "known_at", "a1", "a2", "a3", "a4"),
    *("service", "partition", "position", "stream"),
)
_STREAM = ("stream", "aggregate", "agency_id", "last_occurred_at", "state")
_HISTORY = ("type", "occurred_at", "position", "provenance", "subject", "event_id", "body")

#: Key of the stream, its aggregate, the event.
Keyed = tuple[bytes, str, RecordedEvent]


class OversightViews:
    """Consumer of all logs; fills the tables of its version."""

    name = "oversight"
    sources = ("inspection", "documents", "audit", "notify")

    def __init__(self, version: int = VERSION) -> None:
        """Take the version whose tables are filled."""
        self.version = version
        self._tables = oversight_tables(version)
        self.tables = self._tables.metadata

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Take events of one log in position order; all in the caller's transaction."""
        keyed = [_keyed(event) for event in events]
        insert_rows(connection, self._tables.events, _EVENT, [_event_row(*found) for found in keyed])
        counted = [found for found in keyed if found[1] in FAMILIES]
        if counted:
            self._count(connection, counted)
        return ()

    def _count(self, connection: Connection, keyed: Sequence[Keyed]) -> None:
        known = self._load(connection, {key for key, _aggregate, _event in keyed})
        deltas: list[tuple[Any, ...]] = []
        for key, aggregate, event in keyed:
            stream = known.get(key)
            if stream is None:
                stream = known[key] = streams.opened(key, event, FAMILIES[aggregate])
            net = self._take(connection, stream, event)
            if net:
                deltas += _delta_rows(stream, event, net)
        insert_rows(connection, self._tables.deltas, _DELTA, deltas)
        rows = [stream.saved() for stream in known.values()]
        upsert_rows(connection, self._tables.streams, ("stream",), _STREAM, rows)

    def _load(self, connection: Connection, keys: Iterable[bytes]) -> dict[bytes, Stream]:
        rows = select_by_keys(connection, self._tables.streams, "stream", list(keys), _STREAM)
        return {stream.key: stream for stream in map(streams.loaded, rows)}

    def _take(self, connection: Connection, stream: Stream, event: RecordedEvent) -> Net:
        if streams.follows(stream, event):
            return streams.take(stream, event)
        if stream.history is None:
            stream.history = self._history(connection, stream.key, event)
        return streams.take_late(stream, event)

    def _history(self, connection: Connection, key: bytes, before: RecordedEvent) -> list[streams.KnownFact]:
        """Return the facts of the stream that were recorded before a late one."""
        rows = select_by_keys(connection, self._tables.events, "stream", [key], _HISTORY)
        return streams.of_rows(row for row in rows if row[2] < before.position)


def _keyed(event: RecordedEvent) -> Keyed:
    aggregate = event.aggregate
    return ids.stream_key(aggregate, f"{event.source}/{event.subject}"), aggregate, event


def _event_row(key: bytes, aggregate: str, event: RecordedEvent) -> tuple[Any, ...]:
    return (
        event.service,
        event.partition,
        event.position,
        event.agency_id,
        event.source,
        event.type,
        aggregate,
        event.subject,
        event.event_id,
        event.occurred_at,
        clock.vietnam_day(event.occurred_at),
        event.recorded_at,
        event.received_at,
        event.provenance,
        event.asserter,
        key,
        event.body,
    )


def _delta_rows(stream: Stream, event: RecordedEvent, net: Net) -> list[tuple[Any, ...]]:
    cause = (event.service, event.partition, event.position, stream.key)
    agency_id, known_at = stream.agency_id, event.recorded_at
    return [
        (measure, agency_id, dimension, day, known_at, *amounts, *cause)
        for (measure, dimension, day), amounts in net.items()
    ]
