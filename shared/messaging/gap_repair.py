"""What to do about missing positions: when to ask the source's feed, and how often."""

from __future__ import annotations

import time
from collections.abc import Callable

from shared.messaging.broker import Backoff


class GapWatch:
    """Tells when positions have been missing for so long that the feed must be asked."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        """Wait `seconds` for stragglers; messages of one window arrive one after the other."""
        self._seconds = seconds
        self._now = now
        self._position = -1
        self._since: float | None = None

    def is_due(self, position: int, *, missing: bool) -> bool:
        """Return whether the gap after `position` is old enough."""
        if not missing:
            self._since = None
            return False
        if self._since is None or position != self._position:
            self._since, self._position = self._now(), position
        return self._now() - self._since >= self._seconds

    def remaining(self) -> float | None:
        """Return the seconds until a gap is due, None without a gap."""
        return None if self._since is None else max(0.0, self._seconds - (self._now() - self._since))

    def still_open(self, position: int) -> None:
        """Let the gap after `position`, left by a page that was full, be due at once."""
        self._since, self._position = self._now() - self._seconds, position


class PollPace:
    """Paces the polling of a feed: quick after news, slower in silence, backing off from errors."""

    def __init__(self, first: float = 0.2, most: float = 1.0, now: Callable[[], float] = time.monotonic) -> None:
        """Take the shortest and the longest pause, in seconds."""
        self._first = first
        self._most = most
        self._now = now
        self._pause = first
        self._due_at = 0.0
        self._backoff = Backoff()

    @property
    def is_due(self) -> bool:
        """Whether it is time to ask."""
        return self._now() >= self._due_at

    def remaining(self) -> float:
        """Return the seconds until it is time to ask."""
        return max(0.0, self._due_at - self._now())

    def got(self, events: int, *, more: bool) -> None:
        """Take the outcome of an answer; `more`: the log goes on behind it."""
        self._backoff.reset()
        self._pause = self._first if events else min(self._most, self._pause * 1.5)
        self._due_at = self._now() + (0.0 if more else self._pause)

    def failed(self) -> None:
        """Take that no answer came."""
        self._due_at = self._now() + self._backoff.next()
