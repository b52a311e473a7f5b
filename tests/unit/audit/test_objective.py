"""The quality objective: measured within its year, assessed on what was measured."""

from __future__ import annotations

import pytest

from tests.unit.audit.table import Table

SET = {
    "year": 2026,
    "statement": "Hồ sơ đúng hạn từ 98 %",
    "measure": "Hồ sơ đúng hạn trên hồ sơ đã giải quyết",
    "unit": "%",
    "direction": "higher",
    "target": 98,
    "weight": 3,
}
TABLE = Table(
    "objective",
    "MT-1",
    data={
        "set": SET,
        "baselined": {
            **SET,
            "state": "measured",
            "state_since": "2026-03-31",
            "value": 97,
            "measured_on": "2026-03-31",
        },
        "measured": {"value": 97.4, "measured_on": "2026-06-30"},
        "assessed": {"result": "n_a", "assessed_on": "2026-12-20", "reason": "Không phát sinh hồ sơ"},
        "closed": {"closed_on": "2026-12-31"},
        "amended": {"reason": "Tăng chỉ tiêu", "target": 99},
    },
    paths={
        "set": ["set"],
        "measured": ["set", "measured"],
        "assessed": ["set", "measured", "assessed"],
        "closed": ["set", "measured", "assessed", "closed"],
    },
    allowed={
        "set": {"measured": "measured", "assessed": "assessed", "amended": "set"},
        "measured": {"measured": "measured", "assessed": "assessed", "amended": "measured"},
        "assessed": {"closed": "closed"},
        "closed": {},
    },
)


@pytest.mark.parametrize(("state", "event", "after"), TABLE.cells())
def test_each_event_in_each_state(state, event, after):
    TABLE.check(state, event, after)


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ("2025-12-31", "OUTSIDE_YEAR"),
        ("2026-01-01", "accepted"),
        ("2026-12-31", "accepted"),
        ("2027-01-01", "OUTSIDE_YEAR"),
    ],
)
def test_a_value_must_hold_on_a_day_of_the_year(day, answer):
    world = TABLE.world("set")
    assert TABLE.push(world, "measured", measured_on=day) == answer


def test_a_value_of_a_day_to_come_is_refused():
    world = TABLE.world()
    assert world.push("objective.set", "MT-1", {**SET, "year": 2027}, on="2027-01-10") == "accepted"
    data = {"value": 1, "measured_on": "2027-01-12"}
    assert world.push("objective.measured", "MT-1", data, on="2027-01-11") == "DATE_IN_FUTURE"


@pytest.mark.parametrize("result", ["met", "not_met"])
def test_assessing_without_a_measurement_is_refused(result):
    world = TABLE.world("set")
    assert TABLE.push(world, "assessed", result=result) == "MEASUREMENT_MISSING"
    assert world.refusal.pointer == "/data/result"


@pytest.mark.parametrize(
    ("result", "reason", "answer"),
    [
        ("met", None, "accepted"),
        ("not_met", None, "REASON_MISSING"),
        ("not_met", "Thiếu nhân lực", "accepted"),
        ("n_a", None, "REASON_MISSING"),
    ],
)
def test_what_was_not_met_or_does_not_apply_needs_a_reason(result, reason, answer):
    world = TABLE.world("set", "measured")
    assert TABLE.push(world, "assessed", result=result, reason=reason) == answer


@pytest.mark.parametrize(("day", "code"), [("2026-06-29", "DATES_REVERSED"), ("2027-02-02", "DATE_IN_FUTURE")])
def test_an_assessment_comes_after_the_last_measurement_and_not_before_its_day(day, code):
    world = TABLE.world("set", "measured")
    assert TABLE.push(world, "assessed", assessed_on=day) == code


def test_the_value_is_the_one_of_the_latest_day():
    world = TABLE.world("set", "measured")
    assert TABLE.push(world, "measured", value=95, measured_on="2026-03-31") == "accepted"
    state = world.state("objective", "MT-1")
    assert (state.value, state.measured_on, state.measurements) == (97.4, "2026-06-30", 2)


def test_an_amendment_changes_the_target_and_keeps_the_first_one():
    world = TABLE.world("set", "amended")
    state = world.state("objective", "MT-1")
    assert (state.target, state.original_target, state.amendments) == (99, 98, 1)
    assert TABLE.push(world, "amended", target=None) == "NOTHING_CHANGED"


def test_a_baselined_objective_goes_on_from_where_it_stands():
    world = TABLE.world("baselined")
    assert TABLE.push(world, "assessed", result="met", reason=None) == "accepted"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": None}, "BASELINE_INCOMPLETE"),
        ({"measured_on": None}, "BASELINE_INCOMPLETE"),
        ({"measured_on": "2025-12-31"}, "OUTSIDE_YEAR"),
        ({"state": "closed"}, "BASELINE_INCOMPLETE"),
        ({"state": "closed", "result": "met"}, "accepted"),
        ({"state": "assessed", "result": "n_a", "value": None, "measured_on": None}, "accepted"),
        ({"state": "set", "value": None, "measured_on": None}, "accepted"),
    ],
)
def test_a_baseline_has_what_its_state_needs(changes, code):
    assert TABLE.push(TABLE.world(), "baselined", **changes) == code
