"""The oversight views: every event of all four logs, and what each changed in the figures.

Owns the consumer `oversight`. It never looks at the clock or at other streams: being overdue tomorrow is a row dated
tomorrow, and which agencies count is decided when somebody asks. Derives no events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from services.inspection import bearings, streams
from services.inspection.bearings import Bearing
from services.inspection.checkpoints.months import known_month
from services.inspection.contents import CLOSED_MONTHS, contents
from services.inspection.indicators.families import FAMILIES
from services.inspection.indicators.timeline import VERIFIED_MONTHS
from services.inspection.keeping_events import Place, applied_up_to, is_in, not_kept
from services.inspection.streams import Changes, KnownFact, Stream
from services.inspection.tables import oversight_tables
from shared import clock, ids
from shared.contracts.inspection.record_owner import OWNER_FIELD, owner_of
from shared.database.bulk import select_by_keys, upsert_rows, writing
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent
from shared.messaging.generations import shares

#: Version of the tables and of what they mean; another number fills other tables beside these.
VERSION = 3

EVENT = (
    *("service", "partition", "position", "agency_id", "source", "type", "aggregate", "subject", "event_id"),
    *("occurred_at", "day", "recorded_at", "received_at", "provenance", "asserter", "stream", "body"),
)
DELTA = (
    *("measure", "agency_id", "dimension", "day", "known_at", "known_month", "a1", "a2", "a3", "a4"),
    *("service", "partition", "position", "stream"),
)
STREAM = ("stream", "aggregate", "agency_id", "last_occurred_at", "state")
_HISTORY = (
    *("type", "occurred_at", "position", "provenance", "subject", "event_id", "body"),
    *("recorded_at", "service", "partition"),
)

#: Key of the stream, its aggregate, the event.
Keyed = tuple[bytes, str, RecordedEvent]


class OversightViews:
    """Consumer of all logs; fills the tables of its version."""

    name = "oversight"
    sources = ("inspection", "documents", "audit", "notify")
    made_afterwards = frozenset({CLOSED_MONTHS})

    def __init__(self, version: int = VERSION, *, verified_months: int = VERIFIED_MONTHS) -> None:
        """Take the version whose tables are filled, and for how many months a confirmation counts."""
        self.version = version
        self._tables = oversight_tables(version)
        self.months = verified_months
        self.tables = self._tables.metadata
        self.common_tables = (self._tables.events,)

    def generation(self, version: int) -> OversightViews:
        """Return the same views for another set of tables."""
        return OversightViews(version, verified_months=self.months)

    def fill_command(self, source: int) -> Sequence[str]:
        """Return what fills this set of tables from another one's inbox (`services/inspection/filling`)."""
        numbers = (self.version, source, self.months)
        return ["-m", "services.inspection.filling", *map(str, numbers)]

    def contents(self) -> dict[str, Select[Any]]:
        """Return what the tables say: events by log, records by kind, and the sums by measure.

        Of the changes the sums count: in which order logs were read decides which row says what, but not what they come to.
        """
        return contents(self._tables)

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Take events of one log in position order; all in the caller's transaction."""
        found = [keyed(event) for event in events]
        new = not_kept(connection, self._tables.events, [event_row(*one) for one in found])
        counted = [one for one in found if one[1] in FAMILIES]
        bearing = bearings.new_bearings(connection, self._tables, events)
        known = self._load(connection, {key for key, _aggregate, _event in counted})
        before = set(known)
        with writing(connection, self._tables.events, EVENT, new):
            rows, late = self.fold(known, counted)
        for key, _aggregate, event in late:
            rows += _delta_rows(known[key], self._take(connection, known[key], event))
        if counted or bearing:
            awaited = [bearings.of_event(event.source, event.event_id) for _key, _aggregate, event in counted]
            awaited += [bearings.of_stream(key) for key in known.keys() - before]
            rows += self._bear(connection, known, [*bearings.waiting(connection, self._tables, awaited), *bearing])
        with writing(connection, self._tables.deltas, DELTA, rows):
            stored = [stream.saved() for stream in known.values()]
        upsert_rows(connection, self._tables.streams, ("stream",), STREAM, stored)
        return ()

    def fold(self, known: dict[bytes, Stream], counted: Sequence[Keyed]) -> tuple[list[tuple[Any, ...]], list[Keyed]]:
        """Return the changes of what simply follows in its stream, and what does not, for which the history is wanted.

        Streams are independent of each other: behind an event that comes late wait those of its own stream.
        """
        rows: list[tuple[Any, ...]] = []
        late: list[Keyed] = []
        waiting: set[bytes] = set()
        for key, aggregate, event in counted:
            stream = known.get(key)
            if stream is None:
                stream = known[key] = streams.opened(key, event, FAMILIES[aggregate], self.months)
            if key not in waiting and streams.follows(stream, event):
                rows += _delta_rows(stream, streams.take(stream, event))
            else:
                waiting.add(key)
                late.append((key, aggregate, event))
        return rows, late

    def _bear(
        self, connection: Connection, known: dict[bytes, Stream], found: Sequence[Bearing]
    ) -> list[tuple[Any, ...]]:
        """Apply what bears on streams that are there, and keep what is not yet."""
        # Where the inbox is this set's alone, what is in it has been applied.
        common = bool(found) and shares(connection, self)
        applied = applied_up_to(connection, self.name, self.version) if common else {}
        keys = self.targets(connection, found, applied)
        known |= self._load(connection, {key for key in keys.values() if key not in known})
        rows: list[tuple[Any, ...]] = []
        saved: list[Bearing] = []
        for bearing in found:
            stream = known.get(keys.get(bearing.wanted, b""))
            if stream is not None:
                if stream.history is None:
                    stream.history = self._history(connection, stream.key, applied)
                rows += _delta_rows(stream, streams.take_late(stream, bearing.known, self.months))
                saved.append(bearing._replace(stream=stream.key))
            else:
                saved.append(bearing)
        bearings.save(connection, self._tables, saved)
        return rows

    def targets(self, connection: Connection, found: Sequence[Bearing], applied: Place) -> dict[str, bytes]:
        """Return the keys of the streams that bearings name, as far as their events have been applied."""
        keys = {one.wanted: bytes.fromhex(one.wanted[2:]) for one in found if one.wanted.startswith("s:")}
        events = self._tables.events.c
        for wanted, about in {(one.wanted, one.known.fact.data.get("agency_id", "")) for one in found}:
            source, _, event_id = wanted[2:].partition("/")
            if wanted.startswith("e:") and wanted not in keys:
                # The agencies are what the index serves: an event is about its source, or about who was inspected.
                named = select(events.service, events.position, events.stream).where(
                    events.agency_id.in_({source, about}), events.source == source, events.event_id == event_id
                )
                counted = named.where(events.aggregate.in_(FAMILIES)).order_by(events.service)
                rows = [row for row in connection.execute(counted) if is_in(applied, row.service, row.position)]
                keys |= {wanted: bytes(rows[0].stream)} if rows else {}
        return keys

    def _load(self, connection: Connection, keys: Iterable[bytes]) -> dict[bytes, Stream]:
        rows = select_by_keys(connection, self._tables.streams, "stream", list(keys), STREAM)
        return {stream.key: stream for stream in (streams.loaded(row, self.months) for row in rows)}

    def _take(self, connection: Connection, stream: Stream, event: RecordedEvent) -> Changes:
        if streams.follows(stream, event):
            return streams.take(stream, event)
        if stream.history is None:
            stream.history = self._history(connection, stream.key, {event.service: event.position - 1})
        return streams.take_late(stream, streams.known(event), self.months)

    def _history(self, connection: Connection, key: bytes, applied: Place) -> list[KnownFact]:
        """Return what has been taken of a stream: the facts up to a place in its log, and what bears on it."""
        rows = select_by_keys(connection, self._tables.events, "stream", [key], _HISTORY)
        facts = streams.of_rows(row for row in rows if is_in(applied, row[-2], row[2]))
        return facts + bearings.applied_to(connection, self._tables, key)


def keyed(event: RecordedEvent) -> Keyed:
    """Return an event with the key of its record."""
    aggregate = event.aggregate
    owner = owner_of(aggregate, event.source, event.data) if aggregate in OWNER_FIELD else event.source
    return ids.stream_key(aggregate, f"{owner}/{event.subject}"), aggregate, event


def event_row(key: bytes, aggregate: str, event: RecordedEvent) -> tuple[Any, ...]:
    """Return an event's row of the inbox, in the order of `EVENT`."""
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


def _delta_rows(stream: Stream, changes: Changes) -> list[tuple[Any, ...]]:
    return [
        (
            *(measure, agency or stream.agency_id, dimension, day, cause.recorded_at, month, *amounts),
            *(cause.service, cause.partition, cause.position, stream.key),
        )
        for cause, net in changes
        for month in (known_month(cause.recorded_at),)
        for (measure, dimension, day, agency), amounts in net.items()
    ]
