"""What has happened lately: open alerts, and changes of the law with what they did to procedures.

Both are folded from events of the other services as the views hold them, so they too can be asked as of a day and as
known at an instant. Owns no rule: alerts are opened and closed by `notify`, staleness is found by `documents`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Row, case, func, select

from services.inspection import serving
from services.inspection.agencies import registry_of
from services.inspection.figures import UnknownScopeError
from services.inspection.heads import heads
from services.inspection.indicators.procedures import STALE_CHANGE
from services.inspection.projections import OversightViews
from services.inspection.read_models import AlertLine, LegalChange
from shared import clock
from shared.contracts.upcasting import data_of_body
from shared.messaging.watermark import watermark

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


def _known_at(connection: Connection, known_at: int | None) -> int:
    mark = watermark(connection, OversightViews.name, serving.version(connection))
    return mark if known_at is None else min(known_at, mark)


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
    known = _known_at(connection, known_at)
    snapshot = registry_of(connection, serving.version(connection)).snapshot(connection, as_of, known)
    if scope is not None and scope not in snapshot.records:
        raise UnknownScopeError(scope)
    within = None if scope is None else snapshot.within(scope)
    found = _open_ones(connection, as_of, known)
    still_open = [alert for alert in found if within is None or alert["agency_id"] in within]
    names = {
        agency_id: record.name_on(as_of)
        for agency_id in {alert["agency_id"] for alert in still_open}
        if (record := snapshot.records.get(agency_id))
    }
    return [AlertLine(**alert, agency_name=names.get(alert["agency_id"], alert["agency_id"])) for alert in still_open]


#: By version of the views, day, when the latest event of an alert that counts was recorded, and how many came later than
#: others: the alerts that were open.
_Open = Mapping[tuple[int, int, int, int], Sequence[dict[str, Any]]]
# Replaced, never changed, so that threads need no lock.
_open: WeakKeyDictionary[Engine, _Open] = WeakKeyDictionary()
_KEPT = 4


def _open_ones(connection: Connection, as_of: int, known_at: int) -> Sequence[dict[str, Any]]:
    """Return the open alerts of the whole country; looked up again where other events of alerts count."""
    version, columns = serving.version(connection), serving.views(connection).events.c
    latest = select(func.max(columns.recorded_at)).where(columns.aggregate == "alert", columns.recorded_at <= known_at)
    replayed = heads(connection, version, ("notify",)).replayed
    key = (version, as_of, int(connection.execute(latest).scalar() or 0), replayed)
    kept = _open.get(connection.engine, {})
    found = kept.get(key)
    if found is None:
        found = _still_open(connection, as_of, known_at)
        _open[connection.engine] = {**dict(list(kept.items())[1 - _KEPT :]), key: found}
    return found


def _still_open(connection: Connection, as_of: int, known_at: int) -> Sequence[dict[str, Any]]:
    """Return the open alerts of the whole country, most urgent and newest first."""
    alerts = _alerts(_not_resolved(connection, as_of, known_at))
    found = [alert for alert in alerts.values() if alert["status"] != "resolved"]
    return sorted(found, key=lambda one: (_URGENCY.get(one["severity"], 9), -one["opened_at"], one["alert_id"]))


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
    known = _known_at(connection, known_at)
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
    counts = _stale_counts(connection, {(row.source, row.event_id) for row, _data in found}, as_of, known, within)
    return [_legal_change(row, data, texts.get(row.subject, {}), counts) for row, data in found]


Counts = Mapping[tuple[str, str], tuple[int, int, int]]


def _legal_change(row: Row[Any], data: Mapping[str, Any], text: Mapping[str, Any], counts: Counts) -> LegalChange:
    number, issuer = (*row.subject.split("|"), "")[:2]
    effective = data.get("effective_from")
    stale, updated, agencies = counts.get((row.source, row.event_id), (0, 0, 0))
    return LegalChange(
        legal_text=row.subject,
        number=text.get("number", number),
        title=text.get("title", ""),
        issuer=text.get("issuer", issuer),
        change=row.type.rpartition(".")[2],
        announced_at=row.occurred_at,
        effective_from=clock.day_of(effective) if effective else None,
        stale=stale,
        updated=updated,
        agencies=agencies,
        source=row.source,
        event_id=row.event_id,
        position=row.position,
    )


def _stale_counts(
    connection: Connection,
    changes: Collection[tuple[str, str]],
    as_of: int,
    known_at: int,
    within: Collection[str] | None,
) -> Counts:
    """Return per change: procedures stale, procedures that were updated or confirmed, agencies with a stale one."""
    columns = serving.views(connection).deltas.c
    named = {f"{source}/{event_id}": (source, event_id) for source, event_id in changes}
    by_agency = (
        select(
            columns.dimension,
            columns.agency_id,
            func.sum(columns.a1).label("stale"),
            func.sum(columns.a2).label("updated"),
        )
        .where(
            columns.measure == STALE_CHANGE,
            columns.dimension.in_(list(named)),
            columns.day <= as_of,
            columns.known_at <= known_at,
        )
        .group_by(columns.dimension, columns.agency_id)
    )
    if within is None:
        # A change of the law concerns thousands of agencies: they are added up where they lie.
        each = by_agency.subquery().c
        concerned = func.sum(case((each.stale > 0, 1), else_=0))
        rows = connection.execute(
            select(each.dimension, func.sum(each.stale), func.sum(each.updated), concerned).group_by(each.dimension)
        )
        return {named[dimension]: (int(stale), int(updated), int(count)) for dimension, stale, updated, count in rows}
    counts: dict[tuple[str, str], tuple[int, int, int]] = {}
    for dimension, agency_id, stale, updated in connection.execute(by_agency):
        if agency_id in within:
            before = counts.get(named[dimension], (0, 0, 0))
            counts[named[dimension]] = (before[0] + int(stale), before[1] + int(updated), before[2] + (stale > 0))
    return counts
