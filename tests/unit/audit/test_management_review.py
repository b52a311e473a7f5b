"""The management review: who chairs, the twelve inputs, the minutes, and the account of its decisions."""

from __future__ import annotations

import pytest

from shared.contracts.audit.review_content import INPUTS, INPUTS_EXAMPLE
from shared.contracts.evidence import EVIDENCE_EXAMPLE
from shared.testing.world import World
from tests.unit.audit.table import Table

DECISIONS = [
    {"decision_id": "KL-01", "kind": "resources", "what": "Bố trí kinh phí tập huấn"},
    {"decision_id": "KL-02", "kind": "improvement", "what": "Rút ngắn thời gian giải quyết"},
]
DROPPED = {"decision_id": "KL-02", "outcome": "dropped", "reason": "Đã có quy định chung của tỉnh"}
TABLE = Table(
    "management_review",
    "XX-1",
    data={
        "planned": {"period": "2026-Q2", "planned_for": "2026-07-15"},
        "baselined": {"state": "held", "state_since": "2026-07-15", "period": "2026-Q2", "held_on": "2026-07-15"},
        "prepared": {"prepared_on": "2026-07-10"},
        "held": {"held_on": "2026-07-15", "chair": "head", "inputs": INPUTS_EXAMPLE, "decisions": DECISIONS},
        "minutes_signed": {"signed_on": "2026-07-17"},
        "followed_up": {"decisions": [{"decision_id": "KL-01", "outcome": "done"}, DROPPED]},
    },
    paths={
        "planned": ["planned"],
        "prepared": ["planned", "prepared"],
        "held": ["planned", "prepared", "held"],
        "minutes_signed": ["planned", "prepared", "held", "minutes_signed"],
        "followed_up": ["planned", "prepared", "held", "minutes_signed", "followed_up"],
    },
    allowed={
        "planned": {"prepared": "prepared"},
        "prepared": {"held": "held"},
        "held": {"minutes_signed": "minutes_signed"},
        "minutes_signed": {"followed_up": "followed_up"},
        "followed_up": {},
    },
)


@pytest.mark.parametrize(("state", "event", "after"), TABLE.cells())
def test_each_event_in_each_state(state, event, after):
    TABLE.check(state, event, after)


@pytest.mark.parametrize(
    ("chair", "delegation_no", "answer", "pointer"),
    [
        ("head", None, "accepted", None),
        ("delegate", "15/GUQ-UBND", "accepted", None),
        ("delegate", None, "CHAIR_NOT_ENTITLED", "/data/delegation_no"),
        ("other", None, "CHAIR_NOT_ENTITLED", "/data/chair"),
        ("other", "15/GUQ-UBND", "CHAIR_NOT_ENTITLED", "/data/chair"),
    ],
)
def test_the_head_or_a_delegate_chairs(chair, delegation_no, answer, pointer):
    world = TABLE.world(*TABLE.paths["prepared"])
    assert TABLE.push(world, "held", chair=chair, delegation_no=delegation_no) == answer
    assert (world.refusal.pointer if world.refusal else None) == pointer


@pytest.mark.parametrize("point", INPUTS)
def test_a_review_without_one_of_the_twelve_inputs_was_not_held(point):
    world = TABLE.world(*TABLE.paths["prepared"])
    inputs = {name: given for name, given in INPUTS_EXAMPLE.items() if name != point}
    assert TABLE.push(world, "held", inputs=inputs) == "INPUTS_MISSING"
    assert world.refusal.pointer == f"/data/inputs/{point}"


@pytest.mark.parametrize("point", INPUTS)
def test_an_input_that_does_not_apply_needs_a_reason(point):
    world = TABLE.world(*TABLE.paths["prepared"])
    inputs = {**INPUTS_EXAMPLE, point: {"status": "not_applicable"}}
    assert TABLE.push(world, "held", inputs=inputs) == "REASON_MISSING"
    assert world.refusal.pointer == f"/data/inputs/{point}/reason"
    told = {**inputs, point: {"status": "not_applicable", "reason": "Không phát sinh"}}
    assert TABLE.push(world, "held", inputs=told) == "accepted"


def test_the_twelve_inputs_are_those_of_9_3_2():
    assert INPUTS == ("a", "b", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "d", "e", "f")


def test_how_each_input_was_dealt_with_is_kept():
    world = TABLE.world(*TABLE.paths["held"])
    inputs = world.state("management_review", "XX-1").inputs
    assert set(inputs) == set(INPUTS)
    assert inputs["c7"] == "not_applicable"


