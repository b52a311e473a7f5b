"""HTTP/1.1 connections to one peer that are kept open from request to request, on the standard library's client.

Every push to the front door is forwarded over one of these: here a request costs half of what a general client spends on
redirects, proxies and retries, none of which exist between our services.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

#: Seconds to connect, and to wait for an answer (a push waits for the peer's group commit).
_CONNECT = 2.0
_READ = 30.0
#: Connections kept while nobody uses them.
_KEPT = 64


class KeptConnections:
    """Sends requests to one peer; may be used from many threads or greenlets."""

    def __init__(self, base_url: str) -> None:
        """Take the peer's base URL (`http` or `https`)."""
        parts = urlsplit(base_url)
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._address = (parts.hostname or "", parts.port)
        self._prefix = parts.path.rstrip("/")
        self._idle: list[HTTPConnection] = []

    def request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[int, str, bytes]:
        """Return status, content type and body of the answer.

        A kept connection may have been closed by the peer meanwhile: then the request is sent again, once, over a new
        one. What services ask of each other may be repeated (a push by its event ids).

        Raises:
            OSError, http.client.HTTPException: the peer cannot be reached, or answers nonsense.
        """
        kept = self._idle.pop() if self._idle else None
        if kept is not None:
            try:
                return self._exchange(kept, method, path, headers, body)
            except TimeoutError:
                raise
            except (OSError, HTTPException):
                self._forget()
        return self._exchange(self._connected(), method, path, headers, body)

    def _forget(self) -> None:
        """Close what is kept: the peer was started anew, and the others are as dead as the first."""
        while self._idle:
            self._idle.pop().close()

    def _connected(self) -> HTTPConnection:
        connection = self._kind(*self._address, timeout=_CONNECT)
        connection.connect()
        connection.sock.settimeout(_READ)
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _exchange(
        self, connection: HTTPConnection, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, str, bytes]:
        try:
            connection.request(method, self._prefix + path, body, _sendable(headers))
            answer = connection.getresponse()
            data = answer.read()
        except BaseException:
            # Also where the caller was ended by a deadline: the answer to come belongs to nobody.
            connection.close()
            raise
        if answer.will_close or len(self._idle) >= _KEPT:
            connection.close()
        else:
            self._idle.append(connection)
        return answer.status, answer.getheader("Content-Type", ""), data


def _sendable(headers: Mapping[str, str]) -> dict[str, Any]:
    return {"Accept-Encoding": "identity", **headers}
