"""Working procedures over time: feeds I6 (staleness) and the numerator of I3 (procedure coverage).

Staleness itself is derived by the documents service and arrives as facts (`flagged_stale`, `staleness_cleared`).
Measures: `procedure` (in force, stale, stale beyond the grace, sum of the days since which they are stale),
`procedure_tthc` by code of the public procedure (in force; regulated and committed days where both are known),
`lead_time` by `{day}|{days of lead}` (1 per change of the law that a revision covered), `stale_change` by change of the law (1 while
stale because of it, 1 since it was covered by a revision or a review), `stale_text` by legal text (1 while stale because
of any change of it). How a procedure is kept up is in `procedure_upkeep.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from services.inspection.indicators.days import day_in, iso, reference
from services.inspection.indicators.procedure_upkeep import (
    Upkeep,
    publication_steps,
    publish,
    release,
    take_content,
    upkeep_steps,
)
from services.inspection.indicators.timeline import Family, Happening, Step

PROCEDURE = "procedure"
PROCEDURE_TTHC = "procedure_tthc"
LEAD_TIME = "lead_time"
STALE_CHANGE = "stale_change"
STALE_TEXT = "stale_text"

#: Days of grace after the change of the law took effect (domain: severity of staleness).
GRACE = 30


class Change(NamedTuple):
    """A change of the law that the procedure rests on."""

    #: Stale from this day on.
    since: int
    #: First day on which it no longer was; None while it is.
    end: int | None = None
    #: Days of lead, where a revision covered the change.
    lead: int | None = None
    #: Whether a revision or a review covered it, and not the end of the procedure.
    updated: bool = False
    #: The legal text that changed.
    text: str = ""


@dataclass(slots=True)
class ProcedureState:
    """What matters of a procedure over time."""

    status: str = ""
    #: Whether it carries out a public procedure; only then its code counts.
    tthc: bool = False
    tthc_code: str | None = None
    in_force_from: int | None = None
    #: By change of the law: since when, until when, how.
    changes: dict[str, Change] = field(default_factory=dict)
    upkeep: Upkeep = field(default_factory=Upkeep)

    def __post_init__(self) -> None:
        """Take the upkeep as it was stored."""
        stored: Any = self.upkeep
        if isinstance(stored, dict):
            self.upkeep = Upkeep(**stored)


def _issued(state: ProcedureState, fact: Happening) -> None:
    if state.status == "draft":
        state.status = "in_force"
        state.in_force_from = day_in(fact.data, "effective_from", fact.day)
        release(state.upkeep, fact)


def _revised(state: ProcedureState, fact: Happening) -> None:
    if state.status == "in_force":
        _content(state, fact)
        release(state.upkeep, fact)


def _content(state: ProcedureState, fact: Happening) -> None:
    if state.tthc:
        state.tthc_code = fact.data.get("tthc_code", state.tthc_code)
    take_content(state.upkeep, fact.data)


def _drafted(state: ProcedureState, fact: Happening) -> None:
    if not state.status:
        state.status = "draft"
        state.tthc = fact.data.get("kind") == "tthc"
        _content(state, fact)


def _submitted(state: ProcedureState, fact: Happening) -> None:
    if state.status == "draft":
        _content(state, fact)


def _baselined(state: ProcedureState, fact: Happening) -> None:
    _drafted(state, fact)
    status = fact.data.get("status", "in_force")
    state.status = status if status in ("in_force", "withdrawn") else "draft"
    since = day_in(fact.data, "state_since", fact.day)
    state.in_force_from = day_in(fact.data, "effective_from", since)
    state.upkeep.reviewed_on = day_in(fact.data, "reviewed_on", state.in_force_from)


def _reviewed(state: ProcedureState, fact: Happening) -> None:
    if state.status == "in_force":
        state.upkeep.reviewed_on = fact.day


def _committed(state: ProcedureState, fact: Happening) -> None:
    if state.status == "in_force":
        state.upkeep.committed_days = fact.data["to_days"]


def _published(state: ProcedureState, fact: Happening) -> None:
    if state.status == "in_force":
        publish(state.upkeep, fact)


def _withdrawn(state: ProcedureState, _fact: Happening) -> None:
    state.status = "withdrawn"


def _flagged(state: ProcedureState, fact: Happening) -> None:
    since = day_in(fact.data, "since", fact.day)
    state.changes[reference(fact.data["change"])] = Change(since, text=str(fact.data.get("legal_text_id", "")))


def _cleared(state: ProcedureState, fact: Happening) -> None:
    key = reference(fact.data["change"])
    change = state.changes.get(key)
    if change is None:
        return
    since, end, _lead, _updated, text = change
    cleared_on = day_in(fact.data, "cleared_on", fact.day)
    # A late revision may cover a change earlier than what was thought to cover it first.
    if end is None or cleared_on < end:
        by = fact.data["by"]
        lead = fact.data["lead_time_days"] if by == "revised" else None
        state.changes[key] = Change(since, cleared_on, lead, by != "withdrawn", text)


_EFFECTS = {
    "drafted": _drafted,
    "submitted": _submitted,
    "issued": _issued,
    "revised": _revised,
    "reviewed_no_change": _reviewed,
    "committed_time_changed": _committed,
    "published": _published,
    "baselined": _baselined,
    "withdrawn": _withdrawn,
    "flagged_stale": _flagged,
    "staleness_cleared": _cleared,
}


def evolve(state: ProcedureState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    effect = _EFFECTS.get(fact.name)
    if effect is not None:
        effect(state, fact)


def stale_since(state: ProcedureState, day: int) -> int | None:
    """Return since which day the procedure is stale on a day, None where it is not (or not in force)."""
    if state.status != "in_force" or state.in_force_from is None or day < state.in_force_from:
        return None
    return min((since for since, end in _intervals(state) if since <= day and (end is None or day < end)), default=None)


def _intervals(state: ProcedureState) -> list[tuple[int, int | None]]:
    """Return when the procedure is stale because of each change: from a day, up to before another."""
    return [(since, end) for since, end, *_rest in state.changes.values() if end is None or since < end]


def _stale_steps(state: ProcedureState) -> list[Step]:
    """Return the steps of staleness: one stretch per day on which the oldest uncovered change differs."""
    intervals = _intervals(state)
    if not intervals or state.in_force_from is None:
        return []
    if len(intervals) == 1:
        # As with most: there is one stretch, where it reaches into the time in force.
        only, until = intervals[0]
        begins = max(only, state.in_force_from)
        return [] if until is not None and until <= begins else _stretch(begins, until, only)
    bounds = {max(bound, state.in_force_from) for interval in intervals for bound in interval if bound is not None}
    edges: list[int | None] = [*sorted(bounds), None]
    result: list[Step] = []
    for begin, end in pairwise(edges):
        since = stale_since(state, begin) if begin is not None else None
        if begin is not None and since is not None:
            result += _stretch(begin, end, since)
    return result


def _stretch(begin: int, end: int | None, since: int) -> list[Step]:
    """Return the steps of being stale from `begin` up to before `end`, counted since a day."""
    late = max(begin, since + GRACE + 1)
    result = [Step(PROCEDURE, "", begin, (0, 1, 0, since))]
    if end is None:
        return [*result, Step(PROCEDURE, "", late, (0, 0, 1, 0))]
    result.append(Step(PROCEDURE, "", end, (0, -1, 0, -since)))
    if late < end:
        result += [Step(PROCEDURE, "", late, (0, 0, 1, 0)), Step(PROCEDURE, "", end, (0, 0, -1, 0))]
    return result


def _change_steps(state: ProcedureState, in_force_from: int | None) -> list[Step]:
    """Return the steps of each change of the law by itself."""
    result = []
    for key, (since, end, lead, updated, _text) in state.changes.items():
        if lead is not None and end is not None:
            result.append(Step(LEAD_TIME, f"{iso(end)}|{lead}", end, (1, 0, 0, 0)))
        begin = max(since, in_force_from) if in_force_from is not None else None
        if begin is not None and (end is None or begin < end):
            result.append(Step(STALE_CHANGE, key, begin, (1, 0, 0, 0)))
            if end is not None:
                result.append(Step(STALE_CHANGE, key, end, (-1, 0, 0, 0)))
        if updated and end is not None:
            result.append(Step(STALE_CHANGE, key, end, (0, 1, 0, 0)))
    return result


def _text_steps(state: ProcedureState, in_force_from: int) -> list[Step]:
    """Return the steps of each legal text: overlapping stretches of several changes of it count once."""
    by_text: dict[str, list[tuple[int, int | None]]] = {}
    for since, end, _lead, _updated, text in state.changes.values():
        begin = max(since, in_force_from)
        if text and (end is None or begin < end):
            by_text.setdefault(text, []).append((begin, end))
    return [step for text, stretches in by_text.items() for step in _union_steps(text, stretches)]


def _union_steps(text: str, stretches: list[tuple[int, int | None]]) -> list[Step]:
    result: list[Step] = []
    until: int | None = -1
    for begin, end in sorted(stretches, key=lambda stretch: stretch[0]):
        if until is None:
            break
        if begin > until:
            result.append(Step(STALE_TEXT, text, begin, (1, 0, 0, 0)))
        else:
            result.pop()
        until = None if end is None else max(until, end)
        if until is not None:
            result.append(Step(STALE_TEXT, text, until, (-1, 0, 0, 0)))
    return result


def _in_force_steps(state: ProcedureState, in_force_from: int) -> list[Step]:
    result = [Step(PROCEDURE, "", in_force_from, (1, 0, 0, 0)), *upkeep_steps(state.upkeep, in_force_from)]
    if state.tthc_code is not None:
        regulated, committed = state.upkeep.regulated_days, state.upkeep.committed_days
        days = (0, 0) if regulated is None or committed is None else (regulated, committed)
        result.append(Step(PROCEDURE_TTHC, state.tthc_code, in_force_from, (1, *days, 0)))
    return result


def steps(state: ProcedureState) -> list[Step]:
    """Return what the state contributes from which day on."""
    in_force_from = state.in_force_from if state.status == "in_force" else None
    result = _change_steps(state, in_force_from) if state.changes else []
    result += publication_steps(state.upkeep)
    if in_force_from is not None:
        result += _in_force_steps(state, in_force_from)
        if state.changes:
            result += _stale_steps(state) + _text_steps(state, in_force_from)
    return result


FAMILY: Family[ProcedureState] = Family("procedure", ProcedureState, evolve, steps)
