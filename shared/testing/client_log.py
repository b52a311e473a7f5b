"""What the clients of a system under test have seen: every event they sent, and how it ended.

Three endings, kept apart: answered (accepted, duplicate, waiting, refused), and unknown when no answer came. An unknown
outcome is never counted as a failure, since the event may be in the log.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared.client.pushing import Pusher, PushError
from shared.eventstore.wire import SOURCE_PREFIX

#: Source agency and event id.
EventId = tuple[str, str]


@dataclass(slots=True)
class ClientLog:
    """The sets A (accepted), U (unknown), R (refused) of the accounting, and what was told to wait."""

    accepted: set[EventId] = field(default_factory=set)
    unknown: set[EventId] = field(default_factory=set)
    refused: dict[EventId, str] = field(default_factory=dict)
    waiting: set[EventId] = field(default_factory=set)
    #: Everything that was sent, in the order of the first attempt.
    sent: dict[EventId, None] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def attempt(self, batch: Sequence[EventId]) -> None:
        """Note a batch before it is sent: until an answer comes its outcome is unknown."""
        with self._turn:
            self.sent.update(dict.fromkeys(batch))
            self.unknown.update(batch)

    def answered(self, event: EventId, result: dict[str, Any]) -> None:
        """Note an answer; a later one about the same event adds to it."""
        with self._turn:
            self.unknown.discard(event)
            status = result["status"]
            if status in ("accepted", "duplicate"):
                self.accepted.add(event)
            elif status == "waiting":
                self.waiting.add(event)
            else:
                self.refused[event] = result["code"]


class LoggedPusher:
    """A retrying client that notes every outcome."""

    def __init__(self, pusher: Pusher, log: ClientLog) -> None:
        """Take the client and where its outcomes go."""
        self._pusher = pusher
        self._log = log

    def push(self, batch: Sequence[bytes]) -> bool:
        """Send a batch with retries; return whether it was answered."""
        identities = [event_id(line) for line in batch]
        self._log.attempt(identities)
        try:
            results = self._pusher.push(list(batch))
        except PushError as error:
            if error.unreachable:
                return False
            raise
        for identity, result in zip(identities, results, strict=True):
            self._log.answered(identity, result)
        return True


def event_id(line: bytes) -> EventId:
    """Return the source agency and id of an encoded event."""
    event = orjson.loads(line)
    return event["source"].removeprefix(SOURCE_PREFIX), event["id"]
