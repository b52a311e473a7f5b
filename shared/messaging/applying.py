"""Applying events to a consumer: one transaction with the checkpoint; poison is found by halving."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Connection

from shared.database.engine import Database
from shared.eventstore.derived import put_derived
from shared.eventstore.records import RecordedEvent
from shared.messaging.checkpoint import Checkpoint, move_and_look, move_checkpoint
from shared.messaging.consumer import Announcing, Consumer, Unhurried
from shared.messaging.errors import FencedError, is_transient
from shared.messaging.generations import serves
from shared.messaging.metrics import PARKED_TOTAL
from shared.messaging.parking import BEHIND, POISON, park, parked_streams, stream_of
from shared.turns import waited_for

_log = logging.getLogger(__name__)


class Applier:
    """Feeds one consumer; its subscriptions share it, so that its sources never write side by side."""

    def __init__(
        self, database: Database, consumer: Consumer, on_derived: Callable[[], None] | None = None, *, service: str
    ) -> None:
        """Take the consumer's database; `on_derived` is called after a commit that queued derived events."""
        self.database = database
        self.consumer = consumer
        self.service = service
        #: Shortest rest between two transactions of one source, seconds.
        self.pause = consumer.pause_seconds if isinstance(consumer, Unhurried) else 0.0
        self._on_derived = on_derived
        self._turn = threading.Lock()
        #: Whether its tables are filled beside those that serve; told apart in the metrics.
        self.beside = False

    def apply(self, known: Checkpoint, events: Sequence[RecordedEvent]) -> Checkpoint:
        """Apply events that follow the checkpoint; return the new one, with all of them applied or parked.

        Raises:
            FencedError: another worker has moved the checkpoint; of what was left nothing was applied.
            Exception: a transient one; the checkpoint may have moved part of the way: load it again.
        """
        with self._ahead(), self._turn:
            return self._halving(known, events)

    def labels(self, source: str) -> tuple[str, str, str]:
        """Return the labels of this consumer's metrics for one source."""
        return self.service, self.consumer.name + ("-beside" if self.beside else ""), source

    def _ahead(self) -> AbstractContextManager[None]:
        """Say that somebody waits for what is applied, unless nobody does: for an unhurried consumer, or tables that do not serve."""
        return nullcontext() if self.pause or self.beside else waited_for()

    @contextmanager
    def holding(self) -> Iterator[Callable[[], None]]:
        """Let nothing be applied, from the end of the batch at hand until the given function is called, or the end."""
        self._turn.acquire()
        held = [self._turn]

        def release() -> None:
            if held:
                held.pop().release()

        try:
            yield release
        finally:
            release()

    def _halving(self, known: Checkpoint, events: Sequence[RecordedEvent]) -> Checkpoint:
        left = [events]
        while left:
            run = left.pop()
            try:
                known = self._commit(known, run)
            except FencedError:
                raise
            except Exception as error:
                if is_transient(error):
                    raise
                if len(run) == 1:
                    known = self._park(known, run[0], error)
                else:
                    half = len(run) // 2
                    left += [run[half:], run[:half]]
        return known

    def _commit(self, known: Checkpoint, events: Sequence[RecordedEvent]) -> Checkpoint:
        """Apply in one transaction: checkpoint first, so that a fenced worker does no work."""

        def work(connection: Connection) -> tuple[Checkpoint, int, Sequence[RecordedEvent], int]:
            moved, parked = move_and_look(connection, known, events[-1].position, events[-1].recorded_at)
            healthy, held = self._split(connection, events) if parked else (events, ())
            derived = self.consumer.apply(connection, healthy) if healthy else ()
            if derived and not serves(connection, self.consumer):
                # Those that serve derive it too.
                derived = ()
            put_derived(connection, derived)
            park(connection, known.key, held, BEHIND, "an earlier event of this stream is parked")
            return moved, len(derived), healthy, len(held)

        moved, derived, healthy, held = self.database.write(work)
        if held:
            PARKED_TOTAL.labels(*self.labels(known.key.source), BEHIND).inc(held)
        if isinstance(self.consumer, Announcing):
            self.consumer.committed(healthy)
        if derived and self._on_derived is not None:
            self._on_derived()
        return moved

    def _split(
        self, connection: Connection, events: Sequence[RecordedEvent]
    ) -> tuple[Sequence[RecordedEvent], Sequence[RecordedEvent]]:
        """Return the events of healthy streams and those of parked ones."""
        stuck = parked_streams(connection, self.consumer.name, self.consumer.version)
        if not stuck:
            return events, ()
        healthy = [event for event in events if stream_of(event) not in stuck]
        return healthy, [event for event in events if stream_of(event) in stuck]

    def _park(self, known: Checkpoint, event: RecordedEvent, error: Exception) -> Checkpoint:
        text = f"{type(error).__name__}: {error}"
        _log.error(
            "%s parked %s of %s at position %d: %s", self.consumer.name, event.type, event.service, event.position, text
        )

        def work(connection: Connection) -> Checkpoint:
            moved = move_checkpoint(connection, known, event.position, event.recorded_at)
            park(connection, known.key, [event], POISON, text)
            return moved

        moved = self.database.write(work)
        PARKED_TOTAL.labels(*self.labels(known.key.source), POISON).inc()
        return moved
