"""Good practices that agencies share and commendations that they were given: all of the country, as of a day.

Few enough to be read whole; an index of the views holds each kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from services.inspection import serving
from services.inspection.indicators.days import day_in
from services.inspection.streams import KnownFact, of_rows, standing

#: Aggregates, and the field with the day of each.
DAYS: Mapping[str, str] = {"good_practice": "shared_on", "commendation": "awarded_on"}


@dataclass(frozen=True, slots=True)
class Praise:
    """One practice or one commendation."""

    #: `good_practice` or `commendation`.
    kind: str
    agency_id: str
    subject: str
    #: Day number.
    on: int
    data: Mapping[str, Any]
    #: Where the event stands in the log.
    service: str
    position: int


def praise(connection: Connection, as_of: int, known_at: int) -> list[Praise]:
    """Return what stands as of a day, as known at an instant; the latest first."""
    columns = serving.views(connection).events.c
    found: list[Praise] = []
    for kind in DAYS:
        rows = connection.execute(
            select(
                *(columns.stream, columns.agency_id, columns.type, columns.occurred_at, columns.position),
                *(columns.provenance, columns.subject, columns.event_id, columns.body, columns.recorded_at),
                *(columns.service, columns.partition),
            )
            .where(columns.aggregate == kind, columns.recorded_at <= known_at)
            .order_by(columns.recorded_at, columns.position)
        ).all()
        by_stream: dict[bytes, list[Any]] = {}
        for row in rows:
            by_stream.setdefault(bytes(row.stream), []).append(row)
        for told in by_stream.values():
            found += [_praise(kind, told[0].agency_id, fact) for fact in standing(of_rows([row[2:] for row in told]))]
    kept = [one for one in found if one.on <= as_of]
    return sorted(kept, key=lambda one: (-one.on, one.agency_id, one.subject))


def _praise(kind: str, agency_id: str, known: KnownFact) -> Praise:
    fact = known.fact
    on = day_in(fact.data, DAYS[kind], fact.day)
    return Praise(kind, agency_id, fact.subject, on, fact.data, known.service, known.position)
