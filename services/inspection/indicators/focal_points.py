"""Focal points (đầu mối ISO) over time: feeds I25 (training coverage) and I26 (stability), ISO 9001:2015 5.3, 7.2.

Measures: `focal_point` by the day of the appointment (held at present, by somebody trained), `focal_vacant` (vacant),
`focal_left` by `{last day}|{days at the post}` (1 per holder who left).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from services.inspection.indicators.days import day_in, iso
from services.inspection.indicators.timeline import Family, Happening, Step

FOCAL_POINT = "focal_point"
FOCAL_VACANT = "focal_vacant"
FOCAL_LEFT = "focal_left"


@dataclass(slots=True)
class FocalPointState:
    """What matters of a post over time; days as day numbers."""

    status: str = ""
    #: Day of the appointment, or the first day without a holder.
    since: int = 0
    trained: bool = False
    #: `[last day, days at the post]` of those who left.
    left: list[tuple[int, int]] = field(default_factory=list)


def evolve(state: FocalPointState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name == "baselined":
        if not state.status:
            state.status = fact.data.get("state", "appointed")
            state.since = day_in(fact.data, "state_since", fact.day)
            state.trained = bool(fact.data.get("trained", False))
    elif fact.name == "appointed" and state.status in ("", "vacant"):
        state.status, state.trained = "appointed", bool(fact.data["trained"])
        state.since = day_in(fact.data, "appointed_on", fact.day)
    elif fact.name == "left" and state.status == "appointed":
        left_on = day_in(fact.data, "left_on", fact.day)
        state.left = [*state.left, (left_on, left_on - state.since)]
        state.status, state.since = "vacant", left_on + 1


def steps(state: FocalPointState) -> list[Step]:
    """Return what the state contributes from which day on."""
    result = [Step(FOCAL_LEFT, f"{iso(left_on)}|{days}", left_on, (1, 0, 0, 0)) for left_on, days in state.left]
    if state.status == "appointed":
        result.append(Step(FOCAL_POINT, iso(state.since), state.since, (1, int(state.trained), 0, 0)))
    elif state.status == "vacant":
        result.append(Step(FOCAL_VACANT, "", state.since, (1, 0, 0, 0)))
    return result


FAMILY: Family[FocalPointState] = Family("focal_point", FocalPointState, evolve, steps)