@pytest.mark.parametrize(
    ("event", "changes", "code"),
    [
        ("held", {"held_on": "2027-02-02"}, "DATE_IN_FUTURE"),
        ("held", {"decisions": [DECISIONS[0], DECISIONS[0]]}, "DECISION_EXISTS"),
        ("minutes_signed", {"signed_on": "2026-07-14"}, "DATES_REVERSED"),
        ("minutes_signed", {"signed_on": "2027-02-02"}, "DATE_IN_FUTURE"),
        ("followed_up", {"followed_up_on": "2027-02-02"}, "DATE_IN_FUTURE"),
    ],
)
def test_what_cannot_be_is_refused(event, changes, code):
    world = TABLE.world(*TABLE.paths[{"held": "prepared", "minutes_signed": "held"}.get(event, "minutes_signed")])
    assert TABLE.push(world, event, **changes) == code


@pytest.mark.parametrize(
    ("decisions", "code", "pointer"),
    [
        (None, "DECISIONS_OPEN", "/data/decisions"),
        ([DROPPED], "DECISIONS_OPEN", "/data/decisions"),
        ([DROPPED, {"decision_id": "KL-09", "outcome": "done"}], "DECISION_UNKNOWN", "/data/decisions/1/decision_id"),
        ([{"decision_id": "KL-02", "outcome": "dropped"}], "REASON_MISSING", "/data/decisions/0/reason"),
    ],
)
def test_a_review_is_followed_up_when_no_decision_is_open(decisions, code, pointer):
    world = TABLE.world(*TABLE.paths["minutes_signed"])
    assert TABLE.push(world, "followed_up", decisions=decisions) == code
    assert world.refusal.pointer == pointer


def with_action(world: World, *events: str) -> None:
    data = {
        "planned": {
            "source": "management_review",
            "type": "improvement",
            "owner": "van-thu",
            "due_on": "2027-03-01",
            "source_id": "XX-1",
        },
        "done": {"done_on": "2027-01-20", "evidence": [EVIDENCE_EXAMPLE]},
        "cancelled": {"reason": "Không cần"},
    }
    for event in events:
        assert world.push(f"action.{event}", "HD-1", data[event], on="2027-01-20") == "accepted"


@pytest.mark.parametrize(
    ("events", "answer"),
    [
        ([], "waiting"),
        (["planned"], "ACTION_STILL_OPEN"),
        (["planned", "done"], "accepted"),
        (["planned", "cancelled"], "accepted"),
    ],
)
def test_a_decision_is_carried_out_when_its_actions_are(events, answer):
    world = TABLE.world(*TABLE.paths["minutes_signed"])
    with_action(world, *events)
    done = {"decision_id": "KL-01", "outcome": "done", "action_ids": ["HD-1"]}
    assert TABLE.push(world, "followed_up", decisions=[done, DROPPED]) == answer


def test_the_outcome_of_each_decision_is_kept():
    world = TABLE.world(*TABLE.paths["followed_up"])
    state = world.state("management_review", "XX-1")
    assert (state.open_decisions, state.settled) == ([], {"KL-01": "done", "KL-02": "dropped"})


def test_a_review_without_decisions_needs_no_account_of_them():
    world = TABLE.world(*TABLE.paths["prepared"])
    assert TABLE.push(world, "held", decisions=None) == "accepted"
    assert TABLE.push(world, "minutes_signed") == "accepted"
    assert TABLE.push(world, "followed_up", decisions=None) == "accepted"


def test_a_baselined_review_goes_on_from_where_it_stands():
    world = TABLE.world()
    assert TABLE.push(world, "baselined", decisions=DECISIONS) == "accepted"
    assert TABLE.push(world, "minutes_signed") == "accepted"
    assert TABLE.push(world, "followed_up", decisions=[DROPPED]) == "DECISIONS_OPEN"
    assert TABLE.push(world, "followed_up") == "accepted"


def test_a_baseline_of_a_review_that_was_held_needs_its_day():
    assert TABLE.push(TABLE.world(), "baselined", held_on=None) == "BASELINE_INCOMPLETE"
    assert TABLE.push(TABLE.world(), "baselined", held_on=None, state="planned") == "accepted"


def test_a_baseline_that_is_followed_up_has_no_open_decisions():
    world = TABLE.world()
    assert TABLE.push(world, "baselined", decisions=DECISIONS, state="followed_up") == "accepted"
    assert world.state("management_review", "XX-1").open_decisions == []
