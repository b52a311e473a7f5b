"""The focal point's post: appointed and left, again and again, and never anybody's name."""

from __future__ import annotations

import pytest

from tests.unit.audit.table import Table

APPOINTED = {"role": "officer", "part_time": True, "trained": False, "appointed_on": "2026-03-02"}
TABLE = Table(
    "focal_point",
    "dau-moi-01",
    data={
        "appointed": APPOINTED,
        "left": {"left_on": "2026-03-02", "reason": "rotation"},
        "baselined": {
            "state": "appointed",
            "state_since": "2026-03-01",
            "role": "secretary",
            "part_time": True,
            "trained": True,
        },
    },
    paths={"appointed": ["appointed"], "vacant": ["appointed", "left"]},
    allowed={"appointed": {"left": "vacant"}, "vacant": {"appointed": "appointed"}},
)


@pytest.mark.parametrize(("state", "event", "after"), TABLE.cells())
def test_each_event_in_each_state(state, event, after):
    TABLE.check(state, event, after)


@pytest.mark.parametrize(
    ("path", "event", "changes", "code"),
    [
        ([], "appointed", {"appointed_on": "2027-02-02"}, "DATE_IN_FUTURE"),
        (["appointed"], "left", {"left_on": "2026-03-01"}, "DATES_REVERSED"),
        (["appointed"], "left", {"left_on": "2027-02-02"}, "DATE_IN_FUTURE"),
        (["appointed", "left"], "appointed", {"appointed_on": "2026-03-01"}, "DATES_REVERSED"),
        ([], "baselined", {"trained": None}, "BASELINE_INCOMPLETE"),
        ([], "baselined", {"part_time": None}, "BASELINE_INCOMPLETE"),
        ([], "baselined", {"state": "vacant", "trained": None, "part_time": None}, "accepted"),
    ],
)
def test_days_follow_one_another_and_baselines_are_complete(path, event, changes, code):
    assert TABLE.push(TABLE.world(*path), event, **changes) == code


def test_each_new_holder_is_counted():
    world = TABLE.world("baselined", "left")
    assert TABLE.push(world, "appointed", trained=True, role="head_of_board") == "accepted"
    state = world.state("focal_point", "dau-moi-01")
    assert (state.holders, state.trained, state.role, state.since) == (2, True, "head_of_board", "2026-03-02")


def test_a_vacant_post_that_is_brought_along_has_had_no_known_holder():
    world = TABLE.world()
    TABLE.push(world, "baselined", state="vacant")
    assert world.state("focal_point", "dau-moi-01").holders == 0
