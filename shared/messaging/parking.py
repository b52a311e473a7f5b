"""Poison: events that a consumer could not apply, kept with all later events of their streams.

Whatever is not in such a stream flows on. Rows are kept after a replay, with `replayed_at`. Messages that could
not even be read are kept too, under negative positions: their events come from the feed, the bytes tell why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, update

from shared import clock
from shared.database.bulk import fetch_rows
from shared.database.engine import Database
from shared.eventstore.derived import put_derived
from shared.eventstore.records import RecordedEvent
from shared.eventstore.tables import parked_events, subscriptions
from shared.eventstore.wire import from_wire, to_wire
from shared.messaging.checkpoint import SubscriptionKey
from shared.messaging.consumer import Consumer
from shared.messaging.errors import is_transient

#: An event that the consumer refused, one that waits behind such a one, and an unreadable message.
POISON = "POISON"
BEHIND = "BEHIND_POISON"
MALFORMED = "MALFORMED_MESSAGE"
PARKED_REASONS = (POISON, BEHIND, MALFORMED)
_DETAIL_LENGTH = 2000
_PARKED_STREAMS = """
SELECT DISTINCT stream FROM parked_events WHERE consumer = ? AND version = ? AND position > 0 AND replayed_at IS NULL
"""


def stream_of(event: RecordedEvent) -> str:
    """Return the stream that an event belongs to, as text: aggregate, source, subject."""
    return f"{event.aggregate}:{event.source}:{event.subject}"


def parked_streams(connection: Connection, consumer: str, version: int) -> set[str]:
    """Return the streams that have parked events."""
    return {stream for (stream,) in fetch_rows(connection, _PARKED_STREAMS, [consumer, version])}


def parked_count(connection: Connection) -> int:
    """Return how many events are parked, those of all consumers together."""
    columns = parked_events.c
    condition = and_(columns.position > 0, columns.replayed_at.is_(None))
    return int(connection.execute(select(func.count()).select_from(parked_events).where(condition)).scalar_one())


def park(
    connection: Connection, key: SubscriptionKey, events: Iterable[RecordedEvent], reason: str, detail: str
) -> None:
    """Keep events; an event that was parked and replayed before is parked anew."""
    rows = [
        {
            **_where(key, event.position),
            "stream": stream_of(event),
            "type": event.type,
            "agency_id": event.agency_id,
            "reason": reason,
            "detail": detail[:_DETAIL_LENGTH],
            "attempts": 1,
            "parked_at": clock.now(),
            "body": to_wire(event),
            "replayed_at": None,
        }
        for event in events
    ]
    if rows:
        connection.execute(_insert(connection), rows)


def park_message(connection: Connection, key: SubscriptionKey, body: bytes, detail: str) -> None:
    """Keep the raw bytes of an unreadable message; the same bytes are kept once."""
    number = -int.from_bytes(sha256(body).digest()[:7])
    row: dict[str, Any] = {
        **_where(key, number),
        "stream": "",
        "type": "",
        "agency_id": "",
        "reason": MALFORMED,
        "detail": detail[:_DETAIL_LENGTH],
        "attempts": 1,
        "parked_at": clock.now(),
        "body": body,
        "replayed_at": None,
    }
    connection.execute(_insert(connection), [row])


def oldest_parked_at(connection: Connection, consumer: str, version: int) -> int | None:
    """Return the least `recorded_at` of the parked events, None if none is parked."""
    columns = parked_events.c
    rows = connection.execute(
        select(columns.source, columns.partition, columns.position, columns.body)
        .where(_open(consumer, version))
        .order_by(columns.source, columns.partition, columns.position)
    )
    # Positions and instants ascend together within a log, so the first row of each log is enough.
    first: dict[tuple[str, int], bytes] = {}
    for row in rows:
        first.setdefault((row.source, row.partition), row.body)
    return min((from_wire(orjson.loads(body)).recorded_at for body in first.values()), default=None)


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a replay did."""

    applied: int = 0
    #: Streams whose next event still cannot be applied, with the error.
    failed: tuple[tuple[str, str], ...] = ()


