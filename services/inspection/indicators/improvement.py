"""I10, I12, I13 and I14: what audits find, how long nonconformities take, whether the cure works, what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from services.inspection.indicators.audits import AUDIT_FINDINGS, AUDIT_MIX, MIX
from services.inspection.indicators.nonconformities import NC_CLOSED, NC_ENDED, NC_OPEN, NC_RAISED, NC_VERIFIED
from services.inspection.indicators.statistics import counted, median, percentile, size
from services.inspection.indicators.sums import Need, Question
from services.inspection.indicators.timeline import Amounts, months_later
from services.inspection.read_models import Figure
from shared import clock

DENSITY_NEEDS = (Need(AUDIT_FINDINGS, within="days"), Need(AUDIT_MIX, within="days"))
CLOSING_NEEDS = (Need(NC_CLOSED, broken=True, within="days", rest=True), Need(NC_OPEN, broken=True))
EFFECTIVENESS_NEEDS = (Need(NC_VERIFIED, within="days"),)
RECURRENCE_NEEDS = (
    Need(NC_RAISED, broken=True, within="last_year"),
    Need(NC_ENDED, broken=True, within="last_three_years"),
)

#: First and last age in days of each bucket of open nonconformities (I12).
AGES = {"0-30": (0, 30), "31-60": (31, 60), "61-90": (61, 90), "91-180": (91, 180), "181+": (181, 100_000)}

#: A nonconformity recurs when its like was closed no longer than so many months before it was raised (I14).
RECURS_WITHIN = 24


def finding_density(question: Question) -> Figure:
    """Return I10: nonconformities per audited procedure of the audits completed in the period, and the mix of classes."""
    major, minor, procedures, audits = question.sums.group(AUDIT_FINDINGS, question.members)
    mix = dict(zip(MIX, question.sums.group(AUDIT_MIX, question.members), strict=True))
    return Figure(major + minor, procedures, {"major_nc": major, "minor_nc": minor, **mix, "audits": audits})


def closing_time(question: Question) -> Figure:
    """Return I12: median and 90th percentile of the days from raising to closing, and how old the open ones are."""
    days = counted(_days_taken(question.sums.part(NC_CLOSED, member.agency_id)) for member in question.members)
    ages = counted(_ages(question, question.sums.part(NC_OPEN, member.agency_id)) for member in question.members)
    values = {
        "closed": size(days),
        "median_days": median(days),
        "p90_days": percentile(days, 90),
        "open": size(ages),
        "open_by_age": {
            name: sum(count for age, count in ages if first <= age <= last) for name, (first, last) in AGES.items()
        },
    }
    return Figure(None, None, values)


def _ages(question: Question, parts: Mapping[str, Amounts]) -> dict[int, int]:
    return {question.day - clock.day_of(raised_on): amounts[0] for raised_on, amounts in parts.items()}


def _days_taken(parts: Mapping[str, Amounts]) -> dict[int, int]:
    return {int(days): amounts[0] for days, amounts in parts.items()}


def effectiveness(question: Question) -> Figure:
    """Return I13: nonconformities whose actions the first check found effective, of those checked in the period."""
    checked, effective, _, _ = question.sums.group(NC_VERIFIED, question.members)
    return Figure(effective, checked)


class Like(NamedTuple):
    """What makes one nonconformity the like of another, and the day on which it was raised or closed."""

    day: int
    clause: str
    procedure: str
    causes: frozenset[str]


def like(dimension: str) -> Like:
    """Return what a dimension `{day}|{clause}|{procedure}|{causes}` stands for."""
    day, clause, procedure, causes = dimension.split("|", 3)
    return Like(clock.day_of(day), clause, procedure, frozenset(causes.split(",")) if causes else frozenset())


def recurs(raised: Like, ended: Iterable[Like]) -> bool:
    """Return whether one of the nonconformities closed before is the like of one that was raised."""
    earliest = months_later(raised.day, -RECURS_WITHIN)
    for earlier in ended:
        if earlier.clause == raised.clause and earliest <= earlier.day < raised.day:
            if raised.procedure and raised.procedure == earlier.procedure:
                return True
            if raised.causes & earlier.causes:
                return True
    return False


def recurrence(question: Question) -> Figure:
    """Return I14: of the nonconformities raised in the last twelve months, those that had been closed once before."""
    # Many agencies have the same: the words are taken apart once for all groups of an answer.
    known: dict[str, Like] = question.sums.worked_out.setdefault(NC_ENDED, {})
    again = total = 0
    for member in question.members:
        raised = question.sums.part(NC_RAISED, member.agency_id)
        if not raised:
            continue
        ended = _likes(question.sums.part(NC_ENDED, member.agency_id), known)
        for one, (times, *_) in zip(_likes(raised, known), raised.values(), strict=True):
            total += times
            again += times if one.clause and recurs(one, ended) else 0
    return Figure(again, total)


def _likes(parts: Mapping[str, Amounts], known: dict[str, Like]) -> list[Like]:
    """Return what the dimensions of an agency stand for, in their order."""
    try:
        return [known[dimension] for dimension in parts]
    except KeyError:
        known.update((dimension, like(dimension)) for dimension in parts if dimension not in known)
        return [known[dimension] for dimension in parts]
