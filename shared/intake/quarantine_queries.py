"""Looks into the quarantine: for people and agencies, and for the sweep of waiting items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from shared.eventstore.store import QuarantineEntry
from shared.eventstore.tables import quarantine

COLUMNS = [quarantine.c[field.name] for field in fields(QuarantineEntry)]
_OPEN = quarantine.c.settled_at.is_(None)


def waiting(connection: Connection, after: int, limit: int) -> tuple[list[QuarantineEntry], int]:
    """Return open waiting entries behind a place in the order of arrival, and the place of the last one."""
    query = (
        select(quarantine.c.seq, *COLUMNS)
        .where(_OPEN, quarantine.c.status == "waiting", quarantine.c.seq > after)
        .order_by(quarantine.c.seq)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    return [QuarantineEntry(*row[1:]) for row in rows], (rows[-1][0] if rows else 0)


def open_items(
    connection: Connection,
    *,
    agencies: Sequence[str] | None,
    status: str | None,
    limit: int,
    waiting_before: int | None = None,
) -> list[QuarantineEntry]:
    """Return open entries, the latest first; `agencies` limits them to records of, or pushes by, these.

    With `waiting_before` only those that wait and first came before that instant (microseconds).
    """
    query = select(*COLUMNS).where(_OPEN).order_by(quarantine.c.received_at.desc()).limit(limit)
    if agencies is not None:
        columns = quarantine.c
        query = query.where(
            or_(columns.source.in_(agencies), columns.agency_id.in_(agencies), columns.asserter.in_(agencies))
        )
    if status is not None:
        query = query.where(quarantine.c.status == status)
    if waiting_before is not None:
        query = query.where(quarantine.c.status == "waiting", quarantine.c.first_received_at < waiting_before)
    return _entries(connection, query)


def by_id(connection: Connection, item_id: str) -> QuarantineEntry | None:
    """Return the open entry with an id."""
    found = _entries(connection, select(*COLUMNS).where(_OPEN, quarantine.c.id == item_id))
    return found[0] if found else None


def by_event(connection: Connection, source: str, event_id: str) -> QuarantineEntry | None:
    """Return the latest open entry of an event."""
    query = (
        select(*COLUMNS)
        .where(_OPEN, quarantine.c.source == source, quarantine.c.event_id == event_id)
        .order_by(quarantine.c.received_at.desc())
        .limit(1)
    )
    found = _entries(connection, query)
    return found[0] if found else None


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of open entries by status."""
    query = select(quarantine.c.status, func.count()).where(_OPEN).group_by(quarantine.c.status)
    return {status: int(count) for status, count in connection.execute(query)}


def _entries(connection: Connection, query: Select[Any]) -> list[QuarantineEntry]:
    return [QuarantineEntry(*row) for row in connection.execute(query)]
