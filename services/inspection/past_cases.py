"""Cases as they stood on a day, as known at an instant: folded again from the own log by the rules of the domain.

Only those are folded of which something happened or became known afterwards: the others stood as they stand now. What was
found for the last few moments is kept, and brought up to the log as where cases stand now is (`kept_cases.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Connection, Engine, select

from services.inspection.cases import Case
from services.inspection.domain import AGGREGATES
from services.inspection.kept_cases import Kept, Placed, brought_up, placed
from services.inspection.newest_kept import with_newest
from shared import clock
from shared.database.bulk import select_by_keys
from shared.eventsourcing import AnyAggregate
from shared.eventstore.records import RecordedEvent
from shared.eventstore.tables import events, stream_states
from shared.intake.folding import known_facts, standing
from shared.turns import in_turns

#: Moments of which the cases are kept.
_MOMENTS = 6
_EVENT = (
    *("partition", "position", "type", "source", "agency_id", "subject", "event_id", "occurred_at", "recorded_at"),
    *("received_at", "provenance", "asserter", "stream_version", "body"),
)


_Moment = tuple[str, int, int | None]
# Replaced, never changed, so that threads need no lock; the worst is that two of them read the same.
_memory: WeakKeyDictionary[Engine, Mapping[_Moment, Kept]] = WeakKeyDictionary()


def cases_as_of(connection: Connection, aggregate: str, as_of: int, known_at: int | None) -> Sequence[Case]:
    """Return the cases of a kind as of a day; those that something was expected of first, the earliest due first.

    Args:
        connection: A reading transaction of the service's database.
        aggregate: Kind of case.
        as_of: Last day whose facts count.
        known_at: Instant up to which facts count, microseconds; None for all that is known now.
    """
    moment = (aggregate, as_of, known_at)
    memory = _memory.get(connection.engine, {})
    # The one asked for last is the last to go.
    found = brought_up(connection, memory.get(moment), _Then(*moment))
    _memory[connection.engine] = with_newest(memory, moment, found, _MOMENTS)
    return found.in_order


@dataclass(frozen=True, slots=True)
class _Then:
    """Reads cases as they stood at a past moment."""

    aggregate: str
    as_of: int
    known_at: int | None

    def all(self, connection: Connection) -> Placed:
        """Return all of them."""
        columns = stream_states.c
        query = select(
            columns.stream, columns.stream_id, columns.state, columns.last_occurred_at, columns.inconsistent
        ).where(columns.aggregate == self.aggregate)
        known_later, ends = self._known_later(connection), clock.end_of_day(self.as_of)
        same: list[Sequence[Any]] = []
        others: dict[bytes, str] = {}
        for stream, stream_id, state, last, inconsistent in in_turns(connection.execute(query)):
            if last <= ends and not inconsistent and bytes(stream) not in known_later:
                same.append((stream, stream_id, state))
            else:
                others[bytes(stream)] = stream_id
        return {**placed(self.aggregate, same), **self._folded(connection, others)}

    def some(self, connection: Connection, streams: Collection[bytes]) -> Placed:
        """Return those of some streams."""
        named = select_by_keys(connection, stream_states, "stream", sorted(streams), ("stream", "stream_id"))
        return self._folded(connection, {bytes(stream): stream_id for stream, stream_id in named})

    def _known_later(self, connection: Connection) -> set[bytes]:
        """Return the streams with events that were not known yet."""
        if self.known_at is None:
            return set()
        columns = events.c
        query = select(columns.stream).where(
            columns.type.startswith(f"qms.{self.aggregate}.", autoescape=True), columns.recorded_at > self.known_at
        )
        return {bytes(stream) for stream in in_turns(connection.execute(query.distinct()).scalars())}

    def _folded(self, connection: Connection, stream_ids: Mapping[bytes, str]) -> Placed:
        return placed(self.aggregate, self._states(connection, stream_ids))

    def _states(self, connection: Connection, stream_ids: Mapping[bytes, str]) -> Iterator[tuple[bytes, str, bytes]]:
        aggregate = AGGREGATES[self.aggregate]
        for stream, history in histories(connection, list(stream_ids), self.known_at).items():
            yield stream, stream_ids[stream], orjson.dumps(_state(aggregate, history, self.as_of))


def histories(
    connection: Connection, streams: Sequence[bytes], known_at: int | None
) -> Mapping[bytes, list[RecordedEvent]]:
    """Return the events of streams of the own log in its order, those that were recorded by an instant."""
    rows = select_by_keys(connection, events, "stream", list(streams), ("stream", *_EVENT))
    found: dict[bytes, list[RecordedEvent]] = {}
    for stream, *row in in_turns(sorted(rows, key=lambda row: row[2])):
        event = RecordedEvent.of_row("inspection", row)
        if known_at is None or event.recorded_at <= known_at:
            found.setdefault(bytes(stream), []).append(event)
    return found


def _state(aggregate: AnyAggregate, history: Sequence[RecordedEvent], as_of: int) -> dict[str, Any] | None:
    """Return the state after the facts up to a day that neither were corrected nor taken back; None before the first."""
    state = None
    for fact in standing(known_facts(history), aggregate.opens):
        if fact.day <= as_of and (state is not None or fact.name in aggregate.opens):
            state = aggregate.evolve(state, fact)
    return None if state is None else asdict(state)
