"""Pushes events in batches, tries again while the other side is away, and keeps what could not be sent."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import urllib3

BATCH_TYPE = "application/cloudevents-batch+json"
#: Events and bytes of one request; well below the server's limits.
BATCH_EVENTS = 500
BATCH_BYTES = 1_000_000
_AGAIN = frozenset({408, 429, 502, 503, 504})
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_TOO_LARGE = 413
_OK = 200


class PushError(Exception):
    """The server turned a whole request down, or stayed away until the retries were used up."""

    def __init__(self, message: str, *, unreachable: bool = False) -> None:
        """Take the reason; `unreachable` means that the same batch may be sent later."""
        super().__init__(message)
        self.unreachable = unreachable


@dataclass(slots=True)
class Totals:
    """What became of the events."""

    counts: Counter[str] = field(default_factory=Counter)
    #: The first refusals, for showing.
    refusals: list[dict[str, Any]] = field(default_factory=list)
    #: Refusals kept for showing.
    shown: int = 20

    def add(self, results: Iterable[dict[str, Any]]) -> None:
        """Count the results of a batch."""
        for result in results:
            self.counts[result["status"]] += 1
            if result["status"] == "refused" and len(self.refusals) < self.shown:
                self.refusals.append(result)


def batches(lines: Iterable[bytes], *, most: int = BATCH_EVENTS, size: int = BATCH_BYTES) -> Iterator[list[bytes]]:
    """Group encoded events into batches within both limits."""
    batch: list[bytes] = []
    length = 0
    for line in lines:
        if batch and (len(batch) >= most or length + len(line) > size):
            yield batch
            batch, length = [], 0
        batch.append(line)
        length += len(line)
    if batch:
        yield batch


class Pusher:
    """One connection to the front door."""

    def __init__(self, url: str, key: str, *, attempts: int = 8, pause: Callable[[float], None] = time.sleep) -> None:
        """Take the address, the agency's key, and how often an absent server is tried."""
        self._url = url.rstrip("/") + "/v1/events"
        self._key = key
        self._attempts = attempts
        self._pause = pause
        self._pool = urllib3.PoolManager(maxsize=1, retries=False, timeout=urllib3.Timeout(connect=5, read=120))

    def push(self, batch: list[bytes]) -> list[dict[str, Any]]:
        """Send one batch of encoded events and return an answer per event.

        Sending again after a lost answer is safe: what was accepted answers `duplicate`.

        Raises:
            PushError: turned down as a whole, or nobody answered in time.
        """
        reason = ""
        for attempt in range(self._attempts):
            if attempt:
                self._pause(_backoff(attempt))
            try:
                answer = self._send(batch)
            except urllib3.exceptions.HTTPError as error:
                reason = type(error).__name__
                continue
            if answer.status == _TOO_LARGE and len(batch) > 1:
                middle = len(batch) // 2
                return self.push(batch[:middle]) + self.push(batch[middle:])
            if answer.status not in _AGAIN:
                return _results(answer)
            reason = f"HTTP {answer.status}"
            self._pause(float(answer.headers.get("Retry-After", 0) or 0))
        raise PushError(f"no answer after {self._attempts} attempts ({reason})", unreachable=True)

    def _send(self, batch: list[bytes]) -> urllib3.BaseHTTPResponse:
        return self._pool.request(
            "POST",
            self._url,
            body=b"[" + b",".join(batch) + b"]",
            headers={"Authorization": f"Bearer {self._key}", "Content-Type": BATCH_TYPE},
        )


def _results(answer: urllib3.BaseHTTPResponse) -> list[dict[str, Any]]:
    try:
        document = orjson.loads(answer.data)
        if answer.status == _OK:
            results: list[dict[str, Any]] = document["results"]
            return results
        reason = f"{document['code']}: {document['hint']['en']}"
    except (orjson.JSONDecodeError, KeyError, TypeError):
        reason = f"HTTP {answer.status}"
    raise PushError(reason)


def _backoff(attempt: int) -> float:
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret
