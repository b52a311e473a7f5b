"""Recommendations (kiến nghị) of inspections over time: feeds I21.

The agency is the addressee; after a transfer the one that took it over. Measure `recommendation` (those that count: all
but superseded, lapsed and withdrawn ones; implemented; partly implemented; open past the due date).
"""

from __future__ import annotations

from dataclasses import dataclass

from services.inspection.indicators.days import day_in
from services.inspection.indicators.timeline import Family, Happening, Step

RECOMMENDATION = "recommendation"

#: Final states, by whether the recommendation still counts in them.
_SETTLED = {
    "implemented": True,
    "partly_implemented": True,
    "not_implemented": True,
    "superseded": False,
    "lapsed": False,
}


@dataclass(slots=True)
class RecommendationState:
    """What matters of a recommendation over time; days as day numbers."""

    status: str = ""
    issued_on: int = 0
    due_on: int = 0
    settled_on: int = 0
    #: Who took it over from the addressee, and from when on.
    heir: str = ""
    heir_from: int = 0


def _opened(state: RecommendationState, fact: Happening) -> None:
    data = fact.data
    state.status = data.get("state", "issued")
    state.issued_on = day_in(data, "issued_on", fact.day)
    state.due_on = day_in(data, "due_on", fact.day)
    state.settled_on = day_in(data, "state_since", fact.day)


def evolve(state: RecommendationState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name in ("issued", "baselined"):
        if not state.status:
            _opened(state, fact)
    elif not state.status or state.status in _SETTLED:
        return
    elif fact.name in _SETTLED:
        state.status = fact.name
        state.settled_on = day_in(fact.data, "verified_on", fact.day)
    elif fact.name == "decided" and fact.data.get("outcome") == "withdrawn":
        state.status, state.settled_on = "superseded", fact.day
    elif fact.name == "due_changed":
        state.due_on = day_in(fact.data, "to", state.due_on)
    elif fact.name == "transferred" and fact.data["party"] == "addressee":
        state.heir = str(fact.data["to"])
        state.heir_from = day_in(fact.data, "effective", fact.day)


def _passed_on(step: Step, heir: str, since: int) -> list[Step]:
    """Return the steps of a contribution that another agency takes over from a day on."""
    first, second, third, fourth = step.amounts
    begins = max(step.day, since)
    ends = step._replace(day=begins, amounts=(-first, -second, -third, -fourth))
    return [step, ends, step._replace(day=begins, agency=heir)]


def steps(state: RecommendationState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if not _SETTLED.get(state.status, bool(state.status)):
        return []
    result = [Step(RECOMMENDATION, "", state.issued_on, (1, 0, 0, 0))]
    if state.status == "implemented":
        result.append(Step(RECOMMENDATION, "", state.settled_on, (0, 1, 0, 0)))
    elif state.status == "partly_implemented":
        result.append(Step(RECOMMENDATION, "", state.settled_on, (0, 0, 1, 0)))
    elif state.status not in _SETTLED:
        result.append(Step(RECOMMENDATION, "", state.due_on + 1, (0, 0, 0, 1)))
    if state.heir:
        result = [passed for step in result for passed in _passed_on(step, state.heir, state.heir_from)]
    return result


FAMILY: Family[RecommendationState] = Family("recommendation", RecommendationState, evolve, steps)
