"""The latest events of a log, kept in memory by the process that appended them.

Relay and local subscriptions read what has just been committed; from here it costs neither a query nor the making of the
rows. Owns no truth: it holds only what has been committed, and whoever asks for something else reads the log.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from shared.eventstore.records import RecordedEvent

#: What is kept of one partition at most; at least half of it, some twice what a reader takes at once.
KEPT_EVENTS = 4000
KEPT_BYTES = 4 * 1024 * 1024
#: Readers are seldom further behind than a second; after so long without news all of them have read everything.
_IDLE_SECONDS = 10.0


class Tail:
    """The end of one partition's log; readers and writer may be different threads."""

    def __init__(self, events: int = KEPT_EVENTS, size: int = KEPT_BYTES) -> None:
        """Take how many events and how many bytes of bodies to keep at most."""
        self._most_events = events
        self._most_bytes = size
        # Grows at its end, and is replaced when it is cut: whoever reads it meanwhile needs no lock.
        self._events: list[RecordedEvent] = []
        self._bytes = 0
        self._extended_at = 0.0

    def extend(self, committed: Sequence[RecordedEvent]) -> None:
        """Take events that have been committed, in order; what does not join on (another process wrote) is forgotten."""
        if not committed:
            return
        if self._events and self._events[-1].position + 1 != committed[0].position:
            self._events, self._bytes = [], 0
        self._extended_at = time.monotonic()
        self._events.extend(committed)
        self._bytes += sum(len(event.body) for event in committed)
        if len(self._events) > self._most_events or self._bytes > self._most_bytes:
            self._cut()

    def _cut(self) -> None:
        """Keep the later half of what fits, so that cutting is rare."""
        kept = size = 0
        for event in reversed(self._events):
            size += len(event.body)
            if kept >= self._most_events // 2 or size > self._most_bytes // 2:
                break
            kept += 1
        self._events = self._events[len(self._events) - kept :]
        self._bytes = sum(len(event.body) for event in self._events)

    def rest(self) -> None:
        """Keep nothing when nothing has come for a while."""
        if self._events and time.monotonic() - self._extended_at > _IDLE_SECONDS:
            self._events, self._bytes = [], 0

    def forget(self, up_to: int) -> None:
        """Keep nothing up to a position that no reader needs any more; done when that is half of what is kept."""
        kept = self._events
        read = up_to + 1 - kept[0].position if kept else 0
        if read > len(kept) // 2:
            self._bytes -= sum(len(event.body) for event in kept[:read])
            self._events = kept[read:]

    def read(self, after: int, limit: int) -> Sequence[RecordedEvent] | None:
        """Return up to `limit` events behind `after`; None where they are not kept here, and nobody knows whether any are."""
        kept = self._events
        start = after + 1 - kept[0].position if kept else -1
        return kept[start : start + limit] if 0 <= start <= len(kept) else None


class ReadableLog(Protocol):
    """A log that readers in this process follow."""

    @property
    def service(self) -> str:
        """Name of the service whose log it is."""
        ...

    def recent(self, after: int, limit: int, partition: int = 0) -> Sequence[RecordedEvent] | None:
        """Return what is held in memory behind `after`; None where only the log can tell."""
        ...

    def end(self, within: float, partition: int = 0) -> int:
        """Return the position of the last event, as it was known at most `within` seconds ago."""
        ...

    def read(self, after: int, limit: int, partition: int = 0) -> Sequence[RecordedEvent]:
        """Return up to `limit` events behind `after`, without a hole."""
        ...


class Follower:
    """One reader's way along a log: from memory while this process appends, and a look at the log now and then."""

    def __init__(self, store: ReadableLog, partition: int, *, look_seconds: float) -> None:
        """Take the log; other processes' events are noticed within `look_seconds`."""
        self._store = store
        self._partition = partition
        self._look_seconds = look_seconds

    def read(self, after: int, limit: int) -> Sequence[RecordedEvent]:
        """Return up to `limit` events behind `after`, without a hole.

        Raises:
            LogCorruptError: a position is missing.
        """
        recent = self._store.recent(after, limit, self._partition)
        if recent:
            return recent
        if self.waiting(after) <= 0:
            return ()
        return self._store.read(after, limit, self._partition)

    def waiting(self, after: int) -> int:
        """Return how many events there are behind `after`, as was known at most `look_seconds` ago; none or less: none."""
        return self._store.end(self._look_seconds, self._partition) - after
