"""`/healthz`, `/readyz`, `/metrics`: is the process alive, may it get traffic, what has it counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug import Request, Response

from shared import clock
from shared.database.errors import DatabaseUnavailableError
from shared.eventstore.errors import EventStoreError
from shared.messaging.parking import parked_count
from shared.observability.state import State
from shared.web.answers import json_answer

if TYPE_CHECKING:
    from shared.service.context import ServiceContext


def healthz(context: ServiceContext, _request: Request) -> Response:
    """Say that the process answers."""
    return json_answer({"status": "ok", "service": context.settings.service})


def readyz(context: ServiceContext, _request: Request) -> Response:
    """Say whether events can be committed here, and how the parts stand; 503 if they cannot."""
    checks: dict[str, Any] = {}
    ready = True
    try:
        head = context.store.head()
        checks["log"] = {"ok": True, "position": head.position, "epoch": head.epoch}
        durability = dict(context.database.durability())
        checks["durability"] = durability
        ready = bool(durability.get("durable", True))
        # Parked events do not make a service unready either: they hold the watermark, and somebody has to look.
        parked = context.database.read(parked_count)
        checks["parked"] = {"ok": parked == 0, "events": parked}
    except (EventStoreError, DatabaseUnavailableError, OSError) as error:
        ready = False
        checks["log"] = {"ok": False, "reason": type(error).__name__}
    for name, report in context.reports.items():
        # A broker that is away does not make a service unready: intake goes on, views follow the feeds.
        checks[name] = report()
    body = {"status": "ready" if ready else "not ready", "service": context.settings.service, "checks": checks}
    return json_answer(body, 200 if ready else 503)


def metrics(context: ServiceContext, _request: Request) -> Response:
    """Return all metrics in Prometheus' text format; without those of the database where it is away."""
    state: State = context.extra.setdefault("state", State(context))
    try:
        stored = state.text()
    except (EventStoreError, DatabaseUnavailableError, OSError):
        stored = b""
    return Response(generate_latest() + stored, content_type=CONTENT_TYPE_LATEST)


def lag_seconds(recorded_at: int) -> float:
    """Return how many seconds ago an instant was."""
    return max(0.0, (clock.now() - recorded_at) / 1e6)
