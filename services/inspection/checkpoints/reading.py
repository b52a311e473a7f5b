"""Puts sums together: those at the end of a month, what was known then of later days, and what became known late.

For a day D as known at K, with k the last month that is closed and over at K:

* where D is not before the end of k: the base of k, and what was known by then to take effect by D;
* else, with m the last month over at D: the base of m, what was known by the end of m to take effect by D, and what became
  known late in the months from the second after m to k;
* in both cases the changes themselves of those months that are left: of the one after m, and of all after k.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import orjson
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, tuple_

from services.inspection.checkpoints.blocks import Adding, Entry, unpack_entries, unpack_parts
from services.inspection.checkpoints.closing import BASE, CLOSED, FUTURE, LATE, batched, join_to, plus
from services.inspection.checkpoints.months import known_month, last_day, last_full, last_known
from services.inspection.checkpoints.shapes import MONTH
from services.inspection.indicators.timeline import Amounts
from services.inspection.tables import OversightTables
from shared.turns import in_turns

#: What the dimension begins with: the first that counts, and the first that no longer does; None: all count.
Bounds = tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Closed:
    """The months that are closed."""

    first: int
    last: int
    #: Measures that have blocks.
    measures: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a question about a day as known at an instant is put together from."""

    as_of: int
    #: Month whose base is taken.
    base: int
    #: Months of which what became known late is taken.
    late: range
    #: Months whose changes themselves are read.
    left: tuple[int, ...]


def closed(connection: Connection, tables: OversightTables) -> Closed | None:
    """Return which months are closed; None where none is."""
    columns = tables.sums.c
    marked = (columns.measure == "", columns.kind == CLOSED)
    first, last = connection.execute(select(func.min(columns.month), func.max(columns.month)).where(*marked)).one()
    if first is None:
        return None
    # Of the last one: a measure that is new to the program has none in any month.
    measures = connection.execute(select(columns.entries).where(*marked, columns.month == last)).scalar_one()
    return Closed(first, last, frozenset(orjson.loads(measures)))


