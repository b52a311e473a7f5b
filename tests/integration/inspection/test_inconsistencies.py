"""From the logs of several services to what is said, listed and taken back, on both databases."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from services.inspection.figures import UnknownScopeError
from services.inspection.inconsistencies.case_files import case_files
from services.inspection.inconsistencies.judging import InconsistencyJudge
from services.inspection.inconsistencies.listing import inconsistencies, open_by_agency
from services.inspection.inconsistencies.projection import Inconsistencies
from services.inspection.obligations.projection import ObligationViews
from services.inspection.projections import OversightViews
from shared import clock, turns
from shared.database import bulk
from shared.database.bulk import fetch_rows, upsert_rows
from shared.eventstore.tables import derived_events, subscriptions
from shared.messaging.consumer import ensure_all_tables
from shared.testing.intake_service import IntakeService
from shared.testing.new_events import ManualClock
from shared.testing.recorded import RecordedLogs, at
from shared.turns import waited_for

DECLARED = {"declared_on": "2026-03-20"}


class Country:
    """The consumers of `inspection` on logs told by hand, and its own log for what follows."""

    def __init__(self, url: str) -> None:
        self.intake = IntakeService("inspection", url, time=ManualClock(at("2026-06-01")))
        self.database = self.intake.context.database
        self.consumers = (Inconsistencies(), ObligationViews(), OversightViews())
        for consumer in self.consumers:
            self.database.write(lambda connection, consumer=consumer: ensure_all_tables(connection, consumer))
        self.judge = InconsistencyJudge(self.intake.context.store, self.intake.context.committer)
        self.logs = RecordedLogs()
        self.taken = self.own = 0

    def read(self, until: int) -> None:
        """Let the consumers read all that was told, and promise that nothing older comes."""
        new, self.taken = self.logs.events[self.taken :], len(self.logs.events)
        for service in ("inspection", "documents", "audit"):
            self._apply([event for event in new if event.service == service])
        stands = [
            (consumer.name, consumer.version, source, 0, "e", 1, until)
            for consumer in self.consumers
            for source in consumer.sources
        ]
        columns = ("consumer", "version", "source", "partition", "epoch", "position", "recorded_at")
        self.database.write(lambda connection: upsert_rows(connection, subscriptions, columns[:4], columns, stands))

    def _apply(self, events: list[Any]) -> None:
        for consumer in self.consumers:
            self.database.write(lambda connection, consumer=consumer: consumer.apply(connection, events))

    def judged(self) -> list[str]:
        """Judge, and return the names of what was published; the views read it too."""
        before = self.own
        while self.judge.judge():
            pass
        deadline = time.monotonic() + 10
        while self.database.read(lambda connection: connection.execute(select(derived_events.c.seq)).first()):
            assert time.monotonic() < deadline, "what was found was not appended"
            time.sleep(0.01)
        self.own = self.intake.context.store.head().position
        new = [event for event in self.intake.log() if event.position > before]
        # The views' inbox holds the told log's events under the same numbers: the own log's go behind them.
        views = self.consumers[2]
        moved = [_moved(event) for event in new]
        self.database.write(lambda connection: views.apply(connection, moved))
        return [event.name for event in new]

    def listed(self, as_of: str, known_at: int | None = None, scope: str | None = None) -> list[tuple[str, str | None]]:
        listed = self.database.read(
            lambda connection: inconsistencies(connection, scope, clock.day_of(as_of), known_at)
        )
        return [(one.kind, one.ended_on) for one in listed.found]


def _moved(event: Any) -> Any:
    return replace(event, position=event.position + 1_000_000)


@pytest.fixture
def country(database_url: str) -> Iterator[Country]:
    running = Country(database_url)
    running.logs.agency("xa-1")
    running.logs.agency("xa-2")
    yield running
    running.intake.stop()


def declare(country: Country) -> None:
    add = country.logs.add
    add("declaration.applied", "xa-1", "iso", {}, on="2025-06-01")
    add("management_review.held", "xa-1", "XX-1", {"held_on": "2026-02-10"}, on="2026-02-10")
    add("declaration.declared", "xa-1", "iso", DECLARED, on="2026-03-20")


FAR = at("2026-06-02")


def test_nothing_is_said_before_all_logs_have_been_read_that_far(country):
    declare(country)
    country.read(at("2026-03-20", 8))
    assert country.judged() == []
    country.logs.add("audit.completed", "xa-1", "DG-1", {"completed_on": "2026-01-15"}, on="2026-01-15")
    country.read(FAR)
    assert country.judged() == []


def test_it_is_found_listed_ended_and_taken_back_when_late_facts_show_otherwise(country):
    declare(country)
    country.read(FAR)
    assert country.judged() == ["found"]
    assert country.judged() == []
    assert country.listed("2026-05-01") == [("declared_without_audit", None)]
    assert country.listed("2026-03-19") == []
    assert country.listed("2026-05-01", scope="xa-2") == []
    held = country.database.read(lambda connection: open_by_agency(connection, clock.day_of("2026-05-01"), FAR))
    assert held == {"xa-1": 1}
    (event,) = country.intake.log()
    assert event.source == "xa-1"
    assert event.provenance == "derived"
    known = event.recorded_at
    country.logs.add("audit.completed", "xa-1", "DG-2", {"completed_on": "2026-04-15"}, on="2026-04-15")
    country.read(FAR)
    assert country.judged() == ["ended"]
    assert country.listed("2026-05-01") == [("declared_without_audit", "2026-04-15")]
    assert country.listed("2026-04-10") == [("declared_without_audit", None)]
    late = country.logs.add(
        "audit.completed", "xa-1", "DG-1", {"completed_on": "2026-01-15"}, on="2026-01-15", known="2026-05-20"
    )
    country.read(FAR)
    assert country.judged() == ["retracted", "retracted"]
    assert country.listed("2026-05-01") == []
    # What was known before stays known before.
    assert country.listed("2026-05-01", known) == [("declared_without_audit", None)]
    country.logs.add(
        "audit.retracted", "xa-1", "DG-1", {"reason": "Nhập nhầm"}, on="2026-05-25", corrects=late.event_id
    )
    country.read(FAR)
    assert country.judged() == ["found", "ended"]


def test_later_facts_of_an_agency_without_open_findings_are_not_looked_at(country):
    declare(country)
    country.logs.add("audit.completed", "xa-1", "DG-1", {"completed_on": "2026-01-15"}, on="2026-01-15")
    country.read(FAR)
    assert country.judge.judge() == 1
    country.logs.add(
        "nonconformity.raised", "xa-1", "K", {"class": "major_nc", "raised_on": "2026-05-01"}, on="2026-05-01"
    )
    country.read(FAR)
    assert country.judge.judge() == 0


def test_a_dissolved_agency_is_judged_on_the_day_it_ends(country):
    raised = {"class": "minor_nc", "raised_on": "2026-05-02", "statement": "Thiếu phiếu hẹn", "source": "process"}
    country.logs.add("nonconformity.raised", "xa-2", "K-1", raised, on="2026-05-02")
    ended = {"how": "dissolved", "effective": "2026-05-20", "successors": []}
    country.logs.add("agency.ended", "xa-2", "xa-2", ended, on="2026-05-10")
    country.read(at("2026-05-11"))
    assert country.judged() == []
    country.read(FAR)
    assert country.judged() == ["found"]
    assert country.listed("2026-05-30") == [("ended_with_open_obligations", None)]


def test_a_public_procedure_that_a_declaration_leaves_out_is_found_and_ends_when_the_agency_above_abolishes_it(country):
    add = country.logs.add
    country.logs.agency("tinh", kind="provincial_pc", level="province")
    country.logs.agency("xa-3", parent_id="tinh")
    entry = {"name": "Chứng thực bản sao", "levels": ["commune"]}
    for code in ("T-1", "T-2"):
        add("tthc.published", "tinh", code, entry, on="2020-01-01")
    add("procedure.drafted", "xa-3", "QT-1", {"tthc_code": "T-1"}, on="2021-01-04")
    for kind, subject in (("audit.completed", "DG-1"), ("management_review.held", "XX-1")):
        day = "completed_on" if kind.startswith("audit") else "held_on"
        add(kind, "xa-3", subject, {day: "2026-02-10"}, on="2026-02-10")
    listed = {**DECLARED, "procedure_revisions": [{"procedure_id": "QT-1"}]}
    add("declaration.declared", "xa-3", "iso", listed, on="2026-03-20")
    country.read(FAR)
    assert country.judged() == ["found"]
    assert country.listed("2026-05-01", scope="xa-3") == [("declared_omitting_tthc", None)]
    # Another one is nothing to it.
    add("tthc.published", "tinh", "T-3", entry, on="2026-04-01")
    country.read(FAR)
    assert country.judge.judge() == 0
    add("tthc.abolished", "tinh", "T-2", {"effective_from": "2026-04-20"}, on="2026-04-10")
    country.read(FAR)
    assert country.judged() == ["ended"]
    assert country.listed("2026-05-01", scope="tinh") == [("declared_omitting_tthc", "2026-04-20")]
    # Late news of one that was live on the day.
    add("tthc.published", "tinh", "T-4", {**entry, "effective_from": "2026-01-01"}, on="2026-01-01", known="2026-05-20")
    country.read(FAR)
    assert country.judged() == ["retracted"]
    assert country.listed("2026-05-30", scope="xa-3") == [("declared_omitting_tthc", None)]


def test_judging_lets_those_go_ahead_who_are_waited_for_but_where_they_wait_for_its_transaction(country, monkeypatch):
    given = []
    monkeypatch.setattr(turns, "SMALL_SLICE", 0.0)
    monkeypatch.setattr(turns, "_give_way", given.append)
    declare(country)
    country.read(FAR)
    with waited_for():
        assert country.judge.judge() == 1
    assert any(seconds > 0 for seconds in given) == (country.database.dialect == "postgresql")


def test_an_unknown_scope_is_told(country):
    country.read(FAR)
    with pytest.raises(UnknownScopeError):
        country.listed("2026-05-01", scope="khong-co")


def test_a_page_of_agencies_takes_no_more_statements_than_one(country, monkeypatch):
    """Judging agency by agency held the rows that the consumer waits for, for hundreds of round trips."""
    many = [f"xa-{number}" for number in range(3, 40)]
    for agency in many:
        country.logs.agency(agency)
        country.logs.add("declaration.declared", agency, "iso", DECLARED, on="2026-03-20")
    country.read(FAR)
    asked: list[str] = []
    monkeypatch.setattr(bulk, "fetch_rows", lambda *given: asked.append(given[1]) or fetch_rows(*given))

    def statements(agencies: list[str]) -> int:
        del asked[:]
        files = country.database.read(lambda connection: list(case_files(connection, agencies)))
        assert [(file.agency_id, len(file.known)) for file in files] == [(agency, 2) for agency in agencies]
        return len(asked)

    assert statements(many) == statements(many[:1]) > 0
    assert country.judged() == ["found"] * 2 * len(many)
