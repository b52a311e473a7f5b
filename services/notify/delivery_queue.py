"""The queue of deliveries in its table: what is due, taking a row, and settling it.

A row is taken by moving its `due_at` to the end of a lease, guarded by what was read: of several
workers one gets it, and a crash gives it back when the lease ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select, update

from services.notify.tables import deliveries, disabled_webhooks
from shared import clock
from shared.database.bulk import insert_new_rows
from shared.eventsourcing.derived import DerivedEvent

#: Statuses that a worker takes; `sending` only once its lease has ended.
OPEN = ("waiting", "sending")

Row = dict[str, Any]


def due(connection: Connection, now: int, limit: int) -> list[Row]:
    """Return rows that may be taken now, the longest due first; `body` decoded."""
    query = (
        select(deliveries)
        .where(deliveries.c.status.in_(OPEN), deliveries.c.due_at <= now)
        .order_by(deliveries.c.due_at, deliveries.c.delivery_id)
        .limit(limit)
    )
    return [{**row, "body": orjson.loads(row["body"])} for row in connection.execute(query).mappings()]


def next_due(connection: Connection) -> int | None:
    """Return when the next row may be taken, None where none waits."""
    query = select(func.min(deliveries.c.due_at)).where(deliveries.c.status.in_(OPEN))
    found = connection.execute(query).scalar()
    return None if found is None else int(found)


def change(connection: Connection, row: Mapping[str, Any], **values: Any) -> bool:
    """Change a row if nobody else has changed it since it was read; return whether it was."""
    columns = deliveries.c
    statement = (
        update(deliveries)
        .where(
            columns.delivery_id == row["delivery_id"],
            columns.status == row["status"],
            columns.tries == row["tries"],
            columns.due_at == row["due_at"],
        )
        .values(**values)
    )
    return connection.execute(statement).rowcount == 1


def send_again(connection: Connection | None, delivery_id: str, now: int) -> str | None:
    """Queue a delivery once more that is through, as one of its own; return its id, None where there is none.

    The old one stays in the log as it ended. Its message keeps its id where the receiver may know it from (webhook-id
    and Message-ID follow the delivery), so it is a new one that is sent.
    """
    if connection is None:
        raise TypeError("deliveries are kept in tables; the in-memory store has none")
    row = connection.execute(select(deliveries).where(deliveries.c.delivery_id == delivery_id)).mappings().first()
    if row is None or row["status"] in OPEN:
        return None
    again = f"dlv-{sha256(f'{delivery_id}/{now}'.encode()).hexdigest()[:32]}"
    values = {**row, "delivery_id": again, "status": "waiting", "tries": 0, "error": ""}
    connection.execute(insert(deliveries).values(**{**values, "due_at": now, "created_at": now, "changed_at": now}))
    return again


def disabled(connection: Connection) -> set[str]:
    """Return the address digests of webhooks that asked not to be called any more."""
    return set(connection.execute(select(disabled_webhooks.c.address_digest)).scalars())


def disable(connection: Connection, address_digest: str, now: int) -> None:
    """Note that a webhook asked not to be called any more."""
    columns = ("address_digest", "disabled_at")
    insert_new_rows(connection, disabled_webhooks, columns[:1], columns, [(address_digest, now)])


def happened(row: Mapping[str, Any], name: str, n: int, now: int, error: str = "", next_at: int = 0) -> DerivedEvent:
    """Return the event that says what became of a try."""
    data: dict[str, Any] = {
        "alert_id": row["alert_id"],
        "channel": row["channel"],
        "recipient": row["recipient"],
        "n": n,
    }
    if name in ("failed", "dead"):
        data["error"] = error.strip()[:500] or "unknown"
    if name == "failed":
        data["next_at"] = clock.to_rfc3339(next_at)
    return DerivedEvent(
        type=f"qms.delivery.{name}",
        source=row["agency_id"],
        subject=row["delivery_id"],
        event_id=f"{row['delivery_id']}-{n}-{name}",
        occurred_at=now,
        data=data,
    )
