"""The staleness policy on both databases: what it derives, in whatever order and portions facts come."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import permutations

import pytest

from services.documents.policies import StalenessPolicy
from shared import clock
from shared.contracts.catalogue import load
from shared.database.engine import Database, open_database
from shared.eventsourcing.derived import DerivedEvent
from shared.eventsourcing.facts import Fact
from shared.testing.world import fact

T1 = "61/2018/NĐ-CP|Chính phủ|2018-04-23"
T2 = "118/2025/NĐ-CP|Chính phủ|2025-06-09"
CITES_T1 = [{"legal_text_id": T1, "articles": ["Điều 17"]}]
CITES_T2 = [{"legal_text_id": T2}]
AGENCY = "ubnd-thanh-son"


def procedure(event: str, on: str, *, subject: str = "qt-07", source: str = AGENCY, **data: object) -> Fact:
    event_id = f"{event}:{subject}:{on}"
    return fact(f"procedure.{event}", subject, data, on=on, source=source, event_id=event_id)


def text(event: str, on: str, effective: str, **data: object) -> Fact:
    data = {"by": T2, "effective_from": effective, **data}
    return fact(f"legal_text.{event}", T1, data, on=on, source="vpcp", event_id=f"{event}:{on}")


DRAFTED = procedure("drafted", "2020-05-01", legal_basis=CITES_T1)
ISSUED = procedure("issued", "2020-06-01", edition=1, revision=1, effective_from="2020-06-15")
REPLACED = text("replaced", "2026-02-01", "2026-03-01")
REVISED = procedure("revised", "2026-04-16", effective_from="2026-04-20", legal_basis=CITES_T2)
REVIEWED = procedure("reviewed_no_change", "2026-02-20", legal_text_id=T2)


class Running:
    """The policy on a database, with all that it derived so far."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.derived: list[DerivedEvent] = []

    def take(self, *events: Fact) -> list[tuple[str, str]]:
        """Apply one batch; return what came of it as (event, day)."""
        new = self.database.write(lambda connection: StalenessPolicy().apply(connection, events))
        self.derived += new
        return [_told(event) for event in new]

    def outcome(self) -> dict[tuple[str, str], tuple[str, str | None]]:
        """Return per agency and change since when its procedure is stale and when that was cleared, as last said."""
        found: dict[tuple[str, str], tuple[str, str | None]] = {}
        for event in self.derived:
            key = (event.source, event.data["change"]["id"].partition(":")[0])
            if event.type.endswith("flagged_stale"):
                found[key] = (event.data["since"], None)
            else:
                found[key] = (found[key][0], event.data["cleared_on"])
        return found


def _told(event: DerivedEvent) -> tuple[str, str]:
    name = event.type.rpartition(".")[2]
    return name, event.data.get("since") or event.data["cleared_on"]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    database.write(StalenessPolicy.tables.create_all)
    yield database
    database.close()


@pytest.fixture
def running(database: Database) -> Running:
    return Running(database)


def test_worked_example_1_is_flagged_at_the_change_and_cleared_by_the_revision(running):
    assert running.take(DRAFTED, ISSUED) == []
    assert running.take(REPLACED) == [("flagged_stale", "2026-03-01")]
    assert running.take(REVISED) == [("staleness_cleared", "2026-04-20")]
    flagged, cleared = running.derived
    assert flagged.data == {
        "legal_text_id": T1,
        "cause": "replaced",
        "change": {"source": "vpcp", "id": "replaced:2026-02-01"},
        "announced_on": "2026-02-01",
        "since": "2026-03-01",
        "due_on": "2026-03-31",
    }
    assert cleared.data["lead_time_days"] == 50
    assert cleared.data["by"] == "revised"
    assert (flagged.source, flagged.subject) == (AGENCY, "qt-07")
    assert flagged.occurred_at == REPLACED.occurred_at
    assert flagged.causation == ("vpcp", "replaced:2026-02-01")
    assert cleared.causation == (AGENCY, REVISED.event_id)


def test_what_does_not_bear_on_staleness_is_passed_over(running):
    running.take(DRAFTED, ISSUED)
    assert running.take(procedure("published", "2026-03-01", channel="website")) == []
    assert running.take(fact("declaration.applied", "qms", {}, on="2026-03-01", source=AGENCY)) == []


def test_worked_example_1_variant_a_review_ahead_of_the_law_clears_before_the_flag_counts(running):
    running.take(DRAFTED, ISSUED, REPLACED)
    assert running.take(REVIEWED) == [("staleness_cleared", "2026-02-20")]
    assert running.derived[-1].data["lead_time_days"] == -9
    assert running.derived[-1].data["by"] == "reviewed_no_change"


def test_a_change_that_comes_after_its_review_flags_nothing(running):
    assert running.take(DRAFTED, ISSUED, REVIEWED, REPLACED) == []


def test_a_change_that_comes_after_its_revision_tells_how_long_the_procedure_was_stale(running):
    derived = running.take(DRAFTED, ISSUED, REVISED, REPLACED)
    assert derived == [("flagged_stale", "2026-03-01"), ("staleness_cleared", "2026-04-20")]


def test_a_procedure_issued_later_on_a_changed_text_is_flagged_and_on_the_new_text_is_not(running):
    running.take(REPLACED)
    old = procedure("drafted", "2026-05-01", subject="qt-08", legal_basis=CITES_T1)
    new = procedure("drafted", "2026-05-01", subject="qt-09", legal_basis=CITES_T2)
    assert running.take(old, new) == []
    issued = [
        procedure("issued", "2026-05-05", subject=name, effective_from="2026-05-10") for name in ("qt-08", "qt-09")
    ]
    assert running.take(*issued) == [("flagged_stale", "2026-03-01")]
    assert running.derived[0].subject == "qt-08"
    assert running.derived[0].occurred_at == issued[0].occurred_at


