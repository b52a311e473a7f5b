"""Records of some kinds as of a day, as known at an instant: each with the facts that count, in business order.

For what is read of few records or agencies at a time; figures come from the sums. Later facts of a record need not name
the agency that the first one was about, so a record belongs to the agency of its first fact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, or_, select

from services.inspection import serving
from services.inspection.indicators.timeline import Happening
from services.inspection.streams import of_rows, standing
from services.inspection.tables import NATIONAL_AGGREGATES

#: Agencies named in one query; more of them are asked for in turns, or the country is read as a whole.
_NAMED = 400


@dataclass(frozen=True, slots=True)
class Record:
    """One record; its facts are those up to the day that neither were corrected nor taken back."""

    aggregate: str
    #: Agency whose record it is, and its id there.
    source: str
    subject: str
    #: Agency that it is about.
    agency_id: str
    facts: list[Happening]


def records_of(
    connection: Connection, aggregates: Collection[str], agency_ids: Sequence[str], as_of: int, known_at: int
) -> list[Record]:
    """Return the records of these kinds that are about the agencies, in order of aggregate, source and subject."""
    found: list[Record] = []
    if len(agency_ids) > _NAMED and set(aggregates) <= set(NATIONAL_AGGREGATES):
        found += _records(connection, aggregates, None, set(agency_ids), as_of, known_at)
    else:
        for start in range(0, len(agency_ids), _NAMED):
            named = agency_ids[start : start + _NAMED]
            found += _records(connection, aggregates, named, set(named), as_of, known_at)
    return sorted(found, key=lambda record: (record.aggregate, record.source, record.subject))


def _records(
    connection: Connection,
    aggregates: Collection[str],
    agency_ids: Sequence[str] | None,
    wanted: Collection[str],
    as_of: int,
    known_at: int,
) -> Iterator[Record]:
    columns = serving.views(connection).events.c
    chosen = _of_country(columns, aggregates) if agency_ids is None else _of_agencies(columns, aggregates, agency_ids)
    rows = connection.execute(
        select(
            *(columns.stream, columns.aggregate, columns.source, columns.agency_id, columns.type),
            *(columns.occurred_at, columns.position, columns.provenance, columns.subject, columns.event_id),
            *(columns.body, columns.recorded_at, columns.service, columns.partition),
        )
        .where(chosen, columns.recorded_at <= known_at)
        .order_by(columns.service, columns.position)
    ).all()
    by_stream: dict[bytes, list[Any]] = {}
    for row in rows:
        by_stream.setdefault(bytes(row.stream), []).append(row)
    for told in by_stream.values():
        first = told[0]
        facts = [one.fact for one in standing(of_rows([row[4:] for row in told])) if one.fact.day <= as_of]
        if facts and first.agency_id in wanted:
            yield Record(first.aggregate, first.source, first.subject, first.agency_id, facts)


def _of_country(columns: Any, aggregates: Collection[str]) -> ColumnElement[bool]:
    """Return the condition on what is read for the whole country at once, one index for each."""
    return or_(*(columns.aggregate == aggregate for aggregate in aggregates))


def _of_agencies(columns: Any, aggregates: Collection[str], agency_ids: Sequence[str]) -> ColumnElement[bool]:
    named = select(columns.stream).where(columns.agency_id.in_(agency_ids), columns.aggregate.in_(aggregates))
    return cast("ColumnElement[bool]", columns.stream.in_(named.distinct()))
