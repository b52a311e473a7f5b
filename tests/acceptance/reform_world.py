"""The registry's rules on a log in memory, and the view of obligations on SQLite: for reorganisations of any size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson

from services.inspection.domain import AGGREGATES
from services.inspection.obligations.checklist import Checklist, checklist, open_with, reorganisation
from services.inspection.obligations.projection import ObligationViews
from shared import clock
from shared.contracts.catalogue import load
from shared.database.engine import Database
from shared.database.schema import ensure_tables
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.records import RecordedEvent
from shared.eventstore.tables import KERNEL
from shared.intake.acceptance import Acceptance
from shared.intake.items import Item
from shared.testing.recorded import RecordedLogs

BATCH = 1000

#: A fact that opens a thing of each kind, before the reform: event, fields.
OPENINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "nc": ("nonconformity.raised", {"class": "minor", "statement": "Chưa cập nhật biểu mẫu"}),
    "action": ("action.planned", {"what": "Cập nhật biểu mẫu", "due_on": "2025-09-30"}),
    "procedure": ("procedure.issued", {"code": "QT-07", "edition": 1, "revision": 0, "effective_from": "2025-03-01"}),
    "declaration": ("declaration.declared", {"decision_no": "12/QĐ-UBND", "declared_on": "2025-03-01"}),
    "target": ("target.set", {"milestones": [{"date": "2025-12-31", "value": 1}]}),
    "report_duty": ("periodic_report.opened", {"template_version": "qd19-year.1", "due_on": "2025-12-15"}),
}
#: A fact that closes such a thing.
CLOSINGS = {
    "nc": "nonconformity.closed",
    "action": "action.done",
    "procedure": "procedure.withdrawn",
    "declaration": "declaration.rescinded",
    "target": "target.withdrawn",
    "report_duty": "periodic_report.submitted",
}
BODY = "so-khcn-kiem-tra"


class Registry:
    """Decides events of the `inspection` service, and keeps the view of obligations up to date."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.store = MemoryEventStore("inspection")
        self.acceptance = Acceptance(AGGREGATES, load())
        self.views = ObligationViews()
        self.logs = RecordedLogs()
        self.position = 0
        #: Results of what was pushed last, by status or code.
        self.results: Counter[str] = Counter()
        self.refusals: list[Any] = []
        database.write(self._create)

    def _create(self, connection: Any) -> None:
        ensure_tables(connection, KERNEL)
        ensure_tables(connection, self.views.tables)

    def push(self, events: Iterable[dict[str, Any]]) -> Counter[str]:
        """Decide events in batches, feed the view with what was accepted, and return the results."""
        self.results = Counter()
        batch: list[Item] = []
        for event in events:
            item = Item(event, orjson.dumps(event), "staff", clock.from_rfc3339(event["time"]))
            self.acceptance.identify(item)
            batch.append(item)
            if len(batch) == BATCH:
                self._decide(batch)
                batch = []
        self._decide(batch)
        self._feed()
        return self.results

    def _decide(self, items: list[Item]) -> None:
        self.store.transact(lambda tx: self.acceptance.accept(tx, items))
        for item in items:
            self.results[item.refusal.code if item.refusal else str(item.status)] += 1
            if item.refusal:
                self.refusals.append(item)

    def _feed(self) -> None:
        events = self.store.read(self.position, 100_000)
        self.position = events[-1].position if events else self.position
        self.apply(events)

    def apply(self, events: list[RecordedEvent]) -> None:
        """Feed the view with events of a log."""
        for start in range(0, len(events), BATCH):
            part = events[start : start + BATCH]
            self.database.write(lambda connection, part=part: self.views.apply(connection, part))

    def open(self, kind: str, agency: str, number: int = 0, on: str = "2025-04-01") -> None:
        """Let an agency have an open thing; the view learns of it by `learn`."""
        subject = f"{kind}-{number}"
        if kind == "recommendation":
            data = {"text": "Tổ chức đánh giá nội bộ", "due_on": "2025-12-31"}
            self.logs.add("recommendation.issued", BODY, f"{agency}-{subject}", data, on=on, agency=agency)
            return
        name, data = OPENINGS[kind]
        self.logs.add(name, agency, subject, data, on=on)

    def close(self, kind: str, agency: str, number: int = 0, on: str = "2025-05-01") -> None:
        """Let a thing be closed."""
        self.logs.add(CLOSINGS[kind], agency, f"{kind}-{number}", {}, on=on)

    def learn(self) -> None:
        """Feed the view with what the other services' logs say by now."""
        events, self.logs.events = self.logs.events, []
        self.apply(events)

    def checklist(self, subject: str) -> Checklist:
        """Return the checklist of a reorganisation."""

        def read(connection: Any) -> Checklist:
            found = reorganisation(connection, subject)
            assert found is not None
            return checklist(connection, found)

        return self.database.read(read)

    def open_with(self, agencies: Iterable[str], day: str) -> dict[str, int]:
        """Return by kind what agencies have open at the end of a day."""
        named = set(agencies)
        return self.database.read(lambda connection: open_with(connection, named, clock.day_of(day)))
