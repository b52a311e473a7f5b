"""Proving a log whole: positions 1 to n, times that increase, the digest of every body.

Reads and changes nothing. Used after a restore (`restoring`) and all the time by a running service
(`shared.observability.log_check`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from shared.eventstore.errors import EventStoreError, LogMissingError
from shared.eventstore.leaves import leaf_hash
from shared.eventstore.tables import events, log_head

PAGE = 5000


class LogBrokenError(EventStoreError):
    """A log is not what its counter says: the text names the position."""


@dataclass(frozen=True, slots=True)
class CheckedLog:
    """What was found of one partition."""

    partition: int
    epoch: str
    #: Number of events, at the same time the last position.
    position: int


@dataclass(frozen=True, slots=True)
class Place:
    """How far a check has come: everything up to here is in order."""

    position: int = 0
    #: When that event was recorded, microseconds.
    recorded_at: int = 0


def check_log(connection: Connection) -> list[CheckedLog]:
    """Read every event of every partition.

    Raises:
        LogBrokenError: something is missing, out of order or altered.
        LogMissingError: there is no log at all.
    """
    rows = connection.execute(select(log_head).order_by(log_head.c.partition)).all()
    if not rows:
        raise LogMissingError(0)
    for row in rows:
        place = Place()
        while (further := check_page(connection, row.partition, place)) != place:
            place = further
        if place.position != row.position:
            stands = f"the counter of partition {row.partition} stands at {row.position}"
            raise LogBrokenError(f"{stands}, the last event at {place.position}")
    return [CheckedLog(row.partition, row.epoch, row.position) for row in rows]


def check_page(connection: Connection, partition: int, place: Place, limit: int = PAGE) -> Place:
    """Check the events behind a place; return the new place, the same at the end of the log.

    Raises:
        LogBrokenError: something is missing, out of order or altered.
    """
    columns = events.c
    rows = connection.execute(
        select(columns.position, columns.recorded_at, columns.body, columns.digest)
        .where(columns.partition == partition, columns.position > place.position)
        .order_by(columns.position)
        .limit(limit)
    )
    for position, recorded_at, body, digest in rows:
        if position != place.position + 1:
            raise LogBrokenError(f"position {place.position + 1} is missing")
        if recorded_at <= place.recorded_at:
            raise LogBrokenError(f"position {position} was recorded before the one in front of it")
        if leaf_hash(bytes(body)) != bytes(digest):
            raise LogBrokenError(f"position {position} does not have the digest that it was recorded with")
        place = Place(position, recorded_at)
    return place
