"""Events of other streams that bear on a stream: verdicts of checks, and inheritances after a reorganisation.

Owns how such an event names what it bears on, and waiting: it may be applied before the record that it names, since
logs come one by one. A correction or retraction of a verdict bears on the same record as the verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select

from services.inspection.indicators.days import day_in, reference
from services.inspection.indicators.timeline import INHERITED, VERDICT, Happening
from services.inspection.streams import KnownFact
from services.inspection.tables import OversightTables
from shared import ids
from shared.contracts.flags import RETRACTED
from shared.contracts.inspection.obligation import KINDS
from shared.database.bulk import fetch_rows, select_by_keys, upsert_rows
from shared.eventstore.records import RecordedEvent

CLAIM_VERIFIED = "qms.inspection.claim_verified"
OBLIGATION_INHERITED = "qms.obligation.inherited"

_KEYS = ("service", "partition", "position", "wanted")
_COLUMNS = (*_KEYS, "stream", "event", "event_id", "occurred_at", "recorded_at", "corrects", "fact")


class Bearing(NamedTuple):
    """One event that bears on a record."""

    #: What it names: `e:{source}/{event id}` or `s:{stream key}`.
    wanted: str
    #: Key of the stream it has been applied to; empty while it waits.
    stream: bytes
    #: The event itself, `{source}/{event id}`, by which it may be taken back.
    event: str
    known: KnownFact

    def row(self) -> tuple[Any, ...]:
        """Return the row to store."""
        known, fact = self.known, self.known.fact
        place = (known.service, known.partition, known.position, self.wanted, self.stream, self.event)
        stored = orjson.dumps([fact.name, fact.day, fact.data])
        return (*place, known.event_id, known.occurred_at, known.recorded_at, known.corrects or "", stored)


def of_event(source: str, event_id: str) -> str:
    """Return under what a verdict waits for the event that it is about."""
    return f"e:{source}/{event_id}"


def of_stream(key: bytes) -> str:
    """Return under what an inheritance waits for its record."""
    return f"s:{key.hex()}"


def new_bearings(connection: Connection, tables: OversightTables, events: Iterable[RecordedEvent]) -> list[Bearing]:
    """Return what events of a batch bear on; none of it is applied yet."""
    found: list[Bearing] = []
    for event in events:
        if event.type in (CLAIM_VERIFIED, OBLIGATION_INHERITED) or _takes_back(event):
            found += _of(connection, tables, event, found)
    return found


def _takes_back(event: RecordedEvent) -> bool:
    return event.aggregate in ("inspection", "obligation") and event.name == RETRACTED


def _of(
    connection: Connection, tables: OversightTables, event: RecordedEvent, batch: Sequence[Bearing]
) -> list[Bearing]:
    corrects = event.corrected_id
    named = _named(event)
    facts = dict([named]) if named else {}
    if corrects:
        for wanted in _wanted_before(connection, tables, f"{event.source}/{corrects}", batch):
            facts.setdefault(wanted, Happening(RETRACTED, event.day, {}))
    return [
        Bearing(
            wanted,
            b"",
            f"{event.source}/{event.event_id}",
            KnownFact(
                event.occurred_at, event.position, fact, event.event_id, corrects,
                event.recorded_at, event.service, event.partition, bearing=True,
            ),
        )
        for wanted, fact in facts.items()
    ]  # fmt: skip


def _named(event: RecordedEvent) -> tuple[str, Happening] | None:
    data = event.data
    if event.type == CLAIM_VERIFIED:
        named = data["event_id"]
        event_id = str(named["id"]) if isinstance(named, Mapping) else str(named)
        source = str(named["source"]).removeprefix("/agencies/") if isinstance(named, Mapping) else event.agency_id
        day = max(day_in(data, "verified_on", event.day), event.day)
        verdict = {"event_id": event_id, "verdict": data["verdict"], "agency_id": event.agency_id}
        return of_event(source, event_id), Happening(VERDICT, day, verdict)
    # A declaration does not carry over: its heir has a record of its own, that says it has to declare anew.
    if event.type == OBLIGATION_INHERITED and data["kind"] != "declaration":
        owed_by = str(data.get("from") or event.source)
        key = ids.stream_key(KINDS[data["kind"]], reference(data["id"], owed_by))
        day = max(day_in(data, "effective", event.day), event.day)
        return of_stream(key), Happening(INHERITED, day, {"to": data["to"]})
    return None


def _wanted_before(connection: Connection, tables: OversightTables, event: str, batch: Sequence[Bearing]) -> list[str]:
    """Return what an earlier event bears on."""
    columns = tables.bearings.c
    stored = connection.execute(select(columns.wanted).where(columns.event == event)).scalars()
    return [*stored, *(one.wanted for one in batch if one.event == event)]


def waiting(connection: Connection, tables: OversightTables, wanted: Collection[str]) -> list[Bearing]:
    """Return what waits for any of these, in the order in which it was recorded."""
    if not fetch_rows(connection, f'SELECT position FROM "{tables.bearings.name}" WHERE stream = ? LIMIT 1', [b""]):  # noqa: S608 - name of our own table
        return []
    rows = select_by_keys(connection, tables.bearings, "wanted", list(wanted), _COLUMNS)
    found = [bearing for bearing in map(_loaded, rows) if not bearing.stream]
    return sorted(found, key=lambda bearing: (bearing.known.recorded_at, bearing.known.position))


def applied_to(connection: Connection, tables: OversightTables, key: bytes) -> list[KnownFact]:
    """Return what has been applied to a stream so far."""
    rows = select_by_keys(connection, tables.bearings, "stream", [key], _COLUMNS)
    return [bearing.known for bearing in map(_loaded, rows)]


def save(connection: Connection, tables: OversightTables, bearings: Sequence[Bearing]) -> None:
    """Store bearings, or what has become of them."""
    upsert_rows(connection, tables.bearings, _KEYS, _COLUMNS, [bearing.row() for bearing in bearings])


def _loaded(row: Sequence[Any]) -> Bearing:
    service, partition, position, wanted, stream, event, event_id, occurred_at, recorded_at, corrects, stored = row
    fact = Happening(*orjson.loads(stored))
    known = KnownFact(
        occurred_at, position, fact, event_id, corrects or None, recorded_at, service, partition, bearing=True
    )
    return Bearing(wanted, bytes(stream), event, known)
