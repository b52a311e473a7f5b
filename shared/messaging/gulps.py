"""Rests between batches, so that what comes in drops is taken in gulps.

A transaction, a window, a message cost much the same for one event as for a hundred. A reader that rests in proportion to
its last piece of work finds more to do after it, the more the busier the machine is; one that had nothing to do is at once
there when something comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

#: Of the time that the last piece of work took; and the longest rest, seconds.
_SHARE = 0.5
_LONGEST = 0.05
#: The same for readers whose news nobody waits for: however much comes, they leave most of the time to those who are waited
#: for, as long as nothing waits for longer than this many seconds.
_UNHURRIED_SHARE = 3.0
_UNHURRIED_LONGEST = 3.0
_PATIENCE = 15.0
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
        patience: float = 0.0,
    ) -> None:
        """Take the shortest rest in seconds, for readers whose news nobody waits for, and how long to rest at most.

        With `patience` a reader rests in front of a full batch too, until what it reads has waited for so many seconds.
        """
        self._least = least
        self._now = now
        self._share = share
        self._longest = longest
        self._patience = patience
        self._began = 0.0

    @classmethod
    def giving_way(cls, least: float, now: Callable[[], float] = time.monotonic) -> Self:
        """Return those of a reader that leaves most of the time to others however much comes."""
        return cls(least, now, share=_UNHURRIED_SHARE, longest=_UNHURRIED_LONGEST, patience=_PATIENCE)

    def begin(self) -> None:
        """Begin a piece of work."""
        self._began = self._now()

    def rest(self, events: int, *, more: bool = False, waited: float = 0.0) -> float:
        """Return how many seconds to rest after so many events.

        Args:
            events: how many were taken.
            more: whether a full batch is waiting already.
            waited: for how many seconds the last one of those taken had been waiting.
        """
        if more and waited >= self._patience:
            return 0.0
        rest = min(self._longest, self._share * (self._now() - self._began))
        if not self._patience:
            rest = min(rest, _FEW + _PER_EVENT * events)
        return max(self._least, rest)
