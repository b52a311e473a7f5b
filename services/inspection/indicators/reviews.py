"""Management reviews over time: feeds I15 (management review).

Measure `review_recent` (1 for 365 days after a review was held; inputs of ISO 9001:2015 9.3.2 that were dealt with).
"""

from __future__ import annotations

from dataclasses import dataclass

from services.inspection.indicators.days import day_in
from services.inspection.indicators.timeline import Family, Happening, Step

REVIEW_RECENT = "review_recent"

#: An agency is without review when the last one was held longer ago than so many days (I15).
RECENT = 365

#: The inputs of ISO 9001:2015 9.3.2: a, b, c1 to c7, d, e, f.
INPUTS = ("a", "b", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "d", "e", "f")

_HELD = ("held", "minutes_signed", "followed_up")


@dataclass(slots=True)
class ReviewState:
    """What matters of a management review over time."""

    status: str = ""
    held_on: int | None = None
    inputs: int = 0


def _complete(fact: Happening) -> int:
    """Return how many inputs were presented, or left out with a reason."""
    given = fact.data.get("inputs") or {}
    return sum(
        1
        for name in INPUTS
        if (answer := given.get(name)) and (answer["status"] == "presented" or answer.get("reason"))
    )


def evolve(state: ReviewState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name in ("planned", "baselined"):
        if not state.status:
            state.status = fact.data.get("state", "planned")
            if state.status in _HELD:
                state.held_on, state.inputs = day_in(fact.data, "held_on", fact.day), _complete(fact)
    elif fact.name == "prepared" and state.status == "planned":
        state.status = "prepared"
    elif fact.name == "held" and state.status == "prepared":
        state.status = "held"
        state.held_on, state.inputs = day_in(fact.data, "held_on", fact.day), _complete(fact)


def steps(state: ReviewState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if state.held_on is None:
        return []
    return [
        Step(REVIEW_RECENT, "", state.held_on, (1, state.inputs, 0, 0)),
        Step(REVIEW_RECENT, "", state.held_on + RECENT + 1, (-1, -state.inputs, 0, 0)),
    ]


FAMILY: Family[ReviewState] = Family("management_review", ReviewState, evolve, steps)
