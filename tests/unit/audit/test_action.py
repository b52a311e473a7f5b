"""The corrective action: due dates, extensions, evidence, and who may verify."""

from __future__ import annotations

import pytest

from services.audit.domain import AGGREGATES
from shared.contracts.evidence import EVIDENCE_EXAMPLE
from shared.testing.world import World

PLANNED = {"source": "improvement", "type": "improvement", "owner": "van-thu", "due_on": "2026-04-15"}
DONE = {"done_on": "2026-04-10", "evidence": [EVIDENCE_EXAMPLE]}
STATE = {
    "state": "in_progress",
    "state_since": "2025-11-03",
    "planned_on": "2025-11-03",
    "original_due_on": "2025-12-31",
    "extensions": [{"from": "2025-12-31", "to": "2026-04-15"}],
}


@pytest.fixture
def world() -> World:
    return World(AGGREGATES)


def act(world: World, event: str, data: dict | None = None, on: str = "2026-04-10") -> str:
    return world.push(f"action.{event}", "HD-1", data, on=on)


def through(world: World, *events: str) -> None:
    """Lead an action along its main line."""
    data = {
        "planned": PLANNED,
        "done": DONE,
        "verified": {"verifier": "thu-ky-iso"},
        "rejected": {"by": "thu-ky-iso", "reason": "Thiếu danh sách"},
        "cancelled": {"reason": "Thủ tục bị bãi bỏ"},
        "progress_noted": {"note": "Đã làm một nửa"},
    }
    for event in events:
        on = "2026-03-02" if event == "planned" else "2026-04-10"
        assert act(world, event, data.get(event, {}), on) == "accepted"


def extend(old: str, new: str, **more: object) -> dict:
    return {"from": old, "to": new, "reason": "Chờ nâng cấp phần mềm", **more}


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        (["planned"], "started", "in_progress"),
        (["planned"], "progress_noted", "in_progress"),
        (["planned", "started"], "progress_noted", "in_progress"),
        (["planned", "started"], "done", "done"),
        (["planned"], "done", "done"),
        (["planned", "started", "done"], "verified", "verified"),
        (["planned", "started", "done"], "rejected", "in_progress"),
        (["planned", "started", "done", "rejected"], "done", "done"),
        (["planned"], "cancelled", "cancelled"),
        (["planned", "started"], "cancelled", "cancelled"),
    ],
)
def test_the_main_line_leads_from_state_to_state(world, before, event, after):
    through(world, *before, event)
    assert world.state("action", "HD-1").status == after


@pytest.mark.parametrize(
    ("before", "event", "data"),
    [
        (["planned", "started"], "started", {}),
        (["planned"], "verified", {"verifier": "thu-ky-iso"}),
        (["planned", "started"], "rejected", {"by": "thu-ky-iso", "reason": "Chưa đạt"}),
        (["planned", "done"], "due_changed", extend("2026-04-15", "2026-05-15")),
        (["planned", "done"], "cancelled", {"reason": "Không cần nữa"}),
        (["planned", "done", "verified"], "done", DONE),
        (["planned", "done", "verified"], "rejected", {"by": "thu-ky-iso", "reason": "Chưa đạt"}),
        (["planned", "cancelled"], "started", {}),
        (["planned", "cancelled"], "done", DONE),
    ],
)
def test_an_event_out_of_order_is_refused_and_the_state_kept(world, before, event, data):
    through(world, *before)
    kept = world.state("action", "HD-1")
    assert act(world, event, data) == "TRANSITION_NOT_ALLOWED"
    assert world.state("action", "HD-1") is kept
    assert "Allowed next" in world.refusal.hint.en or "Nothing more" in world.refusal.hint.en


def test_a_second_planning_of_the_same_action_is_refused(world):
    through(world, "planned")
    assert act(world, "planned", PLANNED, "2026-03-02") == "ALREADY_EXISTS"


