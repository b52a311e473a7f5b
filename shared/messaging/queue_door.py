"""A subscription's way to its queue: connect, declare, consume, try again later; replace a queue that serves no more.

RabbitMQ 3.10 now and then brings a quorum queue back from the death of its node without a leader: it can be declared, but
not read, and whoever publishes into it waits for confirms in vain. What such a queue holds stands in the source's log too,
so it is deleted and declared anew, and the feed fills the gap. Not for queues that hold what is nowhere else (the intake's).
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import dataclass

from amqp.exceptions import InternalError

from shared.messaging.broker import Backoff, close_quietly, connect
from shared.messaging.errors import BROKER_ERRORS
from shared.messaging.queue_link import QueueLink
from shared.messaging.topology import declare_exchanges, declare_subscription, subscription_queue

_log = logging.getLogger(__name__)

#: Attempts that must have failed, however long ago the first one was.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class QueueOf:
    """Whose queue it is: a consumer of a service, its version, and the log that it reads."""

    service: str
    consumer: str
    version: int
    source: str


class QueueDoor:
    """Opens the queue of one subscription, as often as it has to be."""

    def __init__(self, amqp_uri: str, whose: QueueOf, *, stuck_seconds: float) -> None:
        """Prepare; nothing is opened yet.

        Args:
            amqp_uri: empty where there is no broker.
            whose: names the queue.
            stuck_seconds: how long a broker must have failed to serve the queue before the queue is replaced.
        """
        self._amqp_uri = amqp_uri
        self._whose = whose
        self._name = f"{whose.service} {whose.consumer} from {whose.source}"
        self._stuck_seconds = stuck_seconds
        self._backoff = Backoff()
        self._retry_at = 0.0
        self._failures = 0
        self._failing_since = 0.0
        #: When it was opened last (monotonic).
        self.opened_at = 0.0

    def open(self) -> QueueLink | None:
        """Return a link that receives; None without a broker, or while it is not yet time to try again."""
        if not self._amqp_uri or time.monotonic() < self._retry_at:
            return None
        try:
            link = QueueLink(connect(self._amqp_uri, name=self._name))
        except BROKER_ERRORS as error:
            # No broker at all says nothing about the queue.
            self._failures = 0
            self.failed(error)
            return None
        try:
            self._consume(link)
        except BROKER_ERRORS as error:
            link.close()
            self.failed(error)
            self._doubt(error)
            return None
        self._failures = 0
        self._backoff.reset()
        self.opened_at = time.monotonic()
        return link

    def failed(self, error: Exception) -> None:
        """Note that the broker, or what was opened, does not work: the next attempt comes after a pause."""
        pause = self._backoff.next()
        self._retry_at = time.monotonic() + pause
        _log.warning("%s: no broker, again in %.1f s: %s", self._name, pause, error)

    def _consume(self, link: QueueLink) -> None:
        whose = self._whose
        declare_exchanges(link.channel)
        link.consume(declare_subscription(link.channel, whose.service, whose.consumer, whose.version, whose.source))

    def _doubt(self, error: Exception) -> None:
        """Replace the queue once a broker that answers has failed to serve it again and again, for long enough."""
        if not isinstance(error, InternalError | TimeoutError):
            # Refused or differently declared: an operator's business.
            self._failures = 0
            return
        now = time.monotonic()
        if not self._failures:
            self._failing_since = now
        self._failures += 1
        if self._failures >= _ATTEMPTS and now - self._failing_since >= self._stuck_seconds:
            self._failures = 0
            with suppress(*BROKER_ERRORS):
                self._delete()

    def _delete(self) -> None:
        whose = self._whose
        queue = subscription_queue(whose.service, whose.consumer, whose.version, whose.source)
        connection = connect(self._amqp_uri, name=self._name)
        try:
            connection.channel().queue_delete(queue)
        finally:
            close_quietly(connection)
        _log.warning("%s could not be read for %.0f s and is declared anew", queue, self._stuck_seconds)
