"""AsyncAPI 3.0 of what travels over AMQP, made from the catalogue and the topology; served at `/asyncapi.json`.

AMQP 0-9-1 has no CloudEvents binding: a message body is a JSON array of events (`application/cloudevents-batch+json`).
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from shared.contracts.catalogue import OWNERS, EventType, load
from shared.contracts.json_schema import of_schema
from shared.documentation.schemas import envelope, event_of, pushed, recorded
from shared.messaging import topology

ASYNCAPI = "3.0.0"
BATCH = "application/cloudevents-batch+json"
_BINDING = "0.3.0"


def document() -> dict[str, Any]:
    """Return the AsyncAPI document of the whole system."""
    kinds = sorted(load().values(), key=lambda kind: (OWNERS.index(kind.owner), kind.name))
    open_kinds = pushed()
    return {
        "asyncapi": ASYNCAPI,
        "info": {
            "title": "ISO 9001 oversight: events",
            "version": version("oversight"),
            "description": "Every recorded event is published on the topic exchange "
            f"`{topology.EVENTS}`; anybody may bind a queue. Agencies may push on `{topology.INTAKE}`.",
        },
        "defaultContentType": BATCH,
        "channels": {
            **{_published(kind): _channel(topology.EVENTS, kind.routing_key, "Published", kind) for kind in kinds},
            **{_taken(kind): _channel(topology.INTAKE, kind.name, "Pushed", kind) for kind in open_kinds},
            **{f"{owner}.heartbeat": _heartbeat(owner) for owner in OWNERS},
        },
        "operations": {
            **{f"publish.{kind.name}": _operation("send", _published(kind)) for kind in kinds},
            **{f"take.{kind.name}": _operation("receive", _taken(kind)) for kind in open_kinds},
        },
        "components": {
            "messages": {
                **{f"Published.{kind.name}": _message(f"Recorded.{kind.name}", published=True) for kind in kinds},
                **{f"Pushed.{kind.name}": _message(kind.name, published=False) for kind in open_kinds},
                "Heartbeat": _beat(),
            },
            "schemas": {
                "Envelope": envelope(),
                "RecordedEvent": recorded(),
                "Headers": _headers(),
                **{f"Recorded.{kind.name}": _recorded(kind) for kind in kinds},
                **{kind.name: event_of(kind) for kind in open_kinds},
            },
        },
    }


def _published(kind: EventType) -> str:
    return f"published.{kind.name}"


def _taken(kind: EventType) -> str:
    return f"pushed.{kind.name}"


def _exchange_binding(exchange: str) -> dict[str, Any]:
    described = {"name": exchange, "type": "topic", "durable": True, "autoDelete": False}
    return {"amqp": {"is": "routingKey", "exchange": described, "bindingVersion": _BINDING}}


def _channel(exchange: str, key: str, prefix: str, kind: EventType) -> dict[str, Any]:
    return {
        "address": key,
        "description": f"{kind.en} / {kind.vi}",
        "messages": {kind.event: {"$ref": f"#/components/messages/{prefix}.{kind.name}"}},
        "bindings": _exchange_binding(exchange),
    }


def _heartbeat(owner: str) -> dict[str, Any]:
    return {
        "address": topology.heartbeat_key(owner),
        "description": "How far the log has come, at least once a second",
        "messages": {"heartbeat": {"$ref": "#/components/messages/Heartbeat"}},
        "bindings": _exchange_binding(topology.EVENTS),
    }


def _operation(action: str, channel: str) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}


def _message(schema: str, *, published: bool) -> dict[str, Any]:
    message: dict[str, Any] = {
        "contentType": BATCH,
        "payload": {"type": "array", "minItems": 1, "items": {"$ref": f"#/components/schemas/{schema}"}},
    }
    if published:
        message["headers"] = {"$ref": "#/components/schemas/Headers"}
    return message


def _beat() -> dict[str, Any]:
    return {
        "contentType": BATCH,
        "headers": {"$ref": "#/components/schemas/Headers"},
        "payload": {"type": "array", "maxItems": 0},
    }


def _headers() -> dict[str, Any]:
    whole = {"type": "integer"}
    return {
        "type": "object",
        "properties": {
            "service": {"enum": list(OWNERS)},
            "partition": whole,
            "epoch": {"type": "string", "description": "Names one history of the log; a restored backup has another"},
            "positions": {"type": "string", "description": "JSON list of the positions of the events in this message"},
            "window_first": whole,
            "window_last": whole,
            "recorded_at": {"type": "integer", "description": "Microseconds since 1970-01-01 UTC"},
            topology.KIND: {"enum": [topology.KIND_EVENTS, topology.KIND_HEARTBEAT]},
            "traceparent": {
                "type": "string",
                "description": "W3C Trace Context of the publishing span; only where traces are on and a push is behind the events",
            },
        },
    }


def _recorded(kind: EventType) -> dict[str, Any]:
    narrowed = {"properties": {"type": {"const": kind.name}, "data": of_schema(kind.schema)}}
    return {"allOf": [{"$ref": "#/components/schemas/RecordedEvent"}, narrowed]}
