"""Reads the sums that indicators are computed from out of the deltas: as of a day, as known at an instant.

Owns the one kind of query behind all figures; what is summed is said by the indicators' needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, Table, func, or_, select, text

from services.inspection.indicators.sums import Need, Sums
from services.inspection.indicators.timeline import VERIFIED
from shared import clock

#: Up to so many agencies are named in the query; with more the whole country is read, which is as fast.
_NAMED = 400


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
    connection: Connection, deltas: Table, needs: Iterable[Need], moment: Moment, agencies: Collection[str]
) -> Sums:
    """Return the sums of what is needed; of other agencies too where that is as fast."""
    named = list(agencies) if len(agencies) <= _NAMED else None
    if named is None and connection.dialect.name == "postgresql":
        # The default of 4 MB makes a national sum sort on disk.
        connection.execute(text("SET LOCAL work_mem = '64MB'"))
    unique = list(dict.fromkeys(needs))
    totals: dict[str, dict[str, Any]] = {}
    parts: dict[str, dict[str, Any]] = {}
    plain = [need for need in unique if not need.broken and need.within == "always"]
    if plain:
        query = _query(deltas, plain, moment, named, broken=False)
        for measure, agency_id, *amounts in connection.execute(query).all():
            totals.setdefault(measure.removesuffix(VERIFIED), {})[agency_id] = tuple(amounts)
    for need in unique:
        if need in plain:
            continue
        query = _query(deltas, [need], moment, None if need.everywhere else named, broken=need.broken)
        if need.broken:
            found = parts.setdefault(need.measure, {})
            for _measure, agency_id, dimension, *amounts in connection.execute(query).all():
                found.setdefault(agency_id, {})[dimension] = tuple(amounts)
        else:
            totals[need.measure] = {
                agency_id: tuple(row) for _measure, agency_id, *row in connection.execute(query).all()
            }
    return Sums(totals, parts)


def measure_name(need: Need, variant: str) -> str:
    """Return the name under which a measure is stored in a variant."""
    return need.measure if need.reported_only or variant == "reported" else need.measure + VERIFIED


def restricted(query: Select[Any], deltas: Table, need: Need, moment: Moment) -> Select[Any]:
    """Return the query with the condition that the need puts on the period."""
    columns = deltas.c
    if need.within == "happened":
        return query.where(columns.day >= moment.begins, columns.day <= moment.ends)
    if need.within == "always":
        return query
    first, last = full_months(moment.begins, moment.ends)
    if need.within == "days":
        first, last = clock.to_date(moment.begins).isoformat(), clock.to_date(moment.ends).isoformat()
    return query.where(columns.dimension >= first, columns.dimension <= last)


def _query(
    deltas: Table, needs: list[Need], moment: Moment, agencies: list[str] | None, *, broken: bool
) -> Select[Any]:
    columns = deltas.c
    keys = [columns.measure, columns.agency_id, *([columns.dimension] if broken else [])]
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
