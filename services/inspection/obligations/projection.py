"""The consumer `obligations`: keeps what is open, what was decided on it, and the reorganisations, from three logs.

Whether a thing is open, `kinds.py` says. Logs come in any order: a decision may be known before the thing it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Select, Table, delete, literal, select, update

from services.inspection.obligations import kinds
from services.inspection.obligations.kinds import Step
from services.inspection.obligations.tables import CONSUMER, VERSION, ObligationTables, obligation_tables
from shared import clock, ids
from shared.contracts.flags import RETRACTED
from shared.contracts.inspection.obligation import KINDS
from shared.contracts.inspection.record_owner import owner_of
from shared.database.bulk import select_by_keys, upsert_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent
from shared.registry.inheritance import KIND_OF, Thing, thing_of

_OBLIGATION = ("thing", "kind", "source", "subject", "agency_id", "label", "steps", "spans")
_DECISION = ("decision", "thing", "kind", "giver", "taker", "effective", "recorded_at", "event_id")
_LINK = ("source", "subject", "old", "new", "share", "is_default", "event_id")
_STATUS = {"announced": "announced", "took_effect": "effective", "settled": "settled", "cancelled": "cancelled"}


def key_of(thing: Thing) -> bytes:
    """Return the key of a thing's record, whichever service owns it."""
    aggregate = KINDS[thing.kind]
    return ids.stream_key(aggregate, f"{thing.source}/{thing.id}")


class ObligationViews:
    """Consumer of the logs that open, close and move obligations."""

    name = CONSUMER
    sources = ("inspection", "documents", "audit")
    reads_behind = "oversight"
    #: What is open is looked at by people, and settled by days.
    pause_seconds = 0.5

    def __init__(self, version: int = VERSION) -> None:
        """Take the number whose tables are filled."""
        self.version = version
        self._tables = obligation_tables(version)
        self.tables = self._tables.metadata

    def generation(self, version: int) -> ObligationViews:
        """Return the same view for another set of tables."""
        return ObligationViews(version)

    def contents(self) -> dict[str, Select[Any]]:
        """Return what the tables say: everything, by kind."""
        tables = self._tables
        things, decided = tables.obligations.c, tables.decisions.c
        return {
            "obligations": select(things.kind.label("part"), things.agency_id.label("key"), *things),
            "decisions": select(decided.kind.label("part"), decided.giver.label("key"), *decided),
            "reorganisations": _as_whole(tables.reorganisations),
            "links": _as_whole(tables.links),
        }

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Take events of one log in position order; all in the caller's transaction."""
        things = [event for event in events if kinds.matters(event.aggregate, event.name)]
        things = [event for event in things if event.aggregate in KIND_OF]
        if things:
            _take_things(connection, self._tables, things)
        decided = [event for event in events if event.aggregate == "obligation"]
        if decided:
            _take_decisions(connection, self._tables, decided)
        for event in events:
            if event.aggregate == "reorganisation":
                _take_reorganisation(connection, self._tables, event)
        return ()


def _as_whole(table: Table) -> Select[Any]:
    return select(literal("").label("part"), table.c.subject.label("key"), *table.c)


# -- things -----------------------------------------------------------------------------------------


def _thing(event: RecordedEvent) -> Thing:
    return Thing(KIND_OF[event.aggregate], owner_of(event.aggregate, event.source, event.data), event.subject)


def _take_things(connection: Connection, tables: ObligationTables, events: Sequence[RecordedEvent]) -> None:
    keyed = [(_key(thing := _thing(event), event), thing, event) for event in events]
    rows = select_by_keys(connection, tables.obligations, "thing", sorted({key for key, *_rest in keyed}), _OBLIGATION)
    known: dict[bytes, dict[str, Any]] = {bytes(row[0]): dict(zip(_OBLIGATION, row, strict=True)) for row in rows}
    steps = {key: [Step(*step) for step in orjson.loads(row["steps"])] for key, row in known.items()}
    aggregates: dict[bytes, str] = {}
    for key, thing, event in keyed:
        aggregates[key] = event.aggregate
        if key not in known:
            known[key] = _opened(key, thing, event)
        steps.setdefault(key, []).append(_step(event))
    changed = [_row(known[key], aggregate, steps[key]) for key, aggregate in aggregates.items()]
    upsert_rows(connection, tables.obligations, ("thing",), _OBLIGATION, changed)


