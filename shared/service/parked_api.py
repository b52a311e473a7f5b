"""`/v1/parked`: events that a consumer could not apply; list them, and apply them again in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select
from werkzeug import Request, Response

from shared import clock
from shared.eventsourcing import Hint
from shared.eventstore.tables import parked_events
from shared.web.answers import json_answer
from shared.web.auth import authenticate, require
from shared.web.problem import Problem
from shared.web.query import whole_number

if TYPE_CHECKING:
    from shared.messaging.subscriptions import ConsumerSubscriptions
    from shared.service.context import ServiceContext

_PAGE = 1000


def listing(context: ServiceContext, request: Request) -> Response:
    """List the parked events of this service's consumers, oldest first."""
    require(authenticate(context, request), "staff", "service")
    limit = whole_number(request, "limit", 200, low=1, high=_PAGE)
    rows = context.database.read(lambda connection: _parked(connection, limit))
    return json_answer({"service": context.settings.service, "items": rows})


def _parked(connection: Connection, limit: int) -> list[dict[str, Any]]:
    columns = parked_events.c
    query = (
        select(
            columns.consumer,
            columns.source,
            columns.position,
            columns.stream,
            columns.type,
            columns.agency_id,
            columns.reason,
            columns.detail,
            columns.attempts,
            columns.parked_at,
        )
        .where(columns.replayed_at.is_(None))
        .order_by(columns.parked_at, columns.source, columns.position)
        .limit(limit)
    )
    return [
        # SQLAlchemy's names are a kind of str that the JSON encoder refuses.
        {str(name): value for name, value in row.items()} | {"parked_at": clock.to_rfc3339(row["parked_at"])}
        for row in connection.execute(query).mappings()
    ]


def replay(context: ServiceContext, request: Request) -> Response:
    """Apply parked events of a consumer again (`?consumer=`), of all its streams or of one (`&stream=`)."""
    require(authenticate(context, request), "staff")
    wanted = request.args.get("consumer", "")
    stream = request.args.get("stream")
    consumers: list[ConsumerSubscriptions] = [
        one for one in context.extra.get("subscriptions", []) if wanted in ("", one.consumer.name)
    ]
    if not consumers:
        raise Problem(
            404,
            "CONSUMER_NOT_FOUND",
            Hint(f"Không có bộ xử lý {wanted} trong dịch vụ này.", f"This service has no consumer {wanted}."),
            pointer="/query/consumer",
        )
    reports = []
    for one in consumers:
        report = one.replay([stream] if stream else None)
        failed = [{"stream": name, "reason": reason} for name, reason in report.failed]
        reports.append({"consumer": one.consumer.name, "applied": report.applied, "failed": failed})
    return json_answer({"service": context.settings.service, "consumers": reports})
