"""Reading another service's log behind a consumer that reads it already: what that one has applied, from memory.

Consumers whose news nobody waits for need no queue, no message and no decoding of their own. They keep checkpoints of their
own, so that each can be rebuilt, stopped or replaced alone: who is further behind than memory reaches reads the feed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from shared.eventstore.records import RecordedEvent
from shared.eventstore.tail import Tail
from shared.messaging.applying import Applier
from shared.messaging.errors import DivergedError, FeedError
from shared.messaging.feed_client import Feed
from shared.messaging.own_log import LogSubscription
from shared.messaging.progress import Progress

#: Kept of what the leading consumer has applied and others have not, at most: events and bytes of their bodies.
_KEPT_EVENTS = 8000
_KEPT_BYTES = 8 * 1024 * 1024
_PAGE = 1000


class ReadLog:
    """Another service's log, as far as this service's leading consumer has applied it."""

    def __init__(self, progress: Progress, feed: Feed, is_diverged: Callable[[], bool]) -> None:
        """Take the leading consumer's place in the log, where earlier events come from, and whether it has stopped."""
        self.is_diverged = is_diverged
        self._progress = progress
        self._feed = feed
        self._tail = Tail(_KEPT_EVENTS, _KEPT_BYTES)
        #: Who reads behind the leading consumer.
        self.followers: list[SharedReading] = []

    @property
    def service(self) -> str:
        """Name of the service whose log it is."""
        return self._progress.key.source

    @property
    def position(self) -> int:
        """Up to where the log has been applied by the leading consumer."""
        return self._progress.checkpoint.position

    @property
    def promise(self) -> tuple[str, int, int]:
        """The log's epoch (empty before the first contact), and position and promise of the leading consumer."""
        known = self._progress.checkpoint
        return known.epoch, known.position, known.recorded_at

    def applied(self, events: Sequence[RecordedEvent]) -> None:
        """Take what the leading consumer has just applied, and tell those who follow."""
        if self.followers:
            self._tail.extend(events)
            self.let_go()
            for follower in self.followers:
                follower.wake()

    def let_go(self) -> None:
        """Keep nothing that all who follow have read."""
        self._tail.forget(min(follower.position for follower in self.followers))

    def end(self, within: float, partition: int = 0) -> int:  # noqa: ARG002
        """Return up to where the leading consumer has applied the log."""
        return self.position

    def recent(self, after: int, limit: int, partition: int = 0) -> Sequence[RecordedEvent] | None:  # noqa: ARG002
        """Return what is held of the events behind `after`; None where the feed must be asked."""
        return self._tail.read(after, limit)

    def read(self, after: int, limit: int, partition: int = 0) -> Sequence[RecordedEvent]:
        """Return events behind `after` from the feed, none that the leading consumer has not applied.

        Raises:
            FeedError: the other service cannot be asked.
        """
        known = self._progress.checkpoint
        if after >= known.position:
            return ()
        page = self._feed.fetch(self.service, after, min(limit, _PAGE), partition)
        if page.epoch != known.epoch:
            raise FeedError(f"the feed of {self.service} is not the log that was applied")
        return [event for event in page.events if event.position <= known.position]


class SharedReading(LogSubscription):
    """One consumer's reading of a log that the leading consumer reads."""

    via = "shared"

    def __init__(self, applier: Applier, log: ReadLog) -> None:
        """Take what is fed, and the log as it has been applied; nothing is read yet."""
        super().__init__(applier, log)
        self._log = log
        #: Epoch of the log when it was last looked at.
        self._met = ""
        log.followers.append(self)

    def _is_log_that_was_applied(self) -> bool:
        """Twice a second, and at once when it has another epoch: compare epochs, and promise what the leading consumer was."""
        if self._log.is_diverged():
            # At once, and not only when it has been set right: what is to be done is told for all of them together.
            raise DivergedError(f"the consumer that reads {self.source} first has stopped")
        epoch, head, recorded_at = self._log.promise
        if not epoch:
            return False
        if epoch == self._met and self._has_just_looked():
            return True
        now = time.monotonic()
        self._log.let_go()
        if head < self.position and self._progress.moved_elsewhere():
            # Sent back to the beginning: there is nothing to apply here that would run into it.
            return False
        self._progress.meet(epoch, head, recorded_at)
        self._met, self._looked_at = epoch, now
        # A leading consumer that is being rebuilt is behind, and says nothing about what comes after it.
        if head >= self.position:
            self._progress.promise(head, recorded_at)
            self._progress.report(head)
        self.state = self.via
        self.trouble = ""
        return True
