"""Watches how far a view is while events are pushed, and tells when each became visible."""

from __future__ import annotations

import bisect
import threading
import time
from collections.abc import Callable
from typing import Self

#: After the last push everything must be visible within this time, seconds.
PATIENCE = 120.0


class Watch:
    """Asks again and again how many events a view shows; to be used as a context manager."""

    def __init__(self, ask: Callable[[], int], *, every: float) -> None:
        """Take the question (a number that only grows) and the pause between two questions, seconds."""
        self._ask = ask
        self._every = every
        self._times: list[float] = []
        self._counts: list[int] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.first = ask()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            count = self._ask()
            if not self._counts or count > self._counts[-1]:
                self._times.append(time.perf_counter())
                self._counts.append(count)
            time.sleep(self._every)

    def visible_at(self, count: int) -> float:
        """Return when the view first showed `count`; waits for it.

        Raises:
            TimeoutError: it never did.
        """
        deadline = time.monotonic() + PATIENCE
        while not self._counts or self._counts[-1] < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the view stands at {self._counts[-1:]} instead of {count}")
            time.sleep(0.01)
        return self._times[bisect.bisect_left(self._counts, count)]
