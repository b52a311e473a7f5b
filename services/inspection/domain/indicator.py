"""A watched figure: it crosses a threshold to the other side, never twice to the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference, refuse


@dataclass(slots=True)
class CrossingState:
    """The side on which the figure is."""

    direction: str


def decide(state: CrossingState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Return whether the figure came from the other side."""
    if state is None or state.direction != fact.data["direction"]:
        return ACCEPT
    return refuse(
        "SIDE_UNCHANGED",
        "Số liệu vẫn ở cùng phía của ngưỡng.",
        "The figure is on this side of the threshold already.",
        "/data/direction",
    )


def evolve(state: CrossingState | None, fact: Fact) -> CrossingState:
    """Return the figure's side after the event."""
    if fact.name == "crossed" or state is None:
        return CrossingState(fact.data["direction"])
    return state


AGGREGATE: Aggregate[CrossingState] = Aggregate(
    name="indicator", state_type=CrossingState, opens=frozenset({"crossed"}), decide=decide, evolve=evolve
)
