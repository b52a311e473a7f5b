"""I10, I12, I13 and I14: what audits find, how long nonconformities take, whether the cure works, what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from services.inspection.indicators.audits import AUDIT_FINDINGS, AUDIT_MIX, MIX
from services.inspection.indicators.days import iso
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

#: Length of a day, `YYYY-MM-DD`.
_DAY = 10

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


class _Taken(NamedTuple):
    """What `{day}|{clause}|{procedure}|{causes}` says; days as words, which are in the same order."""

    kind: str
    day: str
    #: The earliest day of a closing of which it would be a recurrence.
    earliest: str


class _Kinds(dict[str, _Taken]):
    """Dimensions by what they say, each taken apart once."""

    def __missing__(self, dimension: str) -> _Taken:
        """Take a dimension apart that is new."""
        day = dimension[:_DAY]
        earliest = iso(months_later(clock.day_of(day), -RECURS_WITHIN))
        found = self[dimension] = _Taken(dimension[_DAY + 1 :], day, earliest)
        return found


class _Likes(dict[tuple[str, str], bool]):
    """Whether nonconformities `{clause}|{procedure}|{causes}` are of one kind: clause, and procedure or a cause in common."""

    def __missing__(self, pair: tuple[str, str]) -> bool:
        """Compare a pair that is new."""
        (clause, procedure, causes), (other, carried_out, others) = (one.split("|", 2) for one in pair)
        common = {*causes.split(",")} & {*others.split(",")} - {""}
        found = self[pair] = clause == other != "" and (procedure == carried_out != "" or bool(common))
        return found


def recurrence(question: Question) -> Figure:
    """Return I14: of the nonconformities raised in the last twelve months, those that had been closed once before."""
    # Many agencies have the same: the words are taken apart once for all groups of an answer.
    known, alike = question.sums.worked_out.setdefault(NC_ENDED, (_Kinds(), _Likes()))
    all_raised, all_ended = (question.sums.parts.get(measure, {}) for measure in (NC_RAISED, NC_ENDED))
    again = total = 0
    for member in question.members:
        raised = all_raised.get(member.agency_id)
        if raised:
            total += sum([amounts[0] for amounts in raised.values()])
            ended = all_ended.get(member.agency_id)
            again += _again(raised, ended, known, alike) if ended else 0
    return Figure(again, total)


def _again(raised: Mapping[str, Amounts], ended: Mapping[str, Amounts], known: _Kinds, alike: _Likes) -> int:
    """Return how many of those raised are the like of one that was closed no longer than 24 months before.

    Both go by the day, with which the words begin. Of those closed before, the last one says it most often; else the latest
    of each kind.
    """
    words = sorted(ended)
    latest: dict[str, str] = {}
    again = index = seen = 0
    count = len(words)
    for dimension in sorted(raised):
        kind, day, earliest = known[dimension]
        while index < count and words[index] < day:
            index += 1
        if not index or words[index - 1] < earliest:
            continue
        if alike[kind, known[words[index - 1]].kind]:
            again += raised[dimension][0]
            continue
        latest.update([known[word][:2] for word in words[seen:index]])
        seen = index
        if any(on >= earliest and alike[kind, other] for other, on in latest.items()):
            again += raised[dimension][0]
    return again
