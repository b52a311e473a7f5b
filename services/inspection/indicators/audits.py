"""Internal audits over time: feeds I9 (internal audit discipline) and the state `maintained` of the funnel.

An audit counts by its present plan (a rescheduled one by its new dates); cancelled ones and those combined into
another one count no more, so that combining does not look like neglect. Measures: `audit` by the planned last day
(planned, completed within the grace), `audit_recent` (1 for 365 days after a completed audit).
"""

from __future__ import annotations

from dataclasses import dataclass

from services.inspection.indicators.days import day_in
from services.inspection.indicators.timeline import Family, Happening, Step
from shared import clock

AUDIT = "audit"
AUDIT_RECENT = "audit_recent"

#: Completed up to so many days after the planned last day counts as on time (I9).
GRACE = 15

#: An agency is without audit when the last one is longer ago than so many days (I9, A5).
RECENT = 365

_ENDED = ("completed", "cancelled", "combined")


@dataclass(slots=True)
class AuditState:
    """What matters of an audit over time."""

    kind: str = ""
    status: str = ""
    planned_to: int | None = None
    completed_on: int | None = None


def _planned(state: AuditState, fact: Happening) -> None:
    state.kind = fact.data.get("kind", "internal")
    state.status = fact.data.get("state", "planned")
    state.planned_to = day_in(fact.data, "planned_to", fact.day)
    if state.status == "completed":
        state.completed_on = day_in(fact.data, "completed_on", day_in(fact.data, "state_since", fact.day))


def _rescheduled(state: AuditState, fact: Happening) -> None:
    if state.status not in _ENDED and state.planned_to is not None:
        state.planned_to = day_in(fact.data, "planned_to", state.planned_to)


def _completed(state: AuditState, fact: Happening) -> None:
    if state.status not in _ENDED:
        state.status = "completed"
        state.completed_on = day_in(fact.data, "completed_on", fact.day)


def evolve(state: AuditState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name in ("planned", "baselined"):
        _planned(state, fact)
    elif fact.name in ("rescheduled", "postponed"):
        _rescheduled(state, fact)
    elif fact.name == "completed":
        _completed(state, fact)
    elif fact.name in ("cancelled", "combined") and state.status not in _ENDED:
        state.status = fact.name


def steps(state: AuditState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if state.kind != "internal" or state.planned_to is None or state.status in ("cancelled", "combined"):
        return []
    # Known from the day of planning on: the steps begin long before, and are clamped to the day of the fact.
    by_day = clock.to_date(state.planned_to).isoformat()
    result = [Step(AUDIT, by_day, 0, (1, 0, 0, 0))]
    if state.completed_on is not None:
        if state.completed_on <= state.planned_to + GRACE:
            result.append(Step(AUDIT, by_day, state.completed_on, (0, 1, 0, 0)))
        result.append(Step(AUDIT_RECENT, "", state.completed_on, (1, 0, 0, 0)))
        result.append(Step(AUDIT_RECENT, "", state.completed_on + RECENT + 1, (-1, 0, 0, 0)))
    return result


FAMILY: Family[AuditState] = Family("audit", AuditState, evolve, steps)
