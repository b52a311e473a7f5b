"""The facts behind each condition, so that it can be folded again without those that were corrected or retracted.

Owns the table and its rows. Only records are kept so; rules that watch every sign of life (A11) are not: a fact that
is taken back was a sign of life all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import BigInteger, Column, Connection, Index, LargeBinary, Table, Text, delete, select

from services.notify.domain.evaluators import Seen
from services.notify.tables import NOTIFY
from shared.database.bulk import upsert_rows
from shared.eventsourcing import Fact
from shared.eventstore.records import RecordedEvent

condition_facts = Table(
    "notify_condition_facts",
    NOTIFY,
    Column("condition_id", Text, primary_key=True),
    #: Service and position in its log: the order in which facts were folded.
    Column("service", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    #: Instant of recording, microseconds: the order of facts from several services.
    Column("recorded_at", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    #: JSON of what the evaluators saw.
    Column("body", LargeBinary, nullable=False),
    Index("ix_notify_condition_facts_event", "source", "event_id"),
)

_KEY = ("condition_id", "service", "position")


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact that belongs to a condition."""

    condition_id: str
    seen: Seen
    event: RecordedEvent

    def row(self) -> tuple[Any, ...]:
        """Return the row to store."""
        event = self.event
        body = orjson.dumps([self.seen.fact, self.seen.service, self.seen.recorded_day])
        return (
            *(self.condition_id, event.service, event.position),
            *(event.recorded_at, event.source, event.event_id, body),
        )


def keep(connection: Connection, facts: Iterable[Kept]) -> None:
    """Store facts; one that is there already stays as it is."""
    columns = [column.name for column in condition_facts.columns]
    rows = {row[:3]: row for row in (fact.row() for fact in facts)}
    upsert_rows(connection, condition_facts, _KEY, columns, list(rows.values()))


def holding(connection: Connection, source: str, event_id: str) -> list[str]:
    """Return the ids of the conditions that an event is a fact of."""
    columns = condition_facts.c
    query = select(columns.condition_id).where(columns.source == source, columns.event_id == event_id)
    return sorted(set(connection.execute(query).scalars()))


def drop(connection: Connection, source: str, event_id: str) -> None:
    """Forget an event in all conditions."""
    columns = condition_facts.c
    connection.execute(delete(condition_facts).where(columns.source == source, columns.event_id == event_id))


def of_condition(connection: Connection, condition_id: str) -> list[Seen]:
    """Return the facts of a condition in the order in which they came."""
    columns = condition_facts.c
    query = (
        select(columns.body)
        .where(columns.condition_id == condition_id)
        .order_by(columns.recorded_at, columns.service, columns.position)
    )
    return [_seen(body) for body in connection.execute(query).scalars()]


def _seen(body: bytes) -> Seen:
    fact, service, recorded_day = orjson.loads(body)
    return Seen(Fact(**fact), service, recorded_day)
