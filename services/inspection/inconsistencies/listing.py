"""Inconsistencies as of a day, as known at an instant: folded from the events about them, as the views hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from services.inspection import serving
from services.inspection.agencies import registry_of
from services.inspection.figures import UnknownScopeError
from shared import clock
from shared.contracts.flags import RETRACTED
from shared.contracts.upcasting import data_today


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """One of an agency."""

    id: str
    agency_id: str
    agency_name: str
    kind: str
    #: `{source, id}` of the event that claims it, and of those that speak against it.
    claim: dict[str, str]
    against: tuple[dict[str, str], ...]
    #: Day of the claim.
    on: str
    #: When it was found, microseconds.
    found_at: int
    #: Day from which it no longer holds; None: it holds.
    ended_on: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer, with what it was built from."""

    known_at: int
    watermark: int
    found: tuple[Inconsistency, ...]


def inconsistencies(connection: Connection, scope: str | None, as_of: int, known_at: int | None = None) -> Listed:
    """Return the inconsistencies of the agencies at and below a scope (None: all), those that hold first, the newest first.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    mark, known = serving.mark(connection), serving.known_at(connection, known_at)
    snapshot = registry_of(connection, serving.version(connection)).snapshot(connection, as_of, known)
    if scope is not None and scope not in snapshot.records:
        raise UnknownScopeError(scope)
    within = None if scope is None else snapshot.within(scope)
    rows = _told(connection, known)
    found = _folded((row for row in rows if within is None or row.agency_id in within), clock.end_of_day(as_of))
    named = [
        replace(one, agency_name=record.name_on(as_of) if (record := snapshot.records.get(one.agency_id)) else "")
        for one in found
    ]
    by_age = sorted(named, key=lambda one: (one.on, one.id), reverse=True)
    return Listed(known, mark, tuple(sorted(by_age, key=lambda one: one.ended_on is not None)))


def open_by_agency(connection: Connection, as_of: int, known_at: int) -> Counter[str]:
    """Return how many inconsistencies hold on a day, as known at an instant, by agency."""
    found = _folded(_told(connection, known_at), clock.end_of_day(as_of))
    return Counter(one.agency_id for one in found if one.ended_on is None)


def _told(connection: Connection, known_at: int) -> Sequence[Row[Any]]:
    columns = serving.views(connection).events.c
    return connection.execute(
        select(*columns)
        .where(columns.aggregate == "inconsistency", columns.recorded_at <= known_at)
        .order_by(columns.recorded_at, columns.position)
    ).all()


def _folded(rows: Iterable[Row[Any]], until: int) -> list[Inconsistency]:
    """Return what was said up to an instant of business time; what was taken back was never said, on no day."""
    told = [(row, orjson.loads(row.body)) for row in rows]
    gone = {(row.source, event["corrects"]) for row, event in told if event.get("corrects")}
    found: dict[bytes, Inconsistency] = {}
    for row, event in told:
        name = row.type.rpartition(".")[2]
        if name == RETRACTED or row.occurred_at > until or (row.source, row.event_id) in gone:
            continue
        data = data_today(row.type, event, row.occurred_at)
        key = bytes(row.stream)
        if name == "found":
            found[key] = _found(row, data)
        elif key in found:
            found[key] = replace(found[key], ended_on=data["ended_on"])
    return list(found.values())


def _found(row: Row[Any], data: Any) -> Inconsistency:
    return Inconsistency(
        id=row.subject,
        agency_id=row.source,
        agency_name="",
        kind=data["kind"],
        claim=data["claim"],
        against=tuple(data["against"]),
        on=data["on"],
        found_at=row.recorded_at,
    )
