"""The rules of the notify service in plain Python: alerts, deliveries, and when an alert is due."""

from __future__ import annotations

from services.notify.domain import alert, delivery
from shared.eventsourcing import AnyAggregate

#: What the kernel decides with, by aggregate name.
AGGREGATES: dict[str, AnyAggregate] = {
    alert.AGGREGATE.name: alert.AGGREGATE,
    delivery.AGGREGATE.name: delivery.AGGREGATE,
}
