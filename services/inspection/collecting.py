"""Lets Python's collector of cyclic garbage wait until nobody is kept waiting by it.

While a national question is worked out: it makes hundreds of thousands of tuples, none of them in a cycle, and frees most of
them by itself; the collector would look through all that is alive again and again meanwhile, which takes as long as the work
itself. And while somebody waits for an answer: looking through all that is kept in memory of a country takes a third of a second.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from shared.turns import somebody_waits

#: Seconds between two looks through everything at least; and seconds after which it is done although somebody waits.
_APART, _AT_LAST = 30.0, 120.0
_LOOK_SECONDS = 1.0
_NEVER = 1_000_000

_lock = threading.Lock()
_waiting_for = 0


@contextmanager
def paused() -> Iterator[None]:
    """Hold the collector until the last of those who asked for it is done."""
    global _waiting_for  # noqa: PLW0603 - the collector is one for the whole process
    with _lock:
        _waiting_for += 1
        if _waiting_for == 1:
            gc.disable()
    try:
        yield
    finally:
        with _lock:
            _waiting_for -= 1
            if _waiting_for == 0:
                gc.enable()


class Tidying:
    """The loop that looks through everything for cyclic garbage, when nobody waits for an answer."""

    def __init__(self) -> None:
        """Take what Python is told now."""
        self._told = gc.get_threshold()

    def run(self, stop: threading.Event) -> None:
        """Look once a second until told to stop; meanwhile Python looks through the younger objects alone.

        All are due after as many looks through the younger ones as Python has been told.
        """
        try:
            self._until(stop)
        finally:
            gc.set_threshold(*self._told)

    def _until(self, stop: threading.Event) -> None:
        looked_at, younger = time.monotonic(), _looks_at_younger()
        while not stop.wait(_LOOK_SECONDS):
            self._leave_all_to_us()
            since = time.monotonic() - looked_at
            if since < _APART or _looks_at_younger() - younger < self._told[2] or _waiting_for:
                continue
            if not somebody_waits() or since >= _AT_LAST:
                gc.collect()
                looked_at, younger = time.monotonic(), _looks_at_younger()

    def _leave_all_to_us(self) -> None:
        """Keep Python from looking through everything by itself; the runner tells it otherwise once all loops have begun."""
        told = gc.get_threshold()
        if told[2] != _NEVER:
            self._told = told
            gc.set_threshold(*told[:2], _NEVER)


def _looks_at_younger() -> int:
    """Return how often the collector has looked through the objects of middle age."""
    return int(gc.get_stats()[1]["collections"])
