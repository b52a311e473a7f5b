"""The event store in memory, for tests of what stands on it; passes the same suite as the databases.

Transactions run one after the other; a failed one is undone step by step.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import uuid4

from shared import clock
from shared.clock import Clock
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore import quarantine
from shared.eventstore.derived import derived_key
from shared.eventstore.errors import CursorBackwardsError, DuplicateKeyError, StreamVersionError
from shared.eventstore.records import Head, NewEvent, RecordedEvent
from shared.eventstore.store import Appended, Known, QuarantineEntry, StoreTransaction, StreamState

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class MemoryEventStore:
    """The log of one service in this process's memory."""

    def __init__(self, service: str, *, time: Clock = clock.now) -> None:
        self._service = service
        self._time = time
        self._lock = threading.RLock()
        self._epoch = uuid4().hex
        self._promise: dict[int, int] = defaultdict(time)
        self._cursors: dict[tuple[str, int], int] = {}
        self.rows = Rows()

    @property
    def service(self) -> str:
        """Name of the owning service."""
        return self._service

    def transact(self, work: Callable[[StoreTransaction], T]) -> T:
        """Return the result of `work`; any exception undoes what it did."""
        with self._lock:
            promises = dict(self._promise)
            transaction = MemoryTransaction(self._service, self.rows, self._promise, self._time)
            try:
                return work(transaction)
            except BaseException:
                transaction.undo()
                self._promise.clear()
                self._promise.update(promises)
                raise

    def head(self, partition: int = 0) -> Head:
        """Return how far the log reaches, and the promise about what comes later."""
        with self._lock:
            return Head(self._service, partition, self._epoch, len(self.rows.log[partition]), self._promise[partition])

    def heartbeat(self, partition: int = 0) -> Head:
        """Move the promise to now, never back."""
        with self._lock:
            self._promise[partition] = max(self._promise[partition], self._time())
            return self.head(partition)

    def read(self, after: int, limit: int, partition: int = 0) -> list[RecordedEvent]:
        """Return up to `limit` events behind `after`."""
        with self._lock:
            start = max(after, 0)
            return self.rows.log[partition][start : start + limit]

    def end(self, within: float, partition: int = 0) -> int:  # noqa: ARG002 - the protocol's
        """Return the position of the last event, as it was known at most `within` seconds ago."""
        return len(self.rows.log[partition])

    def recent(self, after: int, limit: int, partition: int = 0) -> None:  # noqa: ARG002 - the protocol's
        """Return None: the log itself is in memory."""
        return

    def find(self, key: bytes) -> RecordedEvent | None:
        """Return the event with this idempotency key."""
        with self._lock:
            known = self.rows.keys.get(key)
            return self.rows.log[known.partition][known.position - 1] if known else None

    def cursor(self, name: str, partition: int = 0) -> int:
        """Return a named reader's position."""
        return self._cursors.get((name, partition), 0)

    def advance_cursor(self, name: str, expected: int, position: int, partition: int = 0) -> bool:
        """Move a reader from `expected` to `position`, if it stands there."""
        if position < expected:
            raise CursorBackwardsError(name, expected, position)
        with self._lock:
            if self.cursor(name, partition) != expected:
                return False
            self._cursors[name, partition] = position
            return True


class Rows:
    """What the tables hold."""

    def __init__(self) -> None:
        self.log: dict[int, list[RecordedEvent]] = defaultdict(list)
        self.keys: dict[bytes, Known] = {}
        self.streams: dict[bytes, list[RecordedEvent]] = defaultdict(list)
        self.states: dict[bytes, StreamState] = {}
        #: By key, in order of first arrival.
        self.quarantine: dict[bytes, QuarantineEntry] = {}
        self.derived: dict[bytes, DerivedEvent] = {}


