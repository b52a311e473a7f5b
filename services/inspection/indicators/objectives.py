"""Quality objectives over time: feeds I16 (objectives met).

Measure `objective` by the day of the assessment (weight met, weight assessed, met, assessed); weights in thousandths.
Objectives that turned out not applicable are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.inspection.indicators.days import day_in, iso
from services.inspection.indicators.timeline import Family, Happening, Step

OBJECTIVE = "objective"

#: Weights are kept as whole numbers of this part.
PARTS = 1000


@dataclass(slots=True)
class ObjectiveState:
    """What matters of an objective over time."""

    status: str = ""
    weight: int = 0
    result: str = ""
    assessed_on: int = 0


def _weight(data: object) -> int:
    return round(float(str(data)) * PARTS)


def _opened(state: ObjectiveState, fact: Happening) -> None:
    state.status = fact.data.get("state", "set")
    state.weight = _weight(fact.data.get("weight", 0))
    if state.status in ("assessed", "closed"):
        state.result = fact.data.get("result", "")
        state.assessed_on = day_in(fact.data, "state_since", fact.day)


def evolve(state: ObjectiveState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name in ("set", "baselined"):
        if not state.status:
            _opened(state, fact)
    elif state.status in ("set", "measured"):
        if fact.name == "measured":
            state.status = "measured"
        elif fact.name == "amended" and "weight" in fact.data:
            state.weight = _weight(fact.data["weight"])
        elif fact.name == "assessed":
            state.status, state.result = "assessed", fact.data["result"]
            state.assessed_on = day_in(fact.data, "assessed_on", fact.day)


def steps(state: ObjectiveState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if state.result not in ("met", "not_met"):
        return []
    met = int(state.result == "met")
    amounts = (state.weight * met, state.weight, met, 1)
    return [Step(OBJECTIVE, iso(state.assessed_on), state.assessed_on, amounts)]


FAMILY: Family[ObjectiveState] = Family("objective", ObjectiveState, evolve, steps)
