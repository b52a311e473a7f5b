"""The counter row of each partition: its lock orders the appends, its `recorded_at` is the promise."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from shared.database import bulk
from shared.eventstore.epochs import first_epoch
from shared.eventstore.errors import LogMissingError

_ROW = "SELECT epoch, position, recorded_at FROM log_head WHERE partition = ?"

_TAKE = """
UPDATE log_head
SET position = position + ?, recorded_at = CASE WHEN recorded_at < ? THEN CAST(? AS BIGINT) - 1 ELSE recorded_at END + ?
WHERE partition = ? RETURNING position, recorded_at
"""


class HeadRow(NamedTuple):
    """What the row holds."""

    epoch: str
    position: int
    recorded_at: int


def ensure(connection: Connection, partitions: int, now: int) -> None:
    """Create the missing counter rows, each log's life with a random epoch of its own."""
    for partition in range(partitions):
        # Looked for first: on PostgreSQL the insert would wait for whoever is appending now.
        if get(connection, partition) is not None:
            continue
        bulk.fetch_rows(
            connection,
            "INSERT INTO log_head (partition, epoch, position, recorded_at) VALUES (?, ?, 0, ?) "
            "ON CONFLICT DO NOTHING RETURNING position",
            [partition, first_epoch(), now],
        )


def get(connection: Connection, partition: int) -> HeadRow | None:
    """Return the row as this transaction sees it."""
    rows = bulk.fetch_rows(connection, _ROW, [partition])
    return HeadRow(*rows[0]) if rows else None


def hold(connection: Connection, partition: int) -> HeadRow:
    """Lock the row until the end of the transaction and return its latest committed form.

    On SQLite the write transaction holds the lock already.

    Raises:
        LogMissingError: no such partition.
    """
    lock = " FOR UPDATE" if connection.dialect.name == "postgresql" else ""
    rows = bulk.fetch_rows(connection, _ROW + lock, [partition])
    if not rows:
        raise LogMissingError(partition)
    return HeadRow(*rows[0])


def take(connection: Connection, partition: int, count: int, now: int) -> tuple[int, int]:
    """Lock the row until the end of the transaction, and give out the next `count` positions and instants.

    Instants go on from `now`, or from the last one given out or promised where that is later: whatever the clocks say,
    the order of times is the order of positions.

    Returns the first position and the first instant.

    Raises:
        LogMissingError: no such partition.
    """
    rows = bulk.fetch_rows(connection, _TAKE, [count, now, now, count, partition])
    if not rows:
        raise LogMissingError(partition)
    position, recorded_at = rows[0]
    return int(position) - count + 1, int(recorded_at) - count + 1


def promise(connection: Connection, partition: int, now: int) -> None:
    """Promise that nothing will be recorded up to `now`; a clock that went back changes nothing."""
    bulk.fetch_rows(
        connection,
        "UPDATE log_head SET recorded_at = ? WHERE partition = ? AND recorded_at < ? RETURNING position",
        [now, partition, now],
    )
