"""What changes of the law did to procedures, counted: kept until more is known of one of them.

Counting them goes through all that was ever flagged stale; what has become known since a moment ago is looked up in no time,
and only the changes that it tells of are counted again. Owns no rule: staleness is found by `documents`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, case, func, select

from services.inspection import serving
from services.inspection.checkpoints.months import known_month
from services.inspection.indicators.procedures import STALE_CHANGE
from services.inspection.newest_kept import with_newest
from shared.turns import in_turns

#: Source and id of the event that changed the law.
Change = tuple[str, str]


class Counts(NamedTuple):
    """What one change did."""

    #: Procedures that are stale because of it, and that were updated or confirmed.
    stale: int
    updated: int
    #: Agencies with a stale one.
    agencies: int


class _Kept(NamedTuple):
    """Counts as known at an instant, by what stands for the change in the contributions."""

    known_at: int
    counts: Mapping[str, Counts]


#: Version of the views, day, and the agencies that count where not all do.
_Key = tuple[int, int, frozenset[str] | None]
# Replaced, never changed, so that threads need no lock.
_kept: WeakKeyDictionary[Engine, Mapping[_Key, _Kept]] = WeakKeyDictionary()
_KEPT = 8
_NOTHING = Counts(0, 0, 0)


def stale_counts(
    connection: Connection, changes: Collection[Change], as_of: int, known_at: int, within: Collection[str] | None
) -> Mapping[Change, Counts]:
    """Return what changes of the law did to procedures, by change.

    Args:
        connection: A reading transaction.
        changes: Of which ones.
        as_of: Day number.
        known_at: Instant up to which facts count, not later than the watermark.
        within: Only the procedures of these agencies; None for all.
    """
    named = {"/".join(change): change for change in changes}
    key = (serving.version(connection), as_of, None if within is None else frozenset(within))
    memory = _kept.get(connection.engine, {})
    counts = _still_right(connection, memory.get(key), known_at)
    missing = named.keys() - counts.keys()
    if missing:
        counts = {
            **counts,
            **dict.fromkeys(missing, _NOTHING),
            **_counted(connection, missing, as_of, known_at, key[2]),
        }
    _kept[connection.engine] = with_newest(memory, key, _Kept(known_at, counts), _KEPT)
    return {change: counts[dimension] for dimension, change in named.items()}


def _still_right(connection: Connection, kept: _Kept | None, known_at: int) -> Mapping[str, Counts]:
    """Return the counts that are the same as known at another instant: of which nothing became known in between."""
    if kept is None:
        return {}
    first, last = sorted((kept.known_at, known_at))
    if known_month(last) - known_month(first) > 1:
        return {}
    columns = serving.views(connection).deltas.c
    told = connection.execute(
        select(columns.dimension)
        .where(
            columns.measure == STALE_CHANGE,
            columns.known_month.in_({known_month(first), known_month(last)}),
            columns.known_at > first,
            columns.known_at <= last,
        )
        .distinct()
    )
    changed = {dimension for (dimension,) in told}
    return {dimension: counts for dimension, counts in kept.counts.items() if dimension not in changed}


def _counted(
    connection: Connection, dimensions: Collection[str], as_of: int, known_at: int, within: frozenset[str] | None
) -> Mapping[str, Counts]:
    columns = serving.views(connection).deltas.c
    by_agency = (
        select(
            columns.dimension,
            columns.agency_id,
            func.sum(columns.a1).label("stale"),
            func.sum(columns.a2).label("updated"),
        )
        .where(
            columns.measure == STALE_CHANGE,
            columns.dimension.in_(sorted(dimensions)),
            columns.day <= as_of,
            columns.known_at <= known_at,
        )
        .group_by(columns.dimension, columns.agency_id)
    )
    if within is None:
        # A change of the law concerns thousands of agencies: they are added up where they lie.
        each = by_agency.subquery().c
        concerned = func.sum(case((each.stale > 0, 1), else_=0))
        rows = connection.execute(
            select(each.dimension, func.sum(each.stale), func.sum(each.updated), concerned).group_by(each.dimension)
        )
        return {dimension: Counts(*map(int, counts)) for dimension, *counts in rows}
    counts: dict[str, Counts] = {}
    for dimension, agency_id, stale, updated in in_turns(connection.execute(by_agency)):
        if agency_id in within:
            before = counts.get(dimension, _NOTHING)
            counts[dimension] = Counts(
                before.stale + int(stale), before.updated + int(updated), before.agencies + (stale > 0)
            )
    return counts
