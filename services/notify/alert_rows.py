"""One alert as a row: the fold of its events that the register and the delivery planner share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, Table

from services.notify.domain.alert import LONGEST_SNOOZE, TAKEN_UP
from services.notify.tables import alerts
from shared import clock
from shared.database.bulk import select_by_keys, upsert_rows
from shared.eventstore.records import RecordedEvent

#: Columns of every table of alert rows.
COLUMNS = tuple(str(column.name) for column in alerts.columns)

#: A row with its `body` decoded.
Row = dict[str, Any]


def load(connection: Connection, table: Table, ids: Iterable[str]) -> dict[str, Row]:
    """Return the rows of these alerts by id."""
    found = select_by_keys(connection, table, "alert_id", sorted(set(ids)), COLUMNS)
    rows = {values[0]: dict(zip(COLUMNS, values, strict=True)) for values in found}
    for row in rows.values():
        row["body"] = orjson.loads(row["body"])
    return rows


def save(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert or overwrite rows."""
    upsert_rows(connection, table, ("alert_id",), COLUMNS, [_values(row) for row in rows])


def take(rows: dict[str, Row], event: RecordedEvent) -> Row | None:
    """Bring the row of the event's alert up to date and return it; None where the alert is unknown."""
    if event.name == "opened":
        rows[event.subject] = _opened(event)
        return rows[event.subject]
    row = rows.get(event.subject)
    change = _CHANGES.get(event.name)
    if row is None or change is None:
        return row
    row.update(change(row, event.data))
    row["changed_at"] = event.occurred_at
    return row


def _opened(event: RecordedEvent) -> Row:
    data = event.data
    return {
        "alert_id": event.subject,
        "agency_id": event.source,
        "rule": data["rule"],
        "severity": data["severity"],
        "status": "opened",
        "opened_on": clock.day_of(data["opened_on"]),
        "opened_at": event.occurred_at,
        "changed_at": event.occurred_at,
        "level": 0,
        "snoozed_until": 0,
        "body": dict(data),
    }


def _values(row: Row) -> tuple[Any, ...]:
    encoded = {**row, "body": orjson.dumps(row["body"]).decode()}
    return tuple(encoded[name] for name in COLUMNS)


def _repeated(row: Row, data: Mapping[str, Any]) -> Row:
    return {"body": {**row["body"], "count": data["count"], "facts": data["facts"]}}


def _raised(row: Row, data: Mapping[str, Any]) -> Row:
    ended_pause = data["to"] == "critical" and row["status"] == "snoozed"
    return {
        "severity": data["to"],
        "body": {**row["body"], "facts": data["facts"]},
        **({"status": "opened", "snoozed_until": 0} if ended_pause else {}),
    }


def _acknowledged(row: Row, data: Mapping[str, Any]) -> Row:
    taken = {"acknowledged_by": data["by"], "note": data.get("note", ""), "escalates_on": data.get("escalates_on", "")}
    return {"status": "acknowledged", "snoozed_until": 0, "body": {**row["body"], **taken}}


def _progressed(row: Row, data: Mapping[str, Any]) -> Row:
    return {"status": "in_handling", "body": {**row["body"], "escalates_on": data.get("escalates_on", "")}}


def _escalated(row: Row, data: Mapping[str, Any]) -> Row:
    body = {**row["body"], "acknowledged_by": "", "escalates_on": ""}
    return {"status": "opened", "level": data["level"], "snoozed_until": 0, "body": body}


def _suppressed(row: Row, data: Mapping[str, Any]) -> Row:
    return {"body": {**row["body"], "suppressed_by": f"{data['by']}:{data['ref']}"}}


def _released(row: Row, _data: Mapping[str, Any]) -> Row:
    return {"body": {**row["body"], "suppressed_by": ""}}


def _closed(_row: Row, _data: Mapping[str, Any]) -> Row:
    return {"status": "closed"}


def _snoozed(row: Row, data: Mapping[str, Any]) -> Row:
    put_off = {"snooze_reason": data["reason"], "acknowledged_by": "", "escalates_on": ""}
    return {"status": "snoozed", "snoozed_until": clock.day_of(data["until"]), "body": {**row["body"], **put_off}}


def is_at_rest(row: Row, day: int) -> bool:
    """Return whether nobody needs to be reminded on a day: put off until later, or in hand and touched of late.

    What somebody took up and left lying is told again: of a rule with no level left nothing else would bring it back.
    """
    if row["status"] == "snoozed":
        return bool(row["snoozed_until"] >= day)
    return row["status"] in TAKEN_UP and clock.vietnam_day(row["changed_at"]) + LONGEST_SNOOZE >= day


def _resolved(row: Row, data: Mapping[str, Any]) -> Row:
    ended = {
        "resolved_how": data["how"],
        "resolution_note": data.get("note", ""),
        "suppressed_by": "",
        "escalates_on": "",
    }
    body = {**row["body"], **ended}
    return {"status": "resolved", "snoozed_until": 0, "body": body}


def _reopened(row: Row, data: Mapping[str, Any]) -> Row:
    body = {**row["body"], "facts": data["facts"], "count": data["count"], "acknowledged_by": ""}
    return {"status": "opened", "severity": data["severity"], "level": 0, "body": body}


_CHANGES: Mapping[str, Callable[[Row, Mapping[str, Any]], Row]] = {
    "repeated": _repeated,
    "severity_raised": _raised,
    "acknowledged": _acknowledged,
    "progressed": _progressed,
    "suppressed": _suppressed,
    "released": _released,
    "closed": _closed,
    "escalated": _escalated,
    "snoozed": _snoozed,
    "resolved": _resolved,
    "reopened": _reopened,
}
