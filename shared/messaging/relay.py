"""The relay: publishes a service's own log over the broker, window by window.

Its cursor moves only over what the broker has confirmed. It moves behind the confirms, since a crash in
between makes nothing worse than messages that consumers recognise by their positions. While the broker is
away the cursor holds, the log's promise is still renewed, and consumers read the feed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.eventstore.records import Head, RecordedEvent
from shared.eventstore.store import EventStore
from shared.eventstore.tail import Follower
from shared.messaging import metrics
from shared.messaging.broker import Backoff, close_quietly, connect
from shared.messaging.confirms import ConfirmedPublisher
from shared.messaging.errors import BROKER_ERRORS, PublishError
from shared.messaging.gulps import WINDOW_LONGEST, WINDOW_SHARE, Gulps
from shared.messaging.messages import encode_heartbeat, encode_window
from shared.messaging.reading import ReadSize
from shared.messaging.topology import declare
from shared.observability import event_traces

_log = logging.getLogger(__name__)

CURSOR = "relay"
State = Literal["starting", "live", "disconnected", "standby", "stopped"]


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """How a relay works; times in seconds."""

    window_events: int = 2000
    window_bytes: int = 4 * 1024 * 1024
    confirm_seconds: float = 10.0
    #: Looks for work that nobody announced (another process appended).
    idle_seconds: float = 0.25
    heartbeat_seconds: float = 1.0
    #: The cursor is stored at most this often while events flow; its commit is an fsync that intake needs more.
    cursor_seconds: float = 0.25
    #: After another relay moved the cursor: how long it must stand still, with events waiting, to be taken over.
    takeover_seconds: float = 5.0


class Relay:
    """Publishes one partition of a log; several may run, the guarded cursor lets one of them lead."""

    def __init__(
        self, store: EventStore, amqp_uri: str, *, partition: int = 0, options: RelayOptions | None = None
    ) -> None:
        """Take the log and the broker's address; an empty one renews the promise and publishes nothing."""
        self._store = store
        self._amqp_uri = amqp_uri
        self._partition = partition
        self._options = options or RelayOptions()
        self._follower = Follower(store, partition, look_seconds=self._options.idle_seconds)
        self._wake = threading.Event()
        self._backoff = Backoff()
        self._connection: Any = None
        self._publisher: ConfirmedPublisher | None = None
        self._retry_at = 0.0
        self._gulps = Gulps(share=WINDOW_SHARE, longest=WINDOW_LONGEST)
        self._reading = ReadSize(self._options.window_events, self._options.window_bytes)
        #: Confirmed by the broker, and what of it is stored.
        self._confirmed = 0
        self._stored: int | None = None
        self._stored_at = 0.0
        self._heartbeat_at = 0.0
        self._epoch = ""
        self._standby_since = 0.0
        #: Shown by health checks.
        self.state: State = "starting"

    def wake(self) -> None:
        """Look for new events at once; called after a commit."""
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; no error ends it."""
        while not stop.is_set():
            # Renewed before looking for work: what is appended from here on sets it again.
            self._wake.clear()
            try:
                worked = self._step()
            except Exception as error:  # noqa: BLE001 - the database is away, or a fault that must not be silent
                stop.wait(self._failed("store", error))
                worked = False
            if not worked:
                self._wake.wait(self._options.idle_seconds)
        self._finish()

    def _finish(self) -> None:
        try:
            self._store_cursor()
        except Exception as error:  # noqa: BLE001 - the events are published again, and recognised
            _log.warning("the relay's cursor could not be stored: %s", error)
        self._disconnect()
        self.state = "stopped"

    def _step(self) -> bool:
        """Do one thing that is due; return whether there may be more."""
        if self._stored is None:
            self._stored = self._confirmed = self._store.cursor(CURSOR, self._partition)
        if self.state == "standby" and not self._take_over():
            return False
        if not self._connected():
            self._heartbeat()
            return False
        self._gulps.begin()
        events = self._read()
        if events:
            published = self._publish(events)
            time.sleep(self._gulps.rest(len(events), more=len(events) >= self._options.window_events))
            return published
        self._store_cursor_now_and_then()
        self._heartbeat()
        return False

    def _read(self) -> Sequence[RecordedEvent]:
        """Return the next window: contiguous events within both limits."""
        return self._reading.cut(self._follower.read(self._confirmed, self._reading.limit))

    def _publish(self, events: Sequence[RecordedEvent]) -> bool:
        if self._publisher is None:
            return False
        started = time.monotonic()
        tracker = self._publisher.publish(event_traces.sent(encode_window(self._epoch, events), events))
        safe = tracker.confirmed_prefix(events[0].position, events[-1].position)
        if safe > self._confirmed:
            metrics.RELAYED_TOTAL.labels(self._store.service).inc(safe - self._confirmed)
            self._confirmed = safe
        if tracker.failure is not None:
            self._failed("broker", PublishError(tracker.failure))
            self._store_cursor()
            return False
        self._backoff.reset()
        metrics.RELAY_CONFIRM_SECONDS.labels(self._store.service).observe(time.monotonic() - started)
        # What flows tells consumers more than a heartbeat would.
        self._heartbeat_at = time.monotonic()
        self._store_cursor_now_and_then()
        return True

    def _store_cursor_now_and_then(self) -> None:
        if time.monotonic() - self._stored_at >= self._options.cursor_seconds:
            self._store_cursor()

    def _store_cursor(self) -> None:
        """Store how far the broker has confirmed; step back when another relay has moved the cursor."""
        if self._stored is None or self._confirmed == self._stored:
            return
        if self._store.advance_cursor(CURSOR, self._stored, self._confirmed, self._partition):
            self._stored = self._confirmed
            self._stored_at = time.monotonic()
        else:
            _log.warning("another relay of %s leads; standing by", self._store.service)
            self._stand_by()

    def _stand_by(self) -> None:
        self._disconnect()
        self._stored = self._confirmed = self._store.cursor(CURSOR, self._partition)
        self._standby_since = time.monotonic()
        self.state = "standby"

    def _take_over(self) -> bool:
        """Return True when the leader has left events lying for too long."""
        cursor = self._store.cursor(CURSOR, self._partition)
        if cursor != self._stored or cursor == self._store.head(self._partition).position:
            self._stored = self._confirmed = cursor
            self._standby_since = time.monotonic()
            return False
        if time.monotonic() - self._standby_since < self._options.takeover_seconds:
            return False
        self.state = "disconnected"
        return True

    def _heartbeat(self) -> None:
        """Renew the log's promise, and tell it to the broker when everything up to it is confirmed."""
        now = time.monotonic()
        if now - self._heartbeat_at < self._options.heartbeat_seconds:
            return
        self._heartbeat_at = now
        head = self._store.heartbeat(self._partition)
        self._epoch = head.epoch
        metrics.RELAY_LAG.labels(self._store.service).set(head.position - self._confirmed)
        if self._publisher is not None and head.position == self._confirmed:
            self._announce(self._publisher, head)

    def _announce(self, publisher: ConfirmedPublisher, head: Head) -> None:
        failure = publisher.publish([encode_heartbeat(head)]).failure
        if failure is not None:
            self._failed("broker", PublishError(failure))
        else:
            self._backoff.reset()

    def _connected(self) -> bool:
        if self._publisher is not None:
            return True
        if not self._amqp_uri or time.monotonic() < self._retry_at:
            return False
        try:
            self._connect()
        except BROKER_ERRORS as error:
            self._failed("connect", error)
            return False
        return True

    def _connect(self) -> None:
        name = f"relay {self._store.service}"
        self._connection = connect(self._amqp_uri, name=name, heartbeat=10, io_seconds=self._options.confirm_seconds)
        publisher = ConfirmedPublisher(self._connection, confirm_seconds=self._options.confirm_seconds)
        declare(publisher.channel, self._store.service)
        self._epoch = self._store.head(self._partition).epoch
        self._publisher = publisher
        self.state = "live"
        metrics.RELAY_CONNECTED.labels(self._store.service).set(1)

    def _failed(self, reason: str, error: Exception) -> float:
        """Drop the connection and return the pause before the next attempt, in seconds."""
        pause = self._backoff.next()
        self._retry_at = time.monotonic() + pause
        metrics.RELAY_FAILURES_TOTAL.labels(self._store.service, reason).inc()
        _log.warning("relay of %s: %s failed, again in %.1f s: %s", self._store.service, reason, pause, error)
        self._disconnect()
        return pause

    def _disconnect(self) -> None:
        if self._connection is not None:
            close_quietly(self._connection)
        self._connection = self._publisher = None
        metrics.RELAY_CONNECTED.labels(self._store.service).set(0)
        if self.state != "standby":
            self.state = "disconnected"
