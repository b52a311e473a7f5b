"""A subscription's own connection and channel: raw messages in, one `ack(multiple)` out."""

from __future__ import annotations

import time
from typing import Any

from shared.messaging.broker import close_quietly, open_channel
from shared.messaging.topology import PREFETCH

#: Waits for the next message when one has come: long enough for the socket, too short to be felt.
_NEXT_SECONDS = 0.0005
_MOST_MESSAGES = 200
_MOST_BYTES = 4 * 1024 * 1024
_HEARTBEATS_MISSED = 2.0


class QueueLink:
    """Reads one queue; used by one thread of control."""

    def __init__(self, connection: Any) -> None:
        """Take over an open connection."""
        self._connection = connection
        self.channel = open_channel(connection)
        self._inbox: list[Any] = []
        self._heard = connection.bytes_recv
        self._heard_at = self._sent_at = time.monotonic()

    def consume(self, queue: str, prefetch: int = PREFETCH) -> None:
        """Begin to receive; nothing is acknowledged by itself."""
        self.channel.basic_qos(0, prefetch, False)
        self.channel.basic_consume(queue, callback=self._inbox.append)

    def receive(self, seconds: float) -> list[Any]:
        """Return the messages that are there, waiting up to `seconds` for the first.

        Raises:
            OSError, amqp.AMQPError: the connection is lost.
        """
        size = 0
        try:
            self._connection.drain_events(timeout=seconds)
            while len(self._inbox) < _MOST_MESSAGES and size < _MOST_BYTES:
                size += len(self._inbox[-1].body) if self._inbox else 0
                self._connection.drain_events(timeout=_NEXT_SECONDS)
        except TimeoutError:
            pass
        received, self._inbox[:] = list(self._inbox), []
        self._check_silence()
        return received

    def keep_alive(self) -> None:
        """Show the broker that we live, however long it is since the last `receive`.

        Raises:
            OSError, amqp.AMQPError: the connection is lost.
        """
        now = time.monotonic()
        if self._connection.heartbeat and now - self._sent_at > self._connection.heartbeat / 2:
            self._connection.send_heartbeat()
            self._sent_at = now

    def acknowledge(self, tag: int) -> None:
        """Acknowledge all deliveries up to a tag."""
        self.channel.basic_ack(tag, multiple=True)

    def close(self) -> None:
        """Leave; what is not acknowledged goes back to the queue."""
        close_quietly(self._connection)

    def _check_silence(self) -> None:
        """Give up a broker that has sent not even heartbeats."""
        now = time.monotonic()
        if self._connection.bytes_recv != self._heard:
            self._heard, self._heard_at = self._connection.bytes_recv, now
        elif self._connection.heartbeat and now - self._heard_at > _HEARTBEATS_MISSED * self._connection.heartbeat:
            raise ConnectionResetError("the broker is silent")
        self.keep_alive()
