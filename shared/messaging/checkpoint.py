"""Guarded checkpoints: how far a consumer has applied a log (table `subscriptions`).

A checkpoint moves only from the position that its worker knows; zero rows moved means that another worker
owns the subscription now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from shared.database.bulk import fetch_rows
from shared.eventstore.tables import subscriptions
from shared.messaging.errors import FencedError

#: Plain SQL: each batch of each subscription begins with it, and building the expression took longer than running it.
_MOVE = """
UPDATE subscriptions SET position = ?, recorded_at = ?
WHERE consumer = ? AND version = ? AND source = ? AND "partition" = ? AND position = ? AND epoch = ?
RETURNING EXISTS (
    SELECT 1 FROM parked_events
    WHERE parked_events.consumer = subscriptions.consumer AND parked_events.version = subscriptions.version
    AND parked_events.position > 0 AND parked_events.replayed_at IS NULL
)
"""


@dataclass(frozen=True, slots=True)
class SubscriptionKey:
    """One consumer's reading of one partition of one log."""

    consumer: str
    version: int
    source: str
    partition: int = 0

    def matches(self) -> ColumnElement[bool]:
        """Return the condition on `subscriptions`."""
        columns = subscriptions.c
        return and_(
            columns.consumer == self.consumer,
            columns.version == self.version,
            columns.source == self.source,
            columns.partition == self.partition,
        )


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far one subscription has come."""

    key: SubscriptionKey
    #: Of the log that is being applied; empty before the first contact.
    epoch: str
    position: int
    #: Nothing that is missing here was recorded up to this instant, microseconds.
    recorded_at: int


def load_checkpoint(connection: Connection, key: SubscriptionKey) -> Checkpoint | None:
    """Return the stored checkpoint, None before the first start."""
    columns = subscriptions.c
    row = connection.execute(
        select(columns.epoch, columns.position, columns.recorded_at).where(key.matches())
    ).one_or_none()
    return None if row is None else Checkpoint(key, row.epoch, row.position, row.recorded_at)


def ensure_checkpoint(connection: Connection, key: SubscriptionKey) -> Checkpoint:
    """Return the stored checkpoint; make one at position 0 if there is none."""
    stored = load_checkpoint(connection, key)
    if stored is not None:
        return stored
    fresh = Checkpoint(key, epoch="", position=0, recorded_at=0)
    connection.execute(
        insert(subscriptions).values(
            consumer=key.consumer,
            version=key.version,
            source=key.source,
            partition=key.partition,
            epoch=fresh.epoch,
            position=fresh.position,
            recorded_at=fresh.recorded_at,
        )
    )
    return fresh


def move_checkpoint(connection: Connection, known: Checkpoint, position: int, recorded_at: int) -> Checkpoint:
    """Move a checkpoint that nobody else has moved; keeps its row locked until the transaction ends.

    Raises:
        FencedError: it is not where this worker left it.
    """
    return move_and_look(connection, known, position, recorded_at)[0]


def move_and_look(
    connection: Connection, known: Checkpoint, position: int, recorded_at: int
) -> tuple[Checkpoint, bool]:
    """Move a checkpoint as `move_checkpoint` does; return also whether the consumer has parked events, in one round trip.

    Raises:
        FencedError: it is not where this worker left it.
    """
    moved = replace(known, position=position, recorded_at=max(recorded_at, known.recorded_at))
    key = known.key
    stands = [key.consumer, key.version, key.source, key.partition, known.position, known.epoch]
    rows = fetch_rows(connection, _MOVE, [moved.position, moved.recorded_at, *stands])
    if not rows:
        raise FencedError(f"{known.key} is no longer at position {known.position}")
    return moved, bool(rows[0][0])


def adopt_epoch(connection: Connection, known: Checkpoint, epoch: str) -> Checkpoint:
    """Store the epoch at the first contact with a log.

    Raises:
        FencedError: another worker was first.
    """
    result = connection.execute(
        update(subscriptions)
        .where(known.key.matches(), subscriptions.c.position == known.position, subscriptions.c.epoch == known.epoch)
        .values(epoch=epoch)
    )
    if result.rowcount != 1:
        raise FencedError(f"{known.key} was adopted by another worker")
    return replace(known, epoch=epoch)
