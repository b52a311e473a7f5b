"""The audit: impartial team, findings that hold, a report that agrees, and every nonconformity on record."""

from __future__ import annotations

import pytest

from services.audit.domain import AGGREGATES
from shared.contracts.evidence import EVIDENCE_EXAMPLE
from shared.testing.world import World

LEAD = {"role": "lead", "person_ref": "dgv-01", "own_areas": ["van-phong"]}
PLANNED = {
    "kind": "internal",
    "scope": {"procedures": ["QT-07"], "divisions": ["phong-noi-vu"]},
    "criteria": ["TCVN ISO 9001:2015"],
    "planned_from": "2026-03-10",
    "planned_to": "2026-03-11",
    "team": [LEAD],
    "mandatory_items": ["7.5.3-a"],
}
FINDING = {
    "finding_id": "PH-1",
    "class": "minor_nc",
    "clause": "7.5.3",
    "statement": "Thiếu phiếu hẹn",
    "evidence": [EVIDENCE_EXAMPLE],
}
COMPLETED = {
    "completed_on": "2026-03-20",
    "nonconformities": [{"finding_id": "PH-1", "nonconformity_id": "KPH-1"}],
}
#: Data of the events of the main line.
LINE = {
    "planned": PLANNED,
    "rescheduled": {"planned_from": "2026-03-17", "planned_to": "2026-03-18", "reason": "Trùng đợt kiểm tra"},
    "postponed": {"reason": "Sắp xếp bộ máy"},
    "cancelled": {"reason": "Phòng đã giải thể"},
    "combined": {"into": "DG-2", "saved_person_days": 1.5},
    "checklist_answered": {"item": "7.5.3-a", "result": "partial"},
    "finding_recorded": FINDING,
    "reported": {"counts": {"minor_nc": 1}},
    "completed": COMPLETED,
}
TO_REPORT = ["planned", "notified", "started", "checklist_answered", "finding_recorded"]


@pytest.fixture
def world() -> World:
    """The service's rules with a second audit that is planned."""
    world = World(AGGREGATES)
    assert world.push("audit.planned", "DG-2", PLANNED) == "accepted"
    return world


def tell(world: World, event: str, subject: str = "DG-1", **change: object) -> str:
    return world.push(f"audit.{event}", subject, {**LINE.get(event, {}), **change}, on="2026-03-20")


def through(world: World, *events: str) -> None:
    for event in events:
        assert tell(world, event) == "accepted", event


def raise_nonconformity(world: World, nc: str = "KPH-1", **change: object) -> None:
    data = {
        "source": "internal_audit",
        "source_id": "DG-1",
        "finding_id": "PH-1",
        "class": "minor_nc",
        "clause": "7.5.3",
        "statement": "Thiếu phiếu hẹn",
        "raised_on": "2026-03-12",
        **change,
    }
    assert world.push("nonconformity.raised", nc, data, on="2026-03-12") == "accepted"


@pytest.mark.parametrize(
    ("events", "after"),
    [
        (["planned"], "planned"),
        (["planned", "notified"], "notified"),
        (["planned", "notified", "rescheduled"], "planned"),
        (["planned", "postponed"], "postponed"),
        (["planned", "postponed", "rescheduled"], "planned"),
        (["planned", "cancelled"], "cancelled"),
        (["planned", "postponed", "cancelled"], "cancelled"),
        (["planned", "combined"], "combined"),
        (["planned", "started"], "in_progress"),
        (["planned", "started", "cancelled"], "cancelled"),
        (TO_REPORT, "in_progress"),
        ([*TO_REPORT, "reported"], "reported"),
    ],
)
def test_the_line_of_states(world, events, after):
    through(world, *events)
    assert world.state("audit", "DG-1").status == after


