"""I28: whether targets are on track, how far off, and when they will be reached at the present pace.

Owns the arithmetic of a target; what its metric amounts to on a day is asked through the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from services.inspection.indicators.days import iso
from services.inspection.indicators.sums import Need, Question
from services.inspection.indicators.targets import TARGET, Target, target_of
from services.inspection.indicators.timeline import months_later
from services.inspection.read_models import Figure
from shared.turns import in_turns

NEEDS = (Need(TARGET, broken=True, reported_only=True),)

#: The forecast is a straight line through the values of so many months.
FIT_MONTHS = 6

#: A target whose forecast is no later than so many days after the milestone is at risk, not lost.
AT_RISK_DAYS = 60

_MONTH = 30.4375

#: A forecast further away than this says no more than "not at this pace".
_HORIZON = 36_525


@dataclass(frozen=True, slots=True)
class Reached:
    """What the metric amounts to on a day."""

    day: int
    numerator: float
    denominator: float

    @property
    def rate(self) -> float | None:
        """Return the value, None where it does not apply."""
        return self.numerator / self.denominator if self.denominator else None


def segment(target: Target, first: Reached, day: int) -> tuple[tuple[int, float], tuple[int, float]]:
    """Return the milestone before a day (or where the target began) and the one to be reached next (or the last)."""
    baseline = target.baseline if target.baseline is not None else (first.rate or 0.0)
    points = [(target.set_on, baseline), *((day_, value) for day_, value in target.milestones)]
    following = next((index for index, point in enumerate(points) if index and day <= point[0]), len(points) - 1)
    return points[following - 1], points[following]


def expected(before: tuple[int, float], after: tuple[int, float], day: int) -> float:
    """Return what should be reached on a day on the straight line between two milestones."""
    if day >= after[0] or after[0] == before[0]:
        return after[1]
    return before[1] + (after[1] - before[1]) * (day - before[0]) / (after[0] - before[0])


def forecast(values: Sequence[Reached], goal: float) -> int | None:
    """Return the day on which the line through the values reaches a goal; None if it never does."""
    points = [(one.day, one.rate) for one in values if one.rate is not None]
    if len(points) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    mean_day = sum(day for day, _rate in points) / len(points)
    mean_rate = sum(rate for _day, rate in points) / len(points)
    spread = sum((day - mean_day) ** 2 for day, _rate in points)
    slope = sum((day - mean_day) * (rate - mean_rate) for day, rate in points) / spread
    if slope == 0:
        return None
    reached = ceil(round(mean_day + (goal - mean_rate) / slope, 6))
    last = points[-1][0]
    return reached if last <= reached <= last + _HORIZON else None


def track(target: Target, values: Sequence[Reached]) -> dict[str, Any]:
    """Return how a target stands; the last value is that of the day asked for.

    A target with `at_most` is tracked as its mirror image: less is better.
    """
    now = values[-1]
    before, after = segment(target, values[0], now.day)
    should = expected(before, after, now.day)
    rising = target.comparator != "at_most"
    gap = None if now.rate is None else (now.rate - should if rising else should - now.rate)
    day = now.day if _met(now, after[1], rising=rising) else forecast(values, after[1])
    return {
        "value": now.rate,
        "done": now.numerator,
        "of": now.denominator,
        "milestone": iso(after[0]),
        "milestone_value": after[1],
        "expected": should,
        "gap": gap,
        **_needed(now, after),
        "forecast": None if day is None else iso(day),
        "status": _status(gap, day, after[0]),
    }


def _met(now: Reached, goal: float, *, rising: bool) -> bool:
    return now.rate is not None and (now.rate >= goal if rising else now.rate <= goal)


def _needed(now: Reached, after: tuple[int, float]) -> dict[str, float | int | None]:
    """Return what is missing, and the pace a month that would still do; no pace once the day has passed."""
    missing = ceil(round(after[1] * now.denominator - now.numerator, 6))
    months = (after[0] - now.day) / _MONTH
    return {"missing": max(0, missing), "needed_per_month": max(0, missing) / months if months > 0 else None}


def _status(gap: float | None, day: int | None, milestone: int) -> str:
    if gap is None:
        return "unknown"
    if gap >= 0:
        return "on_track"
    return "at_risk" if day is not None and day <= milestone + AT_RISK_DAYS else "off_track"


def _values(question: Question, target: Target) -> list[Reached]:
    """Return the metric's values of the last months and of the day, as known at the question's instant."""
    days = [months_later(question.day, -months) for months in range(FIT_MONTHS, 0, -1)]
    days = [day for day in days if day >= target.set_on]
    values = []
    for day in [*days, question.day]:
        figure = question.ask(target.metric, target.scope, target.variant, day) if question.ask else None
        if figure is not None:
            values.append(Reached(day, figure.numerator or 0, figure.denominator or 0))
    return values


def _asked(target: Target) -> dict[str, Any]:
    """Return what was set, so that a reader can ask for the same figure."""
    milestones = [{"date": iso(day), "value": value} for day, value in target.milestones]
    told = {name: getattr(target, name) for name in ("metric", "scope", "variant", "comparator", "baseline")}
    return {**told, "set_on": iso(target.set_on), "milestones": milestones}


def tracking(question: Question) -> Figure:
    """Return I28: every target of the agencies, where it stands; how many there are by status."""
    found: list[dict[str, Any]] = []
    for member in in_turns(question.members):
        for dimension, amounts in question.sums.part(TARGET, member.agency_id).items():
            target = target_of(dimension)
            values = _values(question, target) if amounts[0] > 0 else []
            if values:
                described = {"owner": member.agency_id, "target_id": target.target_id, "title": target.title}
                found.append({**described, **_asked(target), **track(target, values)})
    counts = dict.fromkeys(("on_track", "at_risk", "off_track", "unknown"), 0)
    for one in found:
        counts[one["status"]] += 1
    found.sort(key=lambda one: (one["owner"], one["target_id"]))
    return Figure(None, None, {"targets": found, **counts})
