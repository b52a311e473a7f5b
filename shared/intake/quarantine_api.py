"""`/v1/quarantine`: refused and waiting items of the caller's agencies; list, read, replay."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import orjson
from werkzeug import Request, Response

from shared import clock
from shared.contracts.catalogue import OWNERS
from shared.eventsourcing import Hint
from shared.eventstore.store import QuarantineEntry
from shared.intake import quarantine_queries
from shared.intake.http import asserter_of, settle
from shared.intake.parsing import parse_single
from shared.web.answers import json_answer
from shared.web.auth import Caller, authenticate
from shared.web.problem import Problem
from shared.web.query import bad_parameter, whole_number
from shared.web.scope import require_agency

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_PAGE = 500


def listing(context: ServiceContext, request: Request) -> Response:
    """List open items, the latest first; staff see all, an agency those that it pushed or that are about it."""
    caller = authenticate(context, request)
    limit = whole_number(request, "limit", 100, low=1, high=_PAGE)
    status = request.args.get("status") or None
    if status not in (None, "waiting", "refused"):
        raise bad_parameter("status", "phải là waiting hoặc refused", "must be waiting or refused")
    agencies = [caller.agency_id] if caller.kind == "agency" and caller.agency_id else None
    entries = context.database.read(
        lambda connection: quarantine_queries.open_items(connection, agencies=agencies, status=status, limit=limit)
    )
    items = [describe(entry, context.settings.service) for entry in entries]
    if context.settings.service == "inspection" and caller.kind != "service":
        items += _from_peers(context, request)
    items.sort(key=lambda item: str(item["received_at"]), reverse=True)
    return json_answer({"items": items[:limit]})


def describe(entry: QuarantineEntry, service: str) -> dict[str, Any]:
    """Return an entry as the API shows it."""
    return {
        "id": f"{service}-{entry.id}",
        "service": service,
        "status": entry.status,
        "source": entry.source,
        "event_id": entry.event_id,
        "type": entry.type,
        "agency_id": entry.agency_id,
        "code": entry.code,
        "pointer": entry.pointer,
        "hint": {"vi": entry.hint_vi, "en": entry.hint_en},
        "received_at": clock.to_rfc3339(entry.received_at),
        "first_received_at": clock.to_rfc3339(entry.first_received_at),
        "attempts": entry.attempts,
        **_shown(entry.raw),
    }


def _shown(raw: bytes) -> dict[str, Any]:
    """Return the event as people read it; beside it the bytes in base64 where reading them alters or loses something."""
    encoded = b64encode(raw).decode()
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {"event": {"base64": encoded}, "raw_base64": encoded}
    exact = orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == raw
    return {"event": value} if exact else {"event": value, "raw_base64": encoded}


def _from_peers(context: ServiceContext, request: Request) -> list[dict[str, Any]]:
    headers = {"Authorization": request.headers.get("Authorization", "") or f"Bearer {context.settings.staff_token}"}
    path = "/v1/quarantine?" + request.query_string.decode("ascii", "replace")
    found: list[dict[str, Any]] = []
    for owner in OWNERS:
        if owner != context.settings.service:
            reply = context.peers.get(owner, path, headers=headers)
            found += reply.json()["items"] if reply.status == 200 else []  # noqa: PLR2004
    return found


def replay(context: ServiceContext, request: Request, item_id: str) -> Response:
    """Try an item again: as it came, or repaired (the body then is the repaired event)."""
    caller = authenticate(context, request)
    service, _, local_id = item_id.rpartition("-")
    if service and service != context.settings.service:
        return _replay_at_peer(context, request, service, item_id)
    entry = context.database.read(lambda connection: quarantine_queries.by_id(connection, local_id))
    if entry is None:
        raise Problem(
            404,
            "QUARANTINE_ITEM_NOT_FOUND",
            Hint("Không có mục này trong khu cách ly.", "There is no such item in the quarantine."),
            pointer="/path/id",
        )
    _may_touch(context, caller, entry)
    body = request.get_data() or entry.raw
    items = settle(context, caller, [parse_single(body)])
    result = items[0].result(context.settings.service)
    if result["status"] in ("accepted", "duplicate"):
        context.store.transact(lambda tx: tx.settle_quarantine([(entry.key, "applied")]))
    return json_answer({"results": [result]})


def _may_touch(context: ServiceContext, caller: Caller, entry: QuarantineEntry) -> None:
    if caller.kind == "agency" and entry.asserter == asserter_of(caller):
        return
    require_agency(context, caller, entry.source)


def _replay_at_peer(context: ServiceContext, request: Request, service: str, item_id: str) -> Response:
    if service not in OWNERS or context.settings.service != "inspection":
        raise Problem(
            404,
            "QUARANTINE_ITEM_NOT_FOUND",
            Hint("Không có mục này trong khu cách ly.", "There is no such item in the quarantine."),
        )
    headers = {
        "Authorization": request.headers.get("Authorization", "") or f"Bearer {context.settings.staff_token}",
        "Content-Type": request.content_type or "application/json",
    }
    reply = context.peers.request(
        "POST", service, f"/v1/quarantine/{item_id}/replay", headers=headers, body=request.get_data()
    )
    return Response(reply.body, reply.status, content_type=reply.content_type)
