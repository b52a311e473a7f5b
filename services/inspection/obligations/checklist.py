"""The checklist of a reorganisation: what its agencies owed on their last day, and what became of each thing.

Read-only. For every kind: open before = inherited + lapsed + closed meanwhile + left. Things that an old agency had
itself inherited before count like its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Select, func, select

from services.inspection.obligations.kinds import open_after
from services.inspection.obligations.tables import CONSUMER, ObligationTables, serving_tables, serving_version
from shared.database.bulk import select_by_keys
from shared.messaging.watermark import watermark
from shared.registry.inheritance import Thing

STATES = ("left", "inherited", "lapsed", "closed")

_THING = ("thing", "kind", "source", "subject", "agency_id", "label", "spans")
_DECISION = ("thing", "giver", "taker", "effective")


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """One reorganisation; days as day numbers, instants in microseconds."""

    source: str
    subject: str
    name_vi: str
    name_en: str | None
    legal_basis: str | None
    status: str
    effective_on: int
    announced_on: int | None
    settled_at: int | None
    #: Agencies that end and agencies that take over.
    old_agencies: int
    new_agencies: int


@dataclass(frozen=True, slots=True)
class OpenThing:
    """One thing that an old agency owed on its last day."""

    thing: Thing
    #: The old agency that had it.
    holder: str
    label: str
    #: left, inherited, lapsed, closed.
    state: str
    #: Who inherited it; for what is left the default successor.
    heir: str | None
    #: Whether it is still open now.
    is_open: bool


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the things of one kind."""

    kind: str
    open_before: int
    inherited: int
    lapsed: int
    closed: int
    left: int


@dataclass(frozen=True, slots=True)
class Checklist:
    """All that a reorganisation has to settle, as known at the watermark."""

    reorganisation: Reorganisation
    watermark: int
    things: Sequence[OpenThing]
    counts: Sequence[Count]

    @property
    def left(self) -> int:
        """Return how many things have neither heir nor decision."""
        return sum(count.left for count in self.counts)


def all_reorganisations(connection: Connection) -> list[Reorganisation]:
    """Return every reorganisation, the latest first."""
    tables = serving_tables(connection)
    columns = tables.reorganisations.c
    rows = connection.execute(_heads(tables).order_by(columns.effective_on.desc(), columns.subject))
    return [Reorganisation(*row) for row in rows]


def reorganisation(connection: Connection, subject: str, source: str | None = None) -> Reorganisation | None:
    """Return one reorganisation by its id; where agencies used the same id, the source says which."""
    tables = serving_tables(connection)
    columns = tables.reorganisations.c
    query = _heads(tables).where(columns.subject == subject)
    if source:
        query = query.where(columns.source == source)
    row = connection.execute(query.order_by(columns.source)).first()
    return Reorganisation(*row) if row else None


def _heads(tables: ObligationTables) -> Select[Any]:
    head, link = tables.reorganisations.c, tables.links.c
    of_this = (link.source == head.source) & (link.subject == head.subject)
    old = select(func.count(link.old.distinct())).where(of_this).scalar_subquery()
    new = select(func.count(link.new.distinct())).where(of_this).scalar_subquery()
    return select(
        *(head.source, head.subject, head.name_vi, head.name_en, head.legal_basis, head.status),
        *(head.effective_on, head.announced_on, head.settled_at, old, new),
    )


def successors(connection: Connection, found: Reorganisation) -> dict[str, list[str]]:
    """Return by old agency those that take over from it, the default one first."""
    links = serving_tables(connection).links.c
    rows = connection.execute(
        select(links.old, links.new)
        .where(links.source == found.source, links.subject == found.subject)
        .order_by(links.old, links.is_default.desc(), links.new)
    )
    result: dict[str, list[str]] = {}
    for old, new in rows:
        result.setdefault(old, []).append(new)
    return result


def checklist(connection: Connection, found: Reorganisation) -> Checklist:
    """Return what the old agencies owed on their last day, and what became of it."""
    heirs = successors(connection, found)
    held = _held(connection, heirs.keys(), found.effective_on)
    decided = {(bytes(row[0]), row[1]): row[2] for row in _decisions(connection, "giver", heirs.keys())}
    things = []
    for row, holder in held:
        if heirs[holder][0] == holder:
            # Whoever goes on as before keeps what it owes.
            continue
        periods = orjson.loads(row["spans"])
        key = (bytes(row["thing"]), holder)
        is_open = bool(periods) and periods[-1][1] is None
        heir = decided.get(key, heirs[holder][0])
        state = _state(key, decided, is_open=is_open)
        things.append(
            OpenThing(Thing(row["kind"], row["source"], row["subject"]), holder, row["label"], state, heir, is_open)
        )
    things.sort(key=lambda one: (one.holder, one.thing))
    return Checklist(found, watermark(connection, CONSUMER, serving_version(connection)), things, _counts(things))


def _state(key: tuple[bytes, str], decided: Mapping[tuple[bytes, str], str | None], *, is_open: bool) -> str:
    if key in decided:
        return "inherited" if decided[key] is not None else "lapsed"
    return "left" if is_open else "closed"


def _held(connection: Connection, agencies: Collection[str], effective_on: int) -> list[tuple[dict[str, Any], str]]:
    """Return what agencies had open at the end of the day before, with the agency that had it."""
    named = sorted(agencies)
    obligations = serving_tables(connection).obligations
    rows = {bytes(row[0]): row for row in select_by_keys(connection, obligations, "agency_id", named, _THING)}
    holders = [(key, row[4]) for key, row in rows.items()]
    taken = [row for row in _decisions(connection, "taker", named) if row[3] < effective_on]
    missing = sorted({bytes(row[0]) for row in taken} - rows.keys())
    rows |= {bytes(row[0]): row for row in select_by_keys(connection, obligations, "thing", missing, _THING)}
    holders += [(bytes(row[0]), str(row[2])) for row in taken if bytes(row[0]) in rows]
    given = {(bytes(row[0]), row[1]) for row in _decisions(connection, "giver", named) if row[3] < effective_on}
    held = [
        (dict(zip(_THING, rows[key], strict=True)), holder) for key, holder in holders if (key, holder) not in given
    ]
    return [(row, holder) for row, holder in held if open_after(orjson.loads(row["spans"]), effective_on - 1)]


def _decisions(connection: Connection, column: str, agencies: Collection[str]) -> list[tuple[Any, ...]]:
    decisions = serving_tables(connection).decisions
    return [tuple(row) for row in select_by_keys(connection, decisions, column, sorted(agencies), _DECISION)]


def _counts(things: Iterable[OpenThing]) -> list[Count]:
    by_kind: dict[str, dict[str, int]] = {}
    for one in things:
        states = by_kind.setdefault(one.thing.kind, dict.fromkeys(STATES, 0))
        states[one.state] += 1
    return [Count(kind, sum(states.values()), **states) for kind, states in sorted(by_kind.items())]


def open_with(connection: Connection, agencies: Collection[str], day: int) -> dict[str, int]:
    """Return by kind how many things agencies have open at the end of a day, inherited ones included."""
    counts: dict[str, int] = {}
    for row, _holder in _held(connection, agencies, day + 1):
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    return counts
