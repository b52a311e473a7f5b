"""The consumer `deliveries`: which alert events go to machines at once, and which people are to be told of.

Reads the service's own log. Webhooks get rows of the delivery queue; what people are told waits in the outbox for the
dispatcher, which knows clock, calendar and registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Table

from services.notify import alert_rows
from services.notify.domain.condition import digest
from services.notify.domain.rule import Rule
from services.notify.tables import NOTIFY, deliveries, delivery_alerts, outbox
from shared.database.bulk import insert_new_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent

#: Alert events that people are told of; webhooks get every alert event.
_TOLD = frozenset({"opened", "reopened", "severity_raised", "escalated", "resolved"})


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
        told: list[dict[str, Any]] = []
        for event in own:
            alert = alert_rows.take(known, event)
            if alert is not None:
                rows.extend(self._rows(event, alert))
                told.extend(self._outbox(event, alert))
        alert_rows.save(connection, delivery_alerts, known.values())
        _insert_new(connection, deliveries, "delivery_id", rows)
        _insert_new(connection, outbox, "position", told)
        return ()

    def _outbox(self, event: RecordedEvent, alert: alert_rows.Row) -> Iterator[dict[str, Any]]:
        rule = self._rules.get(alert["rule"])
        if rule is None or event.name not in _TOLD:
            return
        yield {
            "position": event.position,
            "alert_id": event.subject,
            "agency_id": event.source,
            "event": event.name,
            "recorded_at": event.recorded_at,
            "body": orjson.dumps({"roles": self._roles(rule, event, alert), "alert": alert}).decode(),
        }

    def _rows(self, event: RecordedEvent, alert: alert_rows.Row) -> Iterator[dict[str, Any]]:
        for number in range(1, self._webhooks + 1):
            recipient = f"webhook:{number}"
            yield {
                "delivery_id": "dlv-" + digest(event.source, event.event_id, "webhook", recipient),
                "alert_id": event.subject,
                "agency_id": event.source,
                "event": event.type,
                "channel": "webhook",
                "recipient": recipient,
                "status": "waiting",
                "tries": 0,
                "due_at": event.recorded_at,
                "error": "",
                "created_at": event.recorded_at,
                "changed_at": event.recorded_at,
                "body": orjson.dumps({"alert": alert, "event": event.data, "at": event.occurred_at}).decode(),
            }

    def _roles(self, rule: Rule, event: RecordedEvent, alert: alert_rows.Row) -> list[str]:
        """Return the roles to write to: the new level alone, or all that have been told so far."""
        if event.name == "escalated":
            return [event.data["to"]]
        told = [*rule.first, *(level.to for level in rule.escalation[: alert["level"]])]
        return list(dict.fromkeys(told))


def _insert_new(connection: Connection, table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; one that exists stays as it is."""
    if rows:
        insert_new_rows(connection, table, [key], list(rows[0]), [tuple(row.values()) for row in rows])
