"""`GET /v1/log/{service}/feed`: the log by position, for catch-up and for checking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from werkzeug import Request, Response

from shared.eventsourcing import Hint
from shared.eventstore.wire import to_wire
from shared.web.auth import authenticate, require
from shared.web.problem import Problem
from shared.web.query import whole_number

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

#: Most events of one page.
PAGE = 5000


def feed(context: ServiceContext, request: Request, service: str) -> Response:
    """Return events behind a position, the head, and the promise that nothing older will come behind it.

    The head is read before the events: an event appended in between is in the page or announced by the next head.
    """
    caller = authenticate(context, request)
    require(caller, "staff", "service")
    if service != context.settings.service:
        return _relayed(context, request, service)
    after = whole_number(request, "after", 0)
    limit = whole_number(request, "limit", 1000, low=1, high=PAGE)
    head = context.store.head()
    events = context.store.read(after, limit) if after < head.position else []
    fields = orjson.dumps(
        {
            "service": service,
            "partition": head.partition,
            "epoch": head.epoch,
            "head": head.position,
            "recorded_at": head.recorded_at,
        }
    )
    body = fields[:-1] + b',"events":[' + b",".join(to_wire(event) for event in events) + b"]}"
    return Response(body, mimetype="application/json")


def _relayed(context: ServiceContext, request: Request, service: str) -> Response:
    """Pass the question on: the front door gives every log under one address."""
    if service not in ("inspection", "documents", "audit", "notify"):
        raise Problem(
            404,
            "UNKNOWN_SERVICE",
            Hint(f"Không có dịch vụ {service}.", f"There is no service {service}."),
            pointer="/path/service",
        )
    query = request.query_string.decode("ascii", "replace")
    reply = context.peers.get(service, f"/v1/log/{service}/feed?{query}")
    return Response(reply.body, reply.status, content_type=reply.content_type)
