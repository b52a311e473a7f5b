"""Every exchange and queue of the system, and nothing else declares one.

Only features that RabbitMQ 3.10 and 4.x both have. The arguments of a queue cannot be changed: change them
here together with `REVISION`, so that a new queue appears beside the old one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.contracts import catalogue

#: Topic exchange of all published events; routing key `{service}.{aggregate}.{event}`.
EVENTS = "qms.events"
#: Topic exchange for agencies and provincial hubs that push over AMQP; routing key = event type.
INTAKE = "qms.intake"
#: Takes pushed messages whose type nobody has bound; the front door answers them.
INTAKE_UNKNOWN = "qms.intake.unknown"
#: Takes events that nobody has bound, so that a missing third party never stops a relay.
UNROUTED = "qms.unrouted"
#: Dead letters: a safety net only, since what cannot be applied is parked in the consumer's database.
DEAD = "qms.dead"

REVISION = 1
FRONT_DOOR = "inspection"
#: Header by which events are told from heartbeats, which are not worth keeping when nobody has bound them.
KIND = "kind"
KIND_EVENTS = "events"
KIND_HEARTBEAT = "heartbeat"

#: Above any number of restarts that one message may live through; each requeue counts as a delivery.
DELIVERY_LIMIT = 100
#: Messages kept for looking at, the oldest dropped first.
KEPT_MESSAGES = 10_000
#: Unacknowledged messages of one subscription; RabbitMQ caps quorum queues at 2,000.
PREFETCH = 400


def heartbeat_key(service: str) -> str:
    """Return the routing key of a log's heartbeats."""
    return f"{service}.log.heartbeat"


def subscription_queue(service: str, consumer: str, version: int, source: str) -> str:
    """Return the queue of one consumer of one log; later versions of a consumer have queues of their own."""
    label = consumer if version == 1 else f"{consumer}-{version}"
    return f"{service}.{label}.from.{source}.v{REVISION}"


def intake_queue(service: str) -> str:
    """Return the queue of what is pushed to a service over AMQP."""
    return f"{service}.intake.v{REVISION}"


def owned_aggregates(service: str) -> set[str]:
    """Return the aggregates whose event types a service owns, by the catalogue."""
    return {entry.aggregate for entry in catalogue.load().values() if entry.owner == service}


def declare(channel: Any, service: str) -> None:
    """Declare the exchanges and what belongs to a service whatever it consumes; harmless when repeated."""
    declare_exchanges(channel)
    declare_intake(channel, service, owned_aggregates(service))


def declare_exchanges(channel: Any) -> None:
    """Declare the exchanges and the two queues that catch what would be lost."""
    _exchange(channel, DEAD, "topic")
    _queue(channel, f"{DEAD}.v{REVISION}", _catching())
    channel.queue_bind(f"{DEAD}.v{REVISION}", DEAD, "#")
    _exchange(channel, UNROUTED, "headers")
    _queue(channel, f"{UNROUTED}.v{REVISION}", _catching())
    channel.queue_bind(f"{UNROUTED}.v{REVISION}", UNROUTED, "", arguments={"x-match": "all", KIND: KIND_EVENTS})
    _exchange(channel, EVENTS, "topic", {"alternate-exchange": UNROUTED})
    _exchange(channel, INTAKE_UNKNOWN, "fanout")
    _exchange(channel, INTAKE, "topic", {"alternate-exchange": INTAKE_UNKNOWN})


def declare_intake(channel: Any, service: str, aggregates: Iterable[str]) -> str:
    """Declare a service's intake queue with its bindings, and return its name."""
    name = intake_queue(service)
    _queue(channel, name, _working(single_active_consumer=False))
    for aggregate in sorted(aggregates):
        channel.queue_bind(name, INTAKE, f"qms.{aggregate}.*")
    if service == FRONT_DOOR:
        channel.queue_bind(name, INTAKE_UNKNOWN, "")
    return name


def declare_subscription(channel: Any, service: str, consumer: str, version: int, source: str) -> str:
    """Declare the queue of one consumer of one log with its binding, and return its name."""
    name = subscription_queue(service, consumer, version, source)
    _queue(channel, name, _working(single_active_consumer=True))
    channel.queue_bind(name, EVENTS, f"{source}.#")
    return name


def _exchange(channel: Any, name: str, kind: str, arguments: dict[str, Any] | None = None) -> None:
    channel.exchange_declare(name, kind, durable=True, auto_delete=False, arguments=arguments or {})


def _queue(channel: Any, name: str, arguments: dict[str, Any]) -> None:
    channel.queue_declare(name, durable=True, exclusive=False, auto_delete=False, arguments=arguments)


def _working(*, single_active_consumer: bool) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD,
    }
    if single_active_consumer:
        arguments["x-single-active-consumer"] = True
    return arguments


def _catching() -> dict[str, Any]:
    return {"x-queue-type": "quorum", "x-max-length": KEPT_MESSAGES, "x-overflow": "drop-head"}
