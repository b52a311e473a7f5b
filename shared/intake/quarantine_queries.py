"""Looks into the quarantine: for people and agencies, and for the sweep of waiting items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, LargeBinary, Select, and_, case, func, not_, or_, select

from shared.database import bulk
from shared.eventstore.store import QuarantineEntry
from shared.eventstore.tables import quarantine
from shared.intake.cutting import HEAD

COLUMNS = [quarantine.c[field.name] for field in fields(QuarantineEntry)]
_OPEN = quarantine.c.settled_at.is_(None)
#: Refused to somebody who only claimed to speak for the source (`shared.intake.quarantine.filed_under`).
_FOREIGN = and_(
    quarantine.c.status == "refused",
    quarantine.c.agency_id == quarantine.c.asserter,
    quarantine.c.source != quarantine.c.asserter,
)


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


#: Columns with the head of the text instead of the text, which may be large.
_LIGHT = [func.substr(column, 1, HEAD, type_=LargeBinary) if column.name == "raw" else column for column in COLUMNS]
#: Bytes of texts that one list reads; an entry of its own is read whole.
TEXT_BYTES = 1024 * 1024


class Listed(NamedTuple):
    """An entry of a list."""

    entry: QuarantineEntry
    #: Whether `entry.raw` is all that is kept; else it is the first bytes (`shared.intake.cutting.HEAD`).
    whole: bool


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What open entries may be narrowed to beside their status."""

    #: Records of, or pushes by, this agency.
    agency_id: str | None = None
    #: Why they were refused, or wait.
    code: str | None = None
    #: Only those that wait and first came before this instant, microseconds.
    waiting_before: int | None = None


_ALL = Narrowed()


def open_items(
    connection: Connection,
    *,
    agencies: Sequence[str] | None,
    status: str | None,
    limit: int,
    narrowed: Narrowed = _ALL,
) -> list[Listed]:
    """Return open entries, the latest first; `agencies` limits them to records of, or pushes by, these: what they may see."""
    query = (
        select(func.length(quarantine.c.raw), *_LIGHT)
        .where(_OPEN)
        .order_by(quarantine.c.received_at.desc())
        .limit(limit)
    )
    if agencies is not None:
        query = query.where(shown_to(agencies))
    if narrowed.agency_id is not None:
        query = query.where(_of([narrowed.agency_id]))
    if narrowed.code is not None:
        query = query.where(quarantine.c.code == narrowed.code)
    if status is not None:
        query = query.where(quarantine.c.status == status)
    if narrowed.waiting_before is not None:
        query = query.where(quarantine.c.status == "waiting", quarantine.c.first_received_at < narrowed.waiting_before)
    rows = connection.execute(query).all()
    return _with_texts(connection, [(int(row[0]), QuarantineEntry(*row[1:])) for row in rows])


def _with_texts(connection: Connection, found: Sequence[tuple[int, QuarantineEntry]]) -> list[Listed]:
    """Read the texts of entries, of as many as fit into the budget; a large one does not keep small ones from being read."""
    left, fitting = TEXT_BYTES, set()
    for size, entry in found:
        if size <= left:
            left -= size
            fitting.add(entry.key)
    rows = bulk.select_by_keys(connection, quarantine, "key", sorted(fitting), ("key", "raw"))
    texts = {bytes(key): bytes(raw) for key, raw in rows}
    return [
        Listed(replace(entry, raw=texts[entry.key]), True) if entry.key in texts else Listed(entry, False)
        for _size, entry in found
    ]


def shown_to(agencies: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition for what agencies may see: what they pushed, and what is theirs; not what others claimed for them."""
    columns = quarantine.c
    own = and_(columns.source.in_(agencies), not_(_FOREIGN))
    return or_(own, columns.agency_id.in_(agencies), columns.asserter.in_(agencies))


def _of(agencies: Sequence[str]) -> ColumnElement[bool]:
    columns = quarantine.c
    return or_(columns.source.in_(agencies), columns.agency_id.in_(agencies), columns.asserter.in_(agencies))


def by_id(connection: Connection, item_id: str) -> QuarantineEntry | None:
    """Return the open entry with an id."""
    found = _entries(connection, select(*COLUMNS).where(_OPEN, quarantine.c.id == item_id))
    return found[0] if found else None


def by_event(
    connection: Connection, source: str, event_id: str, *, seen_by: str | None = None
) -> QuarantineEntry | None:
    """Return the open entry that says most about an event: one that waits, else the latest refused; others' claims last.

    Args:
        connection: A reading transaction.
        source: Agency that the event says to be from.
        event_id: Its id there.
        seen_by: Agency that asks: it is not told what others were refused who only claimed to speak for the source.
    """
    columns = quarantine.c
    query = select(*COLUMNS).where(_OPEN, columns.source == source, columns.event_id == event_id)
    if seen_by is not None:
        query = query.where(or_(not_(_FOREIGN), columns.asserter == seen_by))
    order = case((columns.status == "waiting", 0), (_FOREIGN, 2), else_=1)
    found = _entries(connection, query.order_by(order, columns.received_at.desc()).limit(1))
    return found[0] if found else None


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of open entries by status."""
    query = select(quarantine.c.status, func.count()).where(_OPEN).group_by(quarantine.c.status)
    return {status: int(count) for status, count in connection.execute(query)}


def _entries(connection: Connection, query: Select[Any]) -> list[QuarantineEntry]:
    return [QuarantineEntry(*row) for row in connection.execute(query)]
