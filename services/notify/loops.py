"""The loops of the service: each works until nothing is left, then rests until its bell rings or its time comes.

What rings: the commit of a batch that may have set deadlines, and every commit to the own log. An idle service looks
every few seconds, which also finds what another replica has left.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from shared.service.context import ServiceContext
from shared.service.spec import Loop

_log = logging.getLogger(__name__)

#: Seconds of rest after an error.
_AFTER_ERROR = 2.0
#: Seconds that a bell is left ringing before it is answered: company comes in bursts.
_GATHER = 0.25


class Bell:
    """Wakes a loop; may be rung from any thread that runs in the hub."""

    def __init__(self) -> None:
        """Start silent."""
        self._event = threading.Event()

    def ring(self) -> None:
        """Wake the loop."""
        self._event.set()

    def rest(self, stopping: threading.Event, seconds: float) -> None:
        """Rest until it rings, or for so long."""
        self._event.wait(seconds)
        self._event.clear()
        stopping.wait(min(_GATHER, seconds))


def loop(
    name: str,
    work: Callable[[], int],
    rest: Callable[[], float],
    bell: Bell,
    context: ServiceContext,
    done_something: Callable[[], None] = lambda: None,
) -> Loop:
    """Return a loop around `work`, which returns how much it did; `rest` says for how many seconds to rest at most."""

    def run(stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                done = work()
                pause = 0.0 if done else rest()
            except Exception:  # noqa: BLE001 - whatever it was, the loop must go on
                _log.exception("%s failed; it is tried again", name)
                stopping.wait(_AFTER_ERROR)
                continue
            if done:
                context.committer.on_derived()
                done_something()
            else:
                bell.rest(stopping, pause)

    return Loop(name, run)
