"""Publishing a window of messages and waiting for all its confirms together.

`ConfirmTracker` is the pure part: which positions are safe given the confirms seen so far.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import amqp

from shared.messaging.broker import open_channel
from shared.messaging.messages import CONTENT_TYPE, Outgoing
from shared.messaging.topology import EVENTS, KIND, KIND_EVENTS

_PERSISTENT = 2


class ConfirmTracker:
    """Knows which published messages the broker has not confirmed yet."""

    def __init__(self) -> None:
        """Track nothing yet."""
        #: First position by delivery tag, in order of publishing.
        self._outstanding: dict[int, int] = {}
        self._failed_first: int | None = None
        #: Why the broker did not take a message; None while all is well.
        self.failure: str | None = None

    @property
    def outstanding(self) -> int:
        """Number of messages without an answer."""
        return len(self._outstanding)

    def published(self, tag: int, first_position: int) -> None:
        """Note that a message went out."""
        self._outstanding[tag] = first_position

    def acked(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - AMQP's own signature
        """Take a basic.ack."""
        self._settle(tag, multiple)

    def nacked(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - AMQP's own signature
        """Take a basic.nack: the broker could not keep the message."""
        for first in self._settle(tag, multiple):
            self._fail(first, "refused by the broker (nack)")

    def returned(self, first_position: int, reason: str) -> None:
        """Take a basic.return: no queue took the message. Its ack follows and counts for nothing."""
        self._fail(first_position, f"returned: {reason}")

    def confirmed_prefix(self, first: int, last: int) -> int:
        """Return up to which position of the window `first..last` everything is safe (`first - 1` for nothing)."""
        open_positions = list(self._outstanding.values())
        if self._failed_first is not None:
            open_positions.append(self._failed_first)
        return min(open_positions, default=last + 1) - 1 if open_positions else max(last, first - 1)

    def _settle(self, tag: int, multiple: bool) -> list[int]:  # noqa: FBT001
        tags = [known for known in self._outstanding if known <= tag] if multiple else [tag]
        return [self._outstanding.pop(known) for known in tags if known in self._outstanding]

    def _fail(self, first_position: int, reason: str) -> None:
        self.failure = self.failure or reason
        if self._failed_first is None or first_position < self._failed_first:
            self._failed_first = first_position


class ConfirmedPublisher:
    """A channel in confirm mode; after any failure the connection must be thrown away."""

    def __init__(self, connection: Any, *, confirm_seconds: float = 10.0) -> None:
        """Open the channel.

        Args:
            connection: of its own, since a blocked publisher must not stop consumers.
            confirm_seconds: deadline for the confirms of one window.
        """
        self._connection = connection
        self._confirm_seconds = confirm_seconds
        self._tag = 0
        self._tracker = ConfirmTracker()
        self.channel = open_channel(connection)
        self.channel.confirm_select()
        self.channel.events["basic_ack"].add(self._on_ack)
        self.channel.events["basic_nack"].add(self._on_nack)
        self.channel.events["basic_return"].add(self._on_return)

    def publish(self, messages: Sequence[Outgoing]) -> ConfirmTracker:
        """Publish and wait until all is answered, refused, or the deadline is over; look at the tracker's `failure`."""
        self._tracker = tracker = ConfirmTracker()
        deadline = time.monotonic() + self._confirm_seconds
        try:
            for message in messages:
                self._send(message)
            while tracker.outstanding and tracker.failure is None:
                self._connection.drain_events(timeout=max(0.001, deadline - time.monotonic()))
        except TimeoutError:
            tracker.failure = tracker.failure or f"no confirm within {self._confirm_seconds} s"
        except (OSError, amqp.AMQPError) as error:
            tracker.failure = tracker.failure or f"connection lost: {error}"
        return tracker

    def _send(self, message: Outgoing) -> None:
        self._tag += 1
        self._tracker.published(self._tag, message.first_position)
        self.channel.basic_publish(
            amqp.Message(
                message.body,
                content_type=CONTENT_TYPE,
                delivery_mode=_PERSISTENT,
                application_headers=dict(message.headers),
            ),
            exchange=EVENTS,
            routing_key=message.routing_key,
            # Heartbeats that nobody has bound are nobody's loss.
            mandatory=message.headers.get(KIND) == KIND_EVENTS,
        )

    def _on_ack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - AMQP's own signature
        self._tracker.acked(tag, multiple)

    def _on_nack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - AMQP's own signature
        self._tracker.nacked(tag, multiple)

    def _on_return(self, error: Exception, _exchange: str, routing_key: str, message: Any) -> None:
        headers = message.properties.get("application_headers") or {}
        self._tracker.returned(int(headers.get("window_first", 0)), f"{routing_key}: {error}")
