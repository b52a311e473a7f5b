"""Fills a periodic report in from events, as of the last day of its period, as known at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from services.inspection.domain.report_templates import templates
from services.inspection.figures import Asked, Basis, basis, sums_for
from services.inspection.groups import Filters
from services.inspection.indicators.coverage import FUNNEL_NEEDS, state_of
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.records import Record, records_of
from services.inspection.reports.counting import AGGREGATES, Told, Value, filled_in
from shared import clock

_MONTHS_OF_A_QUARTER = 3
_LAST_MONTH = 12


@dataclass(frozen=True, slots=True)
class Filled:
    """A report as events say it."""

    values: dict[str, Value]
    #: Day that the figures are of, and the instant that they were known at.
    as_of: int
    known_at: int


def period_of(period: str) -> tuple[int, int]:
    """Return first and last day of a period: `2025`, `2025-Q1`, `2025-03`."""
    year = int(period[:4])
    if len(period) == len("2025"):
        first, last = 1, _LAST_MONTH
    elif period[5] == "Q":
        last = int(period[6]) * _MONTHS_OF_A_QUARTER
        first = last - _MONTHS_OF_A_QUARTER + 1
    else:
        first = last = int(period[5:7])
    following = date(year + last // _LAST_MONTH, last % _LAST_MONTH + 1, 1)
    return clock.day_number(date(year, first, 1)), clock.day_number(following) - 1


def fill_in(
    connection: Connection, agency_id: str, template: str, period: str, today: int, known_at: int | None
) -> Filled:
    """Return what the events of an agency say for a form and a period, up to today where it is not over.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    begins, last = period_of(period)
    ends = min(last, today)
    given = basis(connection, Asked(ends, known_at, Filters(agency_id), begins=begins, ends=ends))
    known = given.moment.known_at
    records: dict[str, list[Record]] = {}
    for record in records_of(connection, AGGREGATES, [agency_id], ends, known):
        records.setdefault(record.aggregate, []).append(record)
    told = _told(connection, given, agency_id, records, (begins, ends))
    names = [entry.field for entry in templates()[template].fields]
    return Filled(filled_in(told, names), ends, known)


def _told(
    connection: Connection, given: Basis, agency_id: str, records: dict[str, list[Record]], period: tuple[int, int]
) -> Told:
    member = given.snapshot.members.get(agency_id)
    own = [member] if member else []
    sums = sums_for(connection, given, (*FUNNEL_NEEDS, *INDICATORS["I3"].needs), own)
    covered = INDICATORS["I3"].figure(given.question(own, sums))
    return Told(
        records,
        *period,
        obligation=member.obligation if member else "exempt",
        agency_id=agency_id,
        funnel=state_of(sums, agency_id),
        tthc=int(covered.denominator or 0),
        tthc_covered=int(covered.numerator or 0),
    )