@pytest.mark.parametrize(
    ("events", "event"),
    [
        (["planned"], "checklist_answered"),
        (["planned"], "finding_recorded"),
        (["planned"], "reported"),
        (["planned"], "completed"),
        (["planned", "notified"], "notified"),
        (["planned", "postponed"], "started"),
        (["planned", "started"], "started"),
        (["planned", "started"], "rescheduled"),
        (["planned", "started"], "combined"),
        (["planned", "started"], "postponed"),
        ([*TO_REPORT, "reported"], "rescheduled"),
        ([*TO_REPORT, "reported"], "cancelled"),
        ([*TO_REPORT, "reported"], "finding_recorded"),
        (["planned", "cancelled"], "started"),
        (["planned", "combined"], "cancelled"),
    ],
)
def test_an_event_out_of_order_is_refused(world, events, event):
    raise_nonconformity(world)
    through(world, *events)
    assert tell(world, event) == "TRANSITION_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"planned_to": "2026-03-09"}, "DATES_REVERSED", "/data/planned_to"),
        ({"team": [{**LEAD, "role": "auditor"}]}, "LEAD_AUDITOR_MISSING", "/data/team"),
        ({"team": [LEAD, {**LEAD, "own_areas": ["QT-07"]}]}, "AUDITS_OWN_WORK", "/data/team/1/own_areas"),
        ({"team": [{**LEAD, "own_areas": ["phong-noi-vu"]}]}, "AUDITS_OWN_WORK", "/data/team/0/own_areas"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(world, change, code, pointer):
    assert tell(world, "planned", **change) == code
    assert world.refusal.pointer == pointer


def test_an_observer_may_watch_the_own_work_being_audited(world):
    observer = {"role": "observer", "person_ref": "van-thu", "own_areas": ["QT-07"]}
    assert tell(world, "planned", team=[LEAD, observer]) == "accepted"


def test_new_dates_replace_the_planned_ones_and_the_first_are_kept(world):
    through(world, "planned", "rescheduled")
    state = world.state("audit", "DG-1")
    assert (state.planned_to, state.original_planned_to) == ("2026-03-18", "2026-03-11")
    assert tell(world, "rescheduled", planned_to="2026-03-16") == "DATES_REVERSED"


def test_an_audit_is_combined_with_another_that_has_yet_to_begin(world):
    through(world, "planned")
    assert tell(world, "combined", into="DG-9") == "waiting"
    assert tell(world, "combined", into="DG-1") == "OTHER_AUDIT_NOT_PLANNED"
    assert tell(world, "started", "DG-2") == "accepted"
    assert tell(world, "combined") == "OTHER_AUDIT_NOT_PLANNED"


def test_combining_with_another_agencys_audit_needs_its_consent(world):
    through(world, "planned")
    assert world.push("audit.planned", "DG-7", PLANNED, source="so-noi-vu") == "accepted"
    into = {"source": "/agencies/so-noi-vu", "id": "DG-7"}
    assert tell(world, "combined", into=into) == "CONSENT_MISSING"
    assert tell(world, "combined", into=into, consent="45/SNV-VP") == "accepted"
    assert world.state("audit", "DG-1").combined_into == "so-noi-vu/DG-7"


@pytest.mark.parametrize(
    ("without", "change", "code"),
    [
        ("clause", {}, "CLAUSE_MISSING"),
        ("clause", {"criterion": "Điều 17 NĐ 61/2018/NĐ-CP"}, "accepted"),
        ("evidence", {}, "EVIDENCE_MISSING"),
        ("evidence", {"class": "observation"}, "accepted"),
        ("clause", {"class": "good_practice"}, "accepted"),
        ("", {"standard_version": "TCVN ISO 9001:2009"}, "UNKNOWN_STANDARD_VERSION"),
        ("", {"clause": "11.2"}, "UNKNOWN_CLAUSE"),
        ("", {"clause": "10.2", "standard_version": "TCVN ISO 9001:2008"}, "UNKNOWN_CLAUSE"),
        ("", {"clause": "10.2", "standard_version": "TCVN ISO 9001:2015"}, "accepted"),
        ("", {"clause": "8.2.2", "standard_version": "TCVN ISO 9001:2008"}, "accepted"),
    ],
)
def test_a_nonconformity_found_needs_clause_and_evidence(world, without, change, code):
    through(world, "planned", "started")
    data = {name: value for name, value in FINDING.items() if name != without}
    assert world.push("audit.finding_recorded", "DG-1", {**data, **change}) == code


def test_a_finding_is_recorded_once(world):
    through(world, *TO_REPORT)
    assert tell(world, "finding_recorded") == "FINDING_EXISTS"


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ({"minor_nc": 1}, "accepted"),
        ({"minor_nc": 1, "major_nc": 0}, "accepted"),
        ({}, "COUNTS_DIFFER"),
        ({"minor_nc": 2}, "COUNTS_DIFFER"),
        ({"minor_nc": 1, "observation": 1}, "COUNTS_DIFFER"),
    ],
)
def test_the_report_counts_what_was_recorded(world, counts, code):
    through(world, *TO_REPORT)
    assert tell(world, "reported", counts=counts) == code


