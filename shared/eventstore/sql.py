"""The event store on PostgreSQL and SQLite."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from shared import clock
from shared.clock import Clock
from shared.database import bulk
from shared.database.engine import Database
from shared.database.errors import DatabaseUnavailableError
from shared.eventstore import heads, log
from shared.eventstore.errors import CursorBackwardsError, LogMissingError
from shared.eventstore.races import lost_races
from shared.eventstore.records import Head, RecordedEvent
from shared.eventstore.store import StoreTransaction
from shared.eventstore.tail import Tail
from shared.eventstore.transaction import SqlTransaction

T = TypeVar("T")


class SqlEventStore:
    """The log of one service in its database, whose kernel tables exist (migrations)."""

    def __init__(self, database: Database, service: str, *, time: Clock = clock.now, partitions: int = 1) -> None:
        """Open the log; a new one gets its epoch now."""
        self._database = database
        self._service = service
        self._time = time
        self._tails: dict[int, Tail] = {}
        #: By partition: the last position, and when it was seen.
        self._ends: dict[int, tuple[int, float]] = {}
        database.write(lambda connection: heads.ensure(connection, partitions, time()))

    @property
    def service(self) -> str:
        """Name of the owning service."""
        return self._service

    def transact(self, work: Callable[[StoreTransaction], T]) -> T:
        """Return the result of `work` once its transaction is durable."""
        transaction: list[SqlTransaction] = []

        def bound(connection: Connection) -> T:
            transaction.append(self.bind(connection))
            return work(transaction[-1])

        try:
            with lost_races():
                result = self._database.write(bound)
        except DatabaseUnavailableError:
            # When it comes back it may be another log: one that was restored to an older point.
            self._tails.clear()
            raise
        self._keep(transaction[-1].appended)
        return result

    def _keep(self, appended: Sequence[RecordedEvent]) -> None:
        if appended:
            self._tails.setdefault(appended[0].partition, Tail()).extend(appended)

    def bind(self, connection: Connection) -> SqlTransaction:
        """Return the store's view of a transaction that somebody else commits."""
        return SqlTransaction(connection, self._service, self._time)

    def head(self, partition: int = 0) -> Head:
        """Return how far the log reaches, and the promise about what comes later."""
        return self._database.look(lambda connection: self._head(connection, partition))

    def heartbeat(self, partition: int = 0) -> Head:
        """Move the promise to now, under the counter's row lock."""

        def move(connection: Connection) -> Head:
            heads.hold(connection, partition)
            heads.promise(connection, partition, self._time())
            return self._head(connection, partition)

        if partition in self._tails:
            self._tails[partition].rest()
        return self._database.write(move)

    def read(self, after: int, limit: int, partition: int = 0) -> list[RecordedEvent]:
        """Return up to `limit` events behind `after`; a hole raises LogCorruptError."""
        return self._database.read(lambda connection: log.read(connection, self._service, partition, after, limit))

    def end(self, within: float, partition: int = 0) -> int:
        """Return the position of the last event, as it was known at most `within` seconds ago.

        One look at the database serves all readers of this process.
        """
        position, seen_at = self._ends.get(partition, (0, float("-inf")))
        now = time.monotonic()
        if now - seen_at >= within:
            position = self.head(partition).position
            self._ends[partition] = (position, now)
        return position

    def recent(self, after: int, limit: int, partition: int = 0) -> Sequence[RecordedEvent] | None:
        """Return what this process has appended behind `after`; None where only the log can tell."""
        tail = self._tails.get(partition)
        return tail.read(after, limit) if tail else None

    def find(self, key: bytes) -> RecordedEvent | None:
        """Return the event with this idempotency key."""
        return self._database.read(lambda connection: log.find(connection, self._service, key))

    def cursor(self, name: str, partition: int = 0) -> int:
        """Return a named reader's position."""
        statement = "SELECT position FROM cursors WHERE name = ? AND partition = ?"
        rows = self._database.read(lambda connection: bulk.fetch_rows(connection, statement, [name, partition]))
        return int(rows[0][0]) if rows else 0

    def advance_cursor(self, name: str, expected: int, position: int, partition: int = 0) -> bool:
        """Move a reader from `expected` to `position`, if it stands there."""
        if position < expected:
            raise CursorBackwardsError(name, expected, position)
        return self._database.write(lambda connection: _advance(connection, (name, partition), expected, position))

    def _head(self, connection: Connection, partition: int) -> Head:
        row = heads.get(connection, partition)
        if row is None:
            raise LogMissingError(partition)
        return Head(self._service, partition, *row)


def _advance(connection: Connection, cursor: tuple[str, int], expected: int, position: int) -> bool:
    name, partition = cursor
    moved = bulk.fetch_rows(
        connection,
        "UPDATE cursors SET position = ? WHERE name = ? AND partition = ? AND position = ? RETURNING position",
        [position, name, partition, expected],
    )
    if moved or expected:
        return bool(moved)
    created = bulk.fetch_rows(
        connection,
        "INSERT INTO cursors (name, partition, position) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING position",
        [name, partition, position],
    )
    return bool(created)
