"""The aggregate behind what a service says of its own intake: one record for each item that waited too long. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.intake_facts import ENDED, OVERDUE, aggregate_of
from shared.eventsourcing import ACCEPT, Aggregate, AnyAggregate, Decision, Fact, Reference
from shared.eventsourcing.transitions import Moves, check_move, move

MOVES = Moves(
    vi="sự kiện đang chờ",
    en="waiting event",
    table={OVERDUE: move("ended", to="overdue"), ENDED: move("overdue", to="ended")},
    words={"overdue": "chờ quá hạn", "ended": "đã kết thúc"},
)


@dataclass(slots=True)
class WaitingItem:
    """Whether the item is overdue now."""

    status: str


def decide(state: WaitingItem | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Return a refusal where it is said already, or nothing further."""
    return check_move(MOVES, state.status if state else None, fact) or ACCEPT


def evolve(state: WaitingItem | None, fact: Fact) -> WaitingItem:
    """Return the state after an accepted fact."""
    return WaitingItem(MOVES.after(state.status if state else "ended", fact.name))


def intake_aggregate(service: str) -> AnyAggregate:
    """Return a service's own one; intake knows it beside those of the service's domain."""
    return Aggregate(aggregate_of(service), WaitingItem, frozenset({OVERDUE}), decide, evolve)
