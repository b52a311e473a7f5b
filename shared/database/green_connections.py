"""Connections of psycopg that wait at eventlet's hub itself.

psycopg's own way under patched selectors makes a selector for every statement: twice the processor time of a short one.
"""

from __future__ import annotations

from typing import Any, TypeVar

from eventlet.hubs import trampoline
from psycopg import Connection
from psycopg.abc import PQGen
from psycopg.waiting import Ready, Wait

T = TypeVar("T")


class GreenConnection(Connection[Any]):
    """A connection whose waiting greenlet lets the others run."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Return what the generator comes to, waiting for the server wherever it asks to.

        What waits with a time limit, or for reading and writing at once (much is being sent), waits in psycopg's way.
        """
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            state = next(gen)
            while True:
                if state == Wait.R:
                    trampoline(self.fileno(), read=True)
                    state = gen.send(Ready.R)
                elif state == Wait.W:
                    trampoline(self.fileno(), write=True)
                    state = gen.send(Ready.W)
                else:
                    return super().wait(_going_on(gen, state), interval)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def _going_on(gen: PQGen[T], state: Wait) -> PQGen[T]:
    """Return a generator that has been begun, with what it waits for."""
    try:
        while True:
            state = gen.send((yield state))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> GreenConnection:
    """Open a connection; a listener of SQLAlchemy's `do_connect`."""
    return GreenConnection.connect(*arguments, **named)
