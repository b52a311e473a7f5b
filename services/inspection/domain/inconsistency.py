"""An inconsistency of an agency: found, and ended. What is inconsistent, `services/inspection/inconsistencies` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference
from shared.eventsourcing.transitions import Moves, check_move, move

MOVES = Moves(
    vi="mâu thuẫn dữ liệu",
    en="inconsistency",
    table={"found": move("ended", to="found"), "ended": move("found", to="ended")},
    words={"found": "đang tồn tại", "ended": "không còn"},
)


@dataclass(slots=True)
class InconsistencyState:
    """Whether it holds."""

    status: str


def decide(state: InconsistencyState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Return a refusal where it is said already, or nothing further."""
    return check_move(MOVES, state.status if state else None, fact) or ACCEPT


def evolve(state: InconsistencyState | None, fact: Fact) -> InconsistencyState:
    """Return the state after an accepted fact."""
    return InconsistencyState(MOVES.after(state.status if state else "ended", fact.name))


AGGREGATE = Aggregate(
    name="inconsistency",
    state_type=InconsistencyState,
    opens=frozenset({"found"}),
    decide=decide,
    evolve=evolve,
)
