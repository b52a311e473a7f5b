"""`/v1/projections`: what this service builds from the logs, how far it is, and building it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from shared.eventsourcing import Hint
from shared.messaging.checkpoint import SubscriptionKey, load_checkpoint
from shared.messaging.rebuilding import is_rebuildable, rebuild
from shared.web.answers import json_answer
from shared.web.auth import authenticate, require
from shared.web.problem import Problem

if TYPE_CHECKING:
    from shared.messaging.subscriptions import ConsumerSubscriptions
    from shared.service.context import ServiceContext


def listing(context: ServiceContext, request: Request) -> Response:
    """List the consumers of this process with the positions they have reached."""
    require(authenticate(context, request), "staff", "service")
    found = [_describe(context, one) for one in _consumers(context)]
    return json_answer({"service": context.settings.service, "projections": found})


def start(context: ServiceContext, request: Request, name: str) -> Response:
    """Build a projection anew from the logs.

    Raises:
        Problem: 404 no such projection, 409 it has effects outside its tables.
    """
    require(authenticate(context, request), "staff")
    one = next((one for one in _consumers(context) if one.consumer.name == name), None)
    if one is None:
        raise Problem(
            404,
            "PROJECTION_NOT_FOUND",
            Hint(f"Dịch vụ này không có dữ liệu dẫn xuất {name}.", f"This service has no projection {name}."),
            pointer="/path/name",
        )
    if not is_rebuildable(one.consumer):
        raise Problem(
            409,
            "NOT_REBUILDABLE",
            Hint(
                f"Không dựng lại được {name}: việc đó sẽ gửi lại các thông báo đã gửi.",
                f"{name} cannot be rebuilt: that would send again what has been sent.",
            ),
            pointer="/path/name",
        )
    rebuild(context.database, one.consumer)
    one.wake()
    return json_answer(_describe(context, one), 202)


def _consumers(context: ServiceContext) -> list[ConsumerSubscriptions]:
    found: list[ConsumerSubscriptions] = context.extra.get("subscriptions", [])
    return found


def _describe(context: ServiceContext, one: ConsumerSubscriptions) -> dict[str, Any]:
    return {
        "name": one.consumer.name,
        "version": one.consumer.version,
        "rebuildable": is_rebuildable(one.consumer),
        "logs": [
            {"source": status.source, "state": status.state, "position": _stored(context, one, status.source)}
            for status in one.status()
        ],
    }


def _stored(context: ServiceContext, one: ConsumerSubscriptions, source: str) -> int:
    """Return the stored position: right at once after a rebuild has begun, whoever applies."""
    key = SubscriptionKey(one.consumer.name, one.consumer.version, source)
    checkpoint = context.database.read(lambda connection: load_checkpoint(connection, key))
    return checkpoint.position if checkpoint else 0
