"""What a few agencies contributed to figures, read once: the sums that come of it, and the events that made them.

For a page of an explanation, of which both are shown. Sums of more agencies are read by `sums.py`, which looks at no event;
what is counted in the inbox, and what agencies above publish for others, is no contribution of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from services.inspection.checkpoints.closing import join_to, plus
from services.inspection.checkpoints.reading import Wanted
from services.inspection.checkpoints.shapes import OF_EVENTS
from services.inspection.indicators.sums import Need, Sums
from services.inspection.indicators.timeline import Amounts
from services.inspection.sums import NO_PLAN, Moment, alike_needs, measure_name, restricted
from services.inspection.tables import OversightTables
from shared.turns import in_turns

#: Service, partition and position of an event.
Place = tuple[str, int, int]


class Contribution(NamedTuple):
    """What an event added to a measure of an agency."""

    measure: str
    agency_id: str
    dimension: str
    stream: bytes
    service: str
    partition: int
    position: int
    a1: int
    a2: int
    a3: int
    a4: int

    @property
    def amounts(self) -> Amounts:
        """Return what it added."""
        return self[7:]


@dataclass(frozen=True, slots=True)
class Contributions:
    """The contributions to what is needed alike."""

    needs: Sequence[Need]
    rows: Sequence[Contribution]

    def add_to(self, sums: Sums) -> Sums:
        """Return sums with what these come to; what comes to nothing is left out."""
        first, added = self.needs[0], _by_key(self.rows)
        totals: dict[str, dict[str, Amounts]] = {need.measure: {} for need in self.needs if not first.broken}
        parts: dict[str, dict[str, dict[str, Amounts]]] = {need.measure: {} for need in self.needs if first.broken}
        named = Wanted(NO_PLAN, (), rest=first.rest)
        for (measure, agency_id, dimension), amounts in added.items():
            if first.broken:
                join_to(parts[measure].setdefault(agency_id, {}), named.name(dimension), amounts, plus)
            else:
                join_to(totals[measure], agency_id, amounts, plus)
        return Sums({**sums.totals, **totals}, {**sums.parts, **parts})

    def causes(self) -> Iterator[tuple[str, Place]]:
        """Return measure and place of the events in the streams that contribute something to a measure.

        What was taken back since (an action that is done) is behind nothing any more.
        """
        by_stream: dict[tuple[str, bytes], Amounts] = {}
        for row in self.rows:
            join_to(by_stream, (row.measure, row.stream), row.amounts, plus)
        for row in in_turns(self.rows):
            if (row.measure, row.stream) in by_stream:
                yield row.measure, (row.service, row.partition, row.position)


def _by_key(rows: Iterable[Contribution]) -> Mapping[tuple[str, str, str], Amounts]:
    sums: dict[tuple[str, str, str], Amounts] = {}
    for row in in_turns(rows):
        join_to(sums, row[:3], row.amounts, plus)
    return sums


def contributions_of(
    connection: Connection,
    tables: OversightTables,
    needs: Iterable[Need],
    moment: Moment,
    agency_ids: Sequence[str],
    months: Sequence[int],
) -> list[Contributions]:
    """Return what agencies contributed to what is needed, as far as it is of their own.

    Args:
        connection: A reading transaction.
        tables: Of the views.
        needs: What is needed.
        moment: As of when, as known when.
        agency_ids: Of a few agencies.
        months: Those in which anything became known: the index goes by them before it goes by agency.
    """
    return [
        Contributions(alike, _read(connection, tables, alike, moment, agency_ids, months))
        for alike in alike_needs(needs)
        if not alike[0].everywhere and alike[0].measure not in OF_EVENTS
    ]


def _read(
    connection: Connection,
    tables: OversightTables,
    needs: Sequence[Need],
    moment: Moment,
    agency_ids: Sequence[str],
    months: Sequence[int],
) -> list[Contribution]:
    columns: Any = tables.deltas.c
    names = {measure_name(need, moment.variant): need.measure for need in needs}
    query = select(*(columns[name] for name in Contribution._fields)).where(
        columns.measure.in_(names),
        columns.agency_id.in_(agency_ids),
        columns.known_month.in_(months),
        columns.day <= moment.as_of,
        columns.known_at <= moment.known_at,
    )
    rows = connection.execute(restricted(query, tables.deltas, needs[0], moment))
    return [Contribution(names[row[0]], *row[1:]) for row in rows]
