"""The satisfaction survey: its counts agree, and zero answers are a result."""

from __future__ import annotations

import pytest

from tests.unit.audit.table import Table

SCORES = {"very_satisfied": 121, "satisfied": 180, "neutral": 12, "dissatisfied": 4, "very_dissatisfied": 1}
RESULTS = {"sent": 400, "received": 322, "valid": 318, "scores": SCORES}
TABLE = Table(
    "survey",
    "KS-1",
    data={
        "opened": {"period": "2026-Q1", "channel": "paper"},
        "baselined": {
            **RESULTS,
            "state": "recorded",
            "state_since": "2026-03-31",
            "period": "2026-Q1",
            "channel": "paper",
        },
        "results_recorded": RESULTS,
        "closed": {},
    },
    paths={
        "opened": ["opened"],
        "recorded": ["opened", "results_recorded"],
        "closed": ["opened", "results_recorded", "closed"],
    },
    allowed={
        "opened": {"results_recorded": "recorded"},
        "recorded": {"results_recorded": "recorded", "closed": "closed"},
        "closed": {},
    },
)
BAD_COUNTS = [
    ({"valid": 317}, "SCORES_DIFFER", "/data/scores"),
    ({"scores": {**SCORES, "neutral": 13}}, "SCORES_DIFFER", "/data/scores"),
    ({"received": 317}, "VALID_ABOVE_RECEIVED", "/data/valid"),
    ({"sent": 321}, "RECEIVED_ABOVE_SENT", "/data/received"),
    ({"sent": None}, "SENT_MISSING", "/data/sent"),
]


@pytest.mark.parametrize(("state", "event", "after"), TABLE.cells())
def test_each_event_in_each_state(state, event, after):
    TABLE.check(state, event, after)


@pytest.mark.parametrize(("changes", "code", "pointer"), BAD_COUNTS)
def test_counts_that_do_not_agree_are_refused(changes, code, pointer):
    world = TABLE.world("opened")
    assert TABLE.push(world, "results_recorded", **changes) == code
    assert world.refusal.pointer == pointer


@pytest.mark.parametrize(("changes", "code", "pointer"), BAD_COUNTS)
def test_a_baseline_is_counted_in_the_same_way(changes, code, pointer):
    world = TABLE.world()
    assert TABLE.push(world, "baselined", **changes) == code
    assert world.refusal.pointer == pointer


@pytest.mark.parametrize("changes", [{"sent": 322}, {"received": 318}, {"sent": 10**9}])
def test_counts_may_be_equal(changes):
    assert TABLE.push(TABLE.world("opened"), "results_recorded", **changes) == "accepted"


def test_nobody_knows_how_many_could_have_used_a_box():
    world = TABLE.world()
    assert TABLE.push(world, "opened", channel="box") == "accepted"
    assert TABLE.push(world, "results_recorded", sent=None) == "accepted"
    assert world.state("survey", "KS-1").sent is None


def test_no_answers_are_a_result_too():
    world = TABLE.world("opened")
    none = {"received": 0, "valid": 0, "scores": dict.fromkeys(SCORES, 0)}
    assert TABLE.push(world, "results_recorded", **none) == "accepted"
    assert TABLE.push(world, "closed") == "accepted"


def test_later_results_replace_earlier_ones():
    world = TABLE.world("opened", "results_recorded")
    assert TABLE.push(world, "results_recorded", received=330) == "accepted"
    state = world.state("survey", "KS-1")
    assert (state.sent, state.received, state.valid, state.scores) == (400, 330, 318, SCORES)