class MemoryTransaction:
    """What may be done in a transaction; see StoreTransaction for the meaning."""

    connection = None

    def __init__(self, service: str, rows: Rows, promise: dict[int, int], time: Clock) -> None:
        self._service = service
        self._rows = rows
        self._promise = promise
        self._time = time
        self._undo: list[Callable[[], object]] = []

    def undo(self) -> None:
        """Take back everything, last step first."""
        while self._undo:
            self._undo.pop()()

    def known(self, keys: Sequence[bytes]) -> dict[bytes, Known]:
        """Return those of `keys` that are in the log."""
        return {key: self._rows.keys[key] for key in keys if key in self._rows.keys}

    def states(self, streams: Sequence[bytes]) -> dict[bytes, StreamState]:
        """Return the saved states of those streams that exist."""
        return {stream: self._rows.states[stream] for stream in streams if stream in self._rows.states}

    def stream(self, stream: bytes) -> list[RecordedEvent]:
        """Return all events of a stream by version."""
        return sorted(self._rows.streams.get(stream, ()), key=lambda event: event.stream_version)

    def append(self, events: Sequence[NewEvent], partition: int = 0) -> Appended:
        """Append at the next positions."""
        if not events:
            return Appended(0, [])
        log = self._rows.log[partition]
        first = len(log) + 1
        first_at = max(self._time(), self._promise[partition] + 1)
        for offset, event in enumerate(events):
            self._append_one(event, partition, first + offset, first_at + offset)
        self._promise[partition] = first_at + len(events) - 1
        return Appended(first, list(range(first_at, first_at + len(events))))

    def save_states(self, states: Sequence[StreamState]) -> None:
        """Insert or overwrite states."""
        for state in states:
            self._put(self._rows.states, state.stream, state)

    def quarantined(self, keys: Sequence[bytes]) -> dict[bytes, QuarantineEntry]:
        """Return the open entries among `keys`."""
        found = {key: self._rows.quarantine[key] for key in keys if key in self._rows.quarantine}
        return {key: entry for key, entry in found.items() if entry.settled_at is None}

    def waiting_on(self, on: Sequence[bytes]) -> list[QuarantineEntry]:
        """Return the open waiting entries for these keys, in order of arrival."""
        wanted = set(on)
        return quarantine.only_waiting(entry for entry in self._rows.quarantine.values() if entry.waits_on in wanted)

    def put_quarantine(self, entries: Sequence[QuarantineEntry]) -> None:
        """Insert or overwrite entries by key."""
        for entry in quarantine.merge(entries, self._rows.quarantine):
            self._put(self._rows.quarantine, entry.key, entry)

    def settle_quarantine(self, settled: Sequence[tuple[bytes, str]]) -> None:
        """Close entries as `applied` or `discarded`."""
        for entry in quarantine.close(settled, self._rows.quarantine, self._time()):
            self._put(self._rows.quarantine, entry.key, entry)

    def take_derived(self, limit: int) -> list[DerivedEvent]:
        """Return the oldest derived events and remove them."""
        before = dict(self._rows.derived)
        taken = list(before.items())[:limit]
        for key, _ in taken:
            del self._rows.derived[key]
        self._undo.append(lambda: _refill(self._rows.derived, before))
        return [event for _, event in taken]

    def put_derived(self, events: Sequence[DerivedEvent]) -> None:
        """Queue derived events."""
        for event in events:
            if derived_key(event) not in self._rows.derived:
                self._put(self._rows.derived, derived_key(event), event)

    def _append_one(self, event: NewEvent, partition: int, position: int, recorded_at: int) -> None:
        if event.key in self._rows.keys:
            raise DuplicateKeyError(event.source, event.event_id)
        stream = self._rows.streams[event.stream]
        if any(earlier.stream_version == event.stream_version for earlier in stream):
            raise StreamVersionError(event.subject, event.stream_version)
        recorded = _recorded(self._service, partition, position, recorded_at, event)
        log = self._rows.log[partition]
        log.append(recorded)
        stream.append(recorded)
        self._undo += [log.pop, stream.pop]
        self._put(self._rows.keys, event.key, Known(position, event.digest, recorded_at, partition))

    def _put(self, table: dict[K, V], key: K, value: V) -> None:
        """Set a row and remember how to take it back."""
        if key in table:
            before = table[key]
            self._undo.append(lambda: table.__setitem__(key, before))
        else:
            self._undo.append(lambda: table.pop(key))
        table[key] = value


def _refill(table: dict[K, V], rows: dict[K, V]) -> None:
    """Make a table hold `rows` again, in their order."""
    table.clear()
    table.update(rows)


def _recorded(service: str, partition: int, position: int, recorded_at: int, event: NewEvent) -> RecordedEvent:
    """Return the event with its place."""
    return RecordedEvent(
        service=service,
        partition=partition,
        position=position,
        recorded_at=recorded_at,
        **{name: getattr(event, name) for name in _CARRIED},
    )


_CARRIED = (
    "type",
    "source",
    "agency_id",
    "subject",
    "event_id",
    "occurred_at",
    "received_at",
    "provenance",
    "asserter",
    "stream_version",
    "body",
)
