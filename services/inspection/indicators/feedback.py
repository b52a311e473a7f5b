"""Complaints, suggestions and other feedback over time: feeds I18 (Decision 766/QĐ-TTg).

Measures: `feedback` by the day it was received (within competence, handled in time, overdue or answered to dissatisfaction,
answered), `feedback_none` by period (statements that there was none: zero is a value, silence is not). Without a time limit
an answer is in time. Overdue is a step of time: from the day after the limit, as long as there is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.inspection.indicators.days import day_in, iso
from services.inspection.indicators.timeline import Amounts, Family, Happening, Step

FEEDBACK = "feedback"
FEEDBACK_NONE = "feedback_none"

_DISSATISFIED = ("dissatisfied", "very_dissatisfied")


@dataclass(slots=True)
class FeedbackState:
    """What matters of feedback over time; days as day numbers."""

    status: str = ""
    count: int = 1
    within_competence: bool = True
    received_on: int = 0
    due_on: int | None = None
    answered_on: int | None = None
    dissatisfied: bool = False
    #: Period of a statement that there was none.
    period: str = ""


def _opened(state: FeedbackState, fact: Happening) -> None:
    data = fact.data
    state.status = data.get("state", "received")
    state.count = int(data.get("count", 1))
    state.within_competence = bool(data.get("within_competence", True))
    state.received_on = day_in(data, "received_on", fact.day)
    state.due_on = day_in(data, "due_on", 0) if data.get("due_on") else None
    if state.status in ("answered", "rated"):
        state.answered_on = day_in(data, "answered_on", fact.day)


def evolve(state: FeedbackState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name in ("received", "baselined", "none_in_period"):
        if state.status:
            return
        if fact.name == "none_in_period":
            state.status, state.period = "none", str(fact.data["period"])
        else:
            _opened(state, fact)
    elif fact.name == "assigned" and state.status in ("received", "assigned"):
        state.status = "assigned"
        state.due_on = day_in(fact.data, "due_on", 0) if fact.data.get("due_on") else state.due_on
    elif fact.name == "answered" and state.status == "assigned":
        state.status = "answered"
        state.answered_on = day_in(fact.data, "answered_on", fact.day)
    elif fact.name == "rated" and state.status == "answered":
        state.status = "rated"
        state.dissatisfied = fact.data["rating"] in _DISSATISFIED


def _answered(state: FeedbackState, answered_on: int) -> tuple[int, Amounts]:
    """Return from when an answer counts, and as what."""
    in_time = state.due_on is None or answered_on <= state.due_on
    bad = state.dissatisfied or not in_time
    return answered_on, (0, state.count * in_time, state.count * bad, state.count)


def steps(state: FeedbackState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if state.status == "none":
        return [Step(FEEDBACK_NONE, state.period, 0, (1, 0, 0, 0))]
    if not state.status or not state.within_competence:
        return []
    by_day = iso(state.received_on)
    result = [Step(FEEDBACK, by_day, state.received_on, (state.count, 0, 0, 0))]
    if state.answered_on is not None:
        result.append(Step(FEEDBACK, by_day, *_answered(state, state.answered_on)))
    elif state.due_on is not None:
        result.append(Step(FEEDBACK, by_day, state.due_on + 1, (0, 0, state.count, 0)))
    return result


FAMILY: Family[FeedbackState] = Family("feedback", FeedbackState, evolve, steps)
