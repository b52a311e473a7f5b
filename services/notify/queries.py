"""Reads of the alert register and the delivery queue, page by page. Plain SQL, no rules."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Column, ColumnElement, Connection, Select, and_, or_, select

from services.notify.tables import alerts, deliveries, sent
from shared import clock
from shared.database.engine import Database

#: Rows fetched at a time while a page is filled with those that the caller may see.
_CHUNK = 500
#: Rows looked through for one page at most; then the page ends early, with its cursor.
_SCANNED = 20_000

#: Says whether the caller may see an agency's alerts.
Visible = Callable[[str], bool]
Row = dict[str, Any]


class Page(NamedTuple):
    """Rows, and where the next page begins (None: there is none)."""

    rows: list[Row]
    following: str | None


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts are asked for; empty means all."""

    states: Sequence[str] = ()
    rule: str = ""
    severities: Sequence[str] = ()
    agency: str = ""
    #: Vietnamese day on which a pause counts as over.
    today: int = 0

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter in SQL."""
        found: list[ColumnElement[bool]] = []
        if self.states:
            found.append(or_(*(self._state(state) for state in self.states)))
        if self.rule:
            found.append(alerts.c.rule == self.rule)
        if self.severities:
            found.append(alerts.c.severity.in_(self.severities))
        if self.agency:
            found.append(alerts.c.agency_id == self.agency)
        return found

    def _state(self, state: str) -> ColumnElement[bool]:
        paused = alerts.c.snoozed_until >= self.today
        if state == "snoozed":
            return and_(alerts.c.status == "snoozed", paused)
        if state == "opened":
            return or_(alerts.c.status == "opened", and_(alerts.c.status == "snoozed", ~paused))
        return alerts.c.status == state


def list_alerts(database: Database, wanted: AlertFilter, visible: Visible, *, limit: int, after: str | None) -> Page:
    """Return alerts, the latest opened first.

    Raises:
        ValueError: `after` is no cursor of ours.
    """
    query = select(alerts).where(*wanted.conditions())
    return _page(_Reader(database, query, alerts.c.opened_at, alerts.c.alert_id), visible, limit, after)


def list_deliveries(
    database: Database, filters: Mapping[str, str], visible: Visible, *, limit: int, after: str | None
) -> Page:
    """Return deliveries, the latest first; `filters` by column: status, channel, alert_id.

    Raises:
        ValueError: `after` is no cursor of ours.
    """
    query = select(deliveries).where(*(deliveries.c[name] == value for name, value in filters.items()))
    reader = _Reader(database, query, deliveries.c.created_at, deliveries.c.delivery_id)
    return _page(reader, visible, limit, after)


def alert_row(connection: Connection, alert_id: str) -> Row | None:
    """Return one alert as it stands."""
    row = connection.execute(select(alerts).where(alerts.c.alert_id == alert_id)).mappings().first()
    return None if row is None else _decoded(dict(row))


def deliveries_of(connection: Connection, alert_id: str) -> list[Row]:
    """Return all deliveries of one alert, in the order in which they were queued."""
    columns = deliveries.c
    told = select(sent.c.delivery_id).where(sent.c.alert_id == alert_id)
    query = select(deliveries).where(or_(columns.alert_id == alert_id, columns.delivery_id.in_(told)))
    query = query.order_by(columns.created_at, columns.delivery_id)
    return [_decoded(dict(row)) for row in connection.execute(query).mappings()]


def alert_answer(row: Row, today: int) -> dict[str, Any]:
    """Return a row of the register as it is answered."""
    body = row["body"]
    paused = row["status"] == "snoozed" and row["snoozed_until"] >= today
    status = "opened" if row["status"] == "snoozed" and not paused else row["status"]
    return {
        "id": row["alert_id"],
        "agency_id": row["agency_id"],
        "rule": row["rule"],
        "rule_version": body["rule_version"],
        "severity": row["severity"],
        "state": status,
        "opened_on": clock.to_date(row["opened_on"]).isoformat(),
        "opened_at": clock.to_rfc3339(row["opened_at"]),
        "changed_at": clock.to_rfc3339(row["changed_at"]),
        "level": row["level"],
        "count": body["count"],
        "subject": body["subject"],
        "facts": body["facts"],
        "acknowledged_by": body.get("acknowledged_by") or None,
        "snoozed_until": clock.to_date(row["snoozed_until"]).isoformat() if paused else None,
        "escalates_on": body.get("escalates_on") or None,
        "suppressed_by": body.get("suppressed_by") or None,
    }


def delivery_answer(row: Row) -> dict[str, Any]:
    """Return a row of the queue as it is answered; addresses are not in it."""
    waiting = row["status"] in ("waiting", "sending")
    return {
        "id": row["delivery_id"],
        "alert_id": row["alert_id"],
        "agency_id": row["agency_id"],
        "event": row["event"],
        "channel": row["channel"],
        "recipient": row["recipient"],
        "status": row["status"],
        "tries": row["tries"],
        "error": row["error"] or None,
        "next_at": clock.to_rfc3339(row["due_at"]) if waiting else None,
        "created_at": clock.to_rfc3339(row["created_at"]),
        "changed_at": clock.to_rfc3339(row["changed_at"]),
    }


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads a query chunk by chunk, the latest first."""

    database: Database
    query: Select[Any]
    time: Column[Any]
    key: Column[Any]

    def chunk(self, after: tuple[int, str] | None) -> list[Row]:
        """Return the rows behind a place."""
        query = self.query.order_by(self.time.desc(), self.key.desc()).limit(_CHUNK)
        if after is not None:
            before, name = after
            query = query.where(or_(self.time < before, and_(self.time == before, self.key < name)))
        return self.database.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])

    def place(self, row: Row) -> tuple[int, str]:
        """Return where a row stands."""
        return row[self.time.name], row[self.key.name]


def _page(reader: _Reader, visible: Visible, limit: int, after: str | None) -> Page:
    # Whom the caller may see is asked between the reads: the registry has reads of its own.
    at = _decode_cursor(after) if after else None
    rows: list[Row] = []
    for _ in range(_SCANNED // _CHUNK):
        chunk = reader.chunk(at)
        for row in chunk:
            at = reader.place(row)
            if visible(row["agency_id"]):
                rows.append(_decoded(row))
            if len(rows) == limit:
                return Page(rows, _encode_cursor(at))
        if len(chunk) < _CHUNK:
            return Page(rows, None)
    return Page(rows, None if at is None else _encode_cursor(at))


def _decoded(row: Row) -> Row:
    row["body"] = orjson.loads(row["body"])
    return row


def _encode_cursor(at: tuple[int, str]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(at)).decode().rstrip("=")


def _decode_cursor(text: str) -> tuple[int, str]:
    try:
        instant, name = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, TypeError) as error:
        raise ValueError("not a cursor") from error
    # Both databases hold whole numbers of 64 bits.
    if not isinstance(instant, int) or abs(instant) >= 2**63 or not isinstance(name, str):
        raise ValueError("not a cursor")
    return instant, name
