"""Sends one signed webhook, once: no redirects, a checked address, a deadline for the whole call."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from hashlib import sha256

from services.notify.channels.caller import TIMEOUT, post
from services.notify.channels.outcome import DELIVERED, Outcome
from services.notify.channels.signing import headers, parse_secret

_GONE = 410
_TOO_MANY = 429


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
        except ValueError as error:
            return Outcome("never", str(error))
        sent = {"Content-Type": "application/json", **signed}
        answer = post(webhook.url, body, sent, allow_private=self.allow_private, timeout=self.timeout)
        return answer if isinstance(answer, Outcome) else judge(answer.status, answer.retry_after)


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
