"""Inspections (kiểm tra) over time: feeds I19 (coverage), I20 (overlap) and I23 (claim reliability).

Source: Decision 19/2014/QĐ-TTg, Circular 26/2014/TT-BKHCN. The agency is the inspected one. Measures: `inspected` by the day of
the conclusion (1, on site), `inspected_onsite` by the day of the conclusion (1), `claim` by the day of the verdict
(confirmed, contradicted, unverifiable claims; the latest verdict of an inspection on an event counts), `visit_window`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.inspection.indicators.days import day_in, iso, reference
from services.inspection.indicators.timeline import Family, Happening, Step
from services.inspection.indicators.windows import HUNDREDTHS, scope_parts, window_step

INSPECTED = "inspected"
INSPECTED_ONSITE = "inspected_onsite"
CLAIM = "claim"

_CONCLUDED = ("concluded", "follow_up", "closed")
_VERDICTS = ("confirmed", "contradicted", "unverifiable")


@dataclass(slots=True)
class InspectionState:
    """What matters of an inspection over time; days as day numbers."""

    status: str = ""
    mode: str = ""
    begins: int = 0
    ends: int = 0
    effort: int = 0
    #: What is examined: `p:` procedures, `d:` divisions, `c:` clauses; empty: the whole agency.
    scope: list[str] = field(default_factory=list)
    concluded_on: int | None = None
    #: `[verdict, day]` by the event that was verified.
    claims: dict[str, tuple[str, int]] = field(default_factory=dict)


def _window(state: InspectionState, data: Mapping[str, Any]) -> None:
    window = data.get("window")
    if window:
        state.begins, state.ends = day_in(window, "from", 0), day_in(window, "to", 0)


def _opened(state: InspectionState, fact: Happening) -> None:
    data = fact.data
    state.status = data.get("state", "planned")
    state.mode = data.get("mode", "on_site")
    state.effort = round(float(data.get("person_days") or 0) * HUNDREDTHS)
    state.scope = scope_parts(data.get("scope"))
    _window(state, data)
    if state.status in _CONCLUDED:
        state.concluded_on = day_in(data, "concluded_on", day_in(data, "state_since", fact.day))


def _verified(state: InspectionState, fact: Happening) -> None:
    day = day_in(fact.data, "verified_on", fact.day)
    state.claims = {**state.claims, reference(fact.data["event_id"]): (fact.data["verdict"], day)}


def _rescheduled(state: InspectionState, fact: Happening) -> None:
    if fact.name == "escalated_to_onsite":
        state.mode = "on_site"
    _window(state, fact.data)


def _cancelled(state: InspectionState, _fact: Happening) -> None:
    state.status = "cancelled"


def _concluded(state: InspectionState, fact: Happening) -> None:
    if state.concluded_on is None:
        state.status = "concluded"
        state.concluded_on = day_in(fact.data, "concluded_on", fact.day)


_EFFECTS = {
    "claim_verified": _verified,
    "rescheduled": _rescheduled,
    "escalated_to_onsite": _rescheduled,
    "cancelled": _cancelled,
    "concluded": _concluded,
}


def evolve(state: InspectionState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name in ("planned", "baselined"):
        if not state.status:
            _opened(state, fact)
    elif state.status not in ("", "cancelled") and fact.name in _EFFECTS:
        _EFFECTS[fact.name](state, fact)


def _claim_steps(claims: Mapping[str, tuple[str, int]]) -> list[Step]:
    result = []
    for verdict, day in claims.values():
        confirmed, contradicted, unverifiable = (int(verdict == known) for known in _VERDICTS)
        result.append(Step(CLAIM, iso(day), day, (confirmed, contradicted, unverifiable, 0)))
    return result


def steps(state: InspectionState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if not state.status:
        return []
    result = _claim_steps(state.claims)
    if state.status == "cancelled":
        return result
    if state.begins:
        result.append(window_step(state.begins, state.ends, state.effort, state.scope))
    if state.concluded_on is not None:
        on_site = int(state.mode == "on_site")
        by_day = iso(state.concluded_on)
        result.append(Step(INSPECTED, by_day, state.concluded_on, (1, on_site, 0, 0)))
        if on_site:
            result.append(Step(INSPECTED_ONSITE, by_day, state.concluded_on, (1, 0, 0, 0)))
    return result


FAMILY: Family[InspectionState] = Family("inspection", InspectionState, evolve, steps)
