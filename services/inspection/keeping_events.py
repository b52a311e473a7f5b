"""The inbox of the views, which sets of tables that were filled from one another have in common.

Owns which events are not there yet, and up to where one set has applied what is there: another set may be further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from shared.database.bulk import fetch_rows
from shared.eventstore.tables import subscriptions

#: Positions in the logs, by service.
Place = Mapping[str, int]

_SERVICE, _PARTITION, _POSITION = 0, 1, 2


def not_kept(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
    """Return those rows of one log that no other set has written before.

    Args:
        connection: in a writing transaction.
        table: the inbox.
        rows: in order of position; service, partition and position come first.
    """
    if not rows:
        return rows
    of_log = rows[0][: _PARTITION + 1]
    there = fetch_rows(
        connection,
        f'SELECT position FROM "{table.name}" WHERE service = ? AND "partition" = ? AND position BETWEEN ? AND ?',  # noqa: S608 - name of our own table
        [*of_log, rows[0][_POSITION], rows[-1][_POSITION]],
    )
    written = {position for (position,) in there}
    return [row for row in rows if row[_POSITION] not in written] if written else rows


def applied_up_to(connection: Connection, consumer: str, version: int) -> Place:
    """Return how far a set is in each log, what is being applied in this transaction included."""
    columns = subscriptions.c
    rows = connection.execute(
        select(columns.source, columns.position).where(columns.consumer == consumer, columns.version == version)
    )
    return {row.source: row.position for row in rows}


def is_in(place: Place, service: str, position: int) -> bool:
    """Return whether an event has been applied; what no checkpoint tells of has been."""
    return position <= place.get(service, position)
