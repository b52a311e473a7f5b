"""The nonconformity: rounds of analysis and action, verification, closing and reopening."""

from __future__ import annotations

import pytest

from services.audit.domain import AGGREGATES
from shared.contracts.evidence import EVIDENCE_EXAMPLE
from shared.testing.world import World

RAISED = {
    "source": "internal_audit",
    "class": "minor_nc",
    "clause": "7.5.3",
    "statement": "Thiếu phiếu hẹn trả kết quả",
    "raised_on": "2026-01-05",
}
CAUSE = {"method": "five_why", "root_causes": ["competence"]}
ACTIONS = {"action_ids": ["HD-1"]}
CHECK = {"verifier": "thu-ky-iso", "checked_on": "2026-04-10", **ACTIONS}

#: Data of the main line by event, and the day it happens on.
LINE = {
    "raised": (RAISED, "2026-01-05"),
    "accepted": ({}, "2026-01-06"),
    "disputed": ({"reason": "Đã lưu bản điện tử"}, "2026-01-06"),
    "upheld": ({"outcome": "upheld", "reason": "Quy trình yêu cầu"}, "2026-01-07"),
    "dropped": ({"outcome": "withdrawn", "reason": "Có bản điện tử"}, "2026-01-07"),
    "withdrawn": ({"reason": "Lập trùng"}, "2026-01-06"),
    "cause_identified": (CAUSE, "2026-01-10"),
    "action_planned": (ACTIONS, "2026-01-12"),
    "completed": ({**ACTIONS, "completed_on": "2026-02-20"}, "2026-02-20"),
    "effective": ({**CHECK, "effective": True}, "2026-04-10"),
    "ineffective": ({**CHECK, "effective": False}, "2026-04-10"),
    "closed": ({}, "2026-04-12"),
    "reopened": ({"cause": "Tái diễn"}, "2026-06-01"),
    "correction_recorded": ({"what": "Bổ sung phiếu hẹn", "done_on": "2026-01-05"}, "2026-04-12"),
    "regraded": ({"from": "minor_nc", "to": "major_nc", "reason": "Lặp lại"}, "2026-04-12"),
}
NAMES = {
    "upheld": "dispute_resolved",
    "dropped": "dispute_resolved",
    "effective": "effectiveness_verified",
    "ineffective": "effectiveness_verified",
}
TO_PLAN = ["raised", "accepted", "cause_identified", "action_planned"]
TO_DONE = [*TO_PLAN, "completed"]
TO_CLOSED = [*TO_DONE, "effective", "closed"]


@pytest.fixture
def world() -> World:
    """The service's rules, with one action that is done and one that is open."""
    world = World(AGGREGATES)
    plan = {"source": "improvement", "type": "corrective", "owner": "van-thu", "due_on": "2026-02-28"}
    for action in ("HD-1", "HD-2"):
        world.push("action.planned", action, plan, on="2026-01-08")
    world.push("action.done", "HD-1", {"done_on": "2026-02-18", "evidence": [EVIDENCE_EXAMPLE]}, on="2026-02-18")
    return world


def tell(world: World, step: str, nc: str = "KPH-1", **change: object) -> str:
    data, on = LINE[step]
    day = str(change.pop("on", on))
    return world.push(f"nonconformity.{NAMES.get(step, step)}", nc, {**data, **change}, on=day)


def through(world: World, *steps: str, **first: object) -> None:
    for index, step in enumerate(steps):
        assert tell(world, step, **(first if index == 0 else {})) == "accepted", step


def status(world: World) -> str:
    return world.state("nonconformity", "KPH-1").status


@pytest.mark.parametrize(
    ("steps", "after"),
    [
        (["raised"], "raised"),
        (["raised", "accepted"], "accepted"),
        (["raised", "disputed"], "disputed"),
        (["raised", "disputed", "upheld"], "accepted"),
        (["raised", "disputed", "dropped"], "withdrawn"),
        (["raised", "withdrawn"], "withdrawn"),
        (["raised", "disputed", "withdrawn"], "withdrawn"),
        (["raised", "correction_recorded"], "raised"),
        (["raised", "accepted", "cause_identified"], "analysing"),
        (["raised", "accepted", "cause_identified", "cause_identified"], "analysing"),
        (TO_PLAN, "action_planned"),
        ([*TO_PLAN, "action_planned"], "action_planned"),
        (TO_DONE, "completed"),
        ([*TO_DONE, "effective"], "verifying"),
        ([*TO_DONE, "ineffective"], "analysing"),
        (TO_CLOSED, "closed"),
        ([*TO_CLOSED, "reopened"], "analysing"),
    ],
)
def test_the_line_of_states(world, steps, after):
    through(world, *steps)
    assert status(world) == after


