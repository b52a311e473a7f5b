"""The consumer `alert_decisions`: takes note where people ended an alert by decision.

Reads the service's own log. Its condition may still hold; it must not open the same alert again, and the file of the
alert is closed when its time to be reopened is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from services.notify import conditions
from services.notify.deadlines import closing
from services.notify.domain.condition import dismiss
from services.notify.domain.rule import Rule
from services.notify.tables import NOTIFY
from services.notify.turns import CONDITIONS, take_turn
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent


class AlertDecisions:
    """Brings decisions back to the conditions."""

    name = "alert_decisions"
    version = 1
    sources = ("notify",)
    tables = NOTIFY
    #: It changes what the policy keeps, which cannot be built anew.
    rebuildable = False

    def __init__(self, rules: Mapping[str, Rule], *, on_change: Callable[[], None] = lambda: None) -> None:
        """Take the rules, and what to call when an alert has changed."""
        self._rules = rules
        self._on_change = on_change

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Dismiss what was ended by decision."""
        ended = [event for event in events if event.type == "qms.alert.resolved" and event.data["how"] == "manual"]
        if not ended:
            return ()
        take_turn(connection, CONDITIONS)
        known = conditions.of_alerts(connection, (event.subject for event in ended))
        by_alert = {condition.alert_id: row_id for row_id, condition in known.items()}
        changed, wanted = {}, []
        for event in ended:
            row_id = by_alert.get(event.subject)
            if row_id is None:
                continue
            condition = known[row_id]
            if condition.severity:
                dismiss(condition, event.day)
                changed[row_id] = condition
            rule = self._rules.get(condition.rule)
            if rule:
                wanted.append(closing(rule, row_id, event.subject, event.day, event.source))
        conditions.save(connection, changed)
        conditions.drop_escalations(connection, sorted(changed))
        conditions.set_deadlines(connection, {item.id: item for item in wanted}.values())
        return ()

    def committed(self, events: Sequence[RecordedEvent]) -> None:
        """Ring where alerts have changed."""
        if any(event.aggregate == "alert" for event in events):
            self._on_change()
