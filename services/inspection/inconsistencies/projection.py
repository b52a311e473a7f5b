"""The consumer `inconsistencies`: keeps the facts that the conditions look at, and says whom to judge.

It judges nothing itself: logs come one by one, and a declaration may be read before the audit that was held and reported earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson
from sqlalchemy import Connection

from services.inspection.inconsistencies.facts import CLAIMS, Known, known, matters
from services.inspection.inconsistencies.tables import INCONSISTENCIES, VERSION, agencies, facts
from shared.database.bulk import insert_rows, select_by_keys, upsert_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent

_FACT = ("service", "partition", "position", "agency_id", "body")
_AGENCY = ("agency_id", "last_claim", "open", "due_at")
_NEVER = -(2**31)


class Inconsistencies:
    """Consumer of the logs whose facts meet here."""

    name = "inconsistencies"
    version = VERSION
    sources = ("inspection", "documents", "audit")
    reads_behind = "oversight"
    tables = INCONSISTENCIES
    #: It is about days.
    pause_seconds = 0.1

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Take events of one log in position order; all in the caller's transaction."""
        found = [(event, known(event)) for event in events if matters(event)]
        if found:
            rows = [
                (event.service, event.partition, event.position, event.agency_id, orjson.dumps(asdict(fact)))
                for event, fact in found
            ]
            insert_rows(connection, facts, _FACT, rows)
            _note(connection, found)
        return ()


def _note(connection: Connection, found: Sequence[tuple[RecordedEvent, Known]]) -> None:
    """Note the agencies that have to be judged again."""
    ids = sorted({event.agency_id for event, _ in found})
    rows = {row[0]: list(row) for row in select_by_keys(connection, agencies, "agency_id", ids, _AGENCY)}
    changed: dict[str, list[Any]] = {}
    for event, fact in found:
        row = rows.get(event.agency_id)
        if fact.kind in CLAIMS:
            row = rows.setdefault(event.agency_id, [event.agency_id, _NEVER, False, None])
            row[1] = max(row[1], fact.day)
        elif row is None or not (row[2] or fact.corrects or fact.day <= row[1] or event.aggregate == "obligation"):
            continue
        row[3] = max(row[3] or 0, event.recorded_at)
        changed[event.agency_id] = row
    upsert_rows(connection, agencies, ("agency_id",), _AGENCY, [tuple(row) for row in changed.values()])


def facts_of(rows: Sequence[bytes]) -> list[Known]:
    """Return stored facts."""
    return [Known(**orjson.loads(row)) for row in rows]
