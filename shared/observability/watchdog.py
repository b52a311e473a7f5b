"""Ends a process whose hub no longer ticks: better restarted than alive and deaf.

A greenlet that never yields (a loop on an event already sent, a driver that blocks) stops every other one, while
the process looks alive from outside. A native thread watches a tick that the hub must renew.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable

from prometheus_client import Gauge

_log = logging.getLogger(__name__)

#: Seconds between two ticks.
TICK = 0.5
STALL = Gauge("oversight_hub_stall_seconds", "Longest time lately that the hub did not tick", ["service"])


class Watchdog:
    """Compares the time of the last tick with the clock, from outside the hub."""

    def __init__(self, service: str, *, limit: float, end: Callable[[int], None] = os._exit) -> None:
        """Take the number of seconds without a tick after which the process ends with status 70."""
        self._service = service
        self._limit = limit
        self._end = end
        self._ticked = time.monotonic()

    def tick(self) -> None:
        """Say that the hub runs; called from a greenlet every `TICK` seconds."""
        now = time.monotonic()
        STALL.labels(self._service).set(max(0.0, now - self._ticked - TICK))
        self._ticked = now

    def check(self) -> bool:
        """Return whether the hub ticked in time; ends the process if not."""
        silent = time.monotonic() - self._ticked
        if silent <= self._limit:
            return True
        _log.critical("the hub has not run for %.0f s: ending the process", silent)
        self._end(70)
        return False
