"""Where all cases of a kind stand now, kept in memory and brought up to the own log before every answer.

A case changes only with an event of its own in the log, and positions of a log are committed in order (ADR 2): so what was
read at a position is what stands at a later one, but for the streams of the events in between. One memory per database,
process and kind; what stood at a past moment is not kept (`past_cases.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
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


@dataclass(frozen=True, slots=True)
class _Kept:
    heads: Heads
    #: By stream, each with its place among the others.
    by_stream: Mapping[bytes, tuple[_Urgency, Case]]
    in_order: Sequence[Case]


# Replaced, never changed, so that threads need no lock; the worst is that two of them read the same.
_memory: WeakKeyDictionary[Engine, dict[str, _Kept]] = WeakKeyDictionary()


def kept_cases(connection: Connection, aggregate: str, states: Collection[str] | None = None) -> Sequence[Case]:
    """Return the cases of a kind, or those in some states, as the transaction sees them.

    First what something is expected of, the earliest due first.
    """
    found = _kept(connection, aggregate).in_order
    return found if states is None else [one for one in found if one.status in states]


def _kept(connection: Connection, aggregate: str) -> _Kept:
    memory = _memory.setdefault(connection.engine, {})
    heads = _heads(connection)
    kept = memory.get(aggregate)
    if kept is not None and kept.heads == heads:
        return kept
    changed = _changed(connection, aggregate, kept.heads, heads) if kept is not None else None
    if kept is None or changed is None:
        found = _ordered(heads, _read(aggregate, _all(connection, aggregate)))
    elif not changed:
        found = _Kept(heads, kept.by_stream, kept.in_order)
    else:
        others = {stream: one for stream, one in kept.by_stream.items() if stream not in changed}
        found = _ordered(heads, others | _read(aggregate, _some(connection, changed)))
    # Somebody with an older snapshot may come later than one with a newer one: both are right, each with its heads.
    memory[aggregate] = found
    return found


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


def _all(connection: Connection, aggregate: str) -> Iterable[Sequence[Any]]:
    columns = stream_states.c
    return connection.execute(
        select(columns.stream, columns.stream_id, columns.state).where(columns.aggregate == aggregate)
    )


def _some(connection: Connection, streams: set[bytes]) -> Iterable[Sequence[Any]]:
    return select_by_keys(connection, stream_states, "stream", sorted(streams), ("stream", "stream_id", "state"))


def _read(aggregate: str, rows: Iterable[Sequence[Any]]) -> dict[bytes, tuple[_Urgency, Case]]:
    found: dict[bytes, tuple[_Urgency, Case]] = {}
    for stream, stream_id, content in in_turns(rows):
        state = orjson.loads(content)
        # Nothing is left of a record of which every fact has been taken back.
        if state is not None:
            one = case_of(aggregate, stream_id, state, bytes(content))
            found[bytes(stream)] = (urgency(one), one)
    return found


def _ordered(heads: Heads, by_stream: Mapping[bytes, tuple[_Urgency, Case]]) -> _Kept:
    in_order = [one for _urgency, one in sorted(by_stream.values(), key=itemgetter(0))]
    return _Kept(heads, by_stream, in_order)
