"""The budget of the management system by year and purpose: requested, allocated, spent.

Owns the key and the sums. Spending above what was allocated is taken as it is: it happens, and oversight shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.audit.domain.periods import refuse_period_closed
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision, Refusal
from shared.eventsourcing.facts import Fact
from shared.eventsourcing.lifecycle import Lifecycle, Related
from shared.eventsourcing.rules import refuse_future, refuse_subject
from shared.eventsourcing.transitions import Moves, move

MOVES = Moves(
    vi="kinh phí",
    en="budget line",
    table={
        "requested": move("requested", "allocated"),
        # Norms give money that nobody asked for, so that an allocation may come first.
        "allocated": move("requested", "allocated", to="allocated"),
        "spent": move("allocated"),
        "baselined": move(),
    },
    words={"requested": "đã đề nghị", "allocated": "đã được giao"},
)


@dataclass(slots=True)
class BudgetState:
    """Sums so far, in VND."""

    status: str
    requested: int = 0
    allocated: int = 0
    spent: int = 0


def subject_of(data: Mapping[str, Any]) -> str:
    """Return the subject that belongs to a line of the budget: `{year}:{purpose}`."""
    return f"{int(data['year'])}:{data['purpose']}"


def _opened(fact: Fact) -> BudgetState:
    data = fact.data
    if fact.name == "baselined":
        amounts = {name: int(data[name]) for name in ("requested", "allocated", "spent")}
        return BudgetState("allocated" if amounts["allocated"] else "requested", **amounts)
    return BudgetState(fact.name, **{fact.name: int(data["amount"])})


def _added(state: BudgetState, fact: Fact) -> dict[str, Any]:
    return {fact.name: getattr(state, fact.name) + int(fact.data["amount"])}


LIFECYCLE = Lifecycle(moves=MOVES, opened=_opened, changes={"requested": _added, "allocated": _added, "spent": _added})


def _dated(fact: Fact) -> Refusal | None:
    return (
        refuse_subject(fact, subject_of(fact.data))
        or refuse_future(fact, f"{fact.name}_on")
        or refuse_period_closed(fact, str(int(fact.data["year"])))
    )


def decide(state: BudgetState | None, fact: Fact, related: Related) -> Decision:
    """Accept the amount, or refuse it with the rule it breaks."""
    return _dated(fact) or LIFECYCLE.decide(state, fact, related) or ACCEPT


AGGREGATE: Aggregate[BudgetState] = Aggregate(
    name="budget",
    state_type=BudgetState,
    opens=frozenset({"requested", "allocated", "baselined"}),
    decide=decide,
    evolve=LIFECYCLE.evolve,
)
