"""`/v1/alerts…` behind the front door: passed on to `notify` with the caller's own credential."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from werkzeug import Request, Response

from shared.web.auth import Caller, authenticate
from shared.web.scope import require_agency

if TYPE_CHECKING:
    from shared.service.context import ServiceContext


def relay(context: ServiceContext, request: Request) -> Response:
    """Return what `notify` answers to the same request.

    Raises:
        Problem: 403 a person on the pages who may not see the agency of the alert.
    """
    caller = authenticate(context, request)
    authorization = request.headers.get("Authorization", "")
    path = request.path + (f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else "")
    if not authorization:
        # Signed in on the pages: the session stands for the ministry's staff, within what the role may see.
        authorization = f"Bearer {context.settings.staff_token}"
        path = _within(context, caller, request, path, authorization)
    headers = {"Authorization": authorization, "Content-Type": request.content_type or "application/json"}
    body = request.get_data() if request.method == "POST" else None
    reply = context.peers.request(request.method, "notify", path, headers=headers, body=body)
    return Response(reply.body, reply.status, content_type=reply.content_type)


def _within(context: ServiceContext, caller: Caller, request: Request, path: str, authorization: str) -> str:
    """Return the path, limited to the agency that somebody is bound to."""
    if caller.agency_id is None:
        return path
    parts = request.path.strip("/").split("/")
    if len(parts) == _LIST:
        scope = request.args.get("scope") or caller.agency_id
        require_agency(context, caller, scope)
        return f"{request.path}?{urlencode({**request.args, 'scope': scope})}"
    found = context.peers.get("notify", f"/v1/alerts/{parts[2]}", headers={"Authorization": authorization})
    if found.status == _OK:
        require_agency(context, caller, str(found.json()["agency_id"]))
    return path


#: Parts of the path of the list.
_LIST = 2
_OK = 200
