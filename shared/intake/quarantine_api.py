"""`/v1/quarantine`: refused and waiting items of the caller's agencies; list, read, replay, discard."""

from __future__ import annotations

import logging
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson
from werkzeug import Request, Response

from shared import clock
from shared.contracts.catalogue import OWNERS
from shared.eventsourcing import Hint
from shared.eventstore.store import QuarantineEntry
from shared.intake import quarantine_queries
from shared.intake.cutting import read_cut
from shared.intake.http import asserter_of, settle
from shared.intake.overdue import overdue_before
from shared.intake.parsing import parse_single
from shared.intake.quarantine import filed_under
from shared.web.answers import json_answer
from shared.web.auth import Caller
from shared.web.delegation import credential_headers
from shared.web.problem import Problem
from shared.web.query import bad_parameter, whole_number
from shared.web.scope import authenticate_person, require_agency

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_log = logging.getLogger(__name__)

_PAGE = 500


def listing(context: ServiceContext, request: Request) -> Response:
    """List open items, the latest first; staff see all, an agency those that it pushed or that are about it."""
    caller = authenticate_person(context, request)
    limit = whole_number(request, "limit", 100, low=1, high=_PAGE)
    status = request.args.get("status") or None
    if status not in (None, "waiting", "refused"):
        raise bad_parameter("status", "phải là waiting hoặc refused", "must be waiting or refused")
    overdue = request.args.get("overdue") or None
    if overdue not in (None, "true"):
        raise bad_parameter("overdue", "chỉ nhận giá trị true", "can only be true")
    before = overdue_before(context.clock(), context.settings.waiting_days)
    agencies = [caller.agency_id] if caller.kind == "agency" and caller.agency_id else None
    narrowed = quarantine_queries.Narrowed(
        agency_id=request.args.get("agency") or None,
        code=request.args.get("code") or None,
        waiting_before=before if overdue else None,
    )
    entries = context.database.read(
        lambda connection: quarantine_queries.open_items(
            connection, agencies=agencies, status=status, limit=limit, narrowed=narrowed
        )
    )
    items = [describe(entry, context.settings.service, before, whole=whole) for entry, whole in entries]
    if context.settings.service == "inspection" and caller.kind != "service":
        items += _from_peers(context, request)
    items.sort(key=lambda item: str(item["received_at"]), reverse=True)
    return json_answer({"items": items[:limit]})


def single(context: ServiceContext, request: Request, item_id: str) -> Response:
    """Return one open item with all that is kept of its text, however large."""
    caller = authenticate_person(context, request)
    if (owner := _owner(context, item_id)) is not None:
        return _at_peer(context, request, owner, f"/v1/quarantine/{quote(item_id)}")
    entry = _entry(context, item_id)
    if caller.kind != "agency" or entry.agency_id != caller.agency_id:
        _may_touch(context, caller, entry)
    before = overdue_before(context.clock(), context.settings.waiting_days)
    return json_answer(describe(entry, context.settings.service, before))


def describe(entry: QuarantineEntry, service: str, before: int, *, whole: bool = True) -> dict[str, Any]:
    """Return an entry as the API shows it.

    Args:
        entry: The entry.
        service: The service that keeps it.
        before: One that waits and first came before this instant waits too long, microseconds.
        whole: Whether the entry has its text; else it is left out, and said so.
    """
    return {
        "id": f"{service}-{entry.id}",
        "service": service,
        "status": entry.status,
        "source": entry.source,
        "event_id": entry.event_id,
        "type": entry.type,
        "agency_id": entry.agency_id,
        "asserter": entry.asserter,
        "code": entry.code,
        "pointer": entry.pointer,
        "hint": {"vi": entry.hint_vi, "en": entry.hint_en},
        "received_at": clock.to_rfc3339(entry.received_at),
        "first_received_at": clock.to_rfc3339(entry.first_received_at),
        "attempts": entry.attempts,
        "overdue": entry.status == "waiting" and entry.first_received_at < before,
        **_text(entry, whole=whole),
    }


