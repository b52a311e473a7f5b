"""I19, I21, I22, I23 and I24: what is inspected, followed and reported, and how far an agency's word holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.inspection.indicators.days import iso
from services.inspection.indicators.inspections import CLAIM, INSPECTED, INSPECTED_ONSITE
from services.inspection.indicators.recommendations import RECOMMENDATION
from services.inspection.indicators.reports import PARTS, REPORT, REPORT_DIFFERENCE, REPORT_FIELD
from services.inspection.indicators.statistics import counted, median, percentile, ratio, size
from services.inspection.indicators.sums import EVENT_LAG, EVENT_LAST, Need, Question
from services.inspection.indicators.timeline import Amounts
from services.inspection.read_models import Figure
from shared import clock

COVERAGE_NEEDS = (
    Need(INSPECTED, broken=True, within="days"),
    Need(INSPECTED_ONSITE, broken=True),
)
RECOMMENDATION_NEEDS = (Need(RECOMMENDATION),)
REPORTING_NEEDS = (
    Need(REPORT, within="days"),
    Need(EVENT_LAG, broken=True, within="happened", reported_only=True),
    Need(EVENT_LAST, reported_only=True),
)
RELIABILITY_NEEDS = (Need(CLAIM, within="last_two_years", reported_only=True),)
DIFFERENCE_NEEDS = (
    Need(REPORT_FIELD, broken=True, within="days"),
    Need(REPORT_DIFFERENCE, broken=True, within="days"),
)

#: Days of a year, for ages in years.
_YEAR = 365.25

#: An agency is silent when its last event is longer ago than so many days (A11).
SILENT = 90


def inspection_coverage(question: Question) -> Figure:
    """Return I19: agencies inspected in the period; the share on site; the longest time since anybody was there."""
    inspected = on_site = 0
    never = 0
    oldest: int | None = None
    for member in question.members:
        visits = question.sums.part(INSPECTED, member.agency_id)
        inspected += any(amounts[0] > 0 for amounts in visits.values())
        on_site += any(amounts[1] > 0 for amounts in visits.values())
        last = max(question.sums.part(INSPECTED_ONSITE, member.agency_id), default=None)
        if last is None:
            never += 1
        else:
            day = clock.day_of(last)
            oldest = day if oldest is None else min(oldest, day)
    values = {
        "on_site": ratio(on_site, inspected),
        "years_since_onsite_max": None if oldest is None else (question.day - oldest) / _YEAR,
        "last_onsite": None if oldest is None else iso(oldest),
        "never_onsite": never,
    }
    return Figure(inspected, len(question.members), values)


def recommendations(question: Question) -> Figure:
    """Return I21: recommendations implemented of those that count; partly, weighted, and overdue apart."""
    counting, implemented, partly, overdue = question.sums.group(RECOMMENDATION, question.members)
    weighted = (implemented + partly / 2) / counting if counting else None
    return Figure(implemented, counting, {"partly_implemented": partly, "weighted_rate": weighted, "overdue": overdue})


def reporting(question: Question) -> Figure:
    """Return I22: reports in time of those due in the period; received; how late events come, and who is silent."""
    due, received, in_time, _ = question.sums.group(REPORT, question.members)
    lags = counted(_histogram(question.sums.part(EVENT_LAG, member.agency_id)) for member in question.members)
    values = {
        "completeness": ratio(received, due),
        "events": size(lags),
        "event_lag_days_median": median(lags),
        "event_lag_days_p90": percentile(lags, 90),
        **_silence(question),
    }
    return Figure(in_time, due, values)


def _histogram(parts: Mapping[str, Amounts]) -> dict[int, int]:
    return {int(days): amounts[0] for days, amounts in parts.items()}


def _silence(question: Question) -> dict[str, int | float | None]:
    last = [question.sums.total(EVENT_LAST, member.agency_id)[0] for member in question.members]
    days = [question.day - day for day in last if day]
    return {
        "silence_days_median": median(counted({one: 1} for one in days)),
        "silence_days_max": max(days, default=None),
        "silent_agencies": sum(one > SILENT for one in days),
        "agencies_without_events": len(last) - len(days),
    }


def claim_reliability(question: Question) -> Figure:
    """Return I23: claims that checks confirmed, of those confirmed or contradicted in the last 24 months."""
    confirmed, contradicted, unverifiable, _ = question.sums.group(CLAIM, question.members)
    return Figure(confirmed, confirmed + contradicted, {"unverifiable": unverifiable})


def report_difference(question: Question) -> Figure:
    """Return I24: by field, how far reports of the period depart from what events say."""
    fields: dict[str, list[dict[int, int]]] = {}
    compared: dict[str, int] = {}
    for member in question.members:
        for dimension, amounts in question.sums.part(REPORT_FIELD, member.agency_id).items():
            name = dimension.partition("|")[2]
            compared[name] = compared.get(name, 0) + amounts[0]
            fields.setdefault(name, []).append({0: amounts[0] - amounts[1]})
        for dimension, amounts in question.sums.part(REPORT_DIFFERENCE, member.agency_id).items():
            _day, name, parts = dimension.split("|", 2)
            fields.setdefault(name, []).append({int(parts): amounts[0]})
    values = {name: _spread(counts) for name, counts in sorted(fields.items()) if compared.get(name)}
    return Figure(None, None, {"fields": values, **_spread(part for parts in fields.values() for part in parts)})


def _spread(parts: Iterable[dict[int, int]]) -> dict[str, int | float | None]:
    values = counted(parts)
    number = size(values)
    middle = median(values)
    return {
        "compared": number,
        "different": sum(count for parts_, count in values if parts_ > 0),
        "mean": sum(value * count for value, count in values) / number / PARTS if number else None,
        "median": None if middle is None else middle / PARTS,
        "max": values[-1][0] / PARTS if values else None,
    }
