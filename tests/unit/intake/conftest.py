"""A `documents` intake without a kernel around it: in-memory log, registry of three agencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from services.documents.domain import AGGREGATES
from shared import clock
from shared.contracts.catalogue import load
from shared.eventstore.memory import MemoryEventStore
from shared.intake.acceptance import Acceptance
from shared.intake.admission import Admission
from shared.intake.items import Item
from shared.registry import ancestry
from shared.registry.inheritance import Inheritance, Thing
from shared.registry.record import AgencyRecord

NOW = clock.from_rfc3339("2026-06-01T08:00:00+07:00")


class Registry:
    """Three agencies: the province, its department, and one that ended in 2025."""

    def __init__(self) -> None:
        first = clock.day_of("2010-01-01")
        self.decided: dict[Thing, list[Inheritance]] = {}
        self.records = {
            "P": AgencyRecord("P", "provincial_pc", "province", first),
            "D": AgencyRecord("D", "provincial_department", "province", first, parents=[[first, "P"]]),
            "OLD": AgencyRecord(
                "OLD", "district_pc", "district", first, clock.day_of("2025-07-01"), "level_abolished", ["P"]
            ),
        }

    def agencies(self, ids: Any) -> dict[str, AgencyRecord]:
        return {key: self.records[key] for key in ids if key in self.records}

    def with_related(self, _ids: Any) -> dict[str, AgencyRecord]:
        return self.records

    def catch_up(self) -> bool:
        return False

    def inheritances(self, things: Any) -> dict[Thing, list[Inheritance]]:
        return {thing: self.decided[thing] for thing in things if thing in self.decided}

    def is_at_or_above(self, above: str, agency_id: str, day: int) -> bool:
        return ancestry.is_at_or_above(self.records, above, agency_id, day)


class Intake:
    """Pushes events and returns the items."""

    def __init__(self) -> None:
        self.store = MemoryEventStore("documents")
        self.registry = Registry()
        self.acceptance = Acceptance(AGGREGATES, load())
        self.admission = Admission(self.registry, lambda: NOW)  # type: ignore[arg-type]

    def item(self, event: Mapping[str, Any], asserter: str = "staff") -> Item:
        item = Item(dict(event), orjson.dumps(event, option=orjson.OPT_SORT_KEYS), asserter, NOW)
        self.acceptance.identify(item)
        return item

    def push(self, *events: Mapping[str, Any], asserter: str = "staff") -> list[Item]:
        items = [self.item(event, asserter) for event in events]
        self.admission.admit(items)
        self.store.transact(lambda tx: self.acceptance.accept(tx, items))
        return items


@pytest.fixture
def intake() -> Intake:
    return Intake()


def event(
    name: str, subject: str, data: Mapping[str, Any], *, on: str, source: str = "D", **more: Any
) -> dict[str, Any]:
    """Return a CloudEvent of a day at 08:00; `name` is `aggregate.event`."""
    return {
        "specversion": "1.0",
        "id": more.pop("event_id", f"{name}:{subject}:{on}"),
        "source": f"/agencies/{source}",
        "type": f"qms.{name}",
        "subject": subject,
        "time": f"{on}T08:00:00+07:00",
        "data": dict(data),
        **more,
    }


def example(name: str) -> dict[str, Any]:
    """Return the catalogue's example data of a type given as `aggregate.event`."""
    return dict(load()[f"qms.{name}"].example)
