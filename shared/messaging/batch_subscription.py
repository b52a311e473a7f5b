"""Reading another service's log: from the broker while it brings messages, from the feed while it does not.

One thread of control per consumer and source. Messages are acknowledged only after the commit of what they
brought; a commit that finds the checkpoint moved by another worker stops this one for a while.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from shared.messaging import metrics
from shared.messaging.applying import Applier
from shared.messaging.broker import Backoff
from shared.messaging.errors import (
    BROKER_ERRORS,
    DivergedError,
    FeedError,
    FencedError,
    MalformedMessageError,
    RewrittenError,
)
from shared.messaging.feed_client import Feed
from shared.messaging.gap_repair import GapWatch, PollPace
from shared.messaging.generations import shape_of
from shared.messaging.gulps import Gulps
from shared.messaging.messages import Envelope, read_envelope, read_events
from shared.messaging.parking import park_message
from shared.messaging.progress import Progress, State
from shared.messaging.queue_door import QueueDoor, QueueOf
from shared.messaging.queue_link import QueueLink
from shared.messaging.shared_reading import ReadLog
from shared.messaging.window import Assembly, add_page
from shared.observability import event_traces

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SubscriptionOptions:
    """How a subscription works; times in seconds."""

    #: Most events of one transaction.
    batch_events: int = 2000
    #: Events held while one is missing; beyond that the broker has to wait.
    buffered_events: int = 8000
    page_events: int = 1000
    #: How long missing positions may be on their way before the feed is asked.
    gap_seconds: float = 0.3
    #: The source's relay speaks once a second; after this silence the feed is asked.
    silence_seconds: float = 2.5
    poll_first_seconds: float = 0.2
    poll_most_seconds: float = 1.0
    receive_seconds: float = 1.0
    #: After so long a silence the queue is opened again; one that cannot be read for as long is declared anew.
    stuck_seconds: float = 60.0
    #: How often a source that was found to be another log is looked at again.
    diverged_seconds: float = 5.0


class Subscription:
    """One consumer's reading of one other service's log."""

    def __init__(
        self,
        applier: Applier,
        source: str,
        feed: Feed,
        *,
        amqp_uri: str = "",
        options: SubscriptionOptions | None = None,
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            applier: shared by all subscriptions of the consumer.
            source: the service whose log is read.
            feed: where missing positions come from.
            amqp_uri: empty for the feed alone.
            options: times and sizes.
        """
        self._options = options or SubscriptionOptions()
        self._applier = applier
        self._feed = feed
        self._progress = Progress(applier, source)
        self._assembly: Assembly | None = None
        self._link: QueueLink | None = None
        key = self._progress.key
        whose = QueueOf(applier.service, key.consumer, shape_of(key.version), source)
        self._door = QueueDoor(amqp_uri, whose, stuck_seconds=self._options.stuck_seconds)
        self._trouble = Backoff()
        self._gap = GapWatch(self._options.gap_seconds)
        self._gulps = Gulps.giving_way(applier.pause) if applier.pause else Gulps()
        self._pace = PollPace(self._options.poll_first_seconds, self._options.poll_most_seconds)
        self._heard_at = 0.0
        self._contested = False
        #: Head and promise of the latest heartbeat or feed page.
        self._promise = (0, 0)
        #: What is applied here, for consumers that follow this one.
        self.log = ReadLog(self._progress, feed, lambda: self.state == "diverged")
        self.source = source
        #: Shown by health checks; `diverged` is an incident.
        self.state: State = "starting"
        #: Why the state is what it is, when it is not well.
        self.trouble = ""

    @property
    def position(self) -> int:
        """Return the position up to which everything is applied."""
        return self._progress.checkpoint.position

    def wake(self) -> None:
        """Do nothing: other services' logs announce themselves."""

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; no error ends it."""
        while not stop.is_set():
            try:
                self._step(stop)
            except FencedError as error:
                self._stand_by(error)
            except DivergedError as error:
                self._diverged(error)
            except Exception as error:  # noqa: BLE001 - the database is away, or a fault that must not be silent
                self._recover(stop, error)
        self._unlink()
        self.state = "stopped"

    def _step(self, stop: threading.Event) -> None:
        if self.state == "diverged" and not self._is_whole_again(stop):
            return
        assembly = self._assembly or self._begin()
        self._receive(assembly, stop)
        before = assembly.position
        self._gulps.begin()
        while assembly.is_ready and not stop.is_set():
            self._apply(assembly)
        applied = assembly.position - before
        self._progress.promise(*self._promise)
        if self._gap.is_due(assembly.position, missing=assembly.is_missing and not assembly.is_ready):
            self._repair(assembly)
        elif self._must_poll():
            self._poll(assembly)
        if applied:
            # At the end: whoever has not listened for a while must not take that for the broker's silence.
            more = applied >= self._options.batch_events // 2
            stop.wait(self._gulps.rest(applied, more=more, waited=self._progress.waited))

    def _begin(self) -> Assembly:
        self._assembly = assembly = Assembly(self._progress.load().position)
        self._trouble.reset()
        return assembly

    def _receive(self, assembly: Assembly, stop: threading.Event) -> None:
        """Take what the broker has; without a broker, wait until the next poll."""
        link = self._link = self._link or self._door.open()
        if link is None:
            stop.wait(min(self._options.receive_seconds, self._pace.remaining()))
            return
        try:
            if assembly.buffered >= self._options.buffered_events:
                link.keep_alive()
                return
            for message in link.receive(self._patience(assembly)):
                self._take(assembly, message)
            self._acknowledge(assembly.release())
        except BROKER_ERRORS as error:
            self._broker_failed(error)
        except Exception:
            # Messages behind the one that failed are noted nowhere; a later acknowledgement must not cover them.
            self._unlink()
            raise

    def _patience(self, assembly: Assembly) -> float:
        """Return how long to wait for a message."""
        if assembly.is_ready:
            return 0.001
        gap = self._gap.remaining()
        return self._options.receive_seconds if gap is None else max(0.001, min(gap, self._options.receive_seconds))

    def _take(self, assembly: Assembly, message: Any) -> None:
        self._heard_at = time.monotonic()
        self._contested = False
        try:
            last = self._read(assembly, message)
        except MalformedMessageError as error:
            self._park_message(message, error)
            last = 0
        assembly.delivered(message.delivery_info["delivery_tag"], last)

    def _read(self, assembly: Assembly, message: Any) -> int:
        """Take a message's events; return the highest position that has to be applied before its acknowledgement."""
        properties = message.properties
        envelope = read_envelope(properties.get("content_type"), properties.get("application_headers"))
        if envelope.service != self.source:
            raise MalformedMessageError(f"headers: service {envelope.service}")
        if self._is_stale(envelope):
            return 0
        self._progress.meet(envelope.epoch, envelope.window_last, envelope.recorded_at)
        self.state = "broker"
        if envelope.is_heartbeat:
            self._promise = (envelope.window_last, envelope.recorded_at)
            assembly.saw_head(envelope.window_last)
            self._progress.report(assembly.head)
            return 0
        if envelope.window_last <= assembly.position:
            return 0
        events = read_events(envelope, message.body)
        event_traces.received(properties.get("application_headers"), events)
        self._progress.look_back(events[0])
        assembly.add(events, envelope.window_last)
        return int(envelope.positions[-1])

    def _is_stale(self, envelope: Envelope) -> bool:
        """Return whether a message of another epoch is a remainder of an earlier life of the log.

        Raises:
            DivergedError: no, the source has this epoch now.
            FeedError: it cannot be told now; the message must not be acknowledged.
        """
        known = self._progress.checkpoint.epoch
        if known in ("", envelope.epoch):
            return False
        page = self._feed.fetch(self.source, self.position, 1)
        self._progress.meet(page.epoch, page.head, page.recorded_at)
        return True

    def _park_message(self, message: Any, error: MalformedMessageError) -> None:
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        _log.error("%s from %s: unreadable message parked: %s", self._progress.key.consumer, self.source, error)
        metrics.MALFORMED_TOTAL.labels(*self._progress.labels).inc()
        self._applier.database.write(lambda connection: park_message(connection, self._progress.key, body, str(error)))

    def _apply(self, assembly: Assembly) -> None:
        via = "broker" if self.state == "broker" else "feed"
        events = assembly.take(self._options.batch_events)
        checkpoint = self._progress.apply(events, via)
        self.log.applied(events)
        self._progress.report(assembly.head)
        self._trouble.reset()
        self.trouble = ""
        self._acknowledge(assembly.applied(checkpoint.position))

    def _acknowledge(self, tag: int | None) -> None:
        if tag is None or self._link is None:
            return
        try:
            self._link.acknowledge(tag)
        except BROKER_ERRORS as error:
            self._broker_failed(error)

    # -- the feed ---------------------------------------------------------------------------------

    def _must_poll(self) -> bool:
        """Return whether the feed is the one to ask now: no broker, or a silent one, and no other worker at it."""
        if not self._pace.is_due:
            return False
        silent = time.monotonic() - self._heard_at > self._options.silence_seconds
        if self._link is None and not self._contested:
            return True
        if not silent:
            return False
        if self._progress.moved_elsewhere():
            self._give_way()
            return False
        self._contested = False
        if time.monotonic() - max(self._heard_at, self._door.opened_at) > self._options.stuck_seconds:
            # The connection may be well and the queue not: whether it can be read is told by opening it.
            self._unlink()
        return True

    def _give_way(self) -> None:
        """Let the worker go on that has moved the checkpoint, and look again after a silence."""
        self.state = "standby"
        self._heard_at = time.monotonic()
        if self._assembly is not None and self._assembly.unacknowledged:
            self._unlink()
        self._assembly = Assembly(self.position)

    def _poll(self, assembly: Assembly) -> None:
        events = self._fetch(assembly)
        if events is not None:
            self.state = "feed"
            self._pace.got(events, more=assembly.is_missing)

    def _repair(self, assembly: Assembly) -> None:
        metrics.REPAIRS_TOTAL.labels(*self._progress.labels).inc()
        events = self._fetch(assembly)
        if events and assembly.is_missing:
            self._gap.still_open(assembly.position)

    def _fetch(self, assembly: Assembly) -> int | None:
        """Take a page of the feed; return its number of events, None if none could be had."""
        if not self._pace.is_due:
            return None
        try:
            page = self._feed.fetch(self.source, assembly.position, self._options.page_events)
        except FeedError as error:
            self._feed_failed(error)
            return None
        self.trouble = ""
        self._progress.meet(page.epoch, page.head, page.recorded_at)
        if page.head < assembly.position:
            raise RewrittenError(f"the feed ends at {page.head}, but {assembly.position} was applied")
        self._promise = (page.head, page.recorded_at)
        assembly.saw_head(page.head)
        self._progress.report(page.head)
        add_page(assembly, page.events)
        while assembly.is_ready and assembly.position < page.head:
            self._apply(assembly)
        return len(page.events)

    # -- trouble ----------------------------------------------------------------------------------

    def _feed_failed(self, error: FeedError) -> None:
        self._pace.failed()
        metrics.FEED_FAILURES_TOTAL.labels(*self._progress.labels).inc()
        self.state = "waiting"
        if self.trouble != str(error):
            _log.warning("%s: %s", self._progress.key.consumer, error)
        self.trouble = str(error)

    def _stand_by(self, error: FencedError) -> None:
        _log.warning("%s", self._progress.lost(error))
        self._unlink()
        self._assembly = None
        self._contested = True
        self._heard_at = time.monotonic()
        self.state = "standby"

    def _diverged(self, error: DivergedError) -> None:
        """Apply nothing more of this source; an operator decides what to do with what was applied."""
        if self.state != "diverged":
            _log.critical("%s from %s: %s; nothing more is applied", self._progress.key.consumer, self.source, error)
        self._unlink()
        self._assembly = None
        self.state = "diverged"
        self.trouble = str(error)
        self._progress.report(self.position, diverged=True)
        if isinstance(error, RewrittenError):
            self._progress.mark_rewritten()

    def _is_whole_again(self, stop: threading.Event) -> bool:
        """Look again after a while: the checkpoint was reset, or the source was not the right one."""
        stop.wait(self._options.diverged_seconds)
        if stop.is_set():
            return False
        self._progress.load()
        page = self._feed.fetch(self.source, self.position, 1)
        self._progress.meet(page.epoch, page.head, page.recorded_at)
        self.state = "starting"
        self._progress.report(page.head)
        return True

    def _recover(self, stop: threading.Event, error: Exception) -> None:
        """Wait and read the checkpoint again: a commit whose answer was lost may have gone through."""
        pause = self._trouble.next()
        _log.warning("%s from %s: again in %.1f s: %r", self._progress.key.consumer, self.source, pause, error)
        self.trouble = f"{type(error).__name__}: {error}"[:500]
        if self.state != "diverged":
            self.state = "waiting"
        stop.wait(pause)
        try:
            if self._link is not None:
                self._link.keep_alive()
            if self._assembly is not None:
                self._acknowledge(self._assembly.applied(self._progress.load().position))
        except Exception as again:  # noqa: BLE001 - still away: the next step meets it again
            _log.debug("still in trouble: %r", again)

    def _broker_failed(self, error: Exception) -> None:
        self._door.failed(error)
        self._unlink()

    def _unlink(self) -> None:
        if self._link is not None:
            self._link.close()
        self._link = None
        if self._assembly is not None:
            self._assembly.disconnected()
