"""The consumer `deliveries`: which alert events go to whom over which channel, as rows of the queue.

Reads the service's own log. Addresses are looked up when a message is sent, so that a changed
address counts and none lies in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from services.notify import alert_rows
from services.notify.domain.condition import digest
from services.notify.domain.rule import Rule
from services.notify.tables import NOTIFY, deliveries, delivery_alerts
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent

#: Alert events that people are written about; webhooks get every alert event.
_MAILED = frozenset({"opened", "reopened", "severity_raised", "escalated", "resolved"})


class Recipient(NamedTuple):
    """One receiver over one channel."""

    channel: str
    #: `{role}:{agency}` or `webhook:{n}`.
    name: str


class DeliveryPlanner:
    """Queues deliveries."""

    name = "deliveries"
    version = 1
    sources = ("notify",)
    tables = NOTIFY
    #: A rebuild would send again what has been sent.
    rebuildable = False

    def __init__(
        self, rules: Mapping[str, Rule], *, webhooks: int, on_change: Callable[[], None] = lambda: None
    ) -> None:
        """Take the rules, how many webhooks are configured, and what to call when there is something to send."""
        self._rules = rules
        self._webhooks = webhooks
        self._on_change = on_change

    def committed(self, events: Sequence[RecordedEvent]) -> None:
        """Ring for those who send."""
        if any(event.aggregate == "alert" for event in events):
            self._on_change()

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Queue what follows from these alert events; a row that exists stays as it is."""
        own = [event for event in events if event.aggregate == "alert"]
        known = alert_rows.load(connection, delivery_alerts, (event.subject for event in own))
        rows: list[dict[str, Any]] = []
        for event in own:
            alert = alert_rows.take(known, event)
            if alert is not None:
                rows.extend(self._rows(event, alert))
        alert_rows.save(connection, delivery_alerts, known.values())
        if rows:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            connection.execute(insert(deliveries).on_conflict_do_nothing(index_elements=["delivery_id"]), rows)
        return ()

    def _rows(self, event: RecordedEvent, alert: alert_rows.Row) -> Iterator[dict[str, Any]]:
        for recipient in self._recipients(event, alert):
            yield {
                "delivery_id": "dlv-" + digest(event.source, event.event_id, *recipient),
                "alert_id": event.subject,
                "agency_id": event.source,
                "event": event.type,
                "channel": recipient.channel,
                "recipient": recipient.name,
                "status": "waiting",
                "tries": 0,
                "due_at": event.recorded_at,
                "error": "",
                "created_at": event.recorded_at,
                "changed_at": event.recorded_at,
                "body": orjson.dumps({"alert": alert, "event": event.data, "at": event.occurred_at}).decode(),
            }

    def _recipients(self, event: RecordedEvent, alert: alert_rows.Row) -> Iterator[Recipient]:
        for number in range(1, self._webhooks + 1):
            yield Recipient("webhook", f"webhook:{number}")
        rule = self._rules.get(alert["rule"])
        if rule is None or event.name not in _MAILED:
            return
        for role in self._roles(rule, event, alert):
            yield Recipient("email", f"{role}:{event.source}")

    def _roles(self, rule: Rule, event: RecordedEvent, alert: alert_rows.Row) -> list[str]:
        """Return the roles to write to: the new level alone, or all that have been told so far."""
        if event.name == "escalated":
            return [event.data["to"]]
        told = [*rule.first, *(level.to for level in rule.escalation[: alert["level"]])]
        return list(dict.fromkeys(told))
