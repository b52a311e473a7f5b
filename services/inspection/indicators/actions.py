"""Corrective actions over time: feeds I11 (overdue corrective actions).

Overdue is a step of time: from the day after the due date, as long as nothing else happens. Measures: `action` (open,
overdue by the present due date, overdue by the first one, sum of the first due dates of those), `action_extension`
(extensions of open actions), `action_late` (overdue by the first due date for more than 30, for more than 90 days).
"""

from __future__ import annotations

from dataclasses import dataclass

from services.inspection.indicators.days import day_in
from services.inspection.indicators.timeline import Family, Happening, Step

ACTION = "action"
ACTION_EXTENSION = "action_extension"
ACTION_LATE = "action_late"

_OPEN = ("planned", "in_progress")


@dataclass(slots=True)
class ActionState:
    """What matters of an action over time; days as day numbers."""

    status: str = ""
    due: int = 0
    original_due: int = 0
    extensions: int = 0
    planned_on: int = 0

    @property
    def open(self) -> bool:
        """Whether work is still to be done."""
        return self.status in _OPEN


def _planned(state: ActionState, fact: Happening) -> None:
    state.status = "planned"
    state.due = state.original_due = day_in(fact.data, "due_on", fact.day)
    state.planned_on = day_in(fact.data, "planned_on", fact.day)


def _baselined(state: ActionState, fact: Happening) -> None:
    data = fact.data
    state.status = data["state"]
    state.due = day_in(data, "due_on", fact.day)
    state.original_due = day_in(data, "original_due_on", state.due)
    state.extensions = len(data.get("extensions", ()))
    state.planned_on = day_in(data, "planned_on", fact.day)


def _due_changed(state: ActionState, fact: Happening) -> None:
    if state.open:
        due = day_in(fact.data, "to", state.due)
        state.extensions += due > state.due
        state.due = due


#: State after an event, by the states from which it follows.
_MOVES = {
    "started": ("in_progress", ("planned",)),
    "progress_noted": ("in_progress", _OPEN),
    "done": ("done", _OPEN),
    "verified": ("verified", ("done",)),
    "rejected": ("in_progress", ("done",)),
    "cancelled": ("cancelled", _OPEN),
}


def evolve(state: ActionState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name in _MOVES:
        status, allowed = _MOVES[fact.name]
        if state.status in allowed:
            state.status = status
    elif fact.name == "due_changed":
        _due_changed(state, fact)
    elif fact.name == "planned":
        _planned(state, fact)
    elif fact.name == "baselined":
        _baselined(state, fact)


def steps(state: ActionState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if not state.open:
        return []
    first = state.original_due
    result = [
        Step(ACTION, "", state.planned_on, (1, 0, 0, 0)),
        Step(ACTION, "", state.due + 1, (0, 1, 0, 0)),
        Step(ACTION, "", first + 1, (0, 0, 1, first)),
        Step(ACTION_LATE, "", first + 31, (1, 0, 0, 0)),
        Step(ACTION_LATE, "", first + 91, (0, 1, 0, 0)),
    ]
    if state.extensions:
        result.append(Step(ACTION_EXTENSION, "", state.planned_on, (state.extensions, 0, 0, 0)))
    return result


FAMILY: Family[ActionState] = Family("action", ActionState, evolve, steps)
