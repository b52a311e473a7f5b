"""Long computations give way to what else waits in the same process.

A service answers pushes, applies events and computes national figures in one process whose parts take turns only where
one of them waits. A figure of 15,000 agencies would keep a push waiting for seconds. Loops over many agencies go
through `in_turns`; what giving way means is the runner's affair (elsewhere, and in native threads, nothing).

What nobody waits for runs `behind` those who do: while somebody is `waited_for` it takes a small part of the time. A page
asks the database some forty times, and each time it would wait for a slice of what is computed beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")

#: Seconds after which a computation gives way, and after which one does that nobody waits for.
SLICE, SMALL_SLICE = 0.005, 0.002
#: Seconds for which the latter rests after each slice as long as somebody is waited for, and how often it looks.
REST, _STEP = 0.008, 0.002


class Behind:
    """The place of something that nobody waits for."""

    def __init__(self) -> None:
        """Begin."""
        #: Seconds for which it has rested.
        self.rested = 0.0

    def rest(self) -> None:
        """Let those go ahead who are waited for, a while."""
        began = perf_counter()
        while _waited_for and perf_counter() < began + REST:
            _give_way(_STEP)
        self.rested += perf_counter() - began


def _keep_on(seconds: float) -> None:
    """Give way to nobody, but rest when told to."""
    if seconds:
        time.sleep(seconds)


_give_way: Callable[[float], None] = _keep_on
_waited_for: set[object] = set()
_place: ContextVar[Behind | None] = ContextVar("place", default=None)


def give_way_by(way: Callable[[float], None]) -> None:
    """Say what lets the others of this process run for some seconds (0: whoever is ready); called once, by the runner."""
    global _give_way  # noqa: PLW0603 - there is one process, and it has one way
    _give_way = way


@contextmanager
def waited_for() -> Iterator[None]:
    """Run something that somebody waits for."""
    one = object()
    _waited_for.add(one)
    try:
        yield
    finally:
        _waited_for.discard(one)


def somebody_waits() -> bool:
    """Return whether somebody waits for something that runs now."""
    return bool(_waited_for)


@contextmanager
def behind() -> Iterator[Behind]:
    """Run something that nobody waits for, in this thread or greenlet."""
    place = Behind()
    before = _place.set(place)
    try:
        yield place
    finally:
        _place.reset(before)


def in_turns(items: Iterable[T]) -> Iterator[T]:
    """Yield the items; let others of the process run whenever a slice of time is used up.

    What the loop reads may change meanwhile, unless it is its own (a transaction, a snapshot that is replaced, not changed).
    """
    seconds = SLICE if _place.get() is None else SMALL_SLICE
    ends = perf_counter() + seconds
    for item in items:
        yield item
        if perf_counter() >= ends:
            give_way()
            ends = perf_counter() + seconds


def give_way() -> None:
    """Let others of the process run; what nobody waits for rests besides."""
    _give_way(0)
    place = _place.get()
    if place is not None:
        place.rest()
