"""`/v1/alerts…` behind the front door: passed on to `notify` with the caller's own credential."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug import Request, Response

from shared.intake.relayed import relayed
from shared.web.auth import authenticate
from shared.web.delegation import credential_headers

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_BAD = 400


def relay(context: ServiceContext, request: Request) -> Response:
    """Return what `notify` answers to the same request, asked on behalf of whoever asks here."""
    authenticate(context, request)
    query = request.query_string.decode("ascii", "replace")
    # Decoded when it came: what an id holds must not become another path or a query.
    path = quote(request.path) + (f"?{query}" if query else "")
    headers = {**credential_headers(context, request), "Content-Type": request.content_type or "application/json"}
    body = request.get_data() if request.method == "POST" else None
    reply = context.peers.request(request.method, "notify", path, headers=headers, body=body)
    return Response(reply.body, reply.status, content_type=reply.content_type)


def relay_checked(context: ServiceContext, request: Request) -> Response:
    """Return what `notify` answers, for a page: what is no success is raised.

    Raises:
        Problem: as `notify` answered.
    """
    reply = relay(context, request)
    if reply.status_code >= _BAD:
        raise relayed(reply.status_code, reply.get_data())
    return reply
