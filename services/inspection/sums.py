"""Reads the sums that indicators are computed from: as of a day, as known at an instant.

Owns the one kind of query behind all figures; what is summed is said by the indicators' needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, Table, func, or_, select, text

from services.inspection.asked_once import once
from services.inspection.checkpoints import inbox, reading
from services.inspection.checkpoints.closing import batched, join_to, plus
from services.inspection.checkpoints.months import known_month
from services.inspection.checkpoints.reading import Closed, Plan, Wanted
from services.inspection.checkpoints.shapes import OF_EVENTS, shapes
from services.inspection.indicators.days import iso
from services.inspection.indicators.sums import Need, Sums
from services.inspection.indicators.timeline import VERIFIED, months_later
from services.inspection.tables import OversightTables
from shared import clock
from shared.turns import in_turns

#: Up to so many agencies are named in the query; with more the whole country is read, which is as fast.
_NAMED = 400

#: Up to so many places of the index (one for each agency, measure and month) the changes themselves are summed: those of a
#: page of agencies take a few milliseconds, unpacking the whole country some tens.
_PLACES = 10_000


@dataclass(frozen=True, slots=True)
class Moment:
    """What the sums are asked for."""

    as_of: int
    known_at: int
    #: First and last day of the period.
    begins: int
    ends: int
    #: `reported` or `verified`.
    variant: str = "reported"


def full_months(begins: int, ends: int) -> tuple[str, str]:
    """Return the first and the last month (`YYYY-MM`) that lie wholly in a period; the first may be after the last."""
    first, last = clock.to_date(begins), clock.to_date(ends)
    if first.day != 1:
        first = _next_month(first)
    following = last + timedelta(days=1)
    if following.day != 1:
        last = last.replace(day=1) - timedelta(days=1)
    return first.isoformat()[:7], last.isoformat()[:7]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def default_period(as_of: int) -> tuple[int, int]:
    """Return first and last day of the twelve full months up to a day."""
    following = clock.to_date(as_of) + timedelta(days=1)
    ends = following.replace(day=1) - timedelta(days=1)
    return clock.day_number(following.replace(day=1, year=following.year - 1)), clock.day_number(ends)


def read_sums(
    connection: Connection, tables: OversightTables, needs: Iterable[Need], moment: Moment, agencies: Collection[str]
) -> Sums:
    """Return the sums of what is needed; of other agencies too where that is as fast."""
    named = list(agencies) if len(agencies) <= _NAMED else None
    if named is None and connection.dialect.name == "postgresql":
        # The default of 4 MB makes a national sum sort on disk, and compiling the query takes longer than running it.
        connection.execute(text("SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"))
    totals: dict[str, dict[str, Any]] = {}
    parts: dict[str, dict[str, Any]] = {}
    months = closed_months(connection, tables)
    inbox_read: inbox.Reading | None = None
    for alike in alike_needs(needs):
        first = alike[0]
        of_these = None if first.everywhere else named
        if first.measure in OF_EVENTS:
            if inbox_read is None and months is not None:
                inbox_read = inbox.Reading(connection, tables, months, moment.as_of, moment.known_at)
            closed = inbox_read if _by_months(months, first, moment, of_these) else None
            read = _read_events(connection, tables, first, moment, of_these, closed)
            (parts if first.broken else totals)[first.measure] = read
            continue
        found = _summed(connection, tables, alike, moment, of_these, months)
        (parts if first.broken else totals).update(found)
    return Sums(totals, parts)


def closed_months(connection: Connection, tables: OversightTables) -> Closed | None:
    """Return the months that are closed; None where there are none."""
    return once(connection, ("closed", tables.sums.name), lambda: reading.closed(connection, tables))


def _summed(
    connection: Connection,
    tables: OversightTables,
    needs: list[Need],
    moment: Moment,
    agencies: list[str] | None,
    months: Closed | None,
) -> dict[str, dict[str, Any]]:
    """Return the sums of needs that are alike, by measure and agency (and dimension); what comes to nothing is left out."""
    first = needs[0]
    measures = [measure_name(need, moment.variant) for need in needs]
    plan, left = _planned(months, needs, moment, agencies)
    wanted = Wanted(plan or NO_PLAN, measures, bounds(first, moment), first.rest)
    found: dict[str, dict[str, Any]] = {}
    if plan is not None:
        found = dict((reading.parts if first.broken else reading.totals)(connection, tables, wanted))
    rows = connection.execute(_query(tables.deltas, needs, moment, agencies, left)).all()
    for some in in_turns(batched(rows)):
        for row in some:
            sums = found.setdefault(row[0], {})
            if first.broken:
                join_to(sums.setdefault(row[1], {}), wanted.name(row[2]), row[3:], plus)
            else:
                join_to(sums, row[1], row[2:], plus)
    return {name.removesuffix(VERIFIED): sums for name, sums in found.items()}


#: Stands where no closed month is used.
NO_PLAN = Plan(0, 0, range(0), ())


def _planned(
    months: Closed | None, needs: Sequence[Need], moment: Moment, agencies: Sequence[str] | None
) -> tuple[Plan | None, Sequence[int] | None]:
    """Return what is taken from sums of months, and of which months the changes themselves are read (None: of all)."""
    if months is None:
        return None, None
    measures = {measure_name(need, moment.variant) for need in needs}
    last = known_month(moment.known_at)
    if agencies is not None and len(agencies) * len(measures) * (last - months.first + 1) <= _PLACES:
        return None, range(months.first, last + 1)
    kept = shapes()
    if not (months.measures >= measures and all(kept[need.measure].answers(need) for need in needs)):
        return None, None
    plan = reading.planned(months, moment.as_of, moment.known_at)
    return plan, plan.left


def alike_needs(needs: Iterable[Need]) -> list[list[Need]]:
    """Return the needs by what one query can read together."""
    groups: dict[tuple[Any, ...], list[Need]] = {}
    for need in dict.fromkeys(needs):
        own = need.measure if need.measure in OF_EVENTS else ""
        groups.setdefault((need.broken, need.within, need.everywhere, need.rest, own), []).append(need)
    return list(groups.values())


def _read_events(
    connection: Connection,
    tables: OversightTables,
    need: Need,
    moment: Moment,
    agencies: list[str] | None,
    closed: inbox.Reading | None,
) -> dict[str, Any]:
    """Return what is counted in the inbox, by agency (and lag): from closed months, or else from the events themselves."""
    if closed is not None:
        return dict(closed.lags(_full_period(moment)) if need.broken else closed.last_events())
    query = event_query(tables.events, need, moment)
    if agencies is not None:
        query = query.where(tables.events.c.agency_id.in_(agencies))
    found: dict[str, Any] = {}
    for agency_id, value, *rest in in_turns(connection.execute(query).all()):
        if need.broken:
            found.setdefault(agency_id, {})[str(value)] = (rest[0], 0, 0, 0)
        else:
            found[agency_id] = (value, 0, 0, 0)
    return found


def _by_months(months: Closed | None, need: Need, moment: Moment, agencies: Sequence[str] | None) -> bool:
    """Return whether closed months are taken: not for some agencies, nor for parts of months."""
    if months is None or agencies is not None or need.measure not in months.measures:
        return False
    first, after = clock.to_date(moment.begins), clock.to_date(moment.ends + 1)
    return need.within != "happened" or first.day == after.day == 1


def _full_period(moment: Moment) -> tuple[str, str]:
    """Return the months of a period of full months: the first, and the first after it."""
    return iso(moment.begins)[:7], iso(moment.ends + 1)[:7]


def event_query(events: Table, need: Need, moment: Moment) -> Select[Any]:
    """Return the query of a measure that is read from the inbox, by agency."""
    columns = events.c
    lag = inbox.lag_of(columns)
    shown = [lag, func.count()] if need.broken else [func.max(columns.day).label("last_day")]
    query = counted_events(select(columns.agency_id, *shown), need, moment, columns)
    return query.group_by(columns.agency_id, *([lag] if need.broken else []))


def counted_events(query: Select[Any], need: Need, moment: Moment, columns: Any) -> Select[Any]:
    """Return a query limited to what agencies reported themselves of their work, as far as the need goes."""
    query = query.where(
        inbox.counts(columns),
        columns.day <= moment.as_of,
        columns.recorded_at <= moment.known_at,
    )
    if need.within == "happened":
        query = query.where(columns.day >= moment.begins, columns.day <= moment.ends)
    return query


def measure_name(need: Need, variant: str) -> str:
    """Return the name under which a measure is stored in a variant."""
    return need.measure if need.reported_only or variant == "reported" else need.measure + VERIFIED


def restricted(query: Select[Any], deltas: Table, need: Need, moment: Moment) -> Select[Any]:
    """Return the query with the condition that the need puts on the period."""
    columns = deltas.c
    if need.within == "happened":
        return query.where(columns.day >= moment.begins, columns.day <= moment.ends)
    within = bounds(need, moment)
    if within is None:
        return query
    return query.where(columns.dimension >= within[0], columns.dimension < within[1])


#: Months up to the day asked for, by what a need may be limited to.
_BACK = {"last_year": 12, "last_two_years": 24, "last_three_years": 36}


def bounds(need: Need, moment: Moment) -> tuple[str, str] | None:
    """Return what the dimension begins with: the first that counts, and the first that no longer does."""
    if need.within == "months":
        first, last = full_months(moment.begins, moment.ends)
        return first, _next_month(date.fromisoformat(f"{last}-01")).isoformat()[:7]
    if need.within == "days":
        return iso(moment.begins), iso(moment.ends + 1)
    if need.within == "years":
        return iso(moment.begins)[:4], str(int(iso(moment.ends)[:4]) + 1)
    if need.within in _BACK:
        return iso(months_later(moment.as_of, -_BACK[need.within]) + 1), iso(moment.as_of + 1)
    return None


def _query(
    deltas: Table, needs: list[Need], moment: Moment, agencies: list[str] | None, months: Sequence[int] | None
) -> Select[Any]:
    columns = deltas.c
    keys = [columns.measure, columns.agency_id, *([columns.dimension] if needs[0].broken else [])]
    amounts = [func.sum(column) for column in (columns.a1, columns.a2, columns.a3, columns.a4)]
    query = (
        select(*keys, *amounts)
        .where(
            columns.measure.in_([measure_name(need, moment.variant) for need in needs]),
            columns.day <= moment.as_of,
            columns.known_at <= moment.known_at,
        )
        .group_by(*keys)
        # Most of what is broken down is past: states that were left, actions that are done.
        .having(or_(*(amount != 0 for amount in amounts)))
    )
    if agencies is not None:
        query = query.where(columns.agency_id.in_(agencies))
    if months is not None:
        query = query.where(columns.known_month.in_(months))
    return restricted(query, deltas, needs[0], moment)