@pytest.mark.parametrize(
    ("steps", "event"),
    [
        (["raised"], "cause_identified"),
        (["raised"], "action_planned"),
        (["raised"], "completed"),
        (["raised"], "upheld"),
        (["raised"], "reopened"),
        (["raised", "accepted"], "accepted"),
        (["raised", "accepted"], "disputed"),
        (["raised", "accepted"], "withdrawn"),
        (["raised", "accepted"], "completed"),
        (["raised", "disputed"], "accepted"),
        (TO_PLAN, "effective"),
        (TO_DONE, "cause_identified"),
        (TO_DONE, "reopened"),
        (TO_CLOSED, "regraded"),
        (TO_CLOSED, "correction_recorded"),
        (TO_CLOSED, "closed"),
        (["raised", "withdrawn"], "accepted"),
        (["raised", "withdrawn"], "regraded"),
    ],
)
def test_an_event_out_of_order_is_refused(world, steps, event):
    through(world, *steps)
    assert tell(world, event) == "TRANSITION_NOT_ALLOWED"


def test_the_same_id_cannot_be_raised_twice(world):
    through(world, "raised")
    assert tell(world, "raised") == "ALREADY_EXISTS"


def test_a_nonconformity_names_a_clause_or_another_criterion(world):
    bare = {name: value for name, value in RAISED.items() if name != "clause"}
    assert world.push("nonconformity.raised", "KPH-1", bare) == "CLAUSE_MISSING"
    assert world.push("nonconformity.raised", "KPH-1", {**bare, "criterion": "Điều 17 NĐ 61/2018"}) == "accepted"


def test_an_observation_needs_no_clause(world):
    bare = {name: value for name, value in RAISED.items() if name != "clause"}
    assert world.push("nonconformity.raised", "KPH-1", {**bare, "class": "observation"}) == "accepted"


def test_nothing_is_raised_on_a_day_to_come(world):
    assert tell(world, "raised", raised_on="2026-01-06") == "DATE_IN_FUTURE"


def test_an_observation_may_be_acted_on_without_a_cause(world):
    through(world, "raised", **{"class": "observation"})
    through(world, "accepted", "action_planned")


def test_actions_against_a_nonconformity_need_its_cause(world):
    through(world, "raised", "accepted")
    assert tell(world, "action_planned") == "CAUSE_MISSING"


def test_the_plan_waits_for_actions_that_are_not_known(world):
    through(world, "raised", "accepted", "cause_identified")
    assert tell(world, "action_planned", action_ids=["HD-9"]) == "waiting"


def test_an_action_of_another_nonconformity_cannot_be_borrowed(world):
    through(world, "raised", "accepted", "cause_identified")
    tell(world, "raised", nc="KPH-2")
    plan = {"source": "nc", "nc_id": "KPH-2", "type": "corrective", "owner": "van-thu", "due_on": "2026-02-28"}
    assert world.push("action.planned", "HD-3", plan, on="2026-01-08") == "accepted"
    assert tell(world, "action_planned", action_ids=["HD-3"]) == "ACTION_OF_ANOTHER_NONCONFORMITY"


def test_completion_needs_every_action_done(world):
    through(world, "raised", "accepted", "cause_identified")
    assert tell(world, "action_planned", action_ids=["HD-1", "HD-2"]) == "accepted"
    assert tell(world, "completed", action_ids=["HD-1"]) == "ACTIONS_NOT_NAMED"
    assert "HD-2" in world.refusal.hint.vi
    assert tell(world, "completed", action_ids=["HD-1", "HD-2"]) == "ACTION_STILL_OPEN"
    world.push("action.cancelled", "HD-2", {"reason": "Không cần nữa"})
    assert tell(world, "completed", action_ids=["HD-1", "HD-2"]) == "accepted"


@pytest.mark.parametrize(("day", "answer"), [("2026-03-21", "VERIFIED_TOO_EARLY"), ("2026-03-22", "accepted")])
def test_effect_is_verified_thirty_days_after_completion_at_the_earliest(world, day, answer):
    through(world, *TO_DONE)
    assert tell(world, "effective", checked_on=day) == answer


