"""Puts faulty lines between good ones: repeated, refused and waiting ones, counted by kind."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterable, Iterator

from shared.simulation.events import Event

KINDS = ("duplicate", "refused", "waiting")

#: A repeated event is one of so many latest.
_REMEMBERED = 200


class Defects:
    """Adds to a stream, after so many per cent of its events, a line that is not accepted."""

    def __init__(self, percent: float, seed: int, mark: str) -> None:
        """Take how many and the seed; the counts are filled while the stream is read."""
        self._share = percent / 100
        self._rng = random.Random(f"defects {seed}")  # noqa: S311 - the same stream again, no secret
        self._mark = mark
        self.counts: Counter[str] = Counter()

    def between(self, events: Iterable[Event]) -> Iterator[Event]:
        """Give the events, and faulty ones after some of them."""
        latest: deque[Event] = deque(maxlen=_REMEMBERED)
        for event in events:
            yield event
            latest.append(event)
            if self._rng.random() < self._share:
                kind = self._rng.choice(KINDS)
                yield self._faulty(kind, event, latest)
                self.counts[kind] += 1

    def _faulty(self, kind: str, event: Event, latest: deque[Event]) -> Event:
        if kind == "duplicate":
            return self._rng.choice(latest)
        number = self.counts.total()
        base = {**event, "id": f"loi-{self._mark}-{number}", "type": "qms.procedure.published"}
        base["subject"] = f"loi-{self._mark}-{number}"
        # An unknown channel is refused; a publication of a procedure nobody has told of waits for it.
        base["data"] = {"channel": "radio" if kind == "refused" else "website"}
        return base
