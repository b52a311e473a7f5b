"""Groups and their alerts in their tables: loading and saving by batch, nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, bindparam, delete, func, select

from services.notify.pipeline.grouping import Member
from services.notify.tables import deliveries, groups, members, outbox, sent
from shared.database.bulk import insert_rows, select_by_keys, upsert_rows

_GROUP = tuple(str(column.name) for column in groups.columns)
_DELIVERY = tuple(str(column.name) for column in deliveries.columns)
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


def cut(connection: Connection, some: Sequence[Group], most: int) -> list[Group]:
    """Return as many of the groups as have `most` alerts together, at least one: a burst puts thousands into each."""
    ids = [group.group_id for group in some]
    query = select(members.c.group_id, func.count()).where(members.c.group_id.in_(ids)).group_by(members.c.group_id)
    counted = {group_id: int(count) for group_id, count in connection.execute(query)}
    sums = accumulate(counted.get(group_id, 0) for group_id in ids)
    return [group for number, (group, total) in enumerate(zip(some, sums, strict=True)) if total <= most or not number]


def members_of(connection: Connection, some: Sequence[Group]) -> dict[str, list[Member]]:
    """Return the alerts of groups by the group's id, in the order of their ids."""
    found: dict[str, list[Member]] = {group.group_id: [] for group in some}
    query = select(members).where(members.c.group_id.in_(list(found))).order_by(members.c.alert_id)
    for row in connection.execute(query):
        one = Member(
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
        found[row.group_id].append(one)
    return found


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


@dataclass(slots=True)
class Changes:
    """What looking at groups changes, written at once: a person with many groups costs no more statements than one."""

    kept: list[Group] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    #: Alerts that stay in their groups, and those that are forgotten, with the group's id.
    members: list[tuple[str, Member]] = field(default_factory=list)
    gone: list[tuple[str, Member]] = field(default_factory=list)
    #: Rows of the delivery queue, and of what each message tells of.
    deliveries: list[tuple[Any, ...]] = field(default_factory=list)
    told: list[tuple[str, str, str]] = field(default_factory=list)

    def write(self, connection: Connection) -> None:
        """Write everything down."""
        if self.gone:
            pairs = [{"of_group": group_id, "alert": one.alert_id} for group_id, one in self.gone]
            own = (members.c.group_id == bindparam("of_group"), members.c.alert_id == bindparam("alert"))
            connection.execute(delete(members).where(*own), pairs)
        save_members(connection, self.members)
        if self.dropped:
            connection.execute(delete(groups).where(groups.c.group_id.in_(self.dropped)))
        save(connection, self.kept)
        insert_rows(connection, deliveries, _DELIVERY, self.deliveries)
        insert_rows(connection, sent, ("delivery_id", "alert_id", "event"), self.told)
