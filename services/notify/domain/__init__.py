"""The rules of the notify service in plain Python: alerts, deliveries, and when an alert is due."""

from __future__ import annotations

from services.notify.domain import alert, arrangement, delivery, silence, system_signal
from shared.eventsourcing import AnyAggregate

#: What the kernel decides with, by aggregate name.
AGGREGATES: dict[str, AnyAggregate] = {
    **{module.AGGREGATE.name: module.AGGREGATE for module in (alert, delivery, silence, system_signal)},
    **{aggregate.name: aggregate for aggregate in arrangement.AGGREGATES},
}
