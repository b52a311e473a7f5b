"""The registry follows corrections and retractions, in every service's copy and in the views as known at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.inspection.agencies import RegistryViews
from services.inspection.projections import VERSION, OversightViews
from services.inspection.tables import oversight_tables
from shared import clock
from shared.database.engine import open_database
from shared.database.schema import ensure_tables
from shared.eventstore.tables import KERNEL
from shared.registry.copy import RegistryCopy
from shared.registry.projection import RegistryProjection
from shared.registry.record import AgencyRecord
from shared.testing.recorded import RecordedLogs

ENDED = {"how": "dissolved", "effective": "2025-07-01", "successors": []}
TODAY = clock.day_of("2026-01-01")


class Registry:
    """A copy and the views on one database, and the log that both read."""

    def __init__(self, url: str) -> None:
        self.database = open_database(url)
        self.copy = RegistryCopy(self.database)
        self.projection = RegistryProjection(self.copy)
        self.views = OversightViews()
        for tables in (KERNEL, self.projection.tables, self.views.tables):
            self.database.write(lambda connection, tables=tables: ensure_tables(connection, tables))
        self.known = RegistryViews(oversight_tables(VERSION))
        self.logs = RecordedLogs()
        self.read = 0

    def told(self) -> AgencyRecord | None:
        """Read what was told since, and return the copy's record of the agency."""
        new, self.read = self.logs.events[self.read :], len(self.logs.events)
        for consumer in (self.projection, self.views):
            self.database.write(lambda connection, consumer=consumer: consumer.apply(connection, new))
        self.projection.committed(new)
        return self.copy.agencies(["X"]).get("X")

    def seen(self, known_at: int | None = None) -> Any:
        """Return the record of the views, as known at an instant."""
        at = known_at or self.logs.events[-1].recorded_at
        snapshot = self.database.read(lambda connection: self.known.snapshot(connection, TODAY, at))
        return snapshot.records.get("X")


@pytest.fixture
def registry(database_url: str) -> Iterator[Registry]:
    running = Registry(database_url)
    yield running
    running.database.close()


def test_an_end_that_is_retracted_never_was(registry):
    registry.logs.agency("X")
    ended = registry.logs.add("agency.ended", "X", "X", ENDED, on="2025-06-20")
    assert not registry.told().live_on(TODAY)
    assert registry.seen().ended_on == clock.day_of("2025-07-01")
    registry.logs.add("agency.retracted", "X", "X", {"reason": "Nhập nhầm"}, on="2025-07-02", corrects=ended.event_id)
    assert registry.told().live_on(TODAY)
    assert registry.seen().ended_on is None
    # As it was known before the retraction, it had ended.
    assert registry.seen(ended.recorded_at).ended_on == clock.day_of("2025-07-01")


def test_a_corrected_registration_takes_the_place_of_the_first(registry):
    first = registry.logs.agency("X", level="district", kind="district_pc")
    registry.logs.add(
        "agency.obligation_changed", "X", "X", {"to": "exempt", "effective": "2020-01-01"}, on="2020-01-01"
    )
    assert registry.told().level == "district"
    right = {**first.data, "level": "commune", "kind": "commune_pc", "name_vi": "Tên đúng"}
    registry.logs.add("agency.registered", "X", "X", right, on="2021-05-05", corrects=first.event_id)
    found = registry.told()
    assert (found.level, found.name_on(TODAY), found.obligation_on(TODAY)) == ("commune", "Tên đúng", "exempt")
    assert registry.seen().level == "commune"
    assert registry.seen(first.recorded_at).level == "district"


def test_an_agency_whose_registration_is_retracted_is_unknown_again(registry):
    first = registry.logs.agency("X")
    assert registry.told() is not None
    registry.logs.add("agency.retracted", "X", "X", {"reason": "Trùng"}, on="2021-05-05", corrects=first.event_id)
    assert registry.told() is None
    assert registry.seen() is None
    registry.logs.agency("X", since="2022-01-01")
    assert registry.told().valid_from == clock.day_of("2022-01-01")
    assert registry.seen().valid_from == clock.day_of("2022-01-01")
