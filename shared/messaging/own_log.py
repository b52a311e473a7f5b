"""Reading a log that is at hand: the own service's straight from the store, woken after each commit, without broker or feed."""

from __future__ import annotations

import logging
import threading
import time

from shared.eventstore.store import EventStore
from shared.eventstore.tail import Follower, ReadableLog
from shared.messaging.applying import Applier
from shared.messaging.broker import Backoff
from shared.messaging.errors import DivergedError, FencedError, RewrittenError
from shared.messaging.gulps import Gulps
from shared.messaging.progress import PROMISE_SECONDS, Progress, State
from shared.messaging.reading import ReadSize

_log = logging.getLogger(__name__)

_BATCH_EVENTS = 2000
_BATCH_BYTES = 8 * 1024 * 1024
_IDLE_SECONDS = 0.25
#: A long rest is cut short where so many events wait, and looks for that so often.
_MUCH = 800
_NAP_SECONDS = 0.1
#: How long the checkpoint of another worker must stand still, with events waiting, to be taken over.
_TAKEOVER_SECONDS = 3.0


class LogSubscription:
    """One consumer's reading of a log that is at hand in this process."""

    #: State and metric label while it reads.
    via: State

    def __init__(self, applier: Applier, log: ReadableLog) -> None:
        """Take what is fed and what is read; nothing is read yet."""
        self._progress = Progress(applier, log.service)
        self._reading = ReadSize(_BATCH_EVENTS, _BATCH_BYTES)
        self._follower = Follower(log, 0, look_seconds=_IDLE_SECONDS)
        self._wake = threading.Event()
        self._trouble = Backoff()
        # What waits for it is kept in memory, so that it gives way no longer than it must.
        self._gulps = Gulps(applier.pause)
        #: When the log was last seen to be the one that was applied; None: nothing may be applied before it is looked at.
        self._looked_at: float | None = None
        self._loaded = False
        self.source = log.service
        #: Shown by health checks; `diverged` is an incident.
        self.state: State = "starting"
        #: Why the state is what it is, when it is not well.
        self.trouble = ""

    @property
    def position(self) -> int:
        """Return the position up to which everything is applied."""
        return self._progress.checkpoint.position

    def wake(self) -> None:
        """Look for new events at once; called after a commit."""
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; no error ends it."""
        while not stop.is_set():
            # Renewed before looking for work: what is appended from here on sets it again.
            self._wake.clear()
            try:
                worked = self._step(stop)
            except FencedError as error:
                _log.warning("%s", self._progress.lost(error))
                self._stand_by(stop)
                worked = True
            except Exception as error:  # noqa: BLE001 - the database is away, or a fault that must not be silent
                self._recover(stop, error)
                worked = True
            if not worked:
                self._wake.wait(_IDLE_SECONDS)
        self.state = "stopped"

    def _step(self, stop: threading.Event) -> bool:
        """Apply the next batch; return whether there may be more."""
        if not self._loaded:
            self._progress.load()
            self._loaded = True
        if not self._is_log_that_was_applied():
            return False
        self._gulps.begin()
        events = self._reading.cut(self._follower.read(self.position, self._reading.limit))
        if not events:
            return False
        self._progress.apply(events, self.via)
        self._trouble.reset()
        self.state, self.trouble = self.via, ""
        self._rest(stop, self._gulps.rest(len(events), more=len(events) >= _BATCH_EVENTS))
        return True

    def _rest(self, stop: threading.Event, seconds: float) -> None:
        """Rest between two batches; not longer than until much is waiting, lest it be forgotten in memory."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not stop.wait(min(left, _NAP_SECONDS)):
            if self._follower.waiting(self.position) >= _MUCH:
                return

    def _is_log_that_was_applied(self) -> bool:
        """Compare epochs now and then, and store the head's promise when everything is applied.

        Returns:
            Whether events may be applied; False: it cannot be told yet.

        Raises:
            DivergedError: it is another log.
        """
        raise NotImplementedError

    def _has_just_looked(self) -> bool:
        """Return whether the log was seen to be the right one a moment ago."""
        return self._looked_at is not None and time.monotonic() - self._looked_at < PROMISE_SECONDS

    def _stand_by(self, stop: threading.Event) -> None:
        """Wait until the checkpoint stands still although there is something to apply or to promise."""
        self.state = "standby"
        while not stop.wait(_TAKEOVER_SECONDS):
            try:
                if not self._progress.moved_elsewhere():
                    return
            except Exception as error:  # noqa: BLE001 - the database is away: ask again
                _log.debug("standing by: %r", error)

    def _recover(self, stop: threading.Event, error: Exception) -> None:
        diverged = isinstance(error, DivergedError)
        pause = self._trouble.next()
        if self.state != "diverged":
            level = logging.CRITICAL if diverged else logging.WARNING
            _log.log(
                level,
                "%s from the log of %s: again in %.1f s: %r",
                self._progress.key.consumer,
                self.source,
                pause,
                error,
            )
        self.state = "diverged" if diverged else "waiting"
        self.trouble = f"{type(error).__name__}: {error}"[:500]
        self._progress.report(self.position, diverged=diverged)
        # A commit whose answer was lost may have gone through: read the checkpoint again. And which log it is, or the pause
        # would be over before the next look, and events of another log applied.
        self._loaded = False
        self._looked_at = None
        stop.wait(pause)


class OwnLogSubscription(LogSubscription):
    """One consumer's reading of its own service's log."""

    via = "own_log"

    def __init__(self, applier: Applier, store: EventStore) -> None:
        """Take what is fed and what is read; nothing is read yet."""
        super().__init__(applier, store)
        self._store = store

    def _is_log_that_was_applied(self) -> bool:
        """Compare epochs now and then, and store the head's promise when everything is applied."""
        if self._has_just_looked():
            return True
        now = time.monotonic()
        head = self._store.head()
        self._progress.meet(head.epoch, head.position, head.recorded_at)
        if head.position < self.position:
            raise RewrittenError(f"the log ends at {head.position}, but {self.position} was applied")
        self._looked_at = now
        self._progress.promise(head.position, head.recorded_at)
        self._progress.report(head.position)
        self.state = self.via
        return True
