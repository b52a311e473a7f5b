"""Rests between batches, so that what comes in drops is taken in gulps.

A transaction, a window, a message cost much the same for one event as for a hundred. A reader that rests in proportion to
its last piece of work finds more to do after it, the more the busier the machine is; one that had nothing to do is at once
there when something comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable

#: Of the time that the last piece of work took; and the longest rest, seconds.
_SHARE = 0.5
_LONGEST = 0.05
#: The same for who writes windows: each costs a message for every type of event in it, at the writer, the broker and every
#: reader, so fewer and larger ones are worth waiting for.
WINDOW_SHARE = 3.0
WINDOW_LONGEST = 0.3
#: Most rest after few events, which are somebody's single pushes and must not wait for company for long; and for each more.
_FEW = 0.01
_PER_EVENT = 0.0005


class Gulps:
    """Says how long to rest after work."""

    def __init__(
        self,
        least: float = 0.0,
        now: Callable[[], float] = time.monotonic,
        *,
        share: float = _SHARE,
        longest: float = _LONGEST,
    ) -> None:
        """Take the shortest rest in seconds, for readers whose news nobody waits for, and how long to rest at most."""
        self._least = least
        self._now = now
        self._share = share
        self._longest = longest
        self._began = 0.0

    def begin(self) -> None:
        """Begin a piece of work."""
        self._began = self._now()

    def rest(self, events: int, *, more: bool = False) -> float:
        """Return how many seconds to rest after so many events; none where a full batch is waiting (`more`)."""
        if more:
            return 0.0
        return max(
            self._least, min(self._longest, _FEW + _PER_EVENT * events, self._share * (self._now() - self._began))
        )
