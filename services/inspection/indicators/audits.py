"""Internal audits over time: feeds I9 (discipline), I10 (findings), I20 (overlap) and the state `maintained` of the funnel.

An audit counts by its present plan (a rescheduled one by its new dates); cancelled ones and those combined into
another one count no more, so that combining does not look like neglect. Measures: `audit` by the planned last day
(planned, completed within the grace), `audit_recent` (1 for 365 days after a completed audit), both of internal audits
only; `audit_findings` by the day of completion (major, minor, procedures audited, audits) and `audit_mix` (observations,
opportunities, conformities, good practices) of all; `visit_window` (`windows.py`) and `visit_saved`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.inspection.indicators.days import day_in, iso
from services.inspection.indicators.timeline import Family, Happening, Step
from services.inspection.indicators.windows import HUNDREDTHS, VISIT_SAVED, scope_parts, window_step

AUDIT = "audit"
AUDIT_RECENT = "audit_recent"
AUDIT_FINDINGS = "audit_findings"
AUDIT_MIX = "audit_mix"

#: Completed up to so many days after the planned last day counts as on time (I9).
GRACE = 15

#: An agency is without audit when the last one is longer ago than so many days (I9, A5).
RECENT = 365

#: Classes of findings, in the order in which they are counted.
GRADES = ("major_nc", "minor_nc")
MIX = ("observation", "opportunity", "conformity", "good_practice")

_ENDED = ("completed", "cancelled", "combined")


@dataclass(slots=True)
class AuditState:
    """What matters of an audit over time."""

    kind: str = ""
    status: str = ""
    planned_from: int = 0
    planned_to: int | None = None
    completed_on: int | None = None
    person_days: int = 0
    #: What is audited: `p:` procedures, `d:` divisions, `c:` clauses.
    scope: list[str] = field(default_factory=list)
    #: Class by finding id.
    findings: dict[str, str] = field(default_factory=dict)
    combined_on: int = 0
    saved: int = 0


def _planned(state: AuditState, fact: Happening) -> None:
    data = fact.data
    state.kind = data.get("kind", "internal")
    state.status = data.get("state", "planned")
    state.planned_to = day_in(data, "planned_to", fact.day)
    state.planned_from = day_in(data, "planned_from", state.planned_to)
    state.person_days = round(float(data.get("person_days") or 0) * HUNDREDTHS)
    state.scope = scope_parts(data.get("scope"))
    state.findings = {str(one["finding_id"]): str(one["class"]) for one in data.get("findings", ())}
    if state.status == "completed":
        state.completed_on = day_in(data, "completed_on", day_in(data, "state_since", fact.day))


def _rescheduled(state: AuditState, data: Mapping[str, Any]) -> None:
    if state.planned_to is not None:
        state.planned_to = day_in(data, "planned_to", state.planned_to)
        state.planned_from = day_in(data, "planned_from", state.planned_from)


def _combined(state: AuditState, fact: Happening) -> None:
    state.status = "combined"
    state.combined_on = fact.day
    state.saved = round(float(fact.data.get("saved_person_days") or 0) * HUNDREDTHS)


def evolve(state: AuditState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name in ("planned", "baselined"):
        _planned(state, fact)
    elif state.status in _ENDED:
        return
    elif fact.name in ("rescheduled", "postponed"):
        _rescheduled(state, fact.data)
    elif fact.name == "finding_recorded":
        state.findings = {**state.findings, str(fact.data["finding_id"]): str(fact.data["class"])}
    elif fact.name == "completed":
        state.status = "completed"
        state.completed_on = day_in(fact.data, "completed_on", fact.day)
    elif fact.name == "cancelled":
        state.status = "cancelled"
    elif fact.name == "combined":
        _combined(state, fact)


def _internal_steps(state: AuditState, planned_to: int) -> list[Step]:
    # Known from the day of planning on: the steps begin long before, and are clamped to the day of the fact.
    by_day = iso(planned_to)
    result = [Step(AUDIT, by_day, 0, (1, 0, 0, 0))]
    if state.completed_on is not None:
        if state.completed_on <= planned_to + GRACE:
            result.append(Step(AUDIT, by_day, state.completed_on, (0, 1, 0, 0)))
        result.append(Step(AUDIT_RECENT, "", state.completed_on, (1, 0, 0, 0)))
        result.append(Step(AUDIT_RECENT, "", state.completed_on + RECENT + 1, (-1, 0, 0, 0)))
    return result


def _finding_steps(state: AuditState, completed_on: int) -> list[Step]:
    counts = dict.fromkeys((*GRADES, *MIX), 0)
    for grade in state.findings.values():
        counts[grade] = counts.get(grade, 0) + 1
    procedures = sum(1 for part in state.scope if part.startswith("p:"))
    major, minor = (counts[grade] for grade in GRADES)
    result = [Step(AUDIT_FINDINGS, iso(completed_on), completed_on, (major, minor, procedures, 1))]
    observations, opportunities, conformities, good = (counts[grade] for grade in MIX)
    if observations or opportunities or conformities or good:
        mix = (observations, opportunities, conformities, good)
        result.append(Step(AUDIT_MIX, iso(completed_on), completed_on, mix))
    return result


def steps(state: AuditState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if state.status == "combined" and state.saved:
        return [Step(VISIT_SAVED, iso(state.combined_on), 0, (state.saved, 1, 0, 0))]
    if state.planned_to is None or state.status in ("cancelled", "combined"):
        return []
    result = [window_step(state.planned_from, state.planned_to, state.person_days, state.scope)]
    if state.completed_on is not None:
        result += _finding_steps(state, state.completed_on)
    if state.kind == "internal":
        result += _internal_steps(state, state.planned_to)
    return result


FAMILY: Family[AuditState] = Family("audit", AuditState, evolve, steps)
