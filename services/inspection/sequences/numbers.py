"""Which numbers of a source have come, as runs without a hole between them. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

#: Runs remembered of one source; a source with more holes than that does not number its events.
MOST_RUNS = 1000


class Gap(NamedTuple):
    """Numbers that have not come, both ends included."""

    first: int
    last: int
    #: When a number behind them was recorded, microseconds.
    since: int

    @property
    def missing(self) -> int:
        """Return how many numbers it has."""
        return self.last - self.first + 1


@dataclass(slots=True)
class Numbers:
    """The numbers of one source."""

    #: `[first, last, since]` in order; `since` is when the hole before the run was noticed.
    runs: list[list[int]] = field(default_factory=list)
    #: Whether older holes are no longer remembered: what was missing up to the first run's end is not known any more.
    forgotten: bool = False

    def add(self, number: int, at: int) -> None:
        """Take a number that was recorded at an instant; one that is there already changes nothing."""
        place = bisect_right(self.runs, number, key=lambda run: run[0])
        before = self.runs[place - 1] if place else None
        after = self.runs[place] if place < len(self.runs) else None
        if before is not None and number <= before[1]:
            return
        if before is not None and before[1] + 1 == number:
            before[1] = number
            if after is not None and after[0] == number + 1:
                before[1] = after[1]
                del self.runs[place]
        elif after is not None and after[0] == number + 1:
            after[0] = number
        else:
            # In the middle of a hole it makes two of it, both as old as the one was.
            self.runs.insert(place, [number, number, after[2] if before is not None and after is not None else at])
            if after is not None and place == 0:
                # What was the first run so far now has a hole before it.
                after[2] = at
            self._forget()

    def gaps(self) -> Iterator[Gap]:
        """Yield the holes, the lowest first."""
        for run, following in zip(self.runs, self.runs[1:], strict=False):
            yield Gap(run[1] + 1, following[0] - 1, following[2])

    def _forget(self) -> None:
        if len(self.runs) > MOST_RUNS:
            first, second = self.runs[:2]
            self.forgotten = True
            self.runs[:2] = [[first[0], second[1], first[2]]]
