"""What a log needs after a backup of its database was put back: proof that it is whole, and a new epoch.

Works on the database from outside, while no process of the service runs. Knows nothing of how backups are made
(`deploy/backup` does).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, select, update

from shared.eventstore import heads
from shared.eventstore.epochs import epoch_after
from shared.eventstore.errors import EventStoreError, LogMissingError
from shared.eventstore.tables import events, log_head, subscriptions

_PAGE = 5000
#: Prefix of a leaf in a Merkle tree (RFC 6962, section 2.1), as the log stores its digests.
_LEAF = b"\x00"


class LogBrokenError(EventStoreError):
    """A log is not what its counter says: the text names the position."""


@dataclass(frozen=True, slots=True)
class CheckedLog:
    """What was found of one partition."""

    partition: int
    epoch: str
    #: Number of events, at the same time the last position.
    position: int


def check_log(connection: Connection) -> list[CheckedLog]:
    """Read every event: positions 1 to n, times that increase, and the digest of every body.

    Raises:
        LogBrokenError: something is missing, out of order or altered.
    """
    rows = connection.execute(select(log_head).order_by(log_head.c.partition)).all()
    if not rows:
        raise LogMissingError(0)
    for row in rows:
        _check_partition(connection, row.partition, row.position)
    return [CheckedLog(row.partition, row.epoch, row.position) for row in rows]


def _check_partition(connection: Connection, partition: int, head: int) -> None:
    position, recorded_at = 0, 0
    columns = events.c
    query = select(columns.position, columns.recorded_at, columns.body, columns.digest)
    while page := connection.execute(
        query.where(columns.partition == partition, columns.position > position).order_by(columns.position).limit(_PAGE)
    ).all():
        for found in page:
            _check_event(found.position, position + 1, found.recorded_at > recorded_at, found.body, found.digest)
            position, recorded_at = found.position, found.recorded_at
    if position != head:
        raise LogBrokenError(f"the counter of partition {partition} stands at {head}, the last event at {position}")


def _check_event(position: int, expected: int, is_later: bool, body: bytes, digest: bytes) -> None:  # noqa: FBT001
    if position != expected:
        raise LogBrokenError(f"position {expected} is missing")
    if not is_later:
        raise LogBrokenError(f"position {position} was recorded before the one in front of it")
    if sha256(_LEAF + bytes(body)).digest() != bytes(digest):
        raise LogBrokenError(f"position {position} does not have the digest that it was recorded with")


def begin_new_epoch(connection: Connection, service: str) -> list[CheckedLog]:
    """Give every partition a new epoch that names where it left the old one; return how they stand now.

    What the service itself has built from its own log came out of the same backup, so that it goes along.
    """
    renewed = []
    for row in connection.execute(select(log_head).order_by(log_head.c.partition)).all():
        held = heads.hold(connection, row.partition)
        epoch = epoch_after(held.epoch, held.position)
        connection.execute(update(log_head).where(log_head.c.partition == row.partition).values(epoch=epoch))
        own = subscriptions.c
        connection.execute(
            update(subscriptions)
            .where(own.source == service, own.partition == row.partition, own.epoch == held.epoch)
            .values(epoch=epoch)
        )
        renewed.append(CheckedLog(row.partition, epoch, held.position))
    return renewed
