"""What a service's database says about its state, as metrics: queues, cursors, parked and refused items, and their age.

Read at most every few seconds, whoever asks: Prometheus and its like must not be able to load the database. Several
processes of one service show the same numbers; rules take the greatest (`deploy/prometheus`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import orjson
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, Connection, and_, func, select

from shared.eventstore.tables import (
    cursors,
    derived_events,
    events,
    log_head,
    parked_events,
    projection_generations,
    quarantine,
    subscriptions,
)
from shared.intake.overdue import overdue_before, overdue_count
from shared.messaging.generations import SERVING, shape_of, suffix
from shared.messaging.parking import PARKED_REASONS

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

#: A part of the state: reads the database at an instant (microseconds) and gives metrics with the label `service`.
Look = Callable[[Connection, str, int], Iterable[GaugeMetricFamily]]
#: Key in `ServiceContext.extra` of the further looks of a service, a list.
LOOKS = "metrics"
#: Seconds for which an answer is given again.
FRESH = 5.0
_MICRO = 1_000_000


def family(name: str, meaning: str, *labels: str) -> GaugeMetricFamily:
    """Return an empty gauge with the label `service` and others."""
    return GaugeMetricFamily(f"oversight_{name}", meaning, labels=["service", *labels])


class State(Collector):
    """The state of one service as Prometheus' client collects it."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the service; nothing is read yet."""
        self._context = context
        self._found: list[GaugeMetricFamily] = []
        self._read_at = -FRESH
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        """Return the metrics in Prometheus' text format; reads the database when the last look is no longer fresh."""
        if time.monotonic() - self._read_at >= FRESH:
            self._found = self._look()
            self._read_at = time.monotonic()
        return generate_latest(self._registry)

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Say nothing beforehand: names are not checked against others."""
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return what was read last."""
        return self._found

    def _look(self) -> list[GaugeMetricFamily]:
        context = self._context
        service, now = context.settings.service, context.clock()
        overdue = _overdue(context.settings.waiting_days)
        looks: list[Look] = [
            _log,
            _subscriptions(context),
            _sets,
            _parked,
            _quarantine,
            overdue,
            *context.extra.get(LOOKS, ()),
        ]

        def read(connection: Connection) -> list[GaugeMetricFamily]:
            return [found for look in looks for found in look(connection, service, now)]

        return [*context.database.read(read), *_states(context)]


def _log(connection: Connection, service: str, now: int) -> Iterator[GaugeMetricFamily]:
    """Tell of the log, and of what has not left it."""
    position = family("log_position", "Last position of the service's own log")
    promise = family("log_promise_age_seconds", "Since the log's promise was renewed; negative: its clock went back")
    head, recorded_at = connection.execute(
        select(func.coalesce(func.max(log_head.c.position), 0), func.coalesce(func.max(log_head.c.recorded_at), 0))
    ).one()
    position.add_metric([service], head)
    promise.add_metric([service], (now - recorded_at) / _MICRO)
    cursor = family("cursor_position", "How far a reader of the own log has come (the relay)", "cursor")
    waits = family("cursor_age_seconds", "Age of the oldest event that a reader of the own log has not taken", "cursor")
    found = {row.name: row.position for row in connection.execute(select(cursors.c.name, cursors.c.position))}
    for name, at in ({"relay": 0} | found).items():
        cursor.add_metric([service, name], at)
        oldest = select(events.c.recorded_at).where(events.c.partition == 0, events.c.position == at + 1)
        taken = connection.execute(oldest).scalar()
        waits.add_metric([service, name], _age(now, taken))
    derived = family("derived_events_waiting", "Events of policies that wait to be appended")
    derived.add_metric([service], connection.execute(select(func.count()).select_from(derived_events)).scalar_one())
    yield from (position, promise, cursor, waits, derived)


def _subscriptions(context: ServiceContext) -> Look:
    """Tell how far each consumer has come, and how old what it knows is: its tables that serve, of this program's version."""
    fed = {(one.consumer.name, shape_of(one.consumer.version)) for one in context.extra.get("subscriptions", ())}

    def look(connection: Connection, service: str, now: int) -> Iterator[GaugeMetricFamily]:
        position = family("subscription_position", "Position up to which a source is applied", "consumer", "source")
        behind = family(
            "subscription_age_seconds", "Since the instant up to which a source is known for sure", "consumer", "source"
        )
        columns = subscriptions.c
        query = select(columns.consumer, columns.version, columns.source, columns.position, columns.recorded_at)
        least: dict[tuple[str, str], tuple[int, int]] = {}
        for consumer, version, source, at, recorded_at in connection.execute(query.where(~_beside())):
            # What an earlier program read stands still for ever.
            if not fed or (consumer, shape_of(version)) in fed:
                known = least.get((consumer, source), (at, recorded_at))
                least[consumer, source] = min(at, known[0]), min(recorded_at, known[1])
        for (consumer, source), (at, recorded_at) in least.items():
            position.add_metric([service, consumer, source], at)
            behind.add_metric([service, consumer, source], _age(now, recorded_at or now))
        yield from (position, behind)

    return look


