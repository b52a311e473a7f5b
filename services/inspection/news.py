"""What has happened lately: open alerts, and changes of the law with what they did to procedures.

Both are folded from events of the other services as the views hold them, so they too can be asked as of a day and as
known at an instant. Owns no rule: alerts are opened and closed by `notify`, staleness is found by `documents`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Row, func, select

from services.inspection import serving
from services.inspection.agencies import Snapshot, registry_of
from services.inspection.figures import UnknownScopeError
from services.inspection.heads import heads
from services.inspection.newest_kept import with_newest
from services.inspection.read_models import AlertLine, LegalChange
from services.inspection.stale_counts import Counts, stale_counts
from shared import clock
from shared.contracts.upcasting import data_of_body
from shared.registry.record import AgencyRecord
from shared.turns import in_turns

#: Most urgent first.
_URGENCY = {"critical": 0, "serious": 1, "warning": 2, "info": 3}
_ALERT_STATUS = {
    "opened": "opened",
    "reopened": "opened",
    "acknowledged": "acknowledged",
    "progressed": "in_handling",
    # Nobody had it in hand in time.
    "escalated": "opened",
    "snoozed": "snoozed",
    "resolved": "resolved",
}
_END = "qms.alert.resolved"
_CHANGES = ("registered", "amended", "replaced", "repealed", "suspended")


def _national(connection: Connection, aggregate: str, as_of: int, known_at: int) -> Iterable[Row[Any]]:
    """Return the events of an aggregate in business order."""
    columns = serving.views(connection).events.c
    return connection.execute(
        select(*columns)
        .where(
            columns.aggregate == aggregate,
            columns.recorded_at <= known_at,
            columns.occurred_at <= clock.end_of_day(as_of),
        )
        .order_by(columns.occurred_at, columns.position)
    )


def _not_resolved(connection: Connection, as_of: int, known_at: int) -> Iterable[Row[Any]]:
    """Return the events of the alerts of which the last event is not the end; most alerts of a nation are over."""
    columns = serving.views(connection).events.c
    told = (
        columns.aggregate == "alert",
        columns.recorded_at <= known_at,
        columns.occurred_at <= clock.end_of_day(as_of),
    )
    latest_first = (columns.occurred_at.desc(), columns.position.desc())
    place = func.row_number().over(partition_by=columns.stream, order_by=latest_first).label("place")
    last = select(columns.stream, columns.type, place).where(*told).subquery()
    open_ones = select(last.c.stream).where(last.c.place == 1, last.c.type != _END)
    return connection.execute(
        select(*columns).where(*told, columns.stream.in_(open_ones)).order_by(columns.occurred_at, columns.position)
    )


def open_alerts(connection: Connection, scope: str | None, as_of: int, known_at: int | None = None) -> list[AlertLine]:
    """Return the alerts that are open, most urgent and newest first.

    Args:
        connection: A reading transaction.
        scope: Limit to an agency and all below it.
        as_of: Day number.
        known_at: Instant; None, or later than the watermark: the watermark.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    known = serving.known_at(connection, known_at)
    snapshot = registry_of(connection, serving.version(connection)).snapshot(connection, as_of, known)
    if scope is not None and scope not in snapshot.records:
        raise UnknownScopeError(scope)
    lines = _open_ones(connection, snapshot, as_of, known)
    if scope is None:
        return list(lines)
    within = snapshot.within(scope)
    return [line for line in lines if line.agency_id in within]


class _Named(NamedTuple):
    """Open alerts, and the registry that their agencies' names are out of."""

    records: Mapping[str, AgencyRecord]
    lines: Sequence[AlertLine]


#: By version of the views, day, when the latest event of an alert that counts was recorded, and how many came later than
#: others: the alerts that were open.
_Open = Mapping[tuple[int, int, int, int], _Named]
# Replaced, never changed, so that threads need no lock.
_open: WeakKeyDictionary[Engine, _Open] = WeakKeyDictionary()
_KEPT = 4


def _open_ones(connection: Connection, snapshot: Snapshot, as_of: int, known_at: int) -> Sequence[AlertLine]:
    """Return the open alerts of the whole country; looked up again where other events of alerts count."""
    version, columns = serving.version(connection), serving.views(connection).events.c
    latest = select(func.max(columns.recorded_at)).where(columns.aggregate == "alert", columns.recorded_at <= known_at)
    replayed = heads(connection, version, ("notify",)).replayed
    key = (version, as_of, int(connection.execute(latest).scalar() or 0), replayed)
    kept = _open.get(connection.engine, {})
    found = kept.get(key)
    if found is None or found.records is not snapshot.records:
        lines = found.lines if found is not None else _still_open(connection, as_of, known_at)
        found = _Named(snapshot.records, _named(lines, snapshot.records, as_of))
        _open[connection.engine] = with_newest(kept, key, found, _KEPT)
    return found.lines


