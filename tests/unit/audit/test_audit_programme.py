"""The audit programme: one a year, its audits, and what must be settled before it is closed."""

from __future__ import annotations

import pytest

from shared.testing.world import World
from tests.unit.audit.table import Table

AUDIT = {
    "kind": "internal",
    "scope": {},
    "criteria": ["TCVN ISO 9001:2015"],
    "planned_from": "2026-05-04",
    "planned_to": "2026-05-05",
    "team": [{"role": "lead", "person_ref": "dgv-01"}],
}
CANCELLED = {"reason": "Cơ quan đang sắp xếp tổ chức bộ máy"}
TABLE = Table(
    "audit_programme",
    "programme-2026",
    data={
        "drafted": {"year": 2026, "audits": [{"audit_id": "DG-1"}]},
        "baselined": {
            "year": 2026,
            "audits": [{"audit_id": "DG-1"}],
            "state": "approved",
            "state_since": "2026-01-20",
            "approved_on": "2026-01-20",
        },
        "approved": {"approved_on": "2026-01-20", "approver": "thu-truong"},
        "amended": {"reason": "Bổ sung", "added": [{"audit_id": "DG-2"}]},
        "closed": {"closed_on": "2026-12-28", "audits": [{"audit_id": "DG-1"}]},
    },
    paths={
        "drafted": ["drafted"],
        "approved": ["drafted", "approved"],
        "closed": ["drafted", "approved", "closed"],
    },
    allowed={
        "drafted": {"approved": "approved", "amended": "drafted"},
        "approved": {"amended": "approved", "closed": "closed"},
        "closed": {},
    },
    before=[("audit.planned", "DG-1", AUDIT), ("audit.cancelled", "DG-1", CANCELLED)],
)
APPROVED = ("drafted", "approved")


@pytest.mark.parametrize(("state", "event", "after"), TABLE.cells())
def test_each_event_in_each_state(state, event, after):
    TABLE.check(state, event, after)


def with_audit(*events: str) -> World:
    """Return a world with an approved programme of one audit that has come so far."""
    data = {
        "planned": AUDIT,
        "cancelled": CANCELLED,
        "reported": {"counts": {}, "reported_on": "2026-05-06"},
        "completed": {"completed_on": "2026-06-01"},
    }
    world = TABLE.world(*APPROVED)
    for reference in [found for found in world.states if found.aggregate == "audit"]:
        del world.states[reference]
    for event in events:
        assert world.push(f"audit.{event}", "DG-1", data.get(event, {}), on="2026-06-01") == "accepted", world.refusal
    return world


@pytest.mark.parametrize(
    ("audit", "with_reason", "answer"),
    [
        (["planned"], False, "AUDIT_STILL_OPEN"),
        (["planned"], True, "accepted"),
        (["planned", "started"], False, "AUDIT_STILL_OPEN"),
        (["planned", "started"], True, "AUDIT_STILL_OPEN"),
        (["planned", "started", "reported"], True, "AUDIT_STILL_OPEN"),
        (["planned", "started", "reported", "completed"], False, "accepted"),
        (["planned", "cancelled"], False, "accepted"),
        ([], False, "waiting"),
        ([], True, "accepted"),
    ],
)
def test_a_programme_is_closed_when_each_audit_is_done_cancelled_or_given_up_with_a_reason(audit, with_reason, answer):
    world = with_audit(*audit)
    entry = {"audit_id": "DG-1", **({"not_held_reason": "Trùng đợt kiểm tra"} if with_reason else {})}
    assert TABLE.push(world, "closed", audits=[entry]) == answer


def test_an_audit_that_is_not_accounted_for_keeps_the_programme_open():
    world = TABLE.world(*APPROVED, "amended")
    assert TABLE.push(world, "closed") == "AUDITS_UNACCOUNTED"
    assert "so-khcn/DG-2" in world.refusal.hint.vi
    both = [{"audit_id": "DG-1"}, {"audit_id": "DG-2", "not_held_reason": "Phòng đã giải thể"}]
    assert TABLE.push(world, "closed", audits=both) == "accepted"


def test_the_year_is_part_of_the_key_so_that_there_is_one_programme_a_year():
    world = TABLE.world("drafted")
    assert world.push("audit_programme.drafted", "programme-2026-b", TABLE.data["drafted"]) == "SUBJECT_DIFFERS"
    assert "programme-2026'" in world.refusal.hint.en
    assert world.refusal.pointer == "/subject"
    assert TABLE.push(world, "drafted") == "ALREADY_EXISTS"
    assert world.push("audit_programme.drafted", "programme-2027", {"year": 2027, "audits": []}) == "accepted"


def test_amending_adds_audits_and_takes_others_out():
    world = TABLE.world(*APPROVED)
    removed = [{"audit_id": "DG-1", "reason": "Phòng đã giải thể"}]
    assert TABLE.push(world, "amended", removed=removed) == "accepted"
    state = world.state("audit_programme", "programme-2026")
    assert (state.audits, state.amendments) == (["so-khcn/DG-2"], 1)


@pytest.mark.parametrize(
    ("event", "changes", "code", "pointer"),
    [
        ("amended", {"added": None}, "NOTHING_CHANGED", "/data"),
        ("amended", {"added": []}, "NOTHING_CHANGED", "/data"),
        ("amended", {"added": [{"audit_id": "DG-1"}]}, "AUDIT_LISTED_TWICE", "/data/added/0/audit_id"),
        (
            "amended",
            {"removed": [{"audit_id": "DG-9", "reason": "Nhầm"}]},
            "AUDIT_NOT_IN_PROGRAMME",
            "/data/removed/0/audit_id",
        ),
        (
            "closed",
            {"audits": [{"audit_id": "DG-9", "not_held_reason": "Nhầm"}]},
            "AUDIT_NOT_IN_PROGRAMME",
            "/data/audits/0/audit_id",
        ),
        ("closed", {"closed_on": "2027-02-02"}, "DATE_IN_FUTURE", "/data/closed_on"),
    ],
)
def test_what_does_not_fit_the_programme_is_refused(event, changes, code, pointer):
    world = TABLE.world(*APPROVED)
    assert TABLE.push(world, event, **changes) == code
    assert world.refusal.pointer == pointer


def test_a_draft_lists_each_audit_once():
    world = TABLE.world()
    twice = [{"audit_id": "DG-1"}, {"audit_id": "DG-1"}]
    assert TABLE.push(world, "drafted", audits=twice) == "AUDIT_LISTED_TWICE"
    assert world.refusal.pointer == "/data/audits/1/audit_id"


def test_an_approval_on_a_day_to_come_is_refused():
    world = TABLE.world("drafted")
    assert TABLE.push(world, "approved", approved_on="2027-02-02") == "DATE_IN_FUTURE"


def test_a_baselined_programme_goes_on_from_where_it_stands():
    world = TABLE.world("baselined")
    assert TABLE.push(world, "closed") == "accepted"


def test_a_baseline_of_an_approved_programme_needs_the_day_and_the_right_subject():
    world = TABLE.world()
    assert TABLE.push(world, "baselined", approved_on=None) == "BASELINE_INCOMPLETE"
    assert world.push("audit_programme.baselined", "ct-2026", TABLE.data["baselined"]) == "SUBJECT_DIFFERS"
