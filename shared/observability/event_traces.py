"""Traces that follow events through log and broker: from a push over the relay into the consumers.

Events carry no trace: a log is kept for years, a trace for days. By which push an event came is remembered in the process
from push to relay, travels as `traceparent` (W3C Trace Context) in the headers of the message, and is remembered again by
the process that applies it. What holds events of one push goes on with that trace; what holds events of several is a trace
of its own with links to them; what came by no push that is remembered is none. Off (`tracing`), each call costs one
comparison.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shared.contracts.envelope import SOURCE_PREFIX
from shared.observability import tracing

if TYPE_CHECKING:
    from shared.eventstore.records import RecordedEvent
    from shared.messaging.messages import Outgoing

#: Events remembered at a time, and pushes that one span links to: of a flood, the oldest are forgotten.
_MOST_EVENTS, _MOST_LINKS = 20_000, 16
_HEADER = "traceparent"

_Key = tuple[str, str]
#: `traceparent` by source and id: of events pushed to this process, and of those that messages brought.
_pushed: OrderedDict[_Key, str] = OrderedDict()
_received: OrderedDict[_Key, str] = OrderedDict()


def pushed(events: Iterable[Mapping[str, Any]]) -> None:
    """Remember the present span as that by which CloudEvents come; before they are committed."""
    if not tracing.is_on():
        return
    origin = tracing.traceparent()
    if origin:
        _remember(
            _pushed,
            ((str(one.get("source", "")).removeprefix(SOURCE_PREFIX), str(one.get("id"))) for one in events),
            origin,
        )


def sent(messages: Sequence[Outgoing], events: Sequence[RecordedEvent]) -> Sequence[Outgoing]:
    """Return the messages of a window with the context of the span that publishes it."""
    if not tracing.is_on():
        return messages
    origins = _origins(events, _pushed)
    if not origins:
        return messages
    attributes = {"messaging.system": "rabbitmq", "messaging.destination.name": "qms.events"}
    with tracing.joined("publish qms.events", "PRODUCER", origins, attributes):
        own = tracing.traceparent()
    return [replace(message, headers={**message.headers, _HEADER: own}) for message in messages]


def received(headers: Mapping[str, Any] | None, events: Sequence[RecordedEvent]) -> None:
    """Remember the span that sent a message, for whoever applies what it brought."""
    if tracing.is_on() and (origin := str((headers or {}).get(_HEADER) or "")):
        _remember(_received, ((one.source, one.event_id) for one in events), origin)


def applying(consumer: str, source: str, events: Sequence[RecordedEvent]) -> AbstractContextManager[Any]:
    """Return the span in which a consumer applies a batch of a source's log."""
    origins = _origins(events, _received, _pushed) if tracing.is_on() else []
    if not origins:
        return nullcontext()
    attributes = {"messaging.system": "rabbitmq", "messaging.consumer.group.name": consumer, "oversight.log": source}
    return tracing.joined(f"apply {source} to {consumer}", "CONSUMER", origins, attributes)


def _remember(known: OrderedDict[_Key, str], keys: Iterable[_Key], origin: str) -> None:
    for key in keys:
        known[key] = origin
    while len(known) > _MOST_EVENTS:
        known.popitem(last=False)


def _origins(events: Sequence[RecordedEvent], *known: Mapping[_Key, str]) -> list[str]:
    """Return the distinct origins of events, in their order."""
    found: dict[str, None] = {}
    for event in events:
        key = event.source, event.event_id
        origin = next((one[key] for one in known if key in one), None)
        if origin is not None:
            found[origin] = None
    return list(found)[:_MOST_LINKS]
