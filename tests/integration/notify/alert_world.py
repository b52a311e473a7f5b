"""The notify service without its processes: real database and store, a clock in hand, events from a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, select

from services.notify.deadlines import DeadlineScheduler
from services.notify.decisions import AlertDecisions
from services.notify.delivery_planner import DeliveryPlanner
from services.notify.domain import AGGREGATES
from services.notify.pipeline.dispatcher import Dispatcher
from services.notify.pipeline.routes import Routes, parse_routes
from services.notify.policies import AlertPolicy, SystemAlertPolicy
from services.notify.projections import AlertRegister
from services.notify.recipients import Recipients
from services.notify.rules import load_rules
from services.notify.tables import NOTIFY, alerts
from shared import clock
from shared.contracts import catalogue
from shared.database.engine import open_database
from shared.database.schema import ensure_tables
from shared.eventstore.records import RecordedEvent
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.store import StoreTransaction
from shared.eventstore.tables import KERNEL
from shared.intake.acceptance import Acceptance
from shared.intake.system_events import item_of
from shared.registry.copy import RegistryCopy
from shared.vietnam.calendar import WorkingCalendar

HOUR = 3_600_000_000
#: Routes that send each alert by itself and at once.
AT_ONCE = parse_routes("""
version: 1
hours: {begins: "07:30", ends: "17:00"}
receivers: [{name: responsible, to: [rule], channels: [email]}]
route: {receiver: responsible, group_wait: 0s, group_interval: 0s, repeat_interval: 52w, group_by: [alert]}
""")
SETTLE = 10_000_000
#: Owner of each aggregate.
SERVICES = {event_type.aggregate: event_type.owner for event_type in catalogue.load().values()}


def at(text: str, hour: int = 9) -> int:
    """Return the instant of an hour on a day in Viet Nam."""
    return clock.start_of_day(clock.day_of(text)) + hour * HOUR


@dataclass
class AlertWorld:
    """Everything of notify that decides, driven by hand."""

    url: str
    webhooks: int = 0
    now: int = field(default_factory=lambda: at("2026-03-02"))

    def __post_init__(self) -> None:
        self.database = open_database(self.url)
        self.database.write(lambda connection: ensure_tables(connection, KERNEL))
        self.database.write(lambda connection: ensure_tables(connection, NOTIFY))
        self.store = SqlEventStore(self.database, "notify", time=lambda: self.now)
        self.rules = load_rules()
        self.policy = AlertPolicy(self.rules, settle=SETTLE)
        self.own_consumers = (
            SystemAlertPolicy(self.rules, settle=SETTLE),
            AlertDecisions(self.rules),
            AlertRegister(),
        )
        self.planner = DeliveryPlanner(self.rules, webhooks=self.webhooks)
        self.scheduler = self.new_scheduler()
        self.acceptance = Acceptance(AGGREGATES, catalogue.load())
        self.positions: dict[str, int] = {}
        self.read_up_to = 0
        self.statuses: list[str] = []

    def new_scheduler(self) -> DeadlineScheduler:
        """Return a further replica of the scheduler."""
        return DeadlineScheduler(
            self.store, self.rules, lambda _connection, now: now, lambda: self.now, WorkingCalendar()
        )

    def new_dispatcher(self, routes: Routes = AT_ONCE) -> Dispatcher:
        """Return a dispatcher of messages."""
        recipients = Recipients(RegistryCopy(self.database), ["truc@oversight.test"], lambda: self.now)
        return Dispatcher(self.store, routes, recipients, lambda: self.now, WorkingCalendar())

    # -- events from the other services ---------------------------------------------------------------

    def event(
        self, name: str, subject: str, data: Mapping[str, Any], *, source: str = "so-khcn", **more: Any
    ) -> RecordedEvent:
        """Return the next event of another service's log, recorded now."""
        aggregate = name.split(".", maxsplit=1)[0]
        service = SERVICES[aggregate]
        position = self.positions[service] = self.positions.get(service, 0) + 1
        event_id = more.get("event_id", f"{service}-{position}")
        body = {"id": event_id, "source": f"/agencies/{source}", "type": f"qms.{name}", "data": dict(data)}
        if "corrects" in more:
            body["corrects"] = more["corrects"]
        return RecordedEvent(
            service=service,
            partition=0,
            position=position,
            type=f"qms.{name}",
            source=source,
            agency_id=data.get("agency_id", source),
            subject=subject,
            event_id=event_id,
            occurred_at=more.get("occurred_at", self.now),
            recorded_at=self.now,
            received_at=self.now,
            provenance=more.get("provenance", "self_reported"),
            asserter=more.get("asserter", source),
            stream_version=1,
            body=orjson.dumps(body),
        )

    def observe(self, name: str, subject: str, data: Mapping[str, Any], **more: Any) -> RecordedEvent:
        """Let the policy see an event of another service."""
        event = self.event(name, subject, data, **more)
        self.apply([event])
        return event

    def apply(self, events: list[RecordedEvent]) -> None:
        """Let the policy see events."""
        self.database.write(lambda connection: self.policy.apply(connection, events))
        self.policy.committed(events)

    # -- time -----------------------------------------------------------------------------------------

    def tick(self, now: int | None = None) -> None:
        """Let the scheduler look, decide what it derived, and let the own consumers read it."""
        self.now = max(self.now, now or self.now)
        self.scheduler.run_due()
        self.settle()

    def settle(self) -> None:
        """Commit derived events and let the own consumers read them."""
        while self.store.transact(self._commit):
            pass
        events = self.store.read(self.read_up_to, 10_000)
        for consumer in self.own_consumers:
            self.database.write(lambda connection, consumer=consumer: consumer.apply(connection, events))
        self.database.write(lambda connection: self.planner.apply(connection, events))
        self.read_up_to += len(events)
        # The log's own instants run ahead of a clock that stands still.
        self.now += 1000

    def _commit(self, tx: StoreTransaction) -> int:
        items = []
        for event in tx.take_derived(1000):
            item = item_of(event, self.now)
            self.acceptance.identify(item, "derived")
            items.append(item)
        if items:
            outcome = self.acceptance.accept(tx, items)
            self.statuses += [str(item.status) for item in outcome.items]
        return len(items)

    # -- what came of it ------------------------------------------------------------------------------

    def log(self, aggregate: str = "alert") -> list[RecordedEvent]:
        """Return the events of an aggregate in the service's log."""
        return [event for event in self.store.read(0, 10_000) if event.aggregate == aggregate]

    def names(self, aggregate: str = "alert") -> list[str]:
        """Return the names of those events."""
        return [event.name for event in self.log(aggregate)]

    def alerts(self) -> list[dict[str, Any]]:
        """Return the rows of the register."""

        def read(connection: Connection) -> list[dict[str, Any]]:
            return [dict(row) for row in connection.execute(select(alerts)).mappings()]

        return self.database.read(read)

    def close(self) -> None:
        """Close the database."""
        self.database.close()
