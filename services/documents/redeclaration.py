"""The redeclaration policy: whoever inherits a declaration has to declare anew.

Reacts to the registry's decisions on inheritances. An heir that has a live declaration of its own (it absorbed others)
needs to declare that one again, since its scope has changed; another one gets a record that begins as
`needs_redeclaration`. Told again, the same events follow: their ids follow from heir and day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, Text

from shared import clock
from shared.contracts.envelope import SOURCE_PREFIX
from shared.database.bulk import select_by_keys, upsert_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent
from shared.registry.inheritance import thing_of

REDECLARATIONS = MetaData()

#: Declarations that have been live, by agency; `status` is `live` or `ended`.
DECLARATIONS = Table(
    "redeclaration_declarations_v1",
    REDECLARATIONS,
    Column("agency_id", String, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("status", String, nullable=False),
)
_COLUMNS = ("agency_id", "subject", "status")

_LIVE = frozenset({"declared", "redeclared"})
_LIVE_BASELINES = frozenset({"declared", "needs_redeclaration"})
_CHANGE = "Tiếp nhận nhiệm vụ, địa bàn của cơ quan khác do sắp xếp tổ chức"


class RedeclarationPolicy:
    """Derives `declaration.inherited` and `declaration.scope_changed` from inheritances."""

    name = "redeclaration"
    version = 1
    sources = ("documents", "inspection")
    tables = REDECLARATIONS
    #: A redeclaration is due after months.
    pause_seconds = 0.25

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> list[DerivedEvent]:
        """Keep who has declared, and return what follows from inheritances."""
        rows = {key: status for event in events for key, status in _status(event)}
        values = [(*key, status) for key, status in rows.items()]
        upsert_rows(connection, DECLARATIONS, ("agency_id", "subject"), _COLUMNS, values)
        inherited = [
            event
            for event in events
            if event.type == "qms.obligation.inherited" and event.data["kind"] == "declaration"
        ]
        if not inherited:
            return []
        heirs = sorted({str(event.data["to"]) for event in inherited})
        own: dict[str, list[str]] = {}
        for agency_id, subject, status in select_by_keys(connection, DECLARATIONS, "agency_id", heirs, _COLUMNS):
            if status == "live":
                own.setdefault(agency_id, []).append(subject)
        return [derived for event in inherited for derived in _derived(event, own.get(event.data["to"], ()))]


def _status(event: RecordedEvent) -> list[tuple[tuple[str, str], str]]:
    """Return whether a declaration is live after an event, where the event says so."""
    if event.aggregate != "declaration":
        return []
    key = (event.source, event.subject)
    if event.name in _LIVE or (event.name == "baselined" and event.data["status"] in _LIVE_BASELINES):
        return [(key, "live")]
    return [(key, "ended")] if event.name == "rescinded" else []


def _derived(event: RecordedEvent, own: Sequence[str]) -> list[DerivedEvent]:
    heir, effective = str(event.data["to"]), str(event.data["effective"])
    at = clock.start_of_day(clock.day_of(effective))
    cause = (event.source, event.event_id)
    if own:
        changed = {"change": _CHANGE, "changed_on": effective}
        return [
            DerivedEvent(
                "qms.declaration.scope_changed", heir, subject, f"scope:{effective}:{subject}"[:128], at, changed, cause
            )
            for subject in sorted(own)
        ]
    thing = thing_of(event.source, event.data)
    data: dict[str, Any] = {
        "from": event.source,
        "declaration": {"source": SOURCE_PREFIX + thing.source, "id": thing.id},
        "effective": effective,
    }
    name = f"ke-thua-{effective}"
    return [DerivedEvent("qms.declaration.inherited", heir, name, name, at, data, cause)]