def planned(months: Closed, as_of: int, known_at: int) -> Plan:
    """Return how a question is answered."""
    known = min(last_known(known_at), months.last)
    after = range(known + 1, known_month(known_at) + 1)
    if as_of >= last_day(known):
        return Plan(as_of, known, range(0), tuple(after))
    base = last_full(as_of)
    return Plan(as_of, base, range(base + 2, known + 1), (base + 1, *after))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read for some measures that are asked for alike."""

    plan: Plan
    measures: Sequence[str]
    bounds: Bounds = None
    #: Whether of `{period}|{rest}` the rest alone names the dimension.
    rest: bool = False
    #: How two amounts of one key become one.
    join: Callable[[Amounts, Amounts], Amounts] = plus

    def name(self, dimension: str) -> str:
        """Return what a dimension is called in the answer."""
        return dimension.partition("|")[2] if self.rest else dimension

    def counts(self, dimension: str) -> bool:
        """Return whether a dimension is within the period."""
        return self.bounds is None or self.bounds[0] <= dimension < self.bounds[1]


def totals(connection: Connection, tables: OversightTables, wanted: Wanted) -> dict[str, dict[str, Amounts]]:
    """Return the sums by measure and agency, the changes of the months that are left not yet among them."""
    whole, cut = _parts(connection, tables, wanted)
    # What is not a sum, such as the latest day, is not kept in parts.
    adding = {measure: Adding() for measure in wanted.measures}
    for measure, block in in_turns(_blocks(connection, tables, whole, "totals")):
        adding[measure].add(block)
    found = {measure: added.sums() for measure, added in adding.items()}
    for measure, entry in _entries(connection, tables, wanted, cut):
        join_to(found[measure], entry[0], entry[3], wanted.join)
    return found


def parts(connection: Connection, tables: OversightTables, wanted: Wanted) -> dict[str, dict[str, dict[str, Amounts]]]:
    """Return the sums by measure, agency and dimension, as `totals` does."""
    found: dict[str, dict[str, dict[str, Amounts]]] = {measure: defaultdict(dict) for measure in wanted.measures}
    places = {measure: _Places(by_agency) for measure, by_agency in found.items()}
    whole, cut = _parts(connection, tables, wanted)
    for measure, block in _blocks(connection, tables, whole, "entries"):
        if wanted.rest:
            _take_rest(places[measure], block, wanted)
            continue
        for some in in_turns(unpack_parts(block, places[measure].of)):
            for sums, dimension, amounts in some:
                sums[dimension] = amounts
    for measure, (agency_id, dimension, _day, amounts) in _entries(connection, tables, wanted, cut):
        join_to(found[measure][agency_id], wanted.name(dimension), amounts, wanted.join)
    return {measure: dict(by_agency) for measure, by_agency in found.items()}


class _Places:
    """Where the sums of agencies are, of which one block after the other has much the same."""

    def __init__(self, by_agency: dict[str, dict[str, Amounts]]) -> None:
        """Take sums by agency and dimension, which make room for an agency that is new."""
        self._by_agency = by_agency
        self._agencies: list[str] = []
        self._places: list[dict[str, Amounts]] = []

    def of(self, agencies: list[str]) -> list[dict[str, Amounts]]:
        """Return the sums of agencies by dimension."""
        if agencies != self._agencies:
            self._agencies, self._places = agencies, [self._by_agency[agency_id] for agency_id in agencies]
        return self._places


def _take_rest(places: _Places, block: bytes, wanted: Wanted) -> None:
    """Take a part of which the rest alone names a dimension, so that it may be there already, of another part."""
    for sums, dimension, amounts in chain.from_iterable(in_turns(unpack_parts(block, places.of, wanted.name))):
        if dimension in sums:
            join_to(sums, dimension, amounts, wanted.join)
        else:
            sums[dimension] = amounts


#: Measure, part and month of a base.
_Key = tuple[str, str, int]


def _parts(connection: Connection, tables: OversightTables, wanted: Wanted) -> tuple[list[_Key], list[_Key]]:
    """Return the bases that count whole, and those of which only some dimensions do."""
    columns, bounds = tables.sums.c, wanted.bounds
    query = (
        select(columns.measure, columns.part, func.max(columns.month))
        .where(columns.measure.in_(wanted.measures), columns.kind == BASE, columns.month <= wanted.plan.base)
        .group_by(columns.measure, columns.part)
        .order_by(columns.measure, columns.part)
    )
    if bounds is not None:
        query = query.where(columns.part >= bounds[0][:MONTH], columns.part < bounds[1])
    whole: list[_Key] = []
    cut: list[_Key] = []
    for measure, part, month in connection.execute(query):
        inside = bounds is None or (bounds[0] <= part and not bounds[1].startswith(part))
        (whole if inside else cut).append((measure, part, month))
    return whole, cut


def _blocks(
    connection: Connection, tables: OversightTables, keys: Sequence[_Key], column: str
) -> Iterator[tuple[str, bytes]]:
    """Return the measures and blocks of some bases."""
    columns = tables.sums.c
    if keys:
        query = select(columns.measure, columns[column]).where(
            columns.kind == BASE, tuple_(columns.measure, columns.part, columns.month).in_(keys)
        )
        yield from ((measure, block) for measure, block in connection.execute(query))


def _entries(
    connection: Connection, tables: OversightTables, wanted: Wanted, cut: Sequence[_Key]
) -> Iterator[tuple[str, Entry]]:
    """Return what is added one by one: of bases that are cut, of what was known ahead, of what became known late."""
    for measure, block in _blocks(connection, tables, cut, "entries"):
        yield from ((measure, entry) for entry in unpack_entries(block) if wanted.counts(entry[1]))
    columns, plan = tables.sums.c, wanted.plan
    of_kinds: list[ColumnElement[bool]] = [and_(columns.kind == FUTURE, columns.month == plan.base)]
    if plan.late:
        of_kinds.append(and_(columns.kind == LATE, columns.month.between(plan.late[0], plan.late[-1])))
    query = select(columns.measure, columns.entries).where(columns.measure.in_(wanted.measures), or_(*of_kinds))
    for measure, block in connection.execute(query):
        for entry in chain.from_iterable(in_turns(batched(unpack_entries(block)))):
            if (entry[2] or 0) <= plan.as_of and wanted.counts(entry[1]):
                yield measure, entry
