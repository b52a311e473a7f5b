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
CLOSING_NEEDS = (Need(NC_CLOSED, broken=True, within="days"), Need(NC_OPEN, broken=True))
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
    counts: dict[int, int] = {}
    for dimension, amounts in parts.items():
        days = int(dimension.partition("|")[2])
        counts[days] = counts.get(days, 0) + amounts[0]
    return counts


def effectiveness(question: Question) -> Figure:
    """Return I13: nonconformities whose actions the first check found effective, of those checked in the period."""
    checked, effective, _, _ = question.sums.group(NC_VERIFIED, question.members)
    return Figure(effective, checked)


class Like(NamedTuple):
    """A nonconformity by what makes another one its like."""

    day: int
    clause: str
    procedure: str
    causes: frozenset[str]
    times: int


def likes(parts: Mapping[str, Amounts]) -> list[Like]:
    """Return the nonconformities that dimensions `{day}|{clause}|{procedure}|{causes}` stand for."""
    found = []
    for dimension, amounts in parts.items():
        day, clause, procedure, causes = dimension.split("|", 3)
        if amounts[0] > 0:
            named = frozenset(causes.split(",")) if causes else frozenset[str]()
            found.append(Like(clock.day_of(day), clause, procedure, named, amounts[0]))
    return found


def recurs(raised: Like, ended: Iterable[Like]) -> bool:
    """Return whether one of the nonconformities closed before is the like of one that was raised."""
    earliest = months_later(raised.day, -RECURS_WITHIN)
    return any(
        earliest <= earlier.day < raised.day
        and earlier.clause == raised.clause
        and ((raised.procedure and raised.procedure == earlier.procedure) or bool(raised.causes & earlier.causes))
        for earlier in ended
    )


def recurrence(question: Question) -> Figure:
    """Return I14: of the nonconformities raised in the last twelve months, those that had been closed once before."""
    again = total = 0
    for member in question.members:
        raised = likes(question.sums.part(NC_RAISED, member.agency_id))
        if not raised:
            continue
        total += sum(one.times for one in raised)
        ended = likes(question.sums.part(NC_ENDED, member.agency_id))
        again += sum(one.times for one in raised if one.clause and recurs(one, ended))
    return Figure(again, total)
