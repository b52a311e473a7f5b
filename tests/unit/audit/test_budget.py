"""The budget line of a year and purpose: what was requested, allocated and spent adds up."""

from __future__ import annotations

import pytest

from tests.unit.audit.table import Table

LINE = {"year": 2026, "purpose": "training"}
TABLE = Table(
    "budget",
    "2026:training",
    data={
        "requested": {**LINE, "amount": 45_000_000},
        "allocated": {**LINE, "amount": 30_000_000},
        "spent": {**LINE, "amount": 12_500_000},
        "baselined": {**LINE, "state_since": "2026-06-30", "requested": 4, "allocated": 3, "spent": 2},
    },
    paths={"requested": ["requested"], "allocated": ["requested", "allocated"]},
    allowed={
        "requested": {"requested": "requested", "allocated": "allocated"},
        "allocated": {"requested": "allocated", "allocated": "allocated", "spent": "allocated"},
    },
)


@pytest.mark.parametrize(("state", "event", "after"), TABLE.cells())
def test_each_event_in_each_state(state, event, after):
    TABLE.check(state, event, after)


def test_amounts_add_up():
    world = TABLE.world("requested", "allocated", "requested", "allocated", "spent", "spent", "spent")
    state = world.state("budget", "2026:training")
    assert (state.requested, state.allocated, state.spent) == (90_000_000, 60_000_000, 37_500_000)


def test_money_may_be_allocated_that_nobody_asked_for_but_not_spent_before():
    assert TABLE.push(TABLE.world(), "allocated") == "accepted"
    assert TABLE.push(TABLE.world(), "spent") == "waiting"


def test_more_may_be_spent_than_was_allocated():
    world = TABLE.world("requested", "allocated")
    assert TABLE.push(world, "spent", amount=99_000_000) == "accepted"


@pytest.mark.parametrize("event", ["requested", "allocated", "spent", "baselined"])
@pytest.mark.parametrize("changes", [{"year": 2027}, {"purpose": "it"}])
def test_the_subject_is_the_year_and_the_purpose(event, changes):
    world = TABLE.world() if event == "baselined" else TABLE.world("requested", "allocated")
    assert TABLE.push(world, event, **changes) == "SUBJECT_DIFFERS"
    year, purpose = ({**LINE, **changes})["year"], ({**LINE, **changes})["purpose"]
    assert f"'{year}:{purpose}'" in world.refusal.hint.en


@pytest.mark.parametrize("event", ["requested", "allocated", "spent"])
def test_a_day_to_come_is_refused(event):
    world = TABLE.world("requested", "allocated")
    assert TABLE.push(world, event, **{f"{event}_on": "2027-02-02"}) == "DATE_IN_FUTURE"


@pytest.mark.parametrize(("allocated", "spending"), [(3, "accepted"), (0, "TRANSITION_NOT_ALLOWED")])
def test_a_baselined_line_goes_on_from_where_it_stands(allocated, spending):
    world = TABLE.world()
    assert TABLE.push(world, "baselined", allocated=allocated) == "accepted"
    assert TABLE.push(world, "spent") == spending
