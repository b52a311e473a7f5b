"""Keeps the registry copy: the consumer named `registry`, run by every service.

Source is the log of `inspection`, which owns agencies, credentials, and decisions on inheritances. Set-based: a batch costs one read and
one write per table, however many agencies it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, and_, delete, or_, select

from shared import clock
from shared.database.bulk import select_by_keys, upsert_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent
from shared.eventstore.tables import registry_agencies, registry_credentials, registry_head
from shared.intake.admission import agency_key
from shared.registry.fold import fold
from shared.registry.inheritance import thing_of
from shared.registry.refolding import Told, refolded
from shared.registry.tables import INHERITANCES, registry_facts, registry_inheritances

if TYPE_CHECKING:
    from shared.registry.copy import RegistryCopy

_CREDENTIAL_COLUMNS = ("key_id", "agency_id", "key_hash", "amqp_user", "revoked_at", "position")


class RegistryProjection:
    """Folds registry events into the local tables."""

    name = "registry"
    version = 1
    sources = ("inspection",)
    #: Its other tables belong to the kernel and are made by the migrations.
    tables = INHERITANCES

    def __init__(self, copy: RegistryCopy, on_arrival: Callable[[Iterable[bytes]], None] | None = None) -> None:
        """Take the copy whose caches must notice, and whom to tell of agencies that arrived."""
        self._copy = copy
        self._on_arrival = on_arrival

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Apply a run of events of the registry's log; others in the same log are passed over."""
        agencies = [event for event in events if event.aggregate == "agency"]
        credentials = [event for event in events if event.aggregate == "credential"]
        obligations = [event for event in events if event.aggregate == "obligation"]
        if agencies:
            self._apply_agencies(connection, agencies)
        if credentials:
            _apply_credentials(connection, credentials)
        if obligations:
            _apply_obligations(connection, obligations)
        if agencies or credentials or obligations:
            upsert_rows(connection, registry_head, ("id",), ("id", "version"), [(1, events[-1].position)])
        return ()

    def committed(self, events: Sequence[RecordedEvent]) -> None:
        """Have caches forget what has changed, and have those tried again who waited for an agency."""
        agencies = sorted({event.subject for event in events if event.aggregate == "agency"})
        self._copy.changed(agencies)
        if agencies and self._on_arrival is not None:
            self._on_arrival([agency_key(agency_id) for agency_id in agencies])

    def _apply_agencies(self, connection: Connection, events: Sequence[RecordedEvent]) -> None:
        _keep_facts(connection, events)
        ids = sorted({event.subject for event in events})
        rows = select_by_keys(connection, registry_agencies, "agency_id", ids, ("agency_id", "state"))
        states: dict[str, Any] = {agency_id: orjson.loads(state) for agency_id, state in rows}
        positions = {event.subject: event.position for event in events}
        again = sorted({event.subject for event in events if event.corrected_id is not None})
        for event in events:
            if event.subject not in again:
                states[event.subject] = fold(
                    states.get(event.subject), event.type, event.data, event.day, agency_id=event.subject
                )
        for agency_id in again:
            states[agency_id] = refolded(agency_id, _facts(connection, agency_id))
        gone = [agency_id for agency_id in again if states[agency_id] is None]
        if gone:
            connection.execute(delete(registry_agencies).where(registry_agencies.c.agency_id.in_(gone)))
        changed = [(key, orjson.dumps(states[key]), at) for key, at in positions.items() if key not in gone]
        upsert_rows(connection, registry_agencies, ("agency_id",), ("agency_id", "state", "position"), changed)


_FACT_COLUMNS = ("agency_id", "position", "event_id", "corrects", "type", "day", "data")


def _keep_facts(connection: Connection, events: Sequence[RecordedEvent]) -> None:
    rows = [
        (
            *(event.subject, event.position, event.event_id, event.corrected_id or "", event.type, event.day),
            orjson.dumps(event.data),
        )
        for event in events
    ]
    upsert_rows(connection, registry_facts, ("agency_id", "position"), _FACT_COLUMNS, rows)


def _facts(connection: Connection, agency_id: str) -> list[Told]:
    columns = registry_facts.c
    rows = connection.execute(
        select(columns.event_id, columns.corrects, columns.type, columns.day, columns.data)
        .where(columns.agency_id == agency_id)
        .order_by(columns.position)
    )
    return [Told(row.event_id, row.corrects or None, row.type, row.day, orjson.loads(row.data)) for row in rows]


_INHERITANCE_COLUMNS = ("giver", "subject", "kind", "source", "thing", "taker", "effective", "position")


def _apply_obligations(connection: Connection, events: Sequence[RecordedEvent]) -> None:
    """Keep the latest decision on each thing; one that lapsed, or was taken back, has no heir."""
    decided: dict[tuple[str, str], tuple[Any, ...] | None] = {}
    for event in events:
        if event.name == "inherited":
            thing, data = thing_of(event.source, event.data), event.data
            row = (event.source, event.subject, *thing, data["to"], clock.day_of(data["effective"]), event.position)
            decided[event.source, event.subject] = row
        elif event.name in ("lapsed", "retracted"):
            decided[event.source, event.subject] = None
    kept = [row for row in decided.values() if row is not None]
    gone = [key for key, row in decided.items() if row is None]
    columns = registry_inheritances.c
    if gone:
        named = or_(*(and_(columns.giver == giver, columns.subject == subject) for giver, subject in gone))
        connection.execute(delete(registry_inheritances).where(named))
    upsert_rows(connection, registry_inheritances, ("giver", "subject"), _INHERITANCE_COLUMNS, kept)


def _apply_credentials(connection: Connection, events: Sequence[RecordedEvent]) -> None:
    ids = sorted({event.subject for event in events})
    found = select_by_keys(connection, registry_credentials, "key_id", ids, _CREDENTIAL_COLUMNS)
    rows: dict[str, dict[str, Any]] = {row[0]: dict(zip(_CREDENTIAL_COLUMNS, row, strict=True)) for row in found}
    for event in events:
        row = rows.setdefault(
            event.subject,
            {"key_id": event.subject, "agency_id": event.source, "key_hash": "", "amqp_user": None, "revoked_at": None},
        )
        row["position"] = event.position
        if event.name == "issued":
            row["key_hash"] = event.data["key_hash"]
        elif event.name == "revoked":
            row["revoked_at"] = event.occurred_at
        elif event.name == "amqp_user_bound":
            row["amqp_user"] = event.data["user"]
    values = [tuple(row[column] for column in _CREDENTIAL_COLUMNS) for row in rows.values()]
    upsert_rows(connection, registry_credentials, ("key_id",), _CREDENTIAL_COLUMNS, values)
