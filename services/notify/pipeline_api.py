"""HTTP handlers of the pipeline: silences, signals of the system's monitoring, deliveries sent again.

Monitoring hands its alerts in as Alertmanager's webhook does (version 4); those that name rule A20 or A21 become signals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import orjson
from marshmallow import ValidationError
from sqlalchemy import select
from werkzeug import Request, Response

from services.notify import delivery_queue, queries
from services.notify.api import visibility
from services.notify.domain.silence import AGGREGATE as SILENCE
from services.notify.domain.system_signal import SYSTEM, SignalState
from services.notify.tables import deliveries, silences
from shared import clock, ids
from shared.contracts.catalogue import CATALOGUE
from shared.eventsourcing import Fact, Hint, Refusal
from shared.eventsourcing.derived import DerivedEvent
from shared.service.context import ServiceContext
from shared.web.answers import json_answer
from shared.web.auth import authenticate, require
from shared.web.json_body import json_object
from shared.web.problem import Problem
from shared.web.scope import authenticate_person

_RULES = ("A20", "A21")


def list_silences(context: ServiceContext, request: Request) -> Response:
    """List the silences that hold now or later; an agency sees those of the system and its own."""
    caller = authenticate_person(context, request)
    query = select(silences).where(silences.c.ends_at > context.clock()).order_by(silences.c.begins_at)
    rows = context.database.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])
    sees = visibility(context, caller, "")
    found = [_silence(row) for row in rows if row["source"] == SYSTEM or sees(row["source"])]
    return json_answer({"silences": found})


def _silence(row: Mapping[str, Any]) -> dict[str, Any]:
    body = orjson.loads(row["body"])
    return {
        "id": row["silence_id"],
        "matchers": body["matchers"],
        "reason": body["reason"],
        "by": body["by"],
        "begins_at": clock.to_rfc3339(row["begins_at"]),
        "ends_at": clock.to_rfc3339(row["ends_at"]),
    }


def start_silence(context: ServiceContext, request: Request) -> Response:
    """Begin a silence: `{"matchers", "ends_at", "reason", "begins_at"}`; an agency's holds for its own alerts only."""
    caller = require(authenticate_person(context, request), "staff", "agency")
    now = context.clock()
    given = {"begins_at": clock.to_rfc3339(now), **_object(request), "by": caller.agency_id or "staff"}
    silence_id = f"KL-{ids.new_id()}"
    _check("qms.silence.started", given)
    fact = Fact(
        "qms.silence.started",
        "silence",
        "started",
        SYSTEM,
        SYSTEM,
        silence_id,
        "",
        now,
        clock.vietnam_day(now),
        data=given,
    )
    decision = SILENCE.decide(None, fact, {})
    if isinstance(decision, Refusal):
        raise Problem(422, decision.code, decision.hint, pointer=decision.pointer)
    _submit(context, "qms.silence.started", caller.agency_id or SYSTEM, silence_id, given)
    return json_answer({"id": silence_id, **given}, 201)


def end_silence(context: ServiceContext, request: Request, silence_id: str) -> Response:
    """End a silence before its time: `{"reason"}`."""
    caller = require(authenticate_person(context, request), "staff", "agency")
    query = select(silences.c.source).where(silences.c.silence_id == silence_id)
    source = context.database.read(lambda connection: connection.execute(query).scalar())
    if source is None or (caller.kind != "staff" and source != caller.agency_id):
        raise Problem(404, "SILENCE_NOT_FOUND", Hint("Không có khoảng lặng này.", "There is no such silence."))
    given = {**_object(request), "by": caller.agency_id or "staff"}
    _check("qms.silence.ended", given)
    _submit(context, "qms.silence.ended", source, silence_id, given)
    return json_answer({"id": silence_id, **given})


def take_signals(context: ServiceContext, request: Request) -> Response:
    """Take alerts of the system's monitoring (Alertmanager's webhook, version 4)."""
    require(authenticate(context, request), "staff", "service")
    alerts = _object(request).get("alerts")
    if not isinstance(alerts, list) or not all(isinstance(alert, Mapping) for alert in alerts):
        raise _bad_body("alerts", "The body is what Alertmanager's webhook sends: an object with the list `alerts`.")
    events = [event for event in map(_signal, alerts) if event is not None]
    news = [event for event in events if _is_news(context, event)]
    if news:
        context.committer.submit_derived([_stamped(event, context.clock()) for event in news])
    return json_answer({"taken": len(news), "unchanged": len(events) - len(news), "ignored": len(alerts) - len(events)})


