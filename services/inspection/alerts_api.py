"""`/v1/alerts…` behind the front door: passed on to `notify` with the caller's own credential.

An agency's key sees the alerts of the agencies below it too; an officer of the pages does not, and is held to their own here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from werkzeug import Request, Response

from shared.eventsourcing import Hint
from shared.intake.relayed import relayed
from shared.web.answers import json_answer
from shared.web.auth import Caller
from shared.web.delegation import credential_headers
from shared.web.problem import Problem
from shared.web.scope import authenticate_person, is_own_only, require_agency

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_OK, _BAD = 200, 400
_ALERTS, _SILENCES = "/v1/alerts", "/v1/silences"


def relay(context: ServiceContext, request: Request) -> Response:
    """Return what `notify` answers to the same request, asked on behalf of whoever asks here.

    Raises:
        Problem: 403 an officer asks for another agency, 404 for another agency's alert.
    """
    caller = authenticate_person(context, request)
    headers = {**credential_headers(context, request), "Content-Type": request.content_type or "application/json"}
    query = request.query_string.decode("ascii", "replace")
    if not is_own_only(caller):
        return _passed_on(context, request, headers, query)
    # Routes are found with and without a slash at their end.
    path = request.path.rstrip("/")
    if path == _ALERTS:
        query = _of_own(context, caller, request)
    elif path.startswith(f"{_ALERTS}/"):
        _require_own(context, caller, path.split("/")[3], headers)
    reply = _passed_on(context, request, headers, query)
    listed = path == _SILENCES and request.method != "POST" and reply.status_code == _OK
    return _own_silences(caller, reply) if listed else reply


def relay_checked(context: ServiceContext, request: Request) -> Response:
    """Return what `notify` answers, for a page: what is no success is raised.

    Raises:
        Problem: as `notify` answered.
    """
    reply = relay(context, request)
    if reply.status_code >= _BAD:
        raise relayed(reply.status_code, reply.get_data())
    return reply


def _passed_on(context: ServiceContext, request: Request, headers: Mapping[str, str], query: str) -> Response:
    # Decoded when it came: what an id holds must not become another path or a query.
    path = quote(request.path) + (f"?{query}" if query else "")
    body = request.get_data() if request.method == "POST" else None
    reply = context.peers.request(request.method, "notify", path, headers=headers, body=body)
    return Response(reply.body, reply.status, content_type=reply.content_type)


def _of_own(context: ServiceContext, caller: Caller, request: Request) -> str:
    """Return the query of a list, limited to the officer's own agency."""
    own = caller.agency_id or ""
    require_agency(context, caller, request.args.get("agency") or own)
    return urlencode({**request.args.to_dict(flat=False), "agency": own}, doseq=True)


def _require_own(context: ServiceContext, caller: Caller, alert_id: str, headers: Mapping[str, str]) -> None:
    """Turn an officer away from another agency's alert; that there is one is not said, as `notify` does not say it."""
    reply = context.peers.get("notify", f"{_ALERTS}/{quote(alert_id)}", headers=headers)
    if reply.status == _OK and reply.json()["agency_id"] != caller.agency_id:
        raise Problem(
            404,
            "ALERT_NOT_FOUND",
            Hint("Không có cảnh báo này trong phạm vi được xem.", "There is no such alert that this account may see."),
        )


def _own_silences(caller: Caller, reply: Response) -> Response:
    silences = reply.get_json()["silences"]
    # The system's are begun by the ministry's staff, every other one by the agency that it holds for.
    return json_answer({"silences": [one for one in silences if one["by"] in ("staff", caller.agency_id)]})