def _key(thing: Thing, event: RecordedEvent) -> bytes:
    return ids.stream_key(event.aggregate, f"{thing.source}/{event.subject}")


def _opened(key: bytes, thing: Thing, event: RecordedEvent) -> dict[str, Any]:
    values = (key, thing.kind, thing.source, thing.id, event.agency_id, kinds.label(event.data))
    return dict(zip(_OBLIGATION, values, strict=False))


def _step(event: RecordedEvent) -> Step:
    told = kinds.said(event.aggregate, event.name, event.data)
    return Step(event.day, event.position, event.event_id, event.corrected_id, event.name, told)


def _row(values: dict[str, Any], aggregate: str, steps: Iterable[Step]) -> tuple[Any, ...]:
    known = list(steps)
    stored = [[step.day, step.position, step.event_id, step.corrects, step.name, step.says] for step in known]
    periods = kinds.spans(aggregate, known)
    return (*(values[name] for name in _OBLIGATION[:-2]), orjson.dumps(stored), orjson.dumps(periods))


# -- decisions --------------------------------------------------------------------------------------


def _take_decisions(connection: Connection, tables: ObligationTables, events: Sequence[RecordedEvent]) -> None:
    rows: dict[bytes, tuple[Any, ...] | None] = {}
    for event in events:
        key = ids.stream_key("obligation", f"{event.source}/{event.subject}")
        rows[key] = None if event.name == RETRACTED else _decision(key, event)
    gone = [key for key, row in rows.items() if row is None]
    if gone:
        connection.execute(delete(tables.decisions).where(tables.decisions.c.decision.in_(gone)))
    upsert_rows(
        connection, tables.decisions, ("decision",), _DECISION, [row for row in rows.values() if row is not None]
    )


def _decision(key: bytes, event: RecordedEvent) -> tuple[Any, ...]:
    data = event.data
    thing = thing_of(event.source, data)
    return (
        *(key, key_of(thing), thing.kind, event.source, data.get("to")),
        *(clock.day_of(data["effective"]), event.recorded_at, event.event_id),
    )


# -- reorganisations --------------------------------------------------------------------------------


def _take_reorganisation(connection: Connection, tables: ObligationTables, event: RecordedEvent) -> None:
    if b'"corrects"' in event.body:
        _take_back(connection, tables, event)
    if event.name == "planned":
        _plan(connection, tables, event)
    elif event.name == "mapped":
        _map(connection, tables, event)
    elif event.name in _STATUS:
        _move(connection, tables, event)


def _plan(connection: Connection, tables: ObligationTables, event: RecordedEvent) -> None:
    data = event.data
    columns = ("source", "subject", "name_vi", "name_en", "legal_basis", "status", "effective_on", "recorded_at")
    values = (event.source, event.subject, data["name_vi"], data.get("name_en"), data.get("legal_basis"), "planned")
    row = (*values, clock.day_of(data["effective_on"]), event.recorded_at)
    upsert_rows(connection, tables.reorganisations, ("source", "subject"), columns, [row])


def _map(connection: Connection, tables: ObligationTables, event: RecordedEvent) -> None:
    keys = ("source", "subject", "old", "new")
    rows = [
        (event.source, event.subject, link["old"], link["new"], link["share"], link["is_default"], event.event_id)
        for link in event.data["links"]
    ]
    upsert_rows(connection, tables.links, keys, _LINK, rows)


def _move(connection: Connection, tables: ObligationTables, event: RecordedEvent) -> None:
    values: dict[str, Any] = {"status": _STATUS[event.name]}
    if event.name == "announced":
        told = event.data.get("announced_on")
        values["announced_on"] = clock.day_of(told) if told else event.day
    elif event.name == "settled":
        values |= {"settled_at": event.recorded_at, "settlement": orjson.dumps(event.data)}
    columns = tables.reorganisations.c
    connection.execute(
        update(tables.reorganisations)
        .where(columns.source == event.source, columns.subject == event.subject)
        .values(**values)
    )


def _take_back(connection: Connection, tables: ObligationTables, event: RecordedEvent) -> None:
    """Forget the part of the mapping that an event corrects or takes back."""
    columns = tables.links.c
    connection.execute(
        delete(tables.links).where(
            columns.source == event.source, columns.subject == event.subject, columns.event_id == event.corrected_id
        )
    )
