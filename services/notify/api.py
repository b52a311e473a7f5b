"""HTTP handlers of the alerts: lists, one alert with its history, deliveries.

What people do with an alert is in `commands_api`. An agency sees its own alerts and those of the
agencies below it; staff and services see all.
"""

from __future__ import annotations

from typing import Any

import orjson
from werkzeug import Request, Response

from services.notify import queries
from services.notify.domain.alert import SEVERITIES, AlertState, effective_status
from services.notify.queries import AlertFilter, Visible
from shared import clock
from shared.eventsourcing import Hint
from shared.eventstore.records import RecordedEvent
from shared.eventstore.store import StreamState
from shared.ids import stream_key
from shared.service.context import ServiceContext
from shared.web.answers import json_answer
from shared.web.auth import Caller
from shared.web.problem import Problem
from shared.web.query import bad_parameter, whole_number
from shared.web.scope import authenticate_person, is_own_only, require_agency

STATES = ("opened", "acknowledged", "in_handling", "snoozed", "resolved", "closed")
_OPEN = ("opened", "acknowledged", "in_handling", "snoozed")
_PAGE, _LARGEST_PAGE = 50, 500


def alerts(context: ServiceContext, request: Request) -> Response:
    """List alerts: `state` (`open` for all that have not ended), `rule`, `severity`, `agency`, `scope`, `limit`, `after`."""
    caller = authenticate_person(context, request)
    agency = request.args.get("agency", "")
    if is_own_only(caller) and caller.agency_id:
        require_agency(context, caller, agency or caller.agency_id)
        agency = caller.agency_id
    today = _today(context)
    wanted = AlertFilter(
        states=_states(request),
        rule=request.args.get("rule", ""),
        severities=_words(request, "severity", SEVERITIES),
        agency=agency,
        today=today,
    )
    visible = visibility(context, caller, request.args.get("scope", ""))
    limit, after = whole_number(request, "limit", _PAGE, low=1, high=_LARGEST_PAGE), request.args.get("after")
    try:
        page = queries.list_alerts(context.database, wanted, visible, limit=limit, after=after)
    except ValueError as error:
        raise _bad_cursor() from error
    return json_answer({"alerts": [queries.alert_answer(row, today) for row in page.rows], "next": page.following})


def alert(context: ServiceContext, request: Request, alert_id: str) -> Response:
    """Return one alert with its history and its deliveries."""
    caller = authenticate_person(context, request)
    return json_answer(describe(context, find(context, caller, alert_id)))


def deliveries(context: ServiceContext, request: Request) -> Response:
    """List deliveries: `status`, `channel`, `alert`, `scope`, `limit`, `after`."""
    caller = authenticate_person(context, request)
    names = {"status": "status", "channel": "channel", "alert": "alert_id"}
    filters = {column: request.args[name] for name, column in names.items() if request.args.get(name)}
    visible = visibility(context, caller, request.args.get("scope", ""))
    limit, after = whole_number(request, "limit", _PAGE, low=1, high=_LARGEST_PAGE), request.args.get("after")
    try:
        page = queries.list_deliveries(context.database, filters, visible, limit=limit, after=after)
    except ValueError as error:
        raise _bad_cursor() from error
    return json_answer({"deliveries": [queries.delivery_answer(row) for row in page.rows], "next": page.following})


def visibility(context: ServiceContext, caller: Caller, scope: str) -> Visible:
    """Return which agencies' alerts the caller sees, within a scope if one is given; asks once per agency.

    An agency sees those below it, a person who is its officer does not.
    """
    today = _today(context)
    own = caller.agency_id if is_own_only(caller) else None
    tops = [top for top in (scope, caller.sees_up_to if caller.kind == "agency" else "") if top]
    answers: dict[str, bool] = {}

    def visible(agency_id: str) -> bool:
        if agency_id not in answers:
            answers[agency_id] = own in (None, agency_id) and all(
                context.registry.is_at_or_above(top, agency_id, today) for top in tops
            )
        return answers[agency_id]

    return visible


def find(context: ServiceContext, caller: Caller, alert_id: str) -> queries.Row:
    """Return the alert's row.

    Raises:
        Problem: 404 unknown, or not to be seen by the caller (which is the same answer on purpose).
    """
    row = context.database.read(lambda connection: queries.alert_row(connection, alert_id))
    if row is None or not visibility(context, caller, "")(row["agency_id"]):
        raise Problem(
            404,
            "ALERT_NOT_FOUND",
            Hint("Không có cảnh báo này trong phạm vi được xem.", "There is no such alert that this key may see."),
        )
    return row


def describe(context: ServiceContext, row: queries.Row) -> dict[str, Any]:
    """Return an alert with its history and deliveries; the state is that of the log, not of the register."""
    alert_id = row["alert_id"]
    key = stream_key("alert", f"{row['agency_id']}/{alert_id}")
    stored, events = context.store.transact(lambda tx: (tx.states([key]).get(key), tx.stream(key)))
    sent = context.database.read(lambda connection: queries.deliveries_of(connection, alert_id))
    return {
        **queries.alert_answer(row, _today(context)),
        **_present(stored, _today(context)),
        "history": [_history(event) for event in events],
        "deliveries": [queries.delivery_answer(delivery) for delivery in sent],
    }


def _present(stored: StreamState | None, today: int) -> dict[str, Any]:
    if stored is None:
        return {}
    state = AlertState(**orjson.loads(stored.state))
    status = effective_status(state, today)
    return {
        "state": status,
        "severity": state.severity,
        "level": state.level,
        "count": state.count,
        "acknowledged_by": state.acknowledged_by or None,
        "snoozed_until": state.snoozed_until if status == "snoozed" else None,
        "escalates_on": state.escalates_on or None,
        "suppressed_by": f"{state.suppressed_by}:{state.suppressed_ref}" if state.suppressed_by else None,
    }


def _history(event: RecordedEvent) -> dict[str, Any]:
    return {
        "type": event.type,
        "id": event.event_id,
        "position": event.position,
        "time": clock.to_rfc3339(event.occurred_at),
        "recorded_at": clock.to_rfc3339(event.recorded_at),
        "data": event.data,
    }


def _states(request: Request) -> tuple[str, ...]:
    if request.args.get("state") == "open":
        return _OPEN
    return _words(request, "state", STATES)


def _words(request: Request, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    given = tuple(word for word in request.args.get(name, "").split(",") if word)
    if any(word not in allowed for word in given):
        listed = ", ".join(allowed)
        raise bad_parameter(name, f"phải thuộc: {listed}", f"must be of: {listed}")
    return given


def _bad_cursor() -> Problem:
    return bad_parameter("after", "phải là giá trị next của trang trước", "must be the `next` of the page before")


def _today(context: ServiceContext) -> int:
    return clock.vietnam_day(context.clock())
