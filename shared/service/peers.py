"""The other services over HTTP, by name: what is asked of them, and what is said where they cannot be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

import orjson
from structlog.contextvars import get_contextvars

from shared.eventsourcing import Hint
from shared.observability import tracing
from shared.service.kept_connections import KeptConnections
from shared.web.headers import CORRELATION_HEADER
from shared.web.problem import Problem

#: Signs of a request's target that have a meaning or are escaped already; blanks, line breaks and all outside ASCII are not among them.
_AS_THEY_ARE = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer answered."""

    status: int
    body: bytes
    content_type: str

    def json(self) -> Any:
        """Return the decoded body."""
        return orjson.loads(self.body)


class Peers:
    """The other services, by name."""

    def __init__(self, urls: Mapping[str, str], *, service_token: str = "") -> None:
        """Take the base URL of every service and the token that services show each other."""
        self._urls = dict(urls)
        self._token = service_token
        self._connections = {service: KeptConnections(url) for service, url in self._urls.items()}

    def url(self, service: str) -> str:
        """Return the base URL of a service."""
        return self._urls[service].rstrip("/")

    def get(self, service: str, path: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask a peer; with the service token unless `headers` carry another credential.

        Raises:
            Problem: 503 the peer cannot be reached.
        """
        return self.request("GET", service, path, headers=headers or self.own_credential())

    def own_credential(self) -> dict[str, str]:
        """Return the header that shows the service token."""
        return {"Authorization": f"Bearer {self._token}"}

    def request(
        self, method: str, service: str, path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send a request to a peer; characters of the path that HTTP does not carry are encoded on the way.

        Raises:
            Problem: 503 the peer cannot be reached.
        """
        path = quote(path, safe=_AS_THEY_ARE)
        try:
            sent = {**_correlation(), **headers}
            with tracing.asking(service, method, path, sent):
                status, content_type, data = self._connections[service].request(method, path, sent, body)
        except (OSError, HTTPException) as error:
            raise Problem(
                503,
                "SERVICE_UNREACHABLE",
                Hint(
                    f"Dịch vụ {service} tạm thời không liên lạc được; hãy gửi lại sau ít giây.",
                    f"The service {service} cannot be reached right now; send again in a few seconds.",
                ),
                headers={"Retry-After": "2"},
                service=service,
            ) from error
        return Answer(status, data, content_type)


def _correlation() -> dict[str, str]:
    """Return the header with the id of the request that is being answered, if any: it goes through all services."""
    known = get_contextvars().get("correlation_id")
    return {CORRELATION_HEADER: known} if known else {}
