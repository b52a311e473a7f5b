"""Groups and their alerts in their tables: loading and saving by batch, nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, delete, func, select

from services.notify.pipeline.grouping import Member
from services.notify.tables import groups, members, outbox, sent
from shared.database.bulk import insert_rows, select_by_keys, upsert_rows

_GROUP = tuple(str(column.name) for column in groups.columns)
_MEMBER = tuple(str(column.name) for column in members.columns)


class Group(NamedTuple):
    """One person's alerts of one route that share labels."""

    group_id: str
    route: str
    channel: str
    recipient: str
    #: JSON.
    labels: str
    flush_at: int
    sent_at: int
    sent_count: int


def take_outbox(connection: Connection, limit: int) -> list[Mapping[str, Any]]:
    """Return the oldest alert events that wait, and remove them."""
    rows = [dict(row) for row in connection.execute(select(outbox).order_by(outbox.c.position).limit(limit)).mappings()]
    if rows:
        connection.execute(delete(outbox).where(outbox.c.position <= rows[-1]["position"]))
    return [{**row, "body": orjson.loads(row["body"])} for row in rows]


def load(connection: Connection, group_ids: Iterable[str]) -> dict[str, Group]:
    """Return groups by id."""
    return {
        row[0]: Group(*row) for row in select_by_keys(connection, groups, "group_id", sorted(set(group_ids)), _GROUP)
    }


def due(connection: Connection, now: int, limit: int) -> list[Group]:
    """Return groups to look at, the longest due first."""
    query = select(groups).where(groups.c.flush_at <= now).order_by(groups.c.flush_at, groups.c.group_id).limit(limit)
    return [Group(*row) for row in connection.execute(query)]


def next_due(connection: Connection) -> int | None:
    """Return when to look next; 0 while something waits in the outbox."""
    if connection.execute(select(outbox.c.position).limit(1)).first():
        return 0
    found = connection.execute(select(func.min(groups.c.flush_at))).scalar()
    return None if found is None else int(found)


def save(connection: Connection, changed: Iterable[Group]) -> None:
    """Insert or overwrite groups."""
    upsert_rows(connection, groups, ("group_id",), _GROUP, [tuple(group) for group in changed])


def drop(connection: Connection, group_id: str) -> None:
    """Forget a group."""
    connection.execute(delete(groups).where(groups.c.group_id == group_id))


def members_of(connection: Connection, group_id: str) -> list[Member]:
    """Return the alerts of a group."""
    query = select(members).where(members.c.group_id == group_id).order_by(members.c.alert_id)
    return [
        Member(
            row.alert_id,
            row.agency_id,
            row.event,
            row.severity,
            bool(row.firing),
            bool(row.pending),
            bool(row.sent),
            orjson.loads(row.labels),
            row.muted_by,
        )
        for row in connection.execute(query)
    ]


def sent_before(connection: Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bool]:
    """Return which of these alerts are in their groups already, and whether anything was told of them."""
    ids = sorted({alert_id for _, alert_id in keys})
    found = select_by_keys(connection, members, "alert_id", ids, ("group_id", "alert_id", "sent"))
    wanted = set(keys)
    return {(row[0], row[1]): bool(row[2]) for row in found if (row[0], row[1]) in wanted}


def save_members(connection: Connection, changed: Iterable[tuple[str, Member]]) -> None:
    """Insert or overwrite alerts of groups."""
    rows = [
        (
            group_id,
            one.alert_id,
            one.agency_id,
            one.event,
            one.severity,
            int(one.firing),
            int(one.pending),
            int(one.sent),
            one.muted_by,
            orjson.dumps(one.labels).decode(),
        )
        for group_id, one in changed
    ]
    upsert_rows(connection, members, ("group_id", "alert_id"), _MEMBER, rows)


def drop_members(connection: Connection, group_id: str, gone: Sequence[Member]) -> None:
    """Forget alerts of a group."""
    for start in range(0, len(gone), 500):
        ids = [one.alert_id for one in gone[start : start + 500]]
        connection.execute(delete(members).where(members.c.group_id == group_id, members.c.alert_id.in_(ids)))


def log_sent(connection: Connection, delivery_id: str, told: Sequence[Member]) -> None:
    """Note which alerts a message tells of."""
    rows = [(delivery_id, one.alert_id, one.event) for one in told]
    insert_rows(connection, sent, ("delivery_id", "alert_id", "event"), rows)
