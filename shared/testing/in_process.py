"""Services behind their real routes and in this process, each the other's peer; no sockets, no nameko container.

For tests of who may see what through the front door. People are signed in by a session that is kept in memory.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote

import orjson
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from shared.service.context import ServiceContext
from shared.service.peers import Answer, Peers
from shared.web import csrf, sessions
from shared.web.dispatch import Dispatcher, DispatchOptions
from shared.web.routing import Route
from shared.web.sessions import Holder, Session

STAFF, SERVICE = "mat-ma-cua-bo-" + "0" * 20, "mat-ma-noi-bo-" + "0" * 20


class KeptSessions:
    """Sessions in memory."""

    def __init__(self) -> None:
        """Keep none."""
        self._kept: dict[str, Holder] = {}

    def open(self, key: str, holder: Holder, until: int) -> None:  # noqa: ARG002 - they last as long as the test
        """Keep a session."""
        self._kept[key] = holder

    def read(self, key: str, now: int) -> Session | None:  # noqa: ARG002 - as above
        """Return a session."""
        holder = self._kept.get(key)
        return Session(holder, "", key) if holder else None

    def close(self, key: str) -> None:
        """End a session."""
        self._kept.pop(key, None)


@dataclass
class InProcess:
    """Services by name; the requests that went between them are noted."""

    services: dict[str, Dispatcher] = field(default_factory=dict)
    contexts: dict[str, ServiceContext] = field(default_factory=dict)
    #: Service, path and headers of what one service asked another.
    passed_on: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    def add(self, service_class: Any, context: ServiceContext) -> None:
        """Take a service's class and its parts; the others are its peers."""
        instance = service_class()
        instance.context = context
        context.peers = cast("Peers", self)
        routes = [
            Route(entry.method, entry.url, getattr(instance, name), entry.max_body_bytes)
            for name, method in inspect.getmembers(service_class, inspect.isfunction)
            for entry in getattr(method, "nameko_entrypoints", ())
            if hasattr(entry, "url")
        ]
        self.services[context.settings.service] = Dispatcher(routes, DispatchOptions(context.settings.service))
        self.contexts[context.settings.service] = context

    # -- as services see it ---------------------------------------------------------------------------

    def get(self, service: str, path: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask a peer, as `Peers.get`; a service that is not there is unknown to everybody."""
        return self.request("GET", service, path, headers=headers or self.own_credential())

    def own_credential(self) -> dict[str, str]:
        """Return the header that shows the service token."""
        return {"Authorization": f"Bearer {SERVICE}"}

    def request(
        self, method: str, service: str, path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send a request to a peer, as `Peers.request`."""
        self.passed_on.append((service, path, dict(headers)))
        if service not in self.services:
            return Answer(404, b"{}", "application/problem+json")
        answer = self._ask(service, method, path, headers, body)
        return Answer(answer.status_code, answer.get_data(), answer.content_type or "")

    # -- as callers see it ----------------------------------------------------------------------------

    def ask(
        self, path: str, who: Mapping[str, str], body: Any = None, *, service: str = "inspection", method: str = ""
    ) -> tuple[int, Any]:
        """Return status and JSON of an answer; POST where there is a body (JSON, or bytes as they are)."""
        raw = body if body is None or isinstance(body, bytes) else orjson.dumps(body)
        headers = {"Content-Type": "application/cloudevents+json", **who}
        answer = self._ask(service, method or ("GET" if raw is None else "POST"), path, headers, raw)
        return answer.status_code, orjson.loads(answer.get_data())

    def signed_in(self, role: str, agency_id: str | None = None, oversees: str | None = None) -> dict[str, str]:
        """Return the headers of somebody who is signed in at the front door, with the token of its form."""
        context = self.contexts["inspection"]
        context.extra.setdefault(sessions.STORE, KeptSessions())
        request, response = EnvironBuilder().get_request(), Response()
        sessions.open_session(context, request, response, Holder(role, role, agency_id, oversees))
        nonce, token = csrf.form_token(context.settings, request)
        cookie = response.headers["Set-Cookie"].split(";")[0]
        return {"Cookie": f"{cookie}; {csrf.COOKIE}={nonce}", csrf.HEADER: token}

    def _ask(self, service: str, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        location, _, query = path.partition("?")
        # As it comes over the line: what is percent-encoded stays so.
        builder = EnvironBuilder(path=quote(location, safe="/%"), method=method, query_string=query, data=body or b"")
        environ = {**builder.get_environ(), "REQUEST_URI": path, "RAW_URI": path}
        environ.pop("CONTENT_TYPE", None)
        environ |= {_variable(name): value for name, value in headers.items()}
        data, status, given = run_wsgi_app(self.services[service], environ, buffered=True)
        return Response(b"".join(data), status, given)


def bearer(token: str) -> dict[str, str]:
    """Return the header of a program with a key or token."""
    return {"Authorization": f"Bearer {token}"}


def _variable(name: str) -> str:
    plain = name.upper().replace("-", "_")
    return plain if plain == "CONTENT_TYPE" else f"HTTP_{plain}"
