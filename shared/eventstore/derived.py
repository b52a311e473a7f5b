"""The queue of derived events in a service's database, for consumers and the committer alike.

A consumer puts what its policies derived in the transaction of its checkpoint; the committer takes it in the
transaction of the append. A crash between the two loses nothing and repeats nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, select

from shared.database.bulk import delete_by_keys, insert_new_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.tables import derived_events
from shared.ids import event_key


def put_derived(connection: Connection, events: Sequence[DerivedEvent]) -> None:
    """Queue events; one that waits in the queue already is not queued again."""
    rows = [(derived_key(event), encode_derived(event)) for event in events]
    insert_new_rows(connection, derived_events, ["key"], ["key", "payload"], rows)


def take_derived(connection: Connection, limit: int) -> list[DerivedEvent]:
    """Return the oldest events and remove them; another taker waits until this transaction ends."""
    oldest = (
        select(derived_events.c.seq, derived_events.c.payload)
        .order_by(derived_events.c.seq)
        .limit(limit)
        .with_for_update()
    )
    rows = connection.execute(oldest).all()
    delete_by_keys(connection, derived_events, "seq", [row.seq for row in rows])
    return [decode_derived(row.payload) for row in rows]


def derived_key(event: DerivedEvent) -> bytes:
    """Return the idempotency key that the event will have in the log."""
    return event_key(event.source, event.event_id)


def encode_derived(event: DerivedEvent) -> bytes:
    """Return the event as JSON."""
    return orjson.dumps(event)


def decode_derived(payload: bytes) -> DerivedEvent:
    """Return the event of `encode_derived`."""
    fields = orjson.loads(payload)
    causation = fields.pop("causation")
    return DerivedEvent(**fields, causation=None if causation is None else (causation[0], causation[1]))
