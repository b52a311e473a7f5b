"""Reads the sums that indicators are computed from: as of a day, as known at an instant.

Owns the one kind of query behind all figures; what is summed is said by the indicators' needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Table, func, literal_column, or_, select, text

from services.inspection.indicators.days import iso
from services.inspection.indicators.sums import EVENT_LAG, EVENT_LAST, Need, Sums
from services.inspection.indicators.timeline import VERIFIED, months_later
from services.inspection.tables import OversightTables
from shared import clock

#: Up to so many agencies are named in the query; with more the whole country is read, which is as fast.
_NAMED = 400

#: Measures that are counted in the inbox.
EVENT_MEASURES = frozenset({EVENT_LAG, EVENT_LAST})

#: Microseconds of a day, and by which Vietnam is ahead of UTC.
_DAY = 86_400_000_000
_VIETNAM = 25_200_000_000


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
    for alike in _alike(needs):
        first = alike[0]
        of_these = None if first.everywhere else named
        if first.measure in EVENT_MEASURES:
            _read_events(connection, tables.events, alike, moment, of_these, (totals, parts))
            continue
        query = _query(tables.deltas, alike, moment, of_these)
        for measure, agency_id, *rest in connection.execute(query).all():
            name = measure.removesuffix(VERIFIED)
            if first.broken:
                parts.setdefault(name, {}).setdefault(agency_id, {})[rest[0]] = tuple(rest[1:])
            else:
                totals.setdefault(name, {})[agency_id] = tuple(rest)
    return Sums(totals, parts)


def _alike(needs: Iterable[Need]) -> list[list[Need]]:
    """Return the needs by what one query can read together."""
    groups: dict[tuple[Any, ...], list[Need]] = {}
    for need in dict.fromkeys(needs):
        own = need.measure if need.measure in EVENT_MEASURES else ""
        groups.setdefault((need.broken, need.within, need.everywhere, own), []).append(need)
    return list(groups.values())


def _read_events(
    connection: Connection,
    events: Table,
    needs: Sequence[Need],
    moment: Moment,
    agencies: list[str] | None,
    found: tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]],
) -> None:
    totals, parts = found
    for need in needs:
        query = event_query(events, need, moment)
        if agencies is not None:
            query = query.where(events.c.agency_id.in_(agencies))
        for agency_id, value, *rest in connection.execute(query).all():
            if need.broken:
                parts.setdefault(need.measure, {}).setdefault(agency_id, {})[str(value)] = (rest[0], 0, 0, 0)
            else:
                totals.setdefault(need.measure, {})[agency_id] = (value, 0, 0, 0)


def event_query(events: Table, need: Need, moment: Moment) -> Select[Any]:
    """Return the query of a measure that is read from the inbox, by agency."""
    columns = events.c
    # Whole days: SQLite and PostgreSQL both cut the quotient of integers.
    lag = _whole_days(columns.recorded_at) - columns.day
    shown = [lag, func.count()] if need.broken else [func.max(columns.day).label("last_day")]
    query = counted_events(select(columns.agency_id, *shown), need, moment, columns)
    return query.group_by(columns.agency_id, *([lag] if need.broken else []))


def _whole_days(instant: ColumnElement[int]) -> ColumnElement[int]:
    """Return the Vietnamese day of an instant."""
    return (instant + literal_column(str(_VIETNAM), BigInteger)) // literal_column(str(_DAY), BigInteger)


def counted_events(query: Select[Any], need: Need, moment: Moment, columns: Any) -> Select[Any]:
    """Return a query limited to what agencies reported themselves of their work, as far as the need goes."""
    query = query.where(
        columns.provenance == "self_reported",
        columns.service.in_(("documents", "audit")),
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
    bounds = _bounds(need, moment)
    if bounds is None:
        return query
    return query.where(columns.dimension >= bounds[0], columns.dimension < bounds[1])


#: Months up to the day asked for, by what a need may be limited to.
_BACK = {"last_year": 12, "last_two_years": 24, "last_three_years": 36}


def _bounds(need: Need, moment: Moment) -> tuple[str, str] | None:
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


def _query(deltas: Table, needs: list[Need], moment: Moment, agencies: list[str] | None) -> Select[Any]:
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
    return restricted(query, deltas, needs[0], moment)