def replay(database: Database, consumer: Consumer, streams: Sequence[str] | None = None) -> ReplayReport:
    """Apply parked events in order, each in its own transaction, and stop in each stream at the first failure.

    Args:
        database: the consumer's.
        consumer: what parked them.
        streams: by default all streams with parked events.

    Raises:
        DatabaseUnavailableError: try again later; what was applied stays applied.
    """
    wanted = (
        streams
        if streams is not None
        else sorted(database.read(lambda connection: parked_streams(connection, consumer.name, consumer.version)))
    )
    applied, failed = 0, []
    for stream in wanted:
        count, error = _replay_stream(database, consumer, stream)
        applied += count
        if error is not None:
            failed.append((stream, error))
    return ReplayReport(applied, tuple(failed))


def _replay_stream(database: Database, consumer: Consumer, stream: str) -> tuple[int, str | None]:
    count = 0
    while True:
        try:
            if not database.write(lambda connection: _replay_next(connection, consumer, stream)):
                return count, None
        except Exception as error:
            if is_transient(error):
                raise
            text = f"{type(error).__name__}: {error}"
            database.write(partial(_note_failure, consumer=consumer, stream=stream, detail=text))
            return count, text
        count += 1


def _replay_next(connection: Connection, consumer: Consumer, stream: str) -> bool:
    """Apply the oldest parked event of a stream; return False if there is none."""
    _hold_off_subscriptions(connection, consumer)
    row = _next(connection, consumer, stream)
    if row is None:
        return False
    put_derived(connection, consumer.apply(connection, [from_wire(orjson.loads(row.body))]))
    connection.execute(update(parked_events).where(_is(row)).values(replayed_at=clock.now()))
    return True


def _note_failure(connection: Connection, consumer: Consumer, stream: str, detail: str) -> None:
    row = _next(connection, consumer, stream)
    if row is not None:
        values = {"attempts": row.attempts + 1, "detail": detail[:_DETAIL_LENGTH]}
        connection.execute(update(parked_events).where(_is(row)).values(values))


def _hold_off_subscriptions(connection: Connection, consumer: Consumer) -> None:
    """Lock the consumer's checkpoints: every apply begins by moving one, so none runs beside a replay."""
    columns = subscriptions.c
    connection.execute(
        update(subscriptions)
        .where(columns.consumer == consumer.name, columns.version == consumer.version)
        .values(position=columns.position)
    )


def _next(connection: Connection, consumer: Consumer, stream: str) -> Row[Any] | None:
    return connection.execute(
        select(parked_events)
        .where(_open(consumer.name, consumer.version), parked_events.c.stream == stream)
        .order_by(parked_events.c.source, parked_events.c.partition, parked_events.c.position)
        .limit(1)
    ).one_or_none()


def _open(consumer: str, version: int) -> ColumnElement[bool]:
    columns = parked_events.c
    return and_(
        columns.consumer == consumer,
        columns.version == version,
        columns.position > 0,
        columns.replayed_at.is_(None),
    )


def _is(row: Row[Any]) -> ColumnElement[bool]:
    columns = parked_events.c
    return and_(
        columns.consumer == row.consumer,
        columns.version == row.version,
        columns.source == row.source,
        columns.partition == row.partition,
        columns.position == row.position,
    )


def _where(key: SubscriptionKey, position: int) -> dict[str, Any]:
    return {
        "consumer": key.consumer,
        "version": key.version,
        "source": key.source,
        "partition": key.partition,
        "position": position,
    }


def _insert(connection: Connection) -> Any:
    """Return an insert that replaces a row of the same event; both dialects word it alike."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert
    else:
        from sqlalchemy.dialects.sqlite import insert as upsert  # type: ignore[assignment]
    statement = upsert(parked_events)
    changed = ("reason", "detail", "attempts", "parked_at", "replayed_at")
    return statement.on_conflict_do_update(
        index_elements=list(parked_events.primary_key.columns.keys()),
        set_={name: statement.excluded[name] for name in changed},
    )
