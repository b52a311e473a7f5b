"""The rules of the notify service in plain Python: alerts, deliveries, and when an alert is due."""

from __future__ import annotations

from shared.eventsourcing import AnyAggregate

from services.notify.domain import alert, delivery

#: What the kernel decides with, by aggregate name.
AGGREGATES: dict[str, AnyAggregate] = {
    alert.AGGREGATE.name: alert.AGGREGATE,
    delivery.AGGREGATE.name: delivery.AGGREGATE,
}
