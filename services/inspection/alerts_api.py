"""`/v1/alerts…` behind the front door: passed on to `notify` with the caller's own credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug import Request, Response

from shared.web.auth import authenticate

if TYPE_CHECKING:
    from shared.service.context import ServiceContext


def relay(context: ServiceContext, request: Request) -> Response:
    """Return what `notify` answers to the same request."""
    caller = authenticate(context, request)
    authorization = request.headers.get("Authorization", "")
    if not authorization and caller.kind == "staff":
        # Signed in on the pages: the session stands for the ministry's staff.
        authorization = f"Bearer {context.settings.staff_token}"
    path = request.path + (f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else "")
    headers = {"Authorization": authorization, "Content-Type": request.content_type or "application/json"}
    body = request.get_data() if request.method == "POST" else None
    reply = context.peers.request(request.method, "notify", path, headers=headers, body=body)
    return Response(reply.body, reply.status, content_type=reply.content_type)
