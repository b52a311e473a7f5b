"""Puts faulty lines between good ones: repeated, refused and waiting ones, counted by what the system must answer.

Each is built on a good event just given, so that its agency is there; none gets in the way of a good one.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterable, Iterator

from shared.simulation.events import Event
from shared.simulation.faulty_events import DEFECTS, Defect, Latest

KINDS = ("duplicate", "refused", "waiting")

#: A faulty event is built on one of so many latest.
_REMEMBERED = 200


class Defects:
    """Adds to a stream, after so many per cent of its events, a line that is not accepted."""

    def __init__(self, percent: float, seed: int, mark: str) -> None:
        """Take how many and the seed; the counts are filled while the stream is read."""
        self._share = percent / 100
        self._rng = random.Random(f"defects {seed}")  # noqa: S311 - the same stream again, no secret
        self._mark = mark
        #: How many of each kind.
        self.counts: Counter[str] = Counter()
        #: How many of each code; that of a duplicate is empty.
        self.codes: Counter[str] = Counter()

    def between(self, events: Iterable[Event]) -> Iterator[Event]:
        """Give the events, and faulty ones after some of them."""
        latest: deque[Event] = deque(maxlen=_REMEMBERED)
        for event in events:
            yield event
            latest.append(event)
            if self._rng.random() < self._share:
                yield self._faulty(latest)

    def _faulty(self, latest: deque[Event]) -> Event:
        kind = self._rng.choice(KINDS)
        choices = [defect for defect in DEFECTS if defect.status == kind]
        chosen = Latest(latest, self._rng, f"loi-{self._mark}-{self.counts.total()}")
        while True:
            defect: Defect = self._rng.choice(choices)
            made = defect.make(chosen)
            if made is not None:
                break
            choices.remove(defect)
        self.counts[kind] += 1
        self.codes[defect.code] += 1
        return made
