"""Reads the service's own log again and again, from the first event to the last, and says when it is not whole.

A page at a time with long rests, so that it costs about a hundredth of a core while it catches up and nothing at rest.
"""

from __future__ import annotations

import logging
import threading
import time

from prometheus_client import Gauge

from shared.database.engine import Database
from shared.database.errors import DatabaseUnavailableError
from shared.eventstore.checking import LogBrokenError, Place, check_page

_log = logging.getLogger(__name__)

VERIFIED = Gauge("oversight_log_verified_position", "Position up to which the log was found whole", ["service"])
BROKEN = Gauge("oversight_log_broken_state", "1 while the log was found not to be whole", ["service"])

#: Events of one look, and the rests after a full one, after the last one, and between two whole passes, seconds.
_EVENTS = 1000
_NEXT, _IDLE, _PASS = 2.0, 60.0, 86_400.0


class LogCheck:
    """One pass after another over partition 0 of a log."""

    def __init__(self, service: str, database: Database) -> None:
        """Begin before the first event."""
        self._database = database
        self._place = Place()
        self._begun = time.monotonic()
        self._verified = VERIFIED.labels(service)
        self._broken = BROKEN.labels(service)
        self._broken.set(0)
        self._service = service

    def run(self, stop: threading.Event) -> None:
        """Check until told to stop; no error ends it."""
        while not stop.is_set():
            stop.wait(self.step())

    def step(self) -> float:
        """Check the next page; return the rest after it, seconds."""
        try:
            place = self._database.read(lambda connection: check_page(connection, 0, self._place, _EVENTS))
        except DatabaseUnavailableError:
            return _IDLE
        except LogBrokenError as error:
            self._broken.set(1)
            _log.critical("the log of %s is not whole: %s", self._service, error)
            return _IDLE
        if place != self._place:
            self._place = place
            self._verified.set(place.position)
            return _NEXT
        # A whole pass without a fault: what was broken has been mended.
        self._broken.set(0)
        if time.monotonic() - self._begun > _PASS:
            self._place, self._begun = Place(), time.monotonic()
        return _IDLE
