"""One guarded HTTP call for the channels: no redirects, a checked address, a deadline for the whole call."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from typing import NamedTuple

from services.notify.channels.guard import Target, TargetError, resolve
from services.notify.channels.outcome import Outcome

#: Seconds for one call (Standard Webhooks: 15 to 30).
TIMEOUT = 15.0
#: Bytes of the answer that are read.
ANSWER_BYTES = 16_384


class Answer(NamedTuple):
    """What a server said."""

    status: int
    #: `Retry-After` as given (RFC 9110, section 10.2.3).
    retry_after: str | None
    body: bytes


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool, timeout: float = TIMEOUT
) -> Answer | Outcome:
    """Send a body, and return the answer; or the outcome where there is none."""
    try:
        target = resolve(url, allow_private=allow_private)
    except (TargetError, ValueError) as error:
        return Outcome("never", str(error))
    except OSError as error:
        return Outcome("again", f"name not resolved: {error.strerror or error}")
    try:
        return _call(target, body, {"User-Agent": "oversight", **headers}, timeout)
    except (OSError, http.client.HTTPException) as error:
        return Outcome("again", str(error) or type(error).__name__)


def _call(target: Target, body: bytes, sent: Mapping[str, str], timeout: float) -> Answer:
    connection = _PinnedConnection(target, timeout)
    # A socket's own time-out is for each piece: a receiver that answers drop by drop would keep us for hours.
    deadline = threading.Timer(timeout, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        connection.request("POST", target.path, body, dict(sent))
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers.get("Retry-After"), _body(answer))
    finally:
        deadline.cancel()
        connection.close()


def _body(answer: http.client.HTTPResponse) -> bytes:
    """Return the beginning of the body; what the status says stands, whatever becomes of the rest."""
    try:
        return answer.read(ANSWER_BYTES)
    except http.client.IncompleteRead as error:
        return error.partial


class _PinnedConnection(http.client.HTTPConnection):
    """Connects to the address that was checked, and names the host in TLS and in the request."""

    def __init__(self, target: Target, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self._target = target

    def cut(self) -> None:
        """End the connection under whoever waits for it."""
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def connect(self) -> None:
        """Open the connection."""
        self.sock = socket.create_connection((self._target.address, self._target.port), self.timeout)
        if self._target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)