def _text(entry: QuarantineEntry, *, whole: bool) -> dict[str, Any]:
    """Return the event, or as much of it as is kept; in a list nothing of what does not fit into it."""
    cut = read_cut(entry.raw, entry.digest)
    about: dict[str, Any] = {"truncated": cut is not None, "omitted": not whole}
    if cut is not None:
        about |= {"size": cut.size, "sha256": entry.digest.hex()}
    if not whole:
        return {"event": None, **about}
    return {**_shown(entry.raw if cut is None else cut.beginning), **about}


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
    headers = credential_headers(context, request)
    path = "/v1/quarantine?" + request.query_string.decode("ascii", "replace")
    found: list[dict[str, Any]] = []
    for owner in OWNERS:
        if owner != context.settings.service:
            reply = context.peers.get(owner, path, headers=headers)
            found += reply.json()["items"] if reply.status == 200 else []  # noqa: PLR2004
    return found


def replay(context: ServiceContext, request: Request, item_id: str) -> Response:
    """Try an item again: as it came, or repaired (the body then is the repaired event)."""
    caller = authenticate_person(context, request)
    if (owner := _owner(context, item_id)) is not None:
        return _at_peer(context, request, owner, f"/v1/quarantine/{quote(item_id)}/replay")
    entry = _open_entry(context, caller, item_id)
    body = request.get_data() or _whole_text(entry)
    items = settle(context, caller, [parse_single(body)])
    result = items[0].result(context.settings.service)
    if result["status"] in ("accepted", "duplicate"):
        context.store.transact(lambda tx: tx.settle_quarantine([(entry.key, "applied")]))
    return json_answer({"results": [result]})


def discard(context: ServiceContext, request: Request, item_id: str) -> Response:
    """Give an item up: it is tried no more and leaves the list, its bytes are kept."""
    caller = authenticate_person(context, request)
    if (owner := _owner(context, item_id)) is not None:
        return _at_peer(context, request, owner, f"/v1/quarantine/{quote(item_id)}/discard")
    entry = _open_entry(context, caller, item_id)
    context.store.transact(lambda tx: tx.settle_quarantine([(entry.key, "discarded")]))
    _log.info("%s discarded the quarantined item %s of %s", caller.name, item_id, entry.source)
    return json_answer({"id": item_id, "status": "discarded"})


def _owner(context: ServiceContext, item_id: str) -> str | None:
    """Return the other service that keeps an item; None where it is this one."""
    service = item_id.rpartition("-")[0]
    return service if service and service != context.settings.service else None


def _open_entry(context: ServiceContext, caller: Caller, item_id: str) -> QuarantineEntry:
    entry = _entry(context, item_id)
    _may_touch(context, caller, entry)
    return entry


def _entry(context: ServiceContext, item_id: str) -> QuarantineEntry:
    local_id = item_id.rpartition("-")[2]
    entry = context.database.read(lambda connection: quarantine_queries.by_id(connection, local_id))
    if entry is None:
        raise _not_found()
    return entry


def _whole_text(entry: QuarantineEntry) -> bytes:
    if read_cut(entry.raw, entry.digest) is None:
        return entry.raw
    raise Problem(
        422,
        "QUARANTINE_ITEM_TRUNCATED",
        Hint(
            "Sự kiện này quá lớn nên chỉ lưu phần đầu, không thể xử lý lại nguyên trạng; hãy gửi sự kiện đã sửa.",
            "This event was too large, so only its beginning is kept, and it cannot be tried as it came; send the repaired event.",
        ),
    )


def _not_found() -> Problem:
    return Problem(
        404,
        "QUARANTINE_ITEM_NOT_FOUND",
        Hint("Không có mục này trong khu cách ly.", "There is no such item in the quarantine."),
        pointer="/path/id",
    )


def _may_touch(context: ServiceContext, caller: Caller, entry: QuarantineEntry) -> None:
    if caller.kind == "agency" and entry.asserter == asserter_of(caller):
        return
    require_agency(context, caller, filed_under(entry))


def _at_peer(context: ServiceContext, request: Request, service: str, path: str) -> Response:
    if service not in OWNERS or context.settings.service != "inspection":
        raise _not_found()
    headers = credential_headers(context, request)
    if request.method == "POST":
        headers |= {"Content-Type": request.content_type or "application/json"}
        reply = context.peers.request("POST", service, path, headers=headers, body=request.get_data())
    else:
        reply = context.peers.get(service, path, headers=headers)
    return Response(reply.body, reply.status, content_type=reply.content_type)
