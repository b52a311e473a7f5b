"""One transaction of the SQL event store."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, repeat
from operator import attrgetter

from sqlalchemy import Connection

from shared.clock import Clock
from shared.database import bulk
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore import derived, heads, log, quarantine
from shared.eventstore.errors import DuplicateKeyError, StreamVersionError
from shared.eventstore.races import lost_races
from shared.eventstore.records import NewEvent, RecordedEvent
from shared.eventstore.store import Appended, Known, QuarantineEntry, StreamState
from shared.eventstore.tables import stream_states

_STATE = ("stream", "aggregate", "stream_id", "version", "last_occurred_at", "inconsistent", "state")
_row = attrgetter(*_STATE)


class SqlTransaction:
    """What may be done between begin and commit; see StoreTransaction for the meaning."""

    def __init__(self, connection: Connection, service: str, time: Clock) -> None:
        self.connection = connection
        self._service = service
        self._time = time
        #: Streams that `states` did not find in this transaction.
        self._absent: set[bytes] = set()
        #: What was appended, in order; in the log only once the transaction has been committed.
        self.appended: list[RecordedEvent] = []

    def known(self, keys: Sequence[bytes]) -> dict[bytes, Known]:
        """Return those of `keys` that are in the log."""
        return {row[0]: Known(*row[1:]) for row in log.known(self.connection, keys)}

    def states(self, streams: Sequence[bytes]) -> dict[bytes, StreamState]:
        """Return the saved states of those streams that exist."""
        rows = bulk.select_by_keys(self.connection, stream_states, "stream", streams, _STATE)
        found = {
            stream: StreamState(stream, aggregate, stream_id, version, last, bool(inconsistent), state)
            for stream, aggregate, stream_id, version, last, inconsistent, state in rows
        }
        self._absent.update(stream for stream in streams if stream not in found)
        return found

    def stream(self, stream: bytes) -> list[RecordedEvent]:
        """Return all events of a stream by version."""
        return log.of_stream(self.connection, self._service, stream)

    def append(self, events: Sequence[NewEvent], partition: int = 0) -> Appended:
        """Append at the next positions, under the counter's lock from here to the commit."""
        if not events:
            return Appended(0, [])
        first, first_at = heads.take(self.connection, partition, len(events), self._time())
        recorded_at = list(range(first_at, first_at + len(events)))
        try:
            with lost_races():
                log.write(self.connection, partition, first, recorded_at, events)
        except StreamVersionError:
            self._refuse_duplicates(events, first)
            raise
        self.appended += map(
            RecordedEvent.of_new, repeat(self._service), repeat(partition), count(first), recorded_at, events
        )
        return Appended(first, recorded_at)

    def _refuse_duplicates(self, events: Sequence[NewEvent], first: int) -> None:
        """Raise DuplicateKeyError if an event was there before.

        A repeated event meets both unique keys; PostgreSQL names the first of them, SQLite the last.
        """
        if self.connection.dialect.name == "sqlite":
            known = self.known([event.key for event in events])
            if any(entry.position < first for entry in known.values()):
                raise DuplicateKeyError

    def save_states(self, states: Sequence[StreamState]) -> None:
        """Insert or overwrite states."""
        # A third cheaper than the upsert where the look-up has shown that there is nothing to overwrite.
        new = [_row(state) for state in states if state.stream in self._absent]
        others = [_row(state) for state in states if state.stream not in self._absent]
        with lost_races():
            bulk.insert_rows(self.connection, stream_states, _STATE, new)
            bulk.upsert_rows(self.connection, stream_states, ["stream"], _STATE, others)
        self._absent.difference_update([state.stream for state in states])

    def quarantined(self, keys: Sequence[bytes]) -> dict[bytes, QuarantineEntry]:
        """Return the open entries among `keys`."""
        found = quarantine.by_keys(self.connection, keys)
        return {key: entry for key, entry in found.items() if entry.settled_at is None}

    def waiting_on(self, on: Sequence[bytes]) -> list[QuarantineEntry]:
        """Return the open waiting entries for these keys, in order of arrival."""
        return quarantine.waiting_on(self.connection, on)

    def put_quarantine(self, entries: Sequence[QuarantineEntry]) -> None:
        """Insert or overwrite entries by key."""
        quarantine.put(self.connection, entries)

    def settle_quarantine(self, settled: Sequence[tuple[bytes, str]]) -> None:
        """Close entries as `applied` or `discarded`."""
        quarantine.settle(self.connection, settled, self._time())

    def take_derived(self, limit: int) -> list[DerivedEvent]:
        """Return the oldest derived events and remove them."""
        return derived.take_derived(self.connection, limit)

    def put_derived(self, events: Sequence[DerivedEvent]) -> None:
        """Queue derived events."""
        derived.put_derived(self.connection, events)