def test_the_owner_of_an_action_cannot_verify_its_effect(world):
    through(world, *TO_DONE)
    assert tell(world, "effective", verifier="van-thu") == "VERIFIER_IS_OWNER"


def test_the_verification_names_all_actions_so_that_no_owner_is_missed(world):
    through(world, *TO_DONE)
    assert tell(world, "effective", verifier="van-thu", action_ids=[]) == "ACTIONS_NOT_NAMED"


def test_actions_without_effect_start_a_new_round_with_a_new_analysis(world):
    through(world, *TO_DONE, "ineffective")
    state = world.state("nonconformity", "KPH-1")
    assert (state.round, state.effective, state.root_causes, state.actions) == (2, False, [], [])
    assert tell(world, "action_planned") == "CAUSE_MISSING"
    through(world, "cause_identified", "action_planned")


@pytest.mark.parametrize("steps", [["raised"], ["raised", "accepted"], TO_PLAN, TO_DONE])
def test_a_nonconformity_is_not_closed_without_a_positive_verification(world, steps):
    through(world, *steps)
    assert tell(world, "closed") == "NOT_VERIFIED_EFFECTIVE"


def test_an_observation_is_closed_with_a_reason(world):
    through(world, "raised", **{"class": "observation"})
    assert tell(world, "closed") == "REASON_MISSING"
    assert tell(world, "closed", reason="Đã xem xét, không cần hành động") == "accepted"


def test_it_cannot_be_closed_before_it_was_raised(world):
    through(world, *TO_DONE, "effective")
    assert tell(world, "closed", closed_on="2026-01-04") == "DATES_REVERSED"


@pytest.mark.parametrize(("day", "answer"), [("2028-04-11", "accepted"), ("2028-04-12", "REOPEN_WINDOW_PASSED")])
def test_reopening_is_possible_for_two_years(world, day, answer):
    through(world, *TO_CLOSED)
    assert tell(world, "reopened", on=day) == answer


def test_nothing_is_reopened_before_it_was_closed(world):
    through(world, *TO_CLOSED)
    assert tell(world, "reopened", reopened_on="2026-04-11") == "DATES_REVERSED"


def test_reopening_begins_a_round_and_is_counted(world):
    through(world, *TO_CLOSED, "reopened")
    state = world.state("nonconformity", "KPH-1")
    assert (state.round, state.reopened, state.closed_on) == (2, 1, None)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"from": "major_nc"}, "VALUE_NOT_CURRENT"), ({"to": "minor_nc"}, "SAME_VALUE"), ({}, "accepted")],
)
def test_regrading_starts_from_the_present_grade(world, change, code):
    through(world, "raised")
    assert tell(world, "regraded", **change) == code


def test_an_upgraded_observation_is_bound_by_the_rules_of_its_new_grade(world):
    through(world, "raised", **{"class": "observation"})
    assert tell(world, "regraded", **{"from": "observation", "to": "major_nc"}) == "accepted"
    assert tell(world, "closed", reason="Đã xong") == "NOT_VERIFIED_EFFECTIVE"


def link(world: World, earlier: str) -> str:
    data = {"earlier_nc_id": earlier, "similarity": "same_clause"}
    return world.push("nonconformity.recurrence_linked", "KPH-1", data)


def test_a_recurrence_is_linked_to_an_earlier_nonconformity_only(world):
    through(world, "raised")
    assert link(world, "KPH-0") == "waiting"
    tell(world, "raised", nc="KPH-0", raised_on="2025-03-01")
    tell(world, "raised", nc="KPH-2", raised_on="2026-02-01", on="2026-02-01")
    assert link(world, "KPH-0") == "accepted"
    assert link(world, "KPH-2") == "NOT_EARLIER"
    assert link(world, "KPH-1") == "NOT_EARLIER"


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"state": "action_planned", "root_causes": ["it"], "action_ids": ["HD-77"]}, "accepted"),
        ({"state": "completed"}, "BASELINE_INCOMPLETE"),
        ({"state": "closed", "closed_on": "2026-01-20"}, "accepted"),
        ({"state": "closed"}, "BASELINE_INCOMPLETE"),
    ],
)
def test_a_baseline_says_what_its_state_needs(world, change, answer):
    data = {**RAISED, "state_since": "2026-01-20", **change}
    assert world.push("nonconformity.baselined", "KPH-1", data) == answer
