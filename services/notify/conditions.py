"""Keeps conditions and deadlines in tables: loads and saves by batch, nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, delete, func, select

from services.notify.domain.condition import Condition
from services.notify.tables import conditions, deadlines, topics
from shared.database.bulk import delete_by_keys, select_by_keys, upsert_rows

_CHUNK = 500
#: Fields of a condition that name an event.
_EVENTS = ("last_event", "dismissed", "cause")


class Deadline(NamedTuple):
    """Something to be looked at at a time."""

    id: str
    #: `condition`, `escalation`, `progress` or `closing`.
    kind: str
    #: Microseconds since the epoch.
    due_at: int
    condition_id: str
    detail: Mapping[str, Any]


def condition_id(rule: str, key: str) -> str:
    """Return the id of a condition's row."""
    return f"{rule}|{key}"


def load(connection: Connection, ids: Iterable[str]) -> dict[str, Condition]:
    """Return the conditions that exist among the ids."""
    rows = select_by_keys(connection, conditions, "id", sorted(set(ids)), ("id", "body"))
    return {row_id: _decode(body) for row_id, body in rows}


def of_alerts(connection: Connection, alert_ids: Iterable[str]) -> dict[str, Condition]:
    """Return the conditions whose present or last alert is one of these, by their ids."""
    rows = select_by_keys(connection, conditions, "alert_id", sorted(set(alert_ids)), ("id", "body"))
    return {row_id: _decode(body) for row_id, body in rows}


def find(connection: Connection, rule: str, topic: str) -> list[str]:
    """Return the ids of a rule's conditions whose facts named this topic."""
    query = select(topics.c.condition_id).where(topics.c.rule == rule, topics.c.topic == topic)
    return list(connection.execute(query.order_by(topics.c.condition_id)).scalars())


def file(connection: Connection, entries: Iterable[tuple[str, str, str]]) -> None:
    """Note `(rule, topic, condition id)`, so that `find` finds them."""
    columns = ("rule", "topic", "condition_id")
    upsert_rows(connection, topics, columns, columns, sorted(set(entries)))


def save(connection: Connection, changed: Mapping[str, Condition]) -> None:
    """Insert or overwrite conditions."""
    rows = [
        (row_id, condition.alert_id, orjson.dumps(condition).decode()) for row_id, condition in sorted(changed.items())
    ]
    upsert_rows(connection, conditions, ("id",), ("id", "alert_id", "body"), rows)


def set_deadlines(connection: Connection, wanted: Iterable[Deadline]) -> None:
    """Insert deadlines or move the ones that exist."""
    rows = [(item.id, item.kind, item.due_at, item.condition_id, orjson.dumps(item.detail).decode()) for item in wanted]
    upsert_rows(connection, deadlines, ("id",), ("id", "kind", "due_at", "condition_id", "detail"), rows)


def drop_deadlines(connection: Connection, ids: Sequence[str]) -> None:
    """Remove deadlines by id."""
    delete_by_keys(connection, deadlines, "id", ids)


def drop_escalations(connection: Connection, condition_ids: Sequence[str]) -> None:
    """Remove the pending levels of the alerts of these conditions."""
    for start in range(0, len(condition_ids), _CHUNK):
        chunk = condition_ids[start : start + _CHUNK]
        connection.execute(
            delete(deadlines).where(deadlines.c.kind == "escalation", deadlines.c.condition_id.in_(chunk))
        )


def next_due(connection: Connection) -> int | None:
    """Return when the next deadline is due, None where there is none."""
    found = connection.execute(select(func.min(deadlines.c.due_at))).scalar()
    return None if found is None else int(found)


def due(connection: Connection, now: int, limit: int) -> list[Deadline]:
    """Return the deadlines up to an instant, the oldest first."""
    columns = deadlines.c
    query = (
        select(columns.id, columns.kind, columns.due_at, columns.condition_id, columns.detail)
        .where(columns.due_at <= now)
        .order_by(columns.due_at, columns.id)
        .limit(limit)
    )
    return [
        Deadline(row.id, row.kind, row.due_at, row.condition_id, orjson.loads(row.detail))
        for row in connection.execute(query)
    ]


def _decode(body: str) -> Condition:
    fields = orjson.loads(body)
    for name in _EVENTS:
        event = fields.get(name)
        fields[name] = None if event is None else (event[0], event[1])
    return Condition(**fields)
