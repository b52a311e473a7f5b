"""The AMQP form of log events: one message carries the events of one routing key of one window.

Owns headers and body on both sides. Bodies are CloudEvents batches in the wire form of `shared.eventstore.wire`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import orjson

from shared.eventstore.records import Head, RecordedEvent
from shared.eventstore.wire import cut_out, from_wire, spliced
from shared.messaging.errors import MalformedMessageError
from shared.messaging.topology import KIND, KIND_EVENTS, KIND_HEARTBEAT, heartbeat_key

CONTENT_TYPE = "application/cloudevents-batch+json"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish."""

    routing_key: str
    headers: Mapping[str, Any]
    body: bytes
    #: Lowest position inside; the head's for a heartbeat.
    first_position: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """The checked headers of a received message."""

    service: str
    partition: int
    epoch: str
    #: Ascending; empty for a heartbeat.
    positions: Sequence[int]
    window_first: int
    window_last: int
    #: Of the window's last event, microseconds; of a heartbeat, the promise of the head.
    recorded_at: int
    #: Of each item of the body its length in bytes, and how many of them are the event's canonical body; may be empty.
    lengths: Sequence[int] = ()

    @property
    def is_heartbeat(self) -> bool:
        """Whether it tells of the head and brings no events."""
        return not self.positions


def encode_window(epoch: str, events: Sequence[RecordedEvent]) -> list[Outgoing]:
    """Return the messages of a window (contiguous events of one log), one per routing key, order inside kept."""
    runs: dict[str, list[RecordedEvent]] = {}
    for event in events:
        runs.setdefault(event.type, []).append(event)
    last = events[-1]
    shared_headers = {
        KIND: KIND_EVENTS,
        "service": last.service,
        "partition": last.partition,
        "epoch": epoch,
        "window_first": events[0].position,
        "window_last": last.position,
        "recorded_at": last.recorded_at,
    }
    return [_encode_run(shared_headers, run) for run in runs.values()]


def _encode_run(shared_headers: Mapping[str, Any], run: Sequence[RecordedEvent]) -> Outgoing:
    positions = orjson.dumps([event.position for event in run]).decode()
    wires = [spliced(event) for event in run]
    lengths = orjson.dumps([length for wire, body in wires for length in (len(wire), body)]).decode()
    return Outgoing(
        # qms.procedure.revised of the service documents: documents.procedure.revised
        routing_key=run[0].service + run[0].type[3:],
        headers={**shared_headers, "positions": positions, "lengths": lengths},
        body=b"[" + b",".join([wire for wire, _ in wires]) + b"]",
        first_position=run[0].position,
    )


def encode_heartbeat(head: Head) -> Outgoing:
    """Return the message that tells how far a log reaches while nothing is appended."""
    return Outgoing(
        routing_key=heartbeat_key(head.service),
        headers={
            KIND: KIND_HEARTBEAT,
            "service": head.service,
            "partition": head.partition,
            "epoch": head.epoch,
            "positions": "[]",
            "window_first": head.position,
            "window_last": head.position,
            "recorded_at": head.recorded_at,
        },
        body=b"[]",
        first_position=head.position,
    )


def read_envelope(content_type: str | None, headers: Mapping[str, Any] | None) -> Envelope:
    """Return the checked headers.

    Raises:
        MalformedMessageError: not a message of a relay.
    """
    if content_type != CONTENT_TYPE:
        raise MalformedMessageError(f"content type {content_type!r}")
    given = headers or {}
    try:
        envelope = Envelope(
            service=_typed(given["service"], str),
            partition=_typed(given["partition"], int),
            epoch=_typed(given["epoch"], str),
            positions=orjson.loads(given["positions"]),
            window_first=_typed(given["window_first"], int),
            window_last=_typed(given["window_last"], int),
            recorded_at=_typed(given["recorded_at"], int),
            lengths=orjson.loads(given.get("lengths", "[]")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedMessageError(f"headers: {error!r}") from error
    _check_positions(envelope)
    return envelope


def _typed(value: Any, kind: type[Any]) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _check_positions(envelope: Envelope) -> None:
    positions = envelope.positions
    if type(positions) is not list or not all(type(position) is int for position in positions):
        raise MalformedMessageError("headers: positions is no list of integers")
    if positions and not envelope.window_first <= positions[0] <= positions[-1] <= envelope.window_last:
        raise MalformedMessageError("headers: positions outside the window")
    if any(left >= right for left, right in pairwise(positions)):
        raise MalformedMessageError("headers: positions do not ascend")


def read_events(envelope: Envelope, body: Any) -> list[RecordedEvent]:
    """Return the events of a body.

    Raises:
        MalformedMessageError: no CloudEvents batch, or others than the headers say.
    """
    try:
        wires = orjson.loads(body)
        events = list(map(from_wire, wires, _bodies(envelope.lengths, body, len(wires))))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedMessageError(f"body: {error!r}"[:500]) from error
    if [event.position for event in events] != envelope.positions:
        raise MalformedMessageError("body: other positions than in the headers")
    if any(event.service != envelope.service or event.partition != envelope.partition for event in events):
        raise MalformedMessageError("body: an event of another log")
    return events


def _bodies(lengths: Sequence[int], message: Any, count: int) -> Sequence[bytes | None]:
    """Return the canonical bodies that stand in a message as they are; None for those to be written anew."""
    if not isinstance(message, bytes) or len(lengths) != 2 * count:
        return [None] * count
    found: list[bytes | None] = []
    start = 1
    for item, body in zip(lengths[::2], lengths[1::2], strict=True):
        found.append(cut_out(message, start, body))
        start += item + 1
    # Lengths that do not add up to the message say nothing.
    return found if start == len(message) else [None] * count
