"""Load in the background, paced, while a test does harm: one client that pushes batch after batch."""

from __future__ import annotations

import threading
import time

import orjson

from shared.contracts import catalogue

BATCH = 100


class Load:
    """Pushes the system's next events at about `rate` a second until it is left."""

    def __init__(self, system, *, rate=1000, attempts=12):
        self._system = system
        self._pause = BATCH / rate
        self._pusher = system.pusher(attempts=attempts)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load")
        self.pushed = 0
        self.unanswered = 0
        #: Longest time that one batch took, retries included, seconds.
        self.slowest = 0.0
        self.error = None

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()
        assert self.error is None, self.error

    def _run(self):
        try:
            while not self._stop.is_set():
                self._push(self._system.take_events(BATCH))
        except Exception as error:
            self.error = error

    def _push(self, batch):
        started = time.monotonic()
        if self._pusher.push(batch):
            self.pushed += len(batch)
        else:
            self.unanswered += len(batch)
        took = time.monotonic() - started
        self.slowest = max(self.slowest, took)
        self._stop.wait(max(0.0, self._pause - took))


def by_owner(lines):
    """Return encoded events by the service that owns them."""
    owners = catalogue.load()
    found = {}
    for line in lines:
        found.setdefault(owners[orjson.loads(line)["type"]].owner, []).append(line)
    return found
