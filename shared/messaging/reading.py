"""How many events to read from a log at once, when it is read by count but memory is counted in bytes."""

from __future__ import annotations

from collections.abc import Sequence

from shared.eventstore.records import RecordedEvent

_FIRST = 256
_LEAST = 16


class ReadSize:
    """Keeps a window within a number of events and of bytes."""

    def __init__(self, most_events: int, most_bytes: int) -> None:
        """Take both limits; a single event larger than `most_bytes` still passes."""
        self._most_events = most_events
        self._most_bytes = most_bytes
        #: How many events to ask for next.
        self.limit = min(_FIRST, most_events)

    def cut(self, events: Sequence[RecordedEvent]) -> Sequence[RecordedEvent]:
        """Return the events that fit, and learn from their size how many to ask for next."""
        size = 0
        for count, event in enumerate(events):
            size += len(event.body)
            if size > self._most_bytes and count:
                events = events[:count]
                break
        if events:
            fitting = self._most_bytes * len(events) // max(size, 1)
            self.limit = max(_LEAST, min(self._most_events, fitting))
        return events
