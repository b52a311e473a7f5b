"""Keys of agencies: issued once and shown once, revoked; each a fact in the registry's log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from shared import ids
from shared.eventsourcing import Hint
from shared.eventsourcing.derived import DerivedEvent
from shared.web.answers import json_answer
from shared.web.auth import authenticate, new_key, require
from shared.web.json_body import json_object
from shared.web.problem import Problem

if TYPE_CHECKING:
    from shared.service.context import ServiceContext


def issue(context: ServiceContext, request: Request, agency_id: str) -> Response:
    """Issue a key for an agency; the answer is the only place where it is ever shown.

    Raises:
        Problem: 404 unknown agency, 403 not staff.
    """
    require(authenticate(context, request), "staff")
    _require_known(context, agency_id)
    key = new_key()
    data: dict[str, Any] = {"key_id": key.key_id, "key_hash": key.key_hash}
    label = _label(request)
    if label:
        data["label"] = label
    _record(context, agency_id, "issued", key.key_id, data)
    return json_answer({"agency_id": agency_id, "key_id": key.key_id, "key": key.key}, 201)


def revoke(context: ServiceContext, request: Request, agency_id: str, key_id: str) -> Response:
    """Withdraw a key; it stops working as soon as the fact has reached each service."""
    require(authenticate(context, request), "staff")
    context.registry.catch_up()
    credential = context.registry.credential(key_id)
    if credential is None or credential.agency_id != agency_id:
        raise Problem(404, "KEY_NOT_FOUND", Hint("Không có khóa này.", "There is no such key."), pointer="/path/key_id")
    _record(context, agency_id, "revoked", key_id, {"key_id": key_id, "reason": _label(request) or "revoked by staff"})
    return json_answer({"agency_id": agency_id, "key_id": key_id, "revoked": True})


def bind_amqp_user(context: ServiceContext, request: Request, agency_id: str, key_id: str) -> Response:
    """Bind a user of the broker to a key: what this user pushes over AMQP counts as the agency's."""
    require(authenticate(context, request), "staff")
    _require_known(context, agency_id)
    user = str(json_object(request).get("user", ""))
    _record(context, agency_id, "amqp_user_bound", key_id, {"user": user})
    return json_answer({"agency_id": agency_id, "key_id": key_id, "user": user})


def _require_known(context: ServiceContext, agency_id: str) -> None:
    context.registry.catch_up()
    if context.registry.agency(agency_id) is None:
        raise Problem(
            404,
            "AGENCY_UNKNOWN",
            Hint(f"Không có cơ quan {agency_id}.", f"There is no agency {agency_id}."),
            pointer="/path/agency_id",
        )


def _record(context: ServiceContext, agency_id: str, event: str, key_id: str, data: dict[str, Any]) -> None:
    derived = DerivedEvent(
        f"qms.credential.{event}", agency_id, key_id, f"{event}-{key_id}-{ids.new_id()}", context.clock(), data
    )
    (result,) = context.committer.submit_derived([derived])
    if result["status"] not in ("accepted", "duplicate"):
        raise Problem(409, result["code"], Hint(result["hint"]["vi"], result["hint"]["en"]), pointer=result["pointer"])
    # Here the answer holds at once; elsewhere as soon as the fact has come, at the latest with the next forwarded push.
    context.registry.catch_up()


def _label(request: Request) -> str:
    return str(json_object(request).get("label") or json_object(request).get("reason") or "")[:200]
