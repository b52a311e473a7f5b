"""The consumer `alert_register`: the alerts as they stand, for lists and for the scheduler's checks.

Reads the service's own log only. The full history of an alert is in the log itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from services.notify import alert_rows
from services.notify.tables import NOTIFY, alerts
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent


class AlertRegister:
    """Keeps one row per alert."""

    name = "alert_register"
    version = 1
    sources = ("notify",)
    tables = NOTIFY
    #: Of the service's tables, what a rebuild may empty.
    own_tables = (alerts,)

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Bring the rows of the alerts of these events up to date."""
        own = [event for event in events if event.aggregate == "alert"]
        rows = alert_rows.load(connection, alerts, (event.subject for event in own))
        for event in own:
            alert_rows.take(rows, event)
        alert_rows.save(connection, alerts, rows.values())
        return ()
