"""The oversight views on a fresh SQLite file, filled event by event; every log promises to be complete."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from services.inspection.projections import OversightViews
from shared.database.engine import open_database
from shared.database.schema import ensure_tables
from shared.eventstore.records import RecordedEvent
from shared.eventstore.tables import KERNEL, subscriptions
from shared.testing.recorded import at


class FreshViews:
    def __init__(self, directory: Path) -> None:
        self.database = open_database(f"sqlite:///{directory}/views.db")
        self.consumer = OversightViews()

        def create(connection) -> None:
            ensure_tables(connection, KERNEL)
            ensure_tables(connection, self.consumer.tables)
            key = {
                "consumer": "oversight",
                "version": self.consumer.version,
                "partition": 0,
                "epoch": "e",
                "position": 0,
            }
            rows = [{**key, "source": name, "recorded_at": at("2040-01-01")} for name in self.consumer.sources]
            connection.execute(subscriptions.insert(), rows)

        self.database.write(create)

    def apply(self, events: list[RecordedEvent], order: Iterable[str] = ()) -> None:
        """Apply events, one log after the other."""
        for service in order or self.consumer.sources:
            batch = [event for event in events if event.service == service]
            if batch:
                self.database.write(lambda connection, batch=batch: self.consumer.apply(connection, batch))
