"""The facts behind each condition, so that it can be folded again without those that were corrected or retracted.

Owns the table and its rows. Only records are kept so; rules that watch every sign of life (A11) are not: a fact that
is taken back was a sign of life all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    LargeBinary,
    Table,
    Text,
    delete,
    select,
    tuple_,
)

from services.notify.domain.evaluators import Seen
from services.notify.tables import NOTIFY
from shared.database.bulk import select_by_keys, upsert_rows
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
#: Events named in one statement.
_CHUNK = 500

#: `(source, event id)`.
EventName = tuple[str, str]


class Fold(NamedTuple):
    """A fact of a condition, and its place among the others."""

    #: When it was recorded, its service, and its position there.
    order: tuple[int, str, int]
    seen: Seen


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact that belongs to a condition."""

    condition_id: str
    seen: Seen
    event: RecordedEvent

    @property
    def fold(self) -> Fold:
        """Return the fact in its place."""
        event = self.event
        return Fold((event.recorded_at, event.service, event.position), self.seen)

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


def holding(connection: Connection, events: Sequence[EventName]) -> dict[EventName, list[str]]:
    """Return the ids of the conditions that each of some events is a fact of; nothing of those that are none."""
    columns = condition_facts.c
    held: dict[EventName, list[str]] = {}
    for named in _naming(events):
        query = select(columns.source, columns.event_id, columns.condition_id).where(named)
        for source, event_id, row_id in connection.execute(query.order_by(columns.condition_id)):
            held.setdefault((source, event_id), []).append(row_id)
    return held


def drop(connection: Connection, events: Sequence[EventName]) -> None:
    """Forget events in all conditions."""
    for named in _naming(events):
        connection.execute(delete(condition_facts).where(named))


def of_conditions(connection: Connection, ids: Collection[str]) -> dict[str, list[Fold]]:
    """Return the facts of conditions, in any order; `in_order` says which came first."""
    wanted = ("condition_id", "recorded_at", "service", "position", "body")
    facts: dict[str, list[Fold]] = {}
    for row_id, *order, body in select_by_keys(connection, condition_facts, "condition_id", sorted(ids), wanted):
        recorded_at, service, position = order
        facts.setdefault(row_id, []).append(Fold((recorded_at, service, position), _seen(body)))
    return facts


def in_order(facts: Iterable[Fold]) -> list[Seen]:
    """Return what the evaluators saw in the order in which it came."""
    return [fold.seen for fold in sorted(facts, key=lambda fold: fold.order)]


def _naming(events: Sequence[EventName]) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that name the events, a number of them each."""
    name = tuple_(condition_facts.c.source, condition_facts.c.event_id)
    for start in range(0, len(events), _CHUNK):
        yield name.in_(events[start : start + _CHUNK])


def _seen(body: bytes) -> Seen:
    fact, service, recorded_day = orjson.loads(body)
    return Seen(Fact(**fact), service, recorded_day)
