"""What agencies pushed and how it fared: refused and waiting items to repair and try again, and receipts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from werkzeug.wrappers import Request, Response

from services.inspection.web.access import require_form, require_session
from services.inspection.web.acting import given_of
from services.inspection.web.inner import ask, inner_request
from services.inspection.web.receipt_words import Receipt, field_title, receipt_of
from services.inspection.web.rendering import language_of, page, views_of
from services.inspection.web.signing_in import redirect
from services.inspection.web.views import Name
from shared import clock
from shared.contracts.envelope import SOURCE_PREFIX
from shared.eventsourcing import Hint
from shared.intake import quarantine_api, receipts
from shared.intake.relayed import relayed
from shared.service.context import ServiceContext
from shared.web.problem import Problem

_SHOWN = 200
_BAD, _UNKNOWN = 400, 404


def submissions(context: ServiceContext, request: Request) -> Response:
    """Show what was refused or waits, of the agencies that one may see; and look up a receipt."""
    session = require_session(context, request, "repair")
    items = ask(context, request, quarantine_api.listing, f"/v1/quarantine?limit={_SHOWN}")["items"]
    asked = {name: request.args.get(name, "").strip() for name in ("source", "id")}
    asked["source"] = asked["source"].removeprefix(SOURCE_PREFIX) or session.agency_id or ""
    receipt, sender = _receipt(context, request, asked) if asked["id"] else (None, None)
    return page(
        context,
        request,
        "submissions.html",
        "submissions",
        items=items,
        asked=asked,
        looked_up=bool(asked["id"]),
        receipt=receipt,
        sender=sender,
        done=request.args.get("done", ""),
    )


def _receipt(context: ServiceContext, request: Request, asked: Mapping[str, str]) -> tuple[Receipt | None, Name | None]:
    """Return what became of an event, and whose it is; nothing where none was received."""
    try:
        told = ask(context, request, receipts.receipt, f"/v1/receipts?{urlencode(asked)}")
    except Problem as problem:
        if problem.status != _UNKNOWN:
            raise
        return None, None
    found = receipt_of(told, context.catalogue.get(told.get("type") or ""), language_of(request))
    return found, views_of(context).name(found.agency_id, clock.vietnam_day(context.clock()))


def repair_form(context: ServiceContext, request: Request, item_id: str) -> Response:
    """Show one item with the reason, and its event to be repaired.

    Raises:
        Problem: 403 not one's own, 404 no such item.
    """
    require_session(context, request, "repair")
    return _repair(context, request, _item(context, request, item_id))


def repair(context: ServiceContext, request: Request, item_id: str) -> Response:
    """Try an item again as it came or repaired; or give it up.

    Raises:
        Problem: 403 not one's own, 404 no such item.
    """
    require_form(context, request, "repair")
    item = _item(context, request, item_id)
    given = given_of(request)
    if given.get("do") == "discard":
        ask(context, request, quarantine_api.discard, f"/v1/quarantine/{item_id}/discard", b"", item_id=item_id)
        return redirect("/submissions?done=discarded")
    text = given.get("event", "").strip()
    if given.get("do") == "repaired" and not _is_object(text):
        hint = Hint("Nội dung phải là một đối tượng JSON.", "The event must be a JSON object.")
        return _repair(context, request, item, text, {"code": "MALFORMED_JSON", "hint": {"vi": hint.vi, "en": hint.en}})
    body = text.encode() if given.get("do") == "repaired" else b""
    answer = ask(context, request, quarantine_api.replay, f"/v1/quarantine/{item_id}/replay", body, item_id=item_id)
    result = answer["results"][0]
    if result["status"] in ("accepted", "duplicate"):
        return redirect("/submissions?done=accepted")
    return _repair(context, request, item, text, result)


def _item(context: ServiceContext, request: Request, item_id: str) -> dict[str, Any]:
    path = f"/v1/quarantine/{quote(item_id)}"
    reply = quarantine_api.single(context, inner_request(context, request, path), item_id)
    if reply.status_code >= _BAD:
        raise relayed(reply.status_code, reply.get_data())
    found: dict[str, Any] = orjson.loads(reply.get_data())
    return found


def _repair(
    context: ServiceContext,
    request: Request,
    item: Mapping[str, Any],
    text: str = "",
    result: Mapping[str, Any] | None = None,
) -> Response:
    kept = "" if item["truncated"] else orjson.dumps(item["event"], option=orjson.OPT_INDENT_2).decode()
    shown = text or kept
    why: Mapping[str, Any] = result if result is not None else item
    return page(
        context,
        request,
        "repair.html",
        "submissions",
        status=422 if result is not None else 200,
        item=item,
        text=shown,
        code=why.get("code") or "",
        field=field_title(context.catalogue.get(item["type"] or ""), why.get("pointer") or "", language_of(request)),
        hint=(why.get("hint") or {}).get(language_of(request)) or "",
        again=result is not None,
    )


def _is_object(text: str) -> bool:
    try:
        return isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False
