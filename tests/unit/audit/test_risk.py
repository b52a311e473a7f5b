"""Risks and opportunities: identified, treated, closed."""

from __future__ import annotations

import pytest

from tests.unit.audit.table import Table

IDENTIFIED = {
    "kind": "risk",
    "statement": "Công chức thụ lý chuyển công tác",
    "likelihood": 3,
    "impact": 4,
    "owner": "van-thu",
}
TABLE = Table(
    "risk",
    "RR-1",
    data={
        "identified": IDENTIFIED,
        "baselined": {**IDENTIFIED, "state": "treated", "state_since": "2026-01-05", "treatment": "reduce"},
        "treated": {"treatment": "reduce", "residual_likelihood": 2, "residual_impact": 3},
        "closed": {"reason": "Không còn phát sinh"},
    },
    paths={
        "identified": ["identified"],
        "treated": ["identified", "treated"],
        "closed": ["identified", "treated", "closed"],
    },
    allowed={
        "identified": {"treated": "treated"},
        "treated": {"treated": "treated", "closed": "closed"},
        "closed": {},
    },
)


@pytest.mark.parametrize(("state", "event", "after"), TABLE.cells())
def test_each_event_in_each_state(state, event, after):
    TABLE.check(state, event, after)


@pytest.mark.parametrize(
    ("kind", "treatment", "answer"),
    [
        *[("risk", treatment, "accepted") for treatment in ("avoid", "reduce", "transfer", "accept")],
        ("risk", "pursue", "TREATMENT_DOES_NOT_FIT"),
        ("opportunity", "pursue", "accepted"),
        ("opportunity", "reduce", "TREATMENT_DOES_NOT_FIT"),
    ],
)
def test_opportunities_are_pursued_and_risks_are_not(kind, treatment, answer):
    world = TABLE.world()
    TABLE.push(world, "identified", kind=kind)
    assert TABLE.push(world, "treated", treatment=treatment) == answer
    assert TABLE.push(TABLE.world(), "baselined", kind=kind, treatment=treatment) == answer


def test_the_level_as_identified_and_as_it_is_now_are_kept():
    state = TABLE.world("identified", "treated").state("risk", "RR-1")
    assert (state.level, state.present_level, state.treatment) == (12, 6, "reduce")


def test_a_level_that_was_not_judged_again_stays():
    world = TABLE.world("identified", "treated")
    assert TABLE.push(world, "treated", treatment="accept", residual_impact=None) == "accepted"
    assert world.state("risk", "RR-1").present_level == 6


@pytest.mark.parametrize(
    ("path", "event", "changes", "code"),
    [
        ([], "identified", {"identified_on": "2027-02-02"}, "DATE_IN_FUTURE"),
        (["identified"], "treated", {"treated_on": "2027-02-02"}, "DATE_IN_FUTURE"),
        (["identified", "treated"], "closed", {"closed_on": "2027-02-02"}, "DATE_IN_FUTURE"),
        ([], "baselined", {"treatment": None}, "BASELINE_INCOMPLETE"),
        ([], "baselined", {"treatment": None, "state": "identified"}, "accepted"),
    ],
)
def test_what_cannot_be_is_refused(path, event, changes, code):
    assert TABLE.push(TABLE.world(*path), event, **changes) == code


def test_a_treatment_waits_for_the_actions_it_names():
    world = TABLE.world("identified")
    assert TABLE.push(world, "treated", action_ids=["HD-1"]) == "waiting"
    plan = {"source": "risk", "type": "improvement", "owner": "van-thu", "due_on": "2027-03-01"}
    assert world.push("action.planned", "HD-1", plan, on="2027-01-04") == "accepted"
    assert TABLE.push(world, "treated", action_ids=["HD-1"]) == "accepted"
