"""The queues from an alert to a message as metrics: what waits to be grouped, deliveries by state, how late the oldest is."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection, func, select

from services.notify.tables import deadlines, deliveries, groups, outbox
from shared.observability.state import family

_MICRO = 1_000_000
#: States of which there is always a number, so that a rule sees 0 rather than nothing.
_STATES = ("waiting", "sending", "dead")


def queues(connection: Connection, service: str, now: int) -> Iterable[GaugeMetricFamily]:
    """Return the deliveries by channel and status, and by how long deliveries and deadlines are overdue."""
    count = family("deliveries", "Deliveries that are not done with, by channel and status", "channel", "status")
    overdue = family("delivery_overdue_seconds", "By how long the delivery due first is overdue")
    late = family("deadline_overdue_seconds", "By how long the deadline due first has not been looked at")
    columns = deliveries.c
    found = connection.execute(
        # Not those that are done with: the sent log grows for years.
        select(columns.channel, columns.status, func.count())
        .where(columns.status.in_(_STATES))
        .group_by(columns.channel, columns.status)
    )
    numbers = {(channel, status): number for channel, status, number in found}
    channels = {channel for channel, _ in numbers} or {"email"}
    for channel, status in sorted({*numbers, *((channel, status) for channel in channels for status in _STATES)}):
        count.add_metric([service, channel, status], numbers.get((channel, status), 0))
    due = connection.execute(
        select(func.min(columns.due_at)).where(columns.status.in_(("waiting", "sending")))
    ).scalar()
    overdue.add_metric([service], _past(now, due))
    late.add_metric([service], _past(now, connection.execute(select(func.min(deadlines.c.due_at))).scalar()))
    return (count, overdue, late, *_untold(connection, service, now))


def _untold(connection: Connection, service: str, now: int) -> Iterable[GaugeMetricFamily]:
    """Tell what the dispatcher has not looked at: alert events that are in no group, and groups whose time has come."""
    waiting = family("alerts_untold", "Alert events that wait to be put into groups")
    late = family(
        "alerts_untold_overdue_seconds", "By how long the dispatcher is behind with what people are to be told"
    )
    number, oldest = connection.execute(select(func.count(), func.min(outbox.c.recorded_at))).one()
    waiting.add_metric([service], number)
    due = connection.execute(select(func.min(groups.c.flush_at))).scalar()
    late.add_metric([service], max(_past(now, oldest), _past(now, due)))
    return (waiting, late)


def _past(now: int, due: int | None) -> float:
    return 0.0 if due is None else max(0.0, (now - due) / _MICRO)
