"""HTTP handlers of what people do with an alert: acknowledge, report progress, snooze, resolve.

Each becomes an event of the alert, decided by the aggregate like any other. Asking twice for the same answers the
state as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from marshmallow import ValidationError
from werkzeug import Request, Response

from services.notify.api import describe, find
from services.notify.configuration import read_configuration
from services.notify.domain.alert import AGGREGATE, AlertState
from services.notify.escalation import escalates_on
from services.notify.queries import Row
from services.notify.rules import load_rules
from shared import clock, ids
from shared.contracts.catalogue import CATALOGUE
from shared.eventsourcing import Fact, Hint, Refusal
from shared.eventsourcing.derived import DerivedEvent
from shared.intake.wording import vietnamese
from shared.service.context import ServiceContext
from shared.web.answers import json_answer
from shared.web.auth import Caller, require
from shared.web.json_body import json_object
from shared.web.problem import Problem
from shared.web.scope import authenticate_person


@dataclass(frozen=True, slots=True)
class _Command:
    """What somebody wants to happen to an alert."""

    agency_id: str
    alert_id: str
    #: Last part of the event's type.
    name: str
    data: Mapping[str, Any]
    now: int

    def event(self) -> DerivedEvent:
        """Return the event that the command becomes."""
        return DerivedEvent(
            type=f"qms.alert.{self.name}",
            source=self.agency_id,
            subject=self.alert_id,
            event_id=ids.new_id(),
            occurred_at=self.now,
            data=self.data,
        )

    def fact(self) -> Fact:
        """Return the event as the aggregate sees it."""
        return Fact(
            type=f"qms.alert.{self.name}",
            aggregate="alert",
            name=self.name,
            source=self.agency_id,
            agency_id=self.agency_id,
            subject=self.alert_id,
            event_id="",
            occurred_at=self.now,
            day=clock.vietnam_day(self.now),
            data=self.data,
        )

    def done(self, state: AlertState) -> bool:
        """Return whether the alert already stands as wanted."""
        if self.name == "snoozed":
            return state.status == "snoozed" and state.snoozed_until == self.data["until"]
        if self.name == "acknowledged":
            return state.status == "acknowledged" and state.acknowledged_by == self.data["by"]
        if self.name == "progressed":
            return False
        return state.status == self.name


def acknowledge(context: ServiceContext, request: Request, alert_id: str) -> Response:
    """Take an alert up; body `{"note"}`, optional. Escalation stops."""
    return _run(context, request, alert_id, "acknowledged", {})


def progress(context: ServiceContext, request: Request, alert_id: str) -> Response:
    """Say that work goes on; body `{"note"}`. The time until escalation goes on begins anew."""
    return _run(context, request, alert_id, "progressed", {})


def snooze(context: ServiceContext, request: Request, alert_id: str) -> Response:
    """Put an alert off; body `{"until", "reason"}`, at most 30 days."""
    return _run(context, request, alert_id, "snoozed", {})


def resolve(context: ServiceContext, request: Request, alert_id: str) -> Response:
    """End an alert by decision; body `{"note", "evidence"}`. Refused while a derived condition holds."""
    return _run(context, request, alert_id, "resolved", {"how": "manual"})


def _run(context: ServiceContext, request: Request, alert_id: str, name: str, given: Mapping[str, Any]) -> Response:
    caller = require(authenticate_person(context, request), "staff", "agency")
    row = find(context, caller, alert_id)
    data = {**_body(request), **given, "by": _actor(caller)}
    if name in ("acknowledged", "progressed"):
        data |= _going_on(context, row)
    _check(name, data)
    command = _Command(row["agency_id"], alert_id, name, data, context.clock())
    state = _state(context, command)
    if not command.done(state):
        refusal = AGGREGATE.decide(state, command.fact(), {})
        if isinstance(refusal, Refusal):
            raise _problem(refusal.code, refusal.hint, refusal.pointer)
        _submit(context, command)
    return json_answer(describe(context, row))


def _going_on(context: ServiceContext, row: Row) -> dict[str, str]:
    """Return the day on which escalation goes on without progress, as a field of the event."""
    rule = load_rules().get(row["rule"])
    calendar = read_configuration(context.settings).calendar
    day = escalates_on(rule, row["level"], clock.vietnam_day(context.clock()), calendar) if rule else None
    return {"escalates_on": day} if day else {}


def _submit(context: ServiceContext, command: _Command) -> None:
    answer = context.committer.submit_derived([command.event()])[0]
    if answer["status"] in ("accepted", "duplicate"):
        return
    if command.done(_state(context, command)):
        # Somebody else was faster with the same.
        return
    raise _problem(answer["code"], Hint(**answer["hint"]), answer.get("pointer", ""))


def _state(context: ServiceContext, command: _Command) -> AlertState:
    key = ids.stream_key("alert", f"{command.agency_id}/{command.alert_id}")
    stored = context.store.transact(lambda tx: tx.states([key]))
    return AlertState(**orjson.loads(stored[key].state))


def _actor(caller: Caller) -> str:
    return caller.agency_id or "staff"


def _body(request: Request) -> dict[str, Any]:
    refusal = Problem(
        400,
        "BODY_NOT_ACCEPTED",
        Hint(
            "Nội dung phải là đối tượng JSON với các trường note, until, reason, evidence.",
            "The body must be a JSON object with the fields note, until, reason, evidence.",
        ),
    )
    body = json_object(request, otherwise=refusal)
    if {"by", "how", "escalates_on"} & body.keys():
        raise refusal
    return body


def _check(name: str, data: Mapping[str, Any]) -> None:
    """Check the command against the event's own contract.

    Raises:
        Problem: 422 with the pointer to the first field that is wrong.
    """
    try:
        CATALOGUE[f"qms.alert.{name}"].schema().load(dict(data))
    except ValidationError as error:
        fields: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        field = min(fields)
        message = _first(fields[field])
        hint = Hint(f"Trường {field}: {vietnamese(message)}", f"{field}: {message}")
        raise _problem("SCHEMA", hint, f"/{field}") from error


def _first(messages: Any) -> str:
    while not isinstance(messages, str):
        messages = next(iter(messages.values() if isinstance(messages, dict) else messages))
    return messages


def _problem(code: str, hint: Hint, pointer: str) -> Problem:
    return Problem(422, code, hint, pointer=pointer)
