"""Money for the management system over time: feeds I27 (budget), Circular 159/2010/TT-BTC.

One stream is a line of the budget: a year and a purpose. Measures by year: `budget` (requested, allocated, spent, in whole
millions of VND) and `budget_rest` (what is left of each below a million): the stored amounts have four bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.inspection.indicators.timeline import Family, Happening, Step

BUDGET = "budget"
BUDGET_REST = "budget_rest"

#: VND in a unit of `budget`.
MILLION = 1_000_000

#: No sum of millions gets beyond this, so that it fits four bytes even when one replaces another.
_LIMIT = 1_000_000_000

_KINDS = ("requested", "allocated", "spent")


@dataclass(slots=True)
class BudgetState:
    """Sums so far, in VND."""

    year: int = 0
    requested: int = 0
    allocated: int = 0
    spent: int = 0


def evolve(state: BudgetState, fact: Happening) -> None:
    """Take one fact; amounts of several requests, allocations and payments add up."""
    if fact.name == "baselined":
        if not state.year:
            state.requested, state.allocated, state.spent = (int(fact.data[kind]) for kind in _KINDS)
    elif fact.name in _KINDS:
        setattr(state, fact.name, getattr(state, fact.name) + int(fact.data["amount"]))
    else:
        return
    state.year = int(fact.data["year"])


def steps(state: BudgetState) -> list[Step]:
    """Return what the line contributes from which day on."""
    if not state.year:
        return []
    amounts = (state.requested, state.allocated, state.spent)
    millions = [min(_LIMIT, amount // MILLION) for amount in amounts]
    rests = [amount % MILLION for amount in amounts]
    return [
        Step(BUDGET, str(state.year), 0, (millions[0], millions[1], millions[2], 0)),
        Step(BUDGET_REST, str(state.year), 0, (rests[0], rests[1], rests[2], 0)),
    ]


FAMILY: Family[BudgetState] = Family("budget", BudgetState, evolve, steps)
