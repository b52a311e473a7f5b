"""Long computations give way to what else waits in the same process.

A service answers pushes, applies events and computes national figures in one process whose parts take turns only where
one of them waits. A figure of 15,000 agencies would keep a push waiting for seconds. Loops over many agencies go
through `in_turns`; what giving way means is the runner's affair (elsewhere, and in native threads, nothing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")

#: Seconds after which a computation gives way.
SLICE = 0.005


def _keep_on() -> None:
    """Give way to nobody."""


_give_way: Callable[[], None] = _keep_on


def give_way_by(way: Callable[[], None]) -> None:
    """Say what lets the others of this process run; called once, by the runner."""
    global _give_way  # noqa: PLW0603 - there is one process, and it has one way
    _give_way = way


def in_turns(items: Iterable[T]) -> Iterator[T]:
    """Yield the items; let others of the process run whenever a slice of time is used up.

    What the loop reads may change meanwhile, unless it is its own (a transaction, a snapshot that is replaced, not changed).
    """
    ends = perf_counter() + SLICE
    for item in items:
        yield item
        if perf_counter() >= ends:
            _give_way()
            ends = perf_counter() + SLICE
