"""Targets (chỉ tiêu) over time: which stand on a day, as they were last amended. Feeds I28 (target tracking).

Measure `target` by the target itself as JSON (1 while it stands): the few there are can be read whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from services.inspection.indicators.days import day_in
from services.inspection.indicators.timeline import Family, Happening, Step
from shared import clock

TARGET = "target"


@dataclass(slots=True)
class TargetState:
    """A target; days as day numbers."""

    target_id: str = ""
    title: str = ""
    metric: str = ""
    variant: str = "reported"
    comparator: str = "at_least"
    scope: dict[str, str] = field(default_factory=dict)
    set_on: int = 0
    baseline: float | None = None
    #: `[day, value]`, days increasing.
    milestones: list[tuple[int, float]] = field(default_factory=list)
    withdrawn: bool = False


class Target(NamedTuple):
    """A target as it is kept."""

    target_id: str
    title: str
    metric: str
    variant: str
    comparator: str
    scope: dict[str, str]
    set_on: int
    baseline: float | None
    milestones: list[tuple[int, float]]


def _milestones(data: Any) -> list[tuple[int, float]]:
    return [(clock.day_of(one["date"]), one["value"]) for one in data]


def _set(state: TargetState, fact: Happening) -> None:
    data = fact.data
    state.target_id, state.title = fact.subject, str(data.get("title", ""))
    state.metric, state.variant = str(data["metric"]), str(data.get("variant", "reported"))
    state.comparator = str(data["comparator"])
    state.scope = {name: str(value) for name, value in data["scope"].items()}
    state.set_on = day_in(data, "set_on", fact.day)
    state.baseline = data.get("baseline")
    state.milestones = _milestones(data["milestones"])
    state.withdrawn = data.get("state") == "withdrawn"


def evolve(state: TargetState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name in ("set", "baselined"):
        if not state.metric:
            _set(state, fact)
    elif state.metric and fact.name == "amended":
        if "scope" in fact.data:
            state.scope = {name: str(value) for name, value in fact.data["scope"].items()}
        state.comparator = str(fact.data.get("comparator", state.comparator))
        if "milestones" in fact.data:
            state.milestones = _milestones(fact.data["milestones"])
    elif state.metric and fact.name == "withdrawn":
        state.withdrawn = True


def steps(state: TargetState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if not state.metric or state.withdrawn:
        return []
    kept = Target(
        state.target_id, state.title, state.metric, state.variant, state.comparator,
        dict(sorted(state.scope.items())), state.set_on, state.baseline, state.milestones,
    )  # fmt: skip
    return [Step(TARGET, orjson.dumps(list(kept)).decode(), state.set_on, (1, 0, 0, 0))]


def target_of(dimension: str) -> Target:
    """Return the target that a dimension stands for."""
    return Target(*orjson.loads(dimension))


FAMILY: Family[TargetState] = Family("target", TargetState, evolve, steps)
