"""I29: one score of how an agency's system is doing, put together from other indicators by weights that are data.

Owns the parts and how they become a score; the weights of each version are in `data/composite_weights.json`, so that a
change of them leaves the scores of earlier days as they were. A part that does not apply leaves its weight to the others,
and the answer says how much weight was there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from services.inspection.indicators import (
    coverage,
    currency,
    discipline,
    improvement,
    inspecting,
    management,
    upkeep,
    voices,
)
from services.inspection.indicators.sums import Need, Question
from services.inspection.read_models import Figure
from shared import clock

_WEIGHTS = Path(__file__).parent.parent / "data" / "composite_weights.json"

NEEDS: tuple[Need, ...] = tuple(
    dict.fromkeys(
        (
            *coverage.COVERAGE_NEEDS,
            *upkeep.STANDARD_NEEDS,
            *currency.COVERAGE_NEEDS,
            *currency.STALENESS_NEEDS,
            *discipline.DOSSIER_NEEDS,
            *discipline.AUDIT_NEEDS,
            *discipline.ACTION_NEEDS,
            *management.REVIEW_NEEDS,
            *improvement.EFFECTIVENESS_NEEDS,
            *improvement.RECURRENCE_NEEDS,
            *voices.SATISFACTION_NEEDS,
            *inspecting.RECOMMENDATION_NEEDS,
            inspecting.REPORTING_NEEDS[0],
        )
    )
)

#: What a declaration on an earlier version of the standard counts, beside one on the newest.
OLD_VERSION = 0.5


@dataclass(frozen=True, slots=True)
class Weights:
    """One version of the weights."""

    version: str
    #: First day on which they hold.
    since: int
    #: Points by part; they sum to 100.
    points: Mapping[str, int]


@cache
def versions() -> tuple[Weights, ...]:
    """Return the versions of the weights, oldest first."""
    read = orjson.loads(_WEIGHTS.read_bytes())["versions"]
    found = [Weights(one["version"], clock.day_of(one["since"]), one["points"]) for one in read]
    return tuple(sorted(found, key=lambda weights: weights.since))


def weights_on(day: int) -> Weights:
    """Return the weights that hold on a day; before the first version, the first."""
    standing = [weights for weights in versions() if weights.since <= day]
    return standing[-1] if standing else versions()[0]


def _state(question: Question) -> float | None:
    """Return how far agencies have come: 1 for a declaration on the newest version, less for one on an earlier."""
    if not question.members:
        return None
    newest = upkeep.newest_version(question.day)
    live = coverage.covered(question.sums)
    points = 0.0
    for member in question.members:
        if member.agency_id in live:
            points += 1 if upkeep.on_version(question, member.agency_id, newest) else OLD_VERSION
    return points / len(question.members)


def _rate(formula: Callable[[Question], Figure], *, turned: bool = False) -> Callable[[Question], float | None]:
    def part(question: Question) -> float | None:
        rate = formula(question).rate
        return None if rate is None else 1 - rate if turned else rate

    return part


def _discipline(question: Question) -> float | None:
    """Return the mean of I9 and I15, or the one of them that applies."""
    rates = [
        rate
        for rate in (discipline.audit_discipline(question).rate, management.management_review(question).rate)
        if rate is not None
    ]
    return sum(rates) / len(rates) if rates else None


def _reporting(question: Question) -> float | None:
    due, _received, in_time, _ = question.sums.group(inspecting.REPORTING_NEEDS[0].measure, question.members)
    return in_time / due if due else None


#: How each part is computed; all from 0 (bad) to 1 (good).
PARTS: Mapping[str, Callable[[Question], float | None]] = {
    "I2_I4": _state,
    "I3": _rate(currency.procedure_coverage),
    "I6": _rate(currency.staleness, turned=True),
    "I7": _rate(discipline.dossiers_on_time),
    "I9_I15": _discipline,
    "I11": _rate(discipline.overdue_actions, turned=True),
    "I13": _rate(improvement.effectiveness),
    "I14": _rate(improvement.recurrence, turned=True),
    "I17": _rate(voices.satisfaction),
    "I21": _rate(inspecting.recommendations),
    "I22": _reporting,
}


@dataclass(frozen=True, slots=True)
class Score:
    """A score and what it was put together from."""

    #: 0 to 100; None where nothing applies.
    points: float | None
    #: Points of weight of the parts that apply, of 100.
    weight: int
    version: str
    parts: Mapping[str, float | None]


def score(question: Question) -> Score:
    """Return the score of a group of agencies, from the figures of all of them together."""
    weights = weights_on(question.day)
    parts = {name: _clipped(part(question)) for name, part in PARTS.items()}
    present = {name: value for name, value in parts.items() if value is not None}
    weight = sum(weights.points[name] for name in present)
    total = sum(weights.points[name] * value for name, value in present.items())
    return Score(100 * total / weight if weight else None, weight, weights.version, parts)


def _clipped(value: float | None) -> float | None:
    return None if value is None else min(1.0, max(0.0, value))


def composite(question: Question) -> Figure:
    """Return I29: the score, its parts, and how much weight of 100 was there."""
    found = score(question)
    weights = weights_on(question.day).points
    values: dict[str, Any] = {
        "score": found.points,
        "weight_present": found.weight,
        "weights_version": found.version,
        "parts": {name: {"value": value, "weight": weights[name]} for name, value in found.parts.items()},
    }
    return Figure(None, None, values)