def _signal(alert: Mapping[str, Any]) -> DerivedEvent | None:
    labels, notes = alert.get("labels") or {}, alert.get("annotations") or {}
    if labels.get("rule") not in _RULES or not labels.get("alertname"):
        return None
    cleared = alert.get("status") == "resolved"
    fingerprint = str(alert.get("fingerprint") or _fingerprint(labels))[:64]
    optional = {
        "service": labels.get("service") or labels.get("job"),
        "summary": notes.get("summary_vi") or notes.get("summary") or notes.get("description"),
        "runbook": notes.get("runbook_url"),
    }
    moment = str(alert.get("endsAt" if cleared else "startsAt") or "")
    name = "cleared" if cleared else "raised"
    return DerivedEvent(
        type=f"qms.system_signal.{name}",
        source=SYSTEM,
        subject=fingerprint,
        event_id=f"signal-{fingerprint}-{name}-{sha256(moment.encode()).hexdigest()[:16]}",
        occurred_at=0,
        data={
            "rule": labels["rule"],
            "signal": str(labels["alertname"])[:200],
            **{key: str(value)[:500] for key, value in optional.items() if value},
        },
    )


def _fingerprint(labels: Mapping[str, Any]) -> str:
    return sha256(orjson.dumps(dict(labels), option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _stamped(event: DerivedEvent, now: int) -> DerivedEvent:
    return DerivedEvent(event.type, event.source, event.subject, event.event_id, now, event.data)


def _is_news(context: ServiceContext, event: DerivedEvent) -> bool:
    """Return whether the signal turns: Alertmanager repeats what still holds."""
    key = ids.stream_key("system_signal", f"{event.source}/{event.subject}")
    stored = context.store.transact(lambda tx: tx.states([key]).get(key))
    raised = SignalState(**orjson.loads(stored.state)).raised if stored else False
    return raised != event.type.endswith(".raised")


def replay_delivery(context: ServiceContext, request: Request, delivery_id: str) -> Response:
    """Send a delivery again that was given up, could not be sent, or was lost on the other side."""
    require(authenticate(context, request), "staff")
    again = context.store.transact(lambda tx: delivery_queue.send_again(tx.connection, delivery_id, context.clock()))
    if again is None:
        raise Problem(
            404,
            "DELIVERY_NOT_FOUND",
            Hint("Không có lượt gửi này hoặc đang chờ gửi.", "There is no such delivery, or it waits already."),
        )
    query = select(deliveries).where(deliveries.c.delivery_id == again)
    row = context.database.read(lambda connection: dict(connection.execute(query).mappings().one()))
    return json_answer(queries.delivery_answer(row), 202)


def _submit(context: ServiceContext, event_type: str, source: str, subject: str, data: Mapping[str, Any]) -> None:
    event = DerivedEvent(event_type, source, subject, ids.new_id(), context.clock(), data)
    answer = context.committer.submit_derived([event])[0]
    if answer["status"] not in ("accepted", "duplicate"):
        raise Problem(422, answer["code"], Hint(**answer["hint"]), pointer=answer.get("pointer", ""))


def _object(request: Request) -> dict[str, Any]:
    refusal = _bad_body("by", "The body is a JSON object; who asks is known from the credential.")
    body = json_object(request, otherwise=refusal)
    if "by" in body:
        raise refusal
    return body


def _bad_body(field: str, en: str) -> Problem:
    return Problem(400, "BODY_NOT_ACCEPTED", Hint(f"Nội dung yêu cầu không đúng (trường {field}).", en))


def _check(event_type: str, data: Mapping[str, Any]) -> None:
    try:
        CATALOGUE[event_type].schema().load(dict(data))
    except ValidationError as error:
        names: Iterable[str] = error.normalized_messages()  # type: ignore[no-untyped-call]
        field = min(names)
        raise Problem(
            422, "SCHEMA", Hint(f"Trường {field} không hợp lệ.", f"{field}: {error}"), pointer=f"/{field}"
        ) from error
