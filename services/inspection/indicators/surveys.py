"""Satisfaction surveys over time: feeds I17 (satisfaction), ISO 9001:2015 9.1.2.

Measure `survey` by the day of the results (satisfied or better, valid answers, answers received where it is known how many
were asked, how many were asked). Results recorded again replace those before.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.inspection.indicators.days import day_in, iso
from services.inspection.indicators.timeline import Family, Happening, Step

SURVEY = "survey"


@dataclass(slots=True)
class SurveyState:
    """What matters of a survey over time."""

    status: str = ""
    #: Day of the results; None without any.
    results_on: int | None = None
    satisfied: int = 0
    valid: int = 0
    received: int = 0
    sent: int | None = None


def _results(state: SurveyState, fact: Happening, day: int) -> None:
    data = fact.data
    state.results_on = day
    state.satisfied = int(data["scores"]["very_satisfied"]) + int(data["scores"]["satisfied"])
    state.valid, state.received = int(data["valid"]), int(data["received"])
    state.sent = None if data.get("sent") is None else int(data["sent"])


def evolve(state: SurveyState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name in ("opened", "baselined"):
        if not state.status:
            state.status = fact.data.get("state", "opened")
            if state.status != "opened":
                _results(state, fact, day_in(fact.data, "state_since", fact.day))
    elif fact.name == "results_recorded" and state.status in ("opened", "recorded"):
        state.status = "recorded"
        _results(state, fact, fact.day)
    elif fact.name == "closed" and state.status == "recorded":
        state.status = "closed"


def steps(state: SurveyState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if state.results_on is None:
        return []
    asked = (state.received, state.sent) if state.sent is not None else (0, 0)
    return [Step(SURVEY, iso(state.results_on), state.results_on, (state.satisfied, state.valid, *asked))]


FAMILY: Family[SurveyState] = Family("survey", SurveyState, evolve, steps)