def _beside() -> ColumnElement[bool]:
    """Return the condition on checkpoints of tables that do not serve: nobody is told anything from them."""
    columns, rows = subscriptions.c, projection_generations.c
    return (
        select(rows.version)
        .where(rows.consumer == columns.consumer, rows.version == columns.version, rows.state != SERVING)
        .exists()
    )


def _sets(connection: Connection, service: str, _now: int) -> Iterator[GaugeMetricFamily]:
    """Tell of the sets of tables of one consumer side by side."""
    state = family(
        "projection_set_state", "1 for the state of a set of a consumer's tables", "consumer", "set", "state"
    )
    same = family(
        "projection_set_equal", "Whether a set said the same as the serving one when compared", "consumer", "set"
    )
    events = family("projection_set_events", "Events in a set of a consumer's tables", "consumer", "set")
    rows, columns = projection_generations.c, subscriptions.c
    there = and_(columns.consumer == rows.consumer, columns.version == rows.version)
    query = select(rows.consumer, rows.version, rows.state, rows.report, func.coalesce(func.sum(columns.position), 0))
    query = query.select_from(projection_generations.outerjoin(subscriptions, there))
    for consumer, version, stands, report, count in connection.execute(
        query.group_by(rows.consumer, rows.version, rows.state, rows.report)
    ):
        state.add_metric([service, consumer, suffix(version), stands], 1)
        events.add_metric([service, consumer, suffix(version)], int(count))
        if report is not None and "equal" in (told := orjson.loads(report)):
            same.add_metric([service, consumer, suffix(version)], int(told["equal"]))
    yield from (state, same, events)


def _parked(connection: Connection, service: str, now: int) -> Iterator[GaugeMetricFamily]:
    """Tell what consumers have set aside, unreadable messages among it."""
    count = family("parked_items", "Events and messages set aside by a consumer", "consumer", "source", "reason")
    oldest = family("parked_oldest_seconds", "Age of the oldest item set aside", "consumer", "source")
    columns = parked_events.c
    ages: dict[tuple[str, str], int] = {}
    # With 0 from the beginning: a rule or a graph cannot tell what is not there from what is well.
    read = connection.execute(select(subscriptions.c.consumer, subscriptions.c.source).distinct())
    numbers = {(consumer, source, reason): 0 for consumer, source in read for reason in PARKED_REASONS}
    for consumer, source, reason, number, since in connection.execute(
        select(columns.consumer, columns.source, columns.reason, func.count(), func.min(columns.parked_at))
        .where(columns.replayed_at.is_(None))
        .group_by(columns.consumer, columns.source, columns.reason)
    ):
        numbers[consumer, source, reason] = number
        ages[consumer, source] = min(since, ages.get((consumer, source), since))
    for labels, number in numbers.items():
        count.add_metric([service, *labels], number)
    for (consumer, source), since in ages.items():
        oldest.add_metric([service, consumer, source], _age(now, since))
    yield from (count, oldest)


def _overdue(days: float) -> Look:
    """Tell how many items have waited for what they name longer than is allowed."""

    def look(connection: Connection, service: str, now: int) -> Iterator[GaugeMetricFamily]:
        count = family("quarantine_overdue_items", "Items that have waited for what they name longer than is allowed")
        count.add_metric([service], overdue_count(connection, overdue_before(now, days)))
        yield count

    return look


def _quarantine(connection: Connection, service: str, now: int) -> Iterator[GaugeMetricFamily]:
    """Tell what was refused, by code, and what waits."""
    count = family("quarantine_items", "Open items of the quarantine", "status")
    oldest = family("quarantine_oldest_seconds", "Age of the oldest open item of the quarantine", "status")
    codes = family("quarantine_refused_items", "Open refused items by code", "code")
    columns = quarantine.c
    numbers, since = dict.fromkeys(("waiting", "refused"), 0), dict[str, int]()
    for status, code, number, first in connection.execute(
        select(columns.status, columns.code, func.count(), func.min(columns.first_received_at))
        .where(columns.settled_at.is_(None))
        .group_by(columns.status, columns.code)
    ):
        numbers[status] = numbers.get(status, 0) + number
        since[status] = min(first, since.get(status, first))
        if status == "refused":
            codes.add_metric([service, code], number)
    for status, number in numbers.items():
        count.add_metric([service, status], number)
        oldest.add_metric([service, status], _age(now, since.get(status)))
    yield from (count, oldest, codes)


def _states(context: ServiceContext) -> Iterator[GaugeMetricFamily]:
    """Tell how this process reads each log."""
    state = family(
        "subscription_state", "1 for the way in which this process reads a log", "consumer", "source", "state"
    )
    for one in context.extra.get("subscriptions", ()):
        for status in one.status():
            state.add_metric([*one.applier.labels(status.source), status.state], 1)
    yield state


def _age(now: int, since: int | None) -> float:
    return 0.0 if since is None else max(0.0, (now - since) / _MICRO)