def test_mandatory_items_are_answered_before_the_report(world):
    through(world, "planned", "started")
    assert tell(world, "reported", counts={}) == "CHECKLIST_INCOMPLETE"
    assert "7.5.3-a" in world.refusal.hint.en


def test_completion_waits_for_the_nonconformity_it_names(world):
    through(world, *TO_REPORT, "reported")
    assert tell(world, "completed") == "waiting"
    raise_nonconformity(world)
    assert tell(world, "completed") == "accepted"
    assert world.state("audit", "DG-1").completed_on == "2026-03-20"


def test_completion_is_refused_while_a_nonconformity_was_not_raised(world):
    through(world, *TO_REPORT, "reported")
    assert tell(world, "completed", nonconformities=[]) == "NONCONFORMITY_NOT_RAISED"
    assert "PH-1" in world.refusal.hint.vi


@pytest.mark.parametrize("change", [{"source_id": "DG-2"}, {"finding_id": "PH-8"}])
def test_a_nonconformity_of_another_audit_does_not_count(world, change):
    through(world, *TO_REPORT, "reported")
    raise_nonconformity(world, **change)
    assert tell(world, "completed") == "NONCONFORMITY_OF_ANOTHER_AUDIT"


def test_several_findings_may_share_one_nonconformity(world):
    through(world, *TO_REPORT)
    assert tell(world, "finding_recorded", finding_id="PH-2") == "accepted"
    assert tell(world, "reported", counts={"minor_nc": 2}) == "accepted"
    raise_nonconformity(world)
    both = [{"finding_id": finding, "nonconformity_id": "KPH-1"} for finding in ("PH-1", "PH-2")]
    assert tell(world, "completed", nonconformities=both) == "accepted"


@pytest.mark.parametrize(("day", "code"), [("2026-03-21", "DATE_IN_FUTURE"), ("2026-03-01", "DATES_REVERSED")])
def test_completion_lies_between_the_beginning_and_today(world, day, code):
    through(world, *TO_REPORT, "reported")
    raise_nonconformity(world)
    assert tell(world, "completed", completed_on=day) == code


def test_a_baselined_audit_goes_on_from_its_state(world):
    past = {
        "state": "reported",
        "state_since": "2026-03-12",
        "kind": "internal",
        "planned_from": "2026-03-10",
        "planned_to": "2026-03-11",
        "findings": [{"finding_id": "PH-1", "class": "minor_nc"}],
    }
    assert world.push("audit.baselined", "DG-1", {**past, "state": "completed"}) == "BASELINE_INCOMPLETE"
    assert world.push("audit.baselined", "DG-1", past) == "accepted"
    raise_nonconformity(world)
    assert tell(world, "completed") == "accepted"
