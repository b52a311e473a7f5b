"""A record's states and events as a table: each event in each state, with the state after it or the code of the refusal.

Read a table as the specification of a record's order: `allowed` names, by state, what may come and where it leads (or the
code of a rule that always stops it); every other cell is refused as out of order, which is checked as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import pytest

from shared.contracts.catalogue import load
from shared.contracts.flags import KERNEL_EVENTS
from shared.eventsourcing.aggregate import AnyAggregate
from shared.eventsourcing.facts import Reference
from shared.eventsourcing.transitions import Moves
from shared.testing.world import World, fact


def event_of(label: str) -> str:
    """Return the event that a label means: `closed` of `closed:observation`."""
    return label.partition(":")[0]


@dataclass(frozen=True)
class TransitionTable:
    """Which events a kind of record takes in which state."""

    aggregates: Mapping[str, AnyAggregate]
    aggregate: str
    subject: str
    #: Data that fits each event wherever it is allowed; an event may come in variants, `event:variant`.
    data: Mapping[str, Mapping[str, Any]]
    #: Labels of the events that lead to each state, the first one opening the record.
    paths: Mapping[str, Sequence[str]]
    #: By state: the labels of what may come, and the state after each, or a code in capitals. All else is out of order.
    allowed: Mapping[str, Mapping[str, str]]
    on: str = "2027-02-01"
    #: Facts of other records that must be there.
    before: Sequence[tuple[str, str, Mapping[str, Any]]] = field(default_factory=tuple)
    #: Further variants that only lead to states.
    setup: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: The state in words, of the state that the aggregate keeps.
    status_of: Callable[[Any], str] = attrgetter("status")

    def cells(self) -> list[Any]:
        """Return every pair of state and event with the state after it or the code."""
        return [
            pytest.param(state, label, self._expected(state, label), id=f"{state}-{label}")
            for state in self.paths
            for label in self.data
        ]

    def pairs(self) -> set[tuple[str, str]]:
        """Return the pairs of state and event that the table speaks of."""
        return {(state, event_of(label)) for state in self.paths for label in self.data}

    def _expected(self, state: str, label: str) -> str:
        listed = self.allowed[state].get(label)
        if listed is not None:
            return listed
        only_opens = not any(label in row for row in self.allowed.values())
        opening = event_of(label) in self.aggregates[self.aggregate].opens
        return "ALREADY_EXISTS" if opening and only_opens else "TRANSITION_NOT_ALLOWED"

    def world(self, *labels: str) -> World:
        """Return a world in which the events were accepted one after the other."""
        world = World(self.aggregates)
        for name, subject, data in self.before:
            assert world.push(name, subject, data, on=self.on) == "accepted", world.refusal
        for label in labels:
            assert self.push(world, label) == "accepted", (label, world.refusal)
        return world

    def push(self, world: World, label: str, **changes: Any) -> str:
        """Push an event with the table's data, changed in some fields; a field given as None is left out."""
        data = {**(self.data.get(label) or self.setup.get(label) or {}), **changes}
        data = {name: value for name, value in data.items() if value is not None}
        name = f"{self.aggregate}.{event_of(label)}"
        return world.push(name, self.subject, data, on=self.on, event_id=f"{label}-{len(data)}")

    def state(self, world: World) -> Any:
        """Return the state of the table's record."""
        opening = fact(f"{self.aggregate}.x", self.subject, {}, on=self.on, source=world.source)
        return world.states[Reference(self.aggregate, self.aggregates[self.aggregate].stream_id(opening))]

    def check(self, state: str, label: str, expected: str) -> None:
        """Check one cell."""
        world = self.world(*self.paths[state])
        assert self.status_of(self.state(world)) == state
        answer = self.push(world, label)
        if not expected.isupper():
            assert answer == "accepted", world.refusal
            assert self.status_of(self.state(world)) == expected
            return
        assert answer == expected
        assert world.refusal is not None
        assert world.refusal.hint.vi
        assert world.refusal.hint.en
        assert self.status_of(self.state(world)) == state


def cells_of(tables: Iterable[TransitionTable]) -> list[Any]:
    """Return the cells of several tables, each with its table."""
    return [
        pytest.param(table, *cell.values, id=f"{table.aggregate}-{cell.id}")
        for table in tables
        for cell in table.cells()
    ]


def states_of(moves: Moves) -> set[str]:
    """Return all states that a state machine knows."""
    origins = {state for step in moves.table.values() for state in step.origins}
    return origins | {step.target for step in moves.table.values() if step.target} | set(moves.words)


def missing_cells(aggregate: str, moves: Moves, tables: Iterable[TransitionTable]) -> set[tuple[str, str]]:
    """Return the pairs of state and event that no table of the aggregate speaks of."""
    events = {kind.event for kind in load().values() if kind.aggregate == aggregate} - KERNEL_EVENTS
    assert events == set(moves.table), "the state machine and the catalogue know different events"
    told = {pair for table in tables if table.aggregate == aggregate for pair in table.pairs()}
    return {(state, event) for state in states_of(moves) for event in events} - told
