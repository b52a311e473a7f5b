"""SIGTERM and Ctrl-C ask a process to stop, and are heeded once."""

from __future__ import annotations

import signal
from collections.abc import Callable

_REQUESTS = (signal.SIGTERM, signal.SIGINT)


def on_request(stop: Callable[[], object]) -> None:
    """Call `stop` at the first request to end; whatever comes after it changes nothing.

    Ctrl-C in front of a supervisor asks twice: the terminal does, and the supervisor. Python takes its handlers away before
    a process has ended: a second request would then kill one that has drained well, and its exit status would say so.
    """

    def heed(*_: object) -> None:
        for number in _REQUESTS:
            signal.signal(number, signal.SIG_IGN)
        stop()

    for number in _REQUESTS:
        signal.signal(number, heed)
