"""A record's states and events as a table: each event in each state, allowed or refused.

For tests of domain code: one table per aggregate, read as its specification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from shared.eventsourcing.aggregate import AnyAggregate
from shared.testing.world import World


@dataclass(frozen=True)
class StateTable:
    """Which events a kind of record takes in which state."""

    aggregates: Mapping[str, AnyAggregate]
    aggregate: str
    subject: str
    #: Data that fits each event wherever it is allowed.
    data: Mapping[str, Mapping[str, Any]]
    #: Events that lead to each state, the first one opening the record.
    paths: Mapping[str, Sequence[str]]
    #: By state: the events allowed in it, and the state after each. All others are refused.
    allowed: Mapping[str, Mapping[str, str]]
    on: str = "2027-02-01"
    #: Facts of other records that must be there.
    before: Sequence[tuple[str, str, Mapping[str, Any]]] = field(default_factory=tuple)

    def cells(self) -> list[Any]:
        """Return every pair of state and event with the state after it, or None where it is refused."""
        return [
            pytest.param(state, event, self.allowed[state].get(event), id=f"{state}-{event}")
            for state in self.paths
            for event in self.data
        ]

    def world(self, *events: str) -> World:
        """Return a world in which the events were accepted one after the other."""
        world = World(self.aggregates)
        for name, subject, data in self.before:
            assert world.push(name, subject, data, on=self.on) == "accepted", world.refusal
        for event in events:
            assert self.push(world, event) == "accepted", (event, world.refusal)
        return world

    def push(self, world: World, event: str, **changes: Any) -> str:
        """Push an event with the table's data, changed in some fields; a field given as None is left out."""
        data = {**self.data[event], **changes}
        data = {name: value for name, value in data.items() if value is not None}
        return world.push(f"{self.aggregate}.{event}", self.subject, data, on=self.on, event_id=f"{event}-{len(data)}")

    def check(self, state: str, event: str, after: str | None) -> None:
        """Check one cell."""
        world = self.world(*self.paths[state])
        assert world.state(self.aggregate, self.subject).status == state
        answer = self.push(world, event)
        if after is not None:
            assert answer == "accepted", world.refusal
            assert world.state(self.aggregate, self.subject).status == after
            return
        opens = event in self.aggregates[self.aggregate].opens
        expected = {"ALREADY_EXISTS", "TRANSITION_NOT_ALLOWED"} if opens else {"TRANSITION_NOT_ALLOWED"}
        assert answer in expected
        assert world.refusal is not None
        assert world.refusal.hint.vi
        assert world.refusal.hint.en
        assert world.state(self.aggregate, self.subject).status == state
