"""The consumer `inconsistencies`: keeps the facts that the conditions look at, and says whom to judge.

It judges nothing itself: logs come one by one, and a declaration may be read before the audit that was held and reported earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Select, literal, select

from services.inspection.inconsistencies.duties import parents
from services.inspection.inconsistencies.facts import CLAIMS, Known, known, matters
from services.inspection.inconsistencies.tables import CONSUMER, LASTING, VERSION, ConditionTables, condition_tables
from shared import clock
from shared.database.bulk import insert_rows, select_by_keys, upsert_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent

_FACT = ("service", "partition", "position", "agency_id", "aggregate", "body")
_AGENCY = ("agency_id", "last_claim", "open", "omitting", "due_at")
_LINE = ("above_id", "agency_id")
_DUE = 4
#: What an agency publishes for others ends or changes their duties; an entry that begins later ends nothing.
_ENDS = frozenset({"amended", "abolished"})
_NEVER = -(2**31)


class Inconsistencies:
    """Consumer of the logs whose facts meet here."""

    name = CONSUMER
    sources = ("inspection", "documents", "audit")
    reads_behind = "oversight"
    #: It is about days.
    pause_seconds = 0.5
    lasting_tables = LASTING

    def __init__(self, version: int = VERSION) -> None:
        """Take the number whose tables are filled."""
        self.version = version
        self._tables = condition_tables(version)
        self.tables = self._tables.metadata

    def generation(self, version: int) -> Inconsistencies:
        """Return the same for another set of tables."""
        return Inconsistencies(version)

    def contents(self) -> dict[str, Select[Any]]:
        """Return what the tables say; who is to be judged when is the judge's own business."""
        facts, agencies, lines = self._tables.facts.c, self._tables.agencies.c, self._tables.lines.c
        nothing = literal("").label("part")
        return {
            "facts": select(facts.aggregate.label("part"), facts.agency_id.label("key"), *facts),
            "agencies": select(nothing, agencies.agency_id.label("key"), agencies.last_claim),
            "lines": select(nothing, lines.above_id.label("key"), lines.agency_id),
        }

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Take events of one log in position order; all in the caller's transaction."""
        found = [(event, known(event)) for event in events if matters(event)]
        if found:
            rows = [
                (
                    event.service,
                    event.partition,
                    event.position,
                    event.agency_id,
                    event.aggregate,
                    orjson.dumps(fact),
                )
                for event, fact in found
            ]
            insert_rows(connection, self._tables.facts, _FACT, rows)
            _draw_lines(connection, self._tables, found)
            _note(connection, self._tables, found)
            _note_below(connection, self._tables, found)
        return ()


def _note(connection: Connection, tables: ConditionTables, found: Sequence[tuple[RecordedEvent, Known]]) -> None:
    """Note the agencies that have to be judged again."""
    ids = sorted({event.agency_id for event, _ in found})
    rows = {row[0]: list(row) for row in select_by_keys(connection, tables.agencies, "agency_id", ids, _AGENCY)}
    changed: dict[str, list[Any]] = {}
    for event, fact in found:
        row = rows.get(event.agency_id)
        if fact.kind in CLAIMS:
            row = rows.setdefault(event.agency_id, [event.agency_id, _NEVER, False, False, None])
            row[1] = max(row[1], fact.day)
        elif row is None or not (row[2] or fact.corrects or fact.day <= row[1] or event.aggregate == "obligation"):
            continue
        row[_DUE] = max(row[_DUE] or 0, event.recorded_at)
        changed[event.agency_id] = row
    # In the order in which the judge takes them, so that neither waits for the other in a circle.
    upsert_rows(connection, tables.agencies, ("agency_id",), _AGENCY, sorted(tuple(row) for row in changed.values()))


def _draw_lines(connection: Connection, tables: ConditionTables, found: Sequence[tuple[RecordedEvent, Known]]) -> None:
    """Note who stands below whom; a line that was taken back stays, and is of no consequence."""
    drawn = {(above, event.agency_id) for event, fact in found for above in parents([fact])}
    upsert_rows(connection, tables.lines, _LINE, _LINE, sorted(drawn))


def _note_below(connection: Connection, tables: ConditionTables, found: Sequence[tuple[RecordedEvent, Known]]) -> None:
    """Note the agencies whose duties a fact of one above them changes, as far as a claim of theirs rests on them."""
    for event, fact in found:
        if fact.aggregate not in ("tthc", "agency") or fact.name in ("ended", "opted_out", "opted_in"):
            continue
        below = _below(connection, tables, event.agency_id)
        rows = select_by_keys(connection, tables.agencies, "agency_id", sorted(below), _AGENCY)
        since = _since(fact)
        due = [
            (agency_id, last_claim, still, omitting, max(due_at or 0, event.recorded_at))
            for agency_id, last_claim, still, omitting, due_at in rows
            if fact.corrects or since <= last_claim or (omitting and fact.name in _ENDS)
        ]
        upsert_rows(connection, tables.agencies, ("agency_id",), _AGENCY, sorted(due))


def _since(fact: Known) -> int:
    """Return the first day that a fact can change anything of."""
    names = ("effective_from", "effective", "valid_from", "state_since")
    told = [clock.day_of(fact.data[name]) for name in names if fact.data.get(name)]
    return min([fact.day, *told])


def _below(connection: Connection, tables: ConditionTables, agency_id: str) -> set[str]:
    found: set[str] = set()
    level = {agency_id}
    while level:
        rows = select_by_keys(connection, tables.lines, "above_id", sorted(level), _LINE)
        level = {row[1] for row in rows} - found - {agency_id}
        found |= level
    return found


def facts_of(rows: Sequence[bytes]) -> list[Known]:
    """Return stored facts."""
    return [Known(**orjson.loads(row)) for row in rows]
