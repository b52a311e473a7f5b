"""Sends one signed webhook, once: no redirects, a checked address, a deadline for the whole call."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from hashlib import sha256

from services.notify.channels.guard import Target, TargetError, resolve
from services.notify.channels.outcome import DELIVERED, Outcome
from services.notify.channels.signing import headers, parse_secret

#: Seconds for one call (Standard Webhooks: 15 to 30).
TIMEOUT = 15.0
_GONE = 410
_TOO_MANY = 429
#: Bytes of the answer that are read; only the status matters.
_ANSWER_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Webhook:
    """A configured receiver."""

    url: str
    #: `whsec_` and base64; one per receiver.
    secret: str

    @property
    def address_digest(self) -> str:
        """Return what stands for the address in tables, since addresses may hold tokens."""
        return sha256(self.url.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """Sends webhooks."""

    #: Lets loopback and private networks through.
    allow_private: bool = False
    timeout: float = TIMEOUT

    def send(self, webhook: Webhook, message_id: str, body: bytes, *, now: int) -> Outcome:
        """Send one message; `now` in microseconds becomes the signed time of this try."""
        try:
            signed = headers(parse_secret(webhook.secret), message_id, now // 1_000_000, body)
            target = resolve(webhook.url, allow_private=self.allow_private)
        except (TargetError, ValueError) as error:
            return Outcome("never", str(error))
        except OSError as error:
            return Outcome("again", f"name not resolved: {error.strerror or error}")
        try:
            return self._call(target, body, {"Content-Type": "application/json", "User-Agent": "oversight", **signed})
        except (OSError, http.client.HTTPException) as error:
            return Outcome("again", str(error) or type(error).__name__)

    def _call(self, target: Target, body: bytes, sent: Mapping[str, str]) -> Outcome:
        connection = _PinnedConnection(target, self.timeout)
        try:
            connection.request("POST", target.path, body, dict(sent))
            answer = connection.getresponse()
            answer.read(_ANSWER_BYTES)
            return judge(answer.status, answer.headers.get("Retry-After"))
        finally:
            connection.close()


def judge(status: int, retry_after: str | None) -> Outcome:
    """Return what an HTTP status means for the delivery."""
    if 200 <= status < 300:  # noqa: PLR2004 - RFC 9110, section 15.3
        return DELIVERED
    if status == _GONE:
        return Outcome("gone", "HTTP 410: the receiver wants no more calls")
    wait = _seconds(retry_after) if status == _TOO_MANY or status >= 500 else None  # noqa: PLR2004
    return Outcome("again", f"HTTP {status}", wait)


def _seconds(retry_after: str | None) -> int | None:
    """Return the seconds of a `Retry-After` (RFC 9110, section 10.2.3), None where it is unreadable."""
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return int(retry_after.strip()[:9])
    try:
        return max(0, int(parsedate_to_datetime(retry_after).timestamp() - time.time()))
    except (ValueError, TypeError):
        return None


class _PinnedConnection(http.client.HTTPConnection):
    """Connects to the address that was checked, and names the host in TLS and in the request."""

    def __init__(self, target: Target, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self._target = target

    def connect(self) -> None:
        """Open the connection."""
        self.sock = socket.create_connection((self._target.address, self._target.port), self.timeout)
        if self._target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)
