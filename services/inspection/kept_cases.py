"""Where all cases of a kind stand now, kept in memory and brought up to the own log before every answer.

A case changes only with an event of its own in the log, and positions of a log are committed in order (ADR 2): so what was
read at a position is what stands at a later one, but for the streams of the events in between. One memory per database,
process, kind and moment; how cases stood at a past moment is found by `past_cases.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Connection, Engine, select

from services.inspection.cases import Case, case_of, urgency
from shared.database.bulk import select_by_keys
from shared.eventstore.tables import events, log_head, stream_states
from shared.turns import in_turns

#: With more events than this since, all states are read again.
_MANY = 20_000
#: Partition, epoch and position of each part of the own log.
Heads = tuple[tuple[int, str, int], ...]
_Urgency = tuple[Any, ...]
#: Cases by stream, each with its place among the others.
Placed = Mapping[bytes, tuple[_Urgency, Case]]


@dataclass(frozen=True, slots=True)
class Kept:
    """The cases of a kind as of the heads of the log."""

    heads: Heads
    by_stream: Placed
    in_order: Sequence[Case]


class Reading(Protocol):
    """Reads cases of a kind as they stand at some moment."""

    @property
    def aggregate(self) -> str:
        """Kind of case."""
        ...

    def all(self, connection: Connection) -> Placed:
        """Return all of them."""
        ...

    def some(self, connection: Connection, streams: Collection[bytes]) -> Placed:
        """Return those of some streams."""
        ...


# Replaced, never changed, so that threads need no lock; the worst is that two of them read the same.
_memory: WeakKeyDictionary[Engine, dict[str, Kept]] = WeakKeyDictionary()


def kept_cases(connection: Connection, aggregate: str, states: Collection[str] | None = None) -> Sequence[Case]:
    """Return the cases of a kind, or those in some states, as the transaction sees them.

    First what something is expected of, the earliest due first.
    """
    memory = _memory.setdefault(connection.engine, {})
    # Somebody with an older snapshot may come later than one with a newer one: both are right, each with its heads.
    kept = memory[aggregate] = brought_up(connection, memory.get(aggregate), _Now(aggregate))
    found = kept.in_order
    return found if states is None else [one for one in found if one.status in states]


def brought_up(connection: Connection, kept: Kept | None, reading: Reading) -> Kept:
    """Return what is kept brought up to the log as the transaction sees it: only streams with new events are read again."""
    heads = _heads(connection)
    if kept is not None and kept.heads == heads:
        return kept
    changed = _changed(connection, reading.aggregate, kept.heads, heads) if kept is not None else None
    if kept is None or changed is None:
        return _ordered(heads, reading.all(connection))
    if not changed:
        return Kept(heads, kept.by_stream, kept.in_order)
    others = {stream: one for stream, one in kept.by_stream.items() if stream not in changed}
    return _ordered(heads, {**others, **reading.some(connection, changed)})


@dataclass(frozen=True, slots=True)
class _Now:
    """Reads cases as they stand now."""

    aggregate: str

    def all(self, connection: Connection) -> Placed:
        """Return all of them."""
        columns = stream_states.c
        rows = connection.execute(
            select(columns.stream, columns.stream_id, columns.state).where(columns.aggregate == self.aggregate)
        )
        return placed(self.aggregate, rows)

    def some(self, connection: Connection, streams: Collection[bytes]) -> Placed:
        """Return those of some streams."""
        columns = ("stream", "stream_id", "state")
        return placed(self.aggregate, select_by_keys(connection, stream_states, "stream", sorted(streams), columns))


def _heads(connection: Connection) -> Heads:
    columns = log_head.c
    rows = connection.execute(
        select(columns.partition, columns.epoch, columns.position).order_by(columns.partition)
    ).all()
    return tuple((row.partition, row.epoch, row.position) for row in rows)


def _changed(connection: Connection, aggregate: str, before: Heads, now: Heads) -> set[bytes] | None:
    """Return the streams of the kind with events in between; None where they are too many, or the log is another one."""
    if [head[:2] for head in before] != [head[:2] for head in now]:
        return None
    found: set[bytes] = set()
    for (partition, _epoch, after), (*_same, until) in zip(before, now, strict=True):
        if not after <= until <= after + _MANY:
            return None
        columns = events.c
        rows = connection.execute(
            select(columns.stream)
            .where(columns.partition == partition, columns.position > after, columns.position <= until)
            .where(columns.type.startswith(f"qms.{aggregate}.", autoescape=True))
        )
        found.update(bytes(row.stream) for row in rows)
    return found


def placed(aggregate: str, rows: Iterable[Sequence[Any]]) -> dict[bytes, tuple[_Urgency, Case]]:
    """Return the cases that states are, given as stream, id of the stream and state as JSON."""
    found: dict[bytes, tuple[_Urgency, Case]] = {}
    for stream, stream_id, content in in_turns(rows):
        state = orjson.loads(content)
        # Nothing is left of a record of which every fact has been taken back.
        if state is not None:
            one = case_of(aggregate, stream_id, state, bytes(content))
            found[bytes(stream)] = (urgency(one), one)
    return found


def _ordered(heads: Heads, by_stream: Placed) -> Kept:
    in_order = [one for _urgency, one in sorted(by_stream.values(), key=itemgetter(0))]
    return Kept(heads, by_stream, in_order)