@pytest.mark.parametrize("event", ["started", "done", "due_changed", "verified"])
def test_an_action_that_nobody_planned_lets_its_events_wait(world, event):
    data = {"done": DONE, "due_changed": extend("2026-04-15", "2026-05-15"), "verified": {"verifier": "a"}}
    assert act(world, event, data.get(event)) == "waiting"


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"due_on": "2026-03-01"}, "DUE_BEFORE_PLANNED", "/data/due_on"),
        ({"due_on": "2026-04-01", "planned_on": "2026-04-02"}, "DUE_BEFORE_PLANNED", "/data/due_on"),
        ({"source": "nc"}, "NONCONFORMITY_MISSING", "/data/nc_id"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(world, change, code, pointer):
    assert act(world, "planned", {**PLANNED, **change}, "2026-03-02") == code
    assert world.refusal.pointer == pointer


def test_an_action_may_be_due_on_the_day_it_is_planned(world):
    assert act(world, "planned", {**PLANNED, "due_on": "2026-03-02"}, "2026-03-02") == "accepted"


def test_an_action_waits_for_the_nonconformity_it_belongs_to(world):
    assert act(world, "planned", {**PLANNED, "source": "nc", "nc_id": "KPH-1"}) == "waiting"


def test_completion_without_evidence_is_refused(world):
    through(world, "planned")
    assert act(world, "done", {"done_on": "2026-04-10"}) == "EVIDENCE_MISSING"
    assert act(world, "done", {"done_on": "2026-04-10", "evidence": []}) == "EVIDENCE_MISSING"


def test_completion_on_a_day_to_come_is_refused(world):
    through(world, "planned")
    assert act(world, "done", {**DONE, "done_on": "2026-04-11"}) == "DATE_IN_FUTURE"


def test_the_owner_cannot_verify_the_own_action(world):
    through(world, "planned", "done")
    assert act(world, "verified", {"verifier": "van-thu"}) == "VERIFIER_IS_OWNER"


def test_extensions_are_counted_and_the_first_due_date_is_kept(world):
    through(world, "planned")
    assert act(world, "due_changed", extend("2026-04-15", "2026-05-15", n=1)) == "accepted"
    assert act(world, "due_changed", extend("2026-05-15", "2026-06-15", n=2)) == "accepted"
    state = world.state("action", "HD-1")
    assert (state.due_on, state.original_due_on) == ("2026-06-15", "2026-04-15")
    assert [(step["from"], step["to"]) for step in state.extensions] == [
        ("2026-04-15", "2026-05-15"),
        ("2026-05-15", "2026-06-15"),
    ]


def test_an_earlier_due_date_is_no_extension(world):
    through(world, "planned")
    assert act(world, "due_changed", extend("2026-04-15", "2026-04-12")) == "accepted"
    assert world.state("action", "HD-1").extensions == []


@pytest.mark.parametrize(
    ("approval", "answer"),
    [
        ({}, "PARENT_APPROVAL_MISSING"),
        ({"approved_by": "so-khcn"}, "PARENT_APPROVAL_MISSING"),
        ({"approved_by": "ubnd-tinh"}, "accepted"),
    ],
)
def test_the_third_extension_needs_the_approval_of_the_parent_agency(world, approval, answer):
    through(world, "planned")
    act(world, "due_changed", extend("2026-04-15", "2026-05-15"))
    act(world, "due_changed", extend("2026-05-15", "2026-06-15"))
    assert act(world, "due_changed", extend("2026-06-15", "2026-07-15", **approval)) == answer


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (extend("2026-04-16", "2026-05-15"), "VALUE_NOT_CURRENT"),
        (extend("2026-04-15", "2026-04-15"), "SAME_VALUE"),
        (extend("2026-04-15", "2026-03-01"), "DUE_BEFORE_PLANNED"),
        (extend("2026-04-15", "2026-05-15", n=2), "EXTENSION_NUMBER_WRONG"),
    ],
)
def test_a_due_change_that_does_not_fit_is_refused(world, data, code):
    through(world, "planned")
    assert act(world, "due_changed", data) == code


def test_a_baselined_action_keeps_its_history_and_goes_on(world):
    assert act(world, "baselined", {**PLANNED, **STATE}) == "accepted"
    state = world.state("action", "HD-1")
    assert (state.status, state.original_due_on, len(state.extensions)) == ("in_progress", "2025-12-31", 1)
    assert act(world, "due_changed", extend("2026-04-15", "2026-05-15", n=2)) == "accepted"
    assert act(world, "done", DONE) == "accepted"


def test_a_baseline_of_a_completed_action_needs_its_day(world):
    assert act(world, "baselined", {**PLANNED, **STATE, "state": "done"}) == "BASELINE_INCOMPLETE"
    assert act(world, "baselined", {**PLANNED, **STATE, "state": "done", "done_on": "2026-02-01"}) == "accepted"
