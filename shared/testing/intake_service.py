"""One service's intake in this process: real log and quarantine, the real writer in a thread; no nameko, no HTTP.

For tests of what intake does over time: the clock is the test's, and the process can be "started again" on the same database.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Mapping
from typing import Any

import orjson

from shared import clock
from shared.database.schema import ensure_tables
from shared.eventstore.records import RecordedEvent
from shared.intake.items import Item
from shared.intake.overdue import OverdueWatch
from shared.registry.projection import RegistryProjection
from shared.service.assembly import build
from shared.service.settings import Settings
from shared.service.spec import ServiceSpec
from shared.testing.new_events import ManualClock
from shared.testing.recorded import RecordedLogs


class IntakeService:
    """A running intake; `stop` it."""

    def __init__(self, service: str, database_url: str, *, time: ManualClock | None = None, **settings: Any) -> None:
        """Start on a database, new or used before."""
        self.time = time or ManualClock(clock.from_rfc3339("2026-03-02T08:00:00+07:00"))
        domain = importlib.import_module(f"services.{service}.domain")
        given = Settings(service, database_url, **settings)
        self.context = build(given, ServiceSpec(service, domain.AGGREGATES), time=self.time)
        self.watch = OverdueWatch(
            self.context.store, self.context.committer, self.time, days=self.context.settings.waiting_days
        )
        self._logs = RecordedLogs()
        self._registry = RegistryProjection(self.context.registry, self.context.committer.on_arrival)
        self.context.database.write(lambda connection: ensure_tables(connection, self._registry.tables))
        self._writer = threading.Thread(target=self.context.committer.run, daemon=True)
        self._writer.start()

    def stop(self) -> None:
        """Finish what is queued and close the database."""
        self.context.committer.stop()
        self._writer.join(10)
        self.context.database.close()

    def register(self, *agency_ids: str, **fields: Any) -> None:
        """Let agencies be known, as if their registration had been read from the registry's log (`parent_id` and others)."""
        events = [self._logs.agency(agency_id, **fields) for agency_id in agency_ids]
        self.context.database.write(lambda connection: self._registry.apply(connection, events))
        self._registry.committed(events)

    def push(self, *events: Mapping[str, Any], asserter: str = "staff") -> list[Item]:
        """Push a batch as an agency or as staff; every event must be well formed."""
        items = [
            Item(dict(event), orjson.dumps(event, option=orjson.OPT_SORT_KEYS), asserter, self.time())
            for event in events
        ]
        for item in items:
            refusal = self.context.validator.check(item.event)
            assert refusal is None, refusal
            self.context.acceptance.identify(item)
        self.context.admission.admit(items)
        return self.context.committer.submit(items)

    def log(self) -> list[RecordedEvent]:
        """Return all recorded events."""
        return self.context.store.read(0, 100_000)