def test_a_baseline_on_a_changed_text_is_flagged(running):
    running.take(REPLACED)
    assert running.take(procedure("baselined", "2026-05-01", legal_basis=CITES_T1)) == [("flagged_stale", "2026-03-01")]


def test_a_text_baselined_as_replaced_is_a_change(running):
    running.take(DRAFTED, ISSUED)
    baseline = text("baselined", "2026-05-01", "2018-06-21", status="replaced", state_since="2025-07-01", changed_by=T2)
    assert running.take(baseline) == [("flagged_stale", "2025-07-01")]
    unchanged = text("baselined", "2026-05-02", "2018-06-21", status="in_force", state_since="2018-06-21")
    assert running.take(unchanged) == []


def test_each_change_of_a_text_is_flagged_and_one_review_clears_all(running):
    running.take(DRAFTED, ISSUED, text("amended", "2021-12-06", "2021-12-06"), REPLACED)
    assert [told[0] for told in running.take(procedure("reviewed_no_change", "2026-03-10", legal_text_id=T1))] == [
        "staleness_cleared",
        "staleness_cleared",
    ]
    assert [event.data["lead_time_days"] for event in running.derived[-2:]] == [1555, 9]


def test_a_withdrawal_clears(running):
    running.take(DRAFTED, ISSUED, REPLACED)
    running.take(procedure("withdrawn", "2026-03-11", reason="Bãi bỏ"))
    assert running.derived[-1].data["by"] == "withdrawn"
    assert running.outcome() == {(AGENCY, "replaced"): ("2026-03-01", "2026-03-11")}


def test_a_late_review_moves_the_day_of_clearing_forward(running):
    running.take(DRAFTED, ISSUED, REPLACED, REVISED)
    assert running.take(procedure("reviewed_no_change", "2026-03-05", legal_text_id=T2)) == [
        ("staleness_cleared", "2026-03-05")
    ]
    assert len({event.event_id for event in running.derived}) == 3


def test_a_late_revision_that_had_left_the_text_before_clears_the_flag_once(running):
    running.take(DRAFTED, ISSUED, REPLACED)
    late = procedure("revised", "2025-01-10", effective_from="2025-01-15", legal_basis=[])
    assert running.take(late) == [("staleness_cleared", "2025-01-15")]
    assert running.take(procedure("revised", "2026-05-01", effective_from="2026-05-01")) == []


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_outcome_depends_neither_on_the_order_of_arrival_nor_on_the_portions(running, size):
    amended = text("amended", "2025-12-01", "2026-01-10")
    for number, order in enumerate(permutations([DRAFTED, ISSUED, REPLACED, REVISED, amended])):
        agency = f"agency-{number}"
        told = [_moved(event, agency) for event in order]
        for start in range(0, len(told), size):
            running.take(*told[start : start + size])
    agencies = [f"agency-{number}" for number in range(120)]
    expected = {"amended": ("2026-01-10", "2026-04-20"), "replaced": ("2026-03-01", "2026-04-20")}
    assert running.outcome() == {(agency, name): days for agency in agencies for name, days in expected.items()}


def _moved(event: Fact, agency: str) -> Fact:
    """Return the event for an agency and a pair of texts of its own."""
    swap = f"|{agency}|"

    def own(value):
        if isinstance(value, str):
            return value.replace("|Chính phủ|", swap)
        if isinstance(value, list):
            return [own(item) for item in value]
        return {key: own(item) for key, item in value.items()} if isinstance(value, dict) else value

    source = agency if event.aggregate == "procedure" else event.source
    day = clock.to_date(event.day).isoformat()
    return fact(
        f"{event.aggregate}.{event.name}",
        own(event.subject),
        own(dict(event.data)),
        on=day,
        source=source,
        event_id=f"{event.event_id}:{agency}",
    )


def test_the_events_derived_are_the_same_however_the_log_is_cut(tmp_path):
    log = [DRAFTED, ISSUED, REPLACED, REVIEWED, text("amended", "2021-12-06", "2021-12-06"), REVISED]
    told = []
    for size in (1, 2, 3, 6):
        database = open_database(f"sqlite:///{tmp_path / f'{size}.db'}")
        database.write(StalenessPolicy.tables.create_all)
        running = Running(database)
        for start in range(0, len(log), size):
            running.take(*log[start : start + size])
        database.close()
        told.append(running.derived)
    assert len(told[0]) == 4
    assert all(events == told[0] for events in told)


def test_what_is_derived_is_accepted_by_the_schemas(running):
    running.take(DRAFTED, ISSUED, REPLACED, REVISED)
    catalogue = load()
    assert len(running.derived) == 2
    for event in running.derived:
        catalogue[event.type].schema().load(dict(event.data))
        assert len(event.event_id) <= 128


def test_a_text_that_fifteen_thousand_procedures_cite_is_handled_in_one_go(running):
    count = 15_000
    baselines = [
        procedure("baselined", "2021-01-04", subject="qt-01", source=f"xa-{number}", legal_basis=CITES_T1)
        for number in range(count)
    ]
    for start in range(0, count, 500):
        running.take(*baselines[start : start + 500])
    before = time.monotonic()
    assert len(running.take(REPLACED)) == count
    assert time.monotonic() - before < 30
    assert len({(event.source, event.event_id) for event in running.derived}) == count
