"""Who may use a connection now, and in which thread the work runs.

Imports eventlet only when the caller asks for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from shared.database.errors import BlockingDriverError

T = TypeVar("T")

_NOT_PATCHED = "eventlet.monkey_patch() must run before a green database is opened"
_BLOCKING_WAIT = "psycopg was imported before PSYCOPG_WAIT_FUNC=wait_selector was set; every query would stop the hub"


class Gate(Protocol):
    """Lets at most a fixed number of works run at a time."""

    def run(self, work: Callable[[], T]) -> T:
        """Return the result of `work`, run when it is this caller's turn."""
        ...


class ThreadGate:
    """Runs the work in the calling thread."""

    def __init__(self, places: int) -> None:
        import threading

        self._places: AbstractContextManager[Any] = threading.BoundedSemaphore(places)

    def run(self, work: Callable[[], T]) -> T:
        """Return the result of `work`, run in this thread."""
        with self._places:
            return _marked(work)


class HubGate:
    """Runs the work in a native thread, so that eventlet's hub keeps ticking; callers queue as greenlets.

    No lock that eventlet patched is waited for inside the native thread: a wait there would never be woken.
    """

    def __init__(self, places: int) -> None:
        from eventlet import semaphore, tpool

        # It prints the traceback of every exception that passes a thread, also of those that are the caller's business.
        tpool.QUIET = True

        self._places = semaphore.Semaphore(places)
        self._execute = tpool.execute

    def run(self, work: Callable[[], T]) -> T:
        """Return the result of `work`, run in a native thread."""
        import eventlet

        # A greenlet of its own keeps the place until the thread is done, even if the caller is timed out or killed.
        result, error = eventlet.spawn(self._hold, work).wait()
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]

    def _hold(self, work: Callable[[], T]) -> tuple[T | None, BaseException | None]:
        """Return what the work returned or raised: the hub prints what ends a greenlet, and this is the caller's business."""
        try:
            with self._places:
                return self._execute(_marked, work), None
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            return None, error


def gate(places: int, *, green: bool) -> Gate:
    """Return a gate for greenlets (`green`) or threads."""
    return HubGate(places) if green else ThreadGate(places)


def make_psycopg_yield() -> None:
    """Have psycopg wait through the patched selectors, and make sure that it does.

    Raises:
        BlockingDriverError: nothing is patched yet, or psycopg was imported with another way of waiting.
    """
    from eventlet import patcher

    if not patcher.is_monkey_patched("select"):
        raise BlockingDriverError(_NOT_PATCHED)
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    from psycopg import waiting

    if waiting.wait is not waiting.wait_selector:
        raise BlockingDriverError(_BLOCKING_WAIT)


def inside_work() -> bool:
    """Whether this native thread is already running the work of a gate."""
    return bool(getattr(_marks, "depth", 0))


def _marked(work: Callable[[], T]) -> T:
    """Run `work` with the thread marked, so that a nested call is noticed."""
    _marks.depth = getattr(_marks, "depth", 0) + 1
    try:
        return work()
    finally:
        _marks.depth -= 1


def _thread_local() -> Any:
    """Return a store per native thread, also where eventlet has replaced `threading.local`."""
    if "eventlet" in sys.modules:
        from eventlet import patcher

        return patcher.original("threading").local()
    import threading

    return threading.local()


_marks = _thread_local()
