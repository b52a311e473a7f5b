"""The other services as the pages ask them: their real handlers over databases of their own, without the way over HTTP.

What they take is counted as the page's own time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import orjson
from werkzeug.routing import Map, Rule
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from shared import clock
from shared.contracts.catalogue import OWNERS
from shared.database.engine import Database
from shared.eventstore.sql import SqlEventStore
from shared.intake import quarantine_api, quarantine_counts
from shared.observability import health
from shared.registry.copy import RegistryCopy
from shared.service.settings import Settings
from tests.bench.nation import ENDS

_HANDLERS = {
    "/v1/quarantine": quarantine_api.listing,
    "/v1/quarantine/counts": quarantine_counts.counting,
    "/v1/quarantine/<item_id>": quarantine_api.single,
    "/readyz": health.readyz,
}
#: What relay and readers of a service at rest report.
REPORTS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "relay": lambda: {"ok": True},
    "subscriptions": lambda: {"ok": True, "logs": []},
}
_ROUTES = Map([Rule(path, endpoint=path) for path in _HANDLERS])


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    content_type: str = "application/json"

    def json(self) -> Any:
        """Return the decoded body."""
        return orjson.loads(self.body)


class Peers:
    """The services beside `inspection`."""

    def __init__(self, database: Database, token: str) -> None:
        """Let each of them have the same refused items; `token` is that of staff and services."""
        self._contexts = {name: _context(name, database, token) for name in OWNERS if name != "inspection"}

    def get(self, service: str, path: str, *, headers: Mapping[str, str] | None = None) -> _Answer:
        """Ask a service."""
        request = Request(EnvironBuilder(path=path, headers=dict(headers or {})).get_environ())
        endpoint, values = _ROUTES.bind("").match(request.path)
        answer = _HANDLERS[endpoint](self._contexts[service], request, **values)
        return _Answer(answer.status_code, answer.get_data())


def _context(service: str, database: Database, token: str) -> Any:
    return SimpleNamespace(
        settings=Settings(service, "sqlite://", staff_token=token, secret_key="khoa"),
        database=database,
        store=SqlEventStore(database, service),
        registry=RegistryCopy(database),
        extra={},
        reports=REPORTS,
        clock=lambda: clock.end_of_day(ENDS + 30),
    )
