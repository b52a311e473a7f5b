"""Nonconformities over time: feeds I12 (closing time), I13 (effectiveness) and I14 (recurrence).

Only the two classes that demand a corrective action count (major and minor; ISO 9001:2015 10.2); what was withdrawn
counts no more. Measures: `nc_open` by the day it was raised (open, major), `nc_raised` by
`{day}|{likeness}`, `nc_closed` by `{day}|{days it took}`, `nc_ended` by `{day of closing}|{likeness}`, `nc_verified` by the
day of the first check (checked, effective at once). The likeness, by which a recurrence is known, is
`{clause}|{procedure}|{causes}`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from services.inspection.indicators.days import day_in, iso, reference
from services.inspection.indicators.timeline import Family, Happening, Step
from shared.contracts.standard_clauses import clause_in_2015

NC_OPEN = "nc_open"
NC_RAISED = "nc_raised"
NC_CLOSED = "nc_closed"
NC_ENDED = "nc_ended"
NC_VERIFIED = "nc_verified"

#: Classes that are nonconformities; observations and opportunities are none (ISO 19011:2018 6.4.8).
CLASSES = ("major_nc", "minor_nc")

_VERSION_2015 = 2015

#: State after an event, and the states from which it follows.
_MOVES: dict[str, tuple[str, tuple[str, ...]]] = {
    "accepted": ("accepted", ("raised",)),
    "disputed": ("disputed", ("raised",)),
    "cause_identified": ("analysing", ("accepted", "analysing")),
    "action_planned": ("action_planned", ("accepted", "analysing", "action_planned")),
    "completed": ("completed", ("action_planned",)),
    "closed": ("closed", ("raised", "accepted", "analysing", "action_planned", "completed", "verifying")),
    "reopened": ("analysing", ("closed",)),
    "withdrawn": ("withdrawn", ("raised", "disputed")),
}


@dataclass(slots=True)
class NonconformityState:
    """What matters of a nonconformity over time; days as day numbers."""

    status: str = ""
    grade: str = ""
    raised_on: int = 0
    closed_on: int = 0
    #: Clause as counted under :2015, empty where none is known.
    clause: str = ""
    procedure: str = ""
    #: Every root cause found so far, in any round.
    causes: list[str] = field(default_factory=list)
    #: Day of the first check of effectiveness, and whether it found the actions effective.
    checked_on: int | None = None
    effective: bool = False


def _clause(fact: Happening) -> str:
    named = str(fact.data.get("clause") or "")
    version = str(fact.data.get("standard_version") or "")
    year = int(version[-4:]) if version[-4:].isdigit() else _VERSION_2015
    return clause_in_2015(year, named) or named


def _opened(state: NonconformityState, fact: Happening) -> None:
    data = fact.data
    state.status = data.get("state", "raised")
    state.grade = data.get("class", "")
    state.raised_on = day_in(data, "raised_on", fact.day)
    state.clause = _clause(fact)
    state.procedure = reference(data["procedure_id"]) if data.get("procedure_id") else ""
    state.causes = sorted(data.get("root_causes", ()))
    if state.status == "closed":
        state.closed_on = day_in(data, "closed_on", fact.day)
    if "effective" in data:
        state.checked_on = day_in(data, "completed_on", day_in(data, "state_since", fact.day))
        state.effective = bool(data["effective"]) and int(data.get("round", 1)) == 1


def _checked(state: NonconformityState, fact: Happening) -> None:
    if state.status not in ("completed", "verifying"):
        return
    effective = bool(fact.data["effective"])
    if state.checked_on is None:
        state.checked_on = day_in(fact.data, "checked_on", fact.day)
        state.effective = effective
    state.status = "verifying" if effective else "analysing"


def _moved(state: NonconformityState, fact: Happening) -> None:
    status, allowed = _MOVES[fact.name]
    if state.status not in allowed:
        return
    state.status = status
    if fact.name in ("cause_identified", "reopened"):
        state.causes = sorted({*state.causes, *fact.data.get("root_causes", ())})
    elif fact.name == "closed":
        state.closed_on = day_in(fact.data, "closed_on", fact.day)


def evolve(state: NonconformityState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name in ("raised", "baselined"):
        if not state.status:
            _opened(state, fact)
    elif fact.name in _MOVES:
        _moved(state, fact)
    elif fact.name == "effectiveness_verified":
        _checked(state, fact)
    elif fact.name == "dispute_resolved" and state.status == "disputed":
        state.status = "accepted" if fact.data["outcome"] == "upheld" else "withdrawn"
    elif fact.name == "regraded" and state.status not in ("", "closed", "withdrawn"):
        state.grade = fact.data["to"]


def steps(state: NonconformityState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if state.status in ("", "withdrawn") or state.grade not in CLASSES:
        return []
    likeness = f"{state.clause}|{state.procedure}|{','.join(state.causes)}"
    raised_on, closed_on = state.raised_on, state.closed_on
    result = [Step(NC_RAISED, f"{iso(raised_on)}|{likeness}", raised_on, (1, 0, 0, 0))]
    if state.status == "closed":
        taken = f"{iso(closed_on)}|{closed_on - raised_on}"
        result.append(Step(NC_CLOSED, taken, closed_on, (1, 0, 0, 0)))
        if state.clause:
            result.append(Step(NC_ENDED, f"{iso(closed_on)}|{likeness}", closed_on, (1, 0, 0, 0)))
    else:
        major = int(state.grade == "major_nc")
        result.append(Step(NC_OPEN, iso(raised_on), raised_on, (1, major, 0, 0)))
    if state.checked_on is not None:
        result.append(Step(NC_VERIFIED, iso(state.checked_on), state.checked_on, (1, int(state.effective), 0, 0)))
    return result


FAMILY: Family[NonconformityState] = Family("nonconformity", NonconformityState, evolve, steps)
