"""Putting messages back into the order of the log: pure bookkeeping, no socket and no database.

Messages arrive in any order, twice or never. An `Assembly` says which events can be applied now, what is
missing, and which deliveries may be acknowledged once something has been applied.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Sequence

from shared.eventstore.records import RecordedEvent


class Assembly:
    """The events after one checkpoint that have arrived so far."""

    def __init__(self, position: int) -> None:
        """Begin after `position`, the last one applied."""
        self.position = position
        #: Highest position known to exist, from windows, heartbeats and feeds.
        self.head = position
        self._events: dict[int, RecordedEvent] = {}
        #: Everything in `position + 1 .. reach` has arrived.
        self._reach = position
        #: Last positions of windows that end after `position` (a heap).
        self._ends: list[int] = []
        #: Highest end that lies within the reach: what may be applied without tearing a window.
        self._complete = position
        #: Deliveries in order of their tags, with the highest position each brought.
        self._deliveries: deque[tuple[int, int]] = deque()

    @property
    def buffered(self) -> int:
        """Number of events held in memory."""
        return len(self._events)

    @property
    def unacknowledged(self) -> int:
        """Number of deliveries not yet released."""
        return len(self._deliveries)

    @property
    def is_ready(self) -> bool:
        """Whether `take` has something."""
        return self._complete > self.position

    @property
    def is_missing(self) -> bool:
        """Whether positions are known to exist that have not arrived."""
        return self.head > self._reach

    def delivered(self, tag: int, last_position: int) -> None:
        """Note a delivery; tags ascend. `last_position` 0 if nothing of it has to be applied."""
        self._deliveries.append((tag, last_position))

    def add(self, events: Iterable[RecordedEvent], window_last: int) -> None:
        """Take events of a window that ends with `window_last`; those that are applied or here already are dropped."""
        held = self._events
        for event in events:
            if event.position > self._reach:
                held.setdefault(event.position, event)
        self.saw_head(window_last)
        if window_last > self._complete:
            heapq.heappush(self._ends, window_last)
        self._extend()

    def saw_head(self, position: int) -> None:
        """Take word that the log reaches up to `position`."""
        self.head = max(self.head, position)

    def take(self, limit: int) -> list[RecordedEvent]:
        """Return up to `limit` events that follow the last one applied, without gap, whole windows as a rule."""
        last = min(self._complete, self.position + limit)
        return [self._events[position] for position in range(self.position + 1, last + 1)]

    def applied(self, position: int) -> int | None:
        """Forget what is applied; return the tag up to which all deliveries may be acknowledged, None for none."""
        for done in range(self.position + 1, position + 1):
            self._events.pop(done, None)
        self.position = max(self.position, position)
        self._complete = max(self._complete, self.position)
        if self.position > self._reach:
            self._reach = self.position
            self._extend()
        self.saw_head(self.position)
        return self.release()

    def release(self) -> int | None:
        """Return the tag up to which all deliveries are applied or dropped, and forget them; None for none."""
        tag = None
        while self._deliveries and self._deliveries[0][1] <= self.position:
            tag, _ = self._deliveries.popleft()
        return tag

    def disconnected(self) -> None:
        """Forget the deliveries, which the broker will bring again; the events are kept."""
        self._deliveries.clear()

    def _extend(self) -> None:
        while self._reach + 1 in self._events:
            self._reach += 1
        while self._ends and self._ends[0] <= self._reach:
            self._complete = max(self._complete, heapq.heappop(self._ends))


def add_page(assembly: Assembly, events: Sequence[RecordedEvent]) -> None:
    """Take a page of a feed, which is a window by itself."""
    if events:
        assembly.add(events, events[-1].position)
