"""The oversight views on a fresh database, fed from logs built by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, insert

from services.inspection.projections import OversightViews
from shared.database.engine import Database, open_database
from shared.database.schema import ensure_tables
from shared.eventstore.tables import KERNEL, subscriptions
from shared.testing.recorded import RecordedLogs, at


class Views:
    """The views of a database, and the logs they are fed from."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.logs = RecordedLogs()
        self.consumer = OversightViews()
        self.database.write(self._create)
        self._applied = 0

    def _create(self, connection) -> None:
        ensure_tables(connection, KERNEL)
        ensure_tables(connection, self.consumer.tables)

    def catch_up(self, *, batch: int = 100, until: str = "2030-01-01") -> None:
        """Apply what is new in the logs; every log promises to be complete up to a day."""
        new = self.logs.events[self._applied :]
        self._applied = len(self.logs.events)
        for service in self.consumer.sources:
            events = [event for event in new if event.service == service]
            for start in range(0, len(events), batch):
                part = events[start : start + batch]
                self.database.write(lambda connection, part=part: self.consumer.apply(connection, part))
        self.promise(at(until))

    def promise(self, recorded_at: int, service: str | None = None) -> None:
        """Say up to when each log (or one) is complete."""
        for source in (service,) if service else self.consumer.sources:
            key = {"consumer": self.consumer.name, "version": self.consumer.version, "source": source, "partition": 0}
            row = {**key, "epoch": "e", "position": len(self.logs.of(source)), "recorded_at": recorded_at}

            def work(connection, source=source, row=row) -> None:
                connection.execute(delete(subscriptions).where(subscriptions.c.source == source))
                connection.execute(insert(subscriptions), [row])

            self.database.write(work)

    def read(self, work, /, *arguments, **options):
        """Run a query function in a reading transaction."""
        return self.database.read(lambda connection: work(connection, *arguments, **options))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def views(database: Database) -> Views:
    return Views(database)
