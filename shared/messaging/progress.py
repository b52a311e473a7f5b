"""One subscription's place in a log: checkpoint, epoch, promise, and the proofs that the log is another one."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection

from shared import clock
from shared.eventstore.epochs import shared_prefix
from shared.eventstore.records import RecordedEvent
from shared.messaging import metrics
from shared.messaging.applying import Applier
from shared.messaging.checkpoint import (
    Checkpoint,
    SubscriptionKey,
    adopt_epoch,
    ensure_checkpoint,
    load_checkpoint,
    move_checkpoint,
)
from shared.messaging.errors import DivergedError, FencedError, RewrittenError
from shared.messaging.parking import BEHIND, POISON
from shared.observability import event_traces

_log = logging.getLogger(__name__)

#: How a subscription gets its events, or why it gets none.
State = Literal["starting", "broker", "feed", "own_log", "shared", "standby", "diverged", "waiting", "stopped"]
#: Seconds between two stores of a promise while nothing is appended; heartbeats come one after the other with at least
#: as much between them, and none of them must be left out for coming a moment early.
PROMISE_SECONDS = 0.5
#: Stands before the epoch of a log that was proved to be rewritten.
REWRITTEN = "rewritten:"


class Progress:
    """Moves one checkpoint, and refuses what contradicts it."""

    def __init__(self, applier: Applier, source: str, partition: int = 0) -> None:
        """Read nothing yet."""
        consumer = applier.consumer
        self._applier = applier
        self.key = SubscriptionKey(consumer.name, consumer.version, source, partition)
        self.checkpoint = Checkpoint(self.key, epoch="", position=0, recorded_at=0)
        self._promised_at = 0.0

    @property
    def labels(self) -> tuple[str, str, str]:
        """Return the labels of the metrics."""
        return self._applier.labels(self.key.source)

    @property
    def waited(self) -> float:
        """Return for how many seconds the last event that was applied had been recorded by now; 0 where its clock is ahead of ours."""
        return max(0, clock.now() - self.checkpoint.recorded_at) / 1_000_000

    def load(self) -> Checkpoint:
        """Read the checkpoint, and make it if there is none; from then on its counters are there, with 0."""
        for reason in (POISON, BEHIND):
            metrics.PARKED_TOTAL.labels(*self.labels, reason)

        def work(connection: Connection) -> Checkpoint:
            return ensure_checkpoint(connection, self.key)

        stored = self._applier.database.read(lambda connection: load_checkpoint(connection, self.key))
        self.checkpoint = stored or self._applier.database.write(work)
        return self.checkpoint

    def moved_elsewhere(self) -> bool:
        """Read the checkpoint again; return whether another worker has moved it."""
        before = self.checkpoint
        return self.load() != before

    def meet(self, epoch: str, head: int, recorded_at: int) -> None:
        """Compare what a source says of its log with what was applied.

        Args:
            epoch: of the source's log.
            head: a position that the log reached.
            recorded_at: an instant such that everything after `head` was recorded later.

        Raises:
            DivergedError: it is another log; `RewrittenError`: it was cut and written anew.
        """
        known = self.checkpoint
        if not known.epoch:
            self.checkpoint = self._applier.database.write(lambda connection: adopt_epoch(connection, known, epoch))
        elif epoch != known.epoch:
            self._continue(known, epoch)
        if head < known.position and recorded_at > known.recorded_at:
            raise RewrittenError(f"the log ends at {head}, but {known.position} was applied")

    def _continue(self, known: Checkpoint, epoch: str) -> None:
        """Go on with the new life of a log of which nothing was applied that it does not have.

        Raises:
            DivergedError: more was applied, or it is another log altogether.
        """
        shared = shared_prefix(known.epoch, epoch)
        if shared is None or known.position > shared:
            raise DivergedError(f"epoch {epoch} instead of {known.epoch}" + _beyond(known, shared))
        self.checkpoint = self._applier.database.write(lambda connection: adopt_epoch(connection, known, epoch))
        _log.warning("%s: %s was restored to position %d; going on", self.key.consumer, self.key.source, shared)

    def look_back(self, event: RecordedEvent) -> None:
        """Compare an event that arrives again with what was applied.

        Raises:
            RewrittenError: its position was applied, but it was recorded later than that.
        """
        known = self.checkpoint
        if event.position <= known.position and event.recorded_at > known.recorded_at:
            raise RewrittenError(f"position {event.position} was written anew")

    def mark_rewritten(self) -> None:
        """Store that the log cannot be trusted, so that a restart does not forget it; a rebuild resets it."""
        known = self.checkpoint
        if not known.epoch.startswith(REWRITTEN):
            self.checkpoint = self._applier.database.write(
                lambda connection: adopt_epoch(connection, known, REWRITTEN + known.epoch)
            )

    def apply(self, events: Sequence[RecordedEvent], via: str) -> Checkpoint:
        """Apply events that follow the checkpoint, and store it with them.

        Raises:
            RewrittenError: recorded before what was applied.
            FencedError: another worker owns the subscription.
        """
        known = self.checkpoint
        if events[0].recorded_at <= known.recorded_at:
            raise RewrittenError(f"position {events[0].position} was recorded before position {known.position}")
        started = time.monotonic()
        with event_traces.applying(self.key.consumer, self.key.source, events):
            self.checkpoint = self._applier.apply(known, events)
        metrics.APPLY_SECONDS.labels(*self.labels).observe(time.monotonic() - started)
        metrics.BATCH_EVENTS.labels(*self.labels).observe(len(events))
        metrics.APPLIED_TOTAL.labels(*self.labels, via).inc(len(events))
        return self.checkpoint

    def promise(self, head: int, recorded_at: int) -> None:
        """Store a head's promise when everything up to the head is applied; at most every `PROMISE_SECONDS`.

        Raises:
            FencedError: another worker owns the subscription.
        """
        known = self.checkpoint
        now = time.monotonic()
        if head > known.position or recorded_at <= known.recorded_at or now - self._promised_at < PROMISE_SECONDS:
            return
        self._promised_at = now
        self.checkpoint = self._applier.database.write(
            lambda connection: move_checkpoint(connection, known, known.position, recorded_at)
        )

    def report(self, head: int, *, diverged: bool = False) -> None:
        """Set the gauges."""
        metrics.LAG.labels(*self.labels).set(max(0, head - self.checkpoint.position))
        metrics.DIVERGED.labels(*self.labels).set(diverged)

    def lost(self, error: FencedError) -> str:
        """Count a batch that was given up to another worker; return the text for the log."""
        metrics.FENCED_TOTAL.labels(*self.labels).inc()
        return f"{self.key.consumer} from {self.key.source}: another worker applies ({error})"


def _beyond(known: Checkpoint, shared: int | None) -> str:
    return "" if shared is None else f": restored to position {shared}, but {known.position} was applied"