def _named(lines: Iterable[AlertLine], records: Mapping[str, AgencyRecord], as_of: int) -> list[AlertLine]:
    """Return alerts with the names that their agencies have on a day; the id of one that is not known."""
    agencies = {line.agency_id for line in lines}
    names = {one: record.name_on(as_of) for one in agencies if (record := records.get(one))}
    return [replace(line, agency_name=names.get(line.agency_id, line.agency_id)) for line in in_turns(lines)]


def _still_open(connection: Connection, as_of: int, known_at: int) -> list[AlertLine]:
    """Return the open alerts of the whole country, most urgent and newest first, their agencies not named yet."""
    alerts = _alerts(_not_resolved(connection, as_of, known_at))
    found = [AlertLine(**alert, agency_name="") for alert in alerts.values() if alert["status"] != "resolved"]
    return sorted(found, key=lambda one: (_URGENCY.get(one.severity, 9), -one.opened_at, one.alert_id))


def _alerts(rows: Iterable[Row[Any]]) -> dict[bytes, dict[str, Any]]:
    alerts: dict[bytes, dict[str, Any]] = {}
    for row in rows:
        name = row.type.rpartition(".")[2]
        data = data_of_body(row.type, row.body, row.occurred_at)
        key = bytes(row.stream)
        if name == "opened":
            alerts[key] = _opened(row, data)
        elif key in alerts:
            _follow(alerts[key], name, data)
    return alerts


def _opened(row: Row[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    subject = data["subject"]
    return {
        "alert_id": row.subject,
        "rule": data["rule"],
        "severity": data["severity"],
        "status": "opened",
        "agency_id": row.agency_id,
        "subject": f"{subject['aggregate']}/{subject['id']}",
        "opened_at": row.occurred_at,
        "facts": _facts(data),
        "position": row.position,
    }


def _facts(data: Mapping[str, Any]) -> dict[str, str]:
    return {fact["name"]: fact["value"] for fact in data.get("facts", ())}


def _follow(alert: dict[str, Any], name: str, data: Mapping[str, Any]) -> None:
    alert["status"] = _ALERT_STATUS.get(name, alert["status"])
    if name == "severity_raised":
        alert["severity"] = data["to"]
    elif name == "reopened":
        alert["severity"] = data["severity"]
    alert["facts"] |= _facts(data)


def legal_changes(
    connection: Connection,
    as_of: int,
    known_at: int | None = None,
    *,
    days: int = 365,
    limit: int = 20,
    within: Collection[str] | None = None,
    only: tuple[str, str] | None = None,
) -> list[LegalChange]:
    """Return the changes of the law of the last days, newest first, with what they did to procedures.

    A text that is merely registered is listed too, since new texts are what an agency has to look at.

    Args:
        connection: A reading transaction.
        as_of: Day number.
        known_at: Instant; None, or later than the watermark: the watermark.
        days: How far back, from the day.
        limit: Most changes.
        within: Count only the procedures of these agencies.
        only: Source and id of the one change that is asked for.
    """
    known = serving.known_at(connection, known_at)
    texts: dict[str, Mapping[str, Any]] = {}
    found: list[tuple[Row[Any], Mapping[str, Any]]] = []
    for row in _national(connection, "legal_text", as_of, known):
        data = data_of_body(row.type, row.body, row.occurred_at)
        name = row.type.rpartition(".")[2]
        if name in ("registered", "baselined"):
            texts[row.subject] = data
        if name in _CHANGES and row.day > as_of - days:
            found.append((row, data))
    found = [one for one in found[::-1] if only in (None, (one[0].source, one[0].event_id))][:limit]
    counts = stale_counts(connection, {(row.source, row.event_id) for row, _data in found}, as_of, known, within)
    return [
        _legal_change(row, data, texts.get(row.subject, {}), counts[row.source, row.event_id]) for row, data in found
    ]


def _legal_change(row: Row[Any], data: Mapping[str, Any], text: Mapping[str, Any], counts: Counts) -> LegalChange:
    number, issuer = (*row.subject.split("|"), "")[:2]
    effective = data.get("effective_from")
    return LegalChange(
        legal_text=row.subject,
        number=text.get("number", number),
        title=text.get("title", ""),
        issuer=text.get("issuer", issuer),
        change=row.type.rpartition(".")[2],
        announced_at=row.occurred_at,
        effective_from=clock.day_of(effective) if effective else None,
        stale=counts.stale,
        updated=counts.updated,
        agencies=counts.agencies,
        source=row.source,
        event_id=row.event_id,
        position=row.position,
    )
