"""Feedback from being received to being rated, and the statement that there was none."""

from __future__ import annotations

import pytest

from services.audit.domain import AGGREGATES
from shared.testing.world import World
from tests.unit.audit.table import Table

RECEIVED = {"kind": "complaint", "channel": "box", "received_on": "2026-03-02", "due_on": "2026-03-16"}
TABLE = Table(
    "feedback",
    "PA-1",
    data={
        "received": RECEIVED,
        "baselined": {**RECEIVED, "state": "assigned", "state_since": "2026-03-03"},
        "assigned": {"assignee": "phong-noi-vu", "due_on": "2026-03-20"},
        "answered": {"answered_on": "2026-03-12", "result": "accepted"},
        "rated": {"rating": "satisfied", "rated_on": "2026-03-14"},
        "none_in_period": {"period": "2026"},
    },
    paths={
        "received": ["received"],
        "assigned": ["received", "assigned"],
        "answered": ["received", "assigned", "answered"],
        "rated": ["received", "assigned", "answered", "rated"],
    },
    allowed={
        "received": {"assigned": "assigned"},
        "assigned": {"assigned": "assigned", "answered": "answered"},
        "answered": {"rated": "rated"},
        "rated": {},
    },
)


@pytest.mark.parametrize(("state", "event", "after"), TABLE.cells())
def test_each_event_in_each_state(state, event, after):
    TABLE.check(state, event, after)


@pytest.mark.parametrize(
    ("state", "event", "changes", "code"),
    [
        (None, "received", {"received_on": "2027-02-02", "due_on": None}, "DATE_IN_FUTURE"),
        (None, "received", {"due_on": "2026-03-01"}, "DATES_REVERSED"),
        ("received", "assigned", {"due_on": "2026-03-01"}, "DATES_REVERSED"),
        ("assigned", "answered", {"answered_on": "2026-03-01"}, "DATES_REVERSED"),
        ("assigned", "answered", {"answered_on": "2027-02-02"}, "DATE_IN_FUTURE"),
        ("answered", "rated", {"rated_on": "2026-03-11"}, "DATES_REVERSED"),
        ("answered", "rated", {"rated_on": "2027-02-02"}, "DATE_IN_FUTURE"),
        (None, "baselined", {"state": "answered"}, "BASELINE_INCOMPLETE"),
        (None, "baselined", {"state": "answered", "answered_on": "2026-03-12"}, "accepted"),
    ],
)
def test_days_must_follow_one_another(state, event, changes, code):
    world = TABLE.world(*(TABLE.paths[state] if state else ()))
    assert TABLE.push(world, event, **changes) == code


def test_assigning_may_move_the_due_date():
    world = TABLE.world("received", "assigned")
    assert world.state("feedback", "PA-1").due_on == "2026-03-20"
    assert TABLE.push(world, "assigned", assignee="phong-tu-phap", due_on=None) == "accepted"
    assert world.state("feedback", "PA-1").due_on == "2026-03-20"


def test_the_answer_and_its_rating_are_kept():
    state = TABLE.world(*TABLE.paths["rated"]).state("feedback", "PA-1")
    assert (state.answered_on, state.rating, state.count) == ("2026-03-12", "satisfied", 1)


@pytest.mark.parametrize(
    ("period", "subject", "on", "answer"),
    [
        ("2026-03", "none-2026-03", "2026-03-31", "accepted"),
        ("2026-03", "none-2026-03", "2026-03-30", "PERIOD_NOT_OVER"),
        ("2026-Q1", "none-2026-Q1", "2026-03-31", "accepted"),
        ("2026-Q4", "none-2026-Q4", "2026-12-30", "PERIOD_NOT_OVER"),
        ("2026-12", "none-2026-12", "2026-12-31", "accepted"),
        ("2024-02", "none-2024-02", "2024-02-28", "PERIOD_NOT_OVER"),
        ("2026", "none-2026", "2026-12-30", "PERIOD_NOT_OVER"),
        ("2026", "none-2026", "2026-12-31", "accepted"),
        ("2026-03", "khong-co-2026-03", "2026-03-31", "SUBJECT_DIFFERS"),
    ],
)
def test_that_there_was_none_is_said_once_a_period_is_over(period, subject, on, answer):
    world = World(AGGREGATES)
    assert world.push("feedback.none_in_period", subject, {"period": period}, on=on) == answer


@pytest.mark.parametrize(
    ("period", "on", "change", "answer"),
    [
        ("2026-03", "2027-02-15", {}, "accepted"),
        ("2026-03", "2027-02-16", {}, "PERIOD_CLOSED"),
        ("2026-Q4", "2027-02-16", {}, "PERIOD_CLOSED"),
        ("2026", "2027-02-16", {"late_reason": "Sáp nhập đơn vị"}, "accepted"),
    ],
)
def test_for_a_closed_period_it_needs_a_reason(period, on, change, answer):
    world = World(AGGREGATES)
    assert world.push("feedback.none_in_period", f"none-{period}", {"period": period, **change}, on=on) == answer


def test_that_there_was_none_is_said_once_and_nothing_follows():
    world = World(AGGREGATES)
    world.push("feedback.none_in_period", "none-2026", {"period": "2026"}, on="2027-01-04")
    assert world.push("feedback.none_in_period", "none-2026", {"period": "2026"}, on="2027-01-05") == "ALREADY_EXISTS"
    assigned = TABLE.data["assigned"]
    assert world.push("feedback.assigned", "none-2026", assigned, on="2027-01-05") == "TRANSITION_NOT_ALLOWED"
    assert world.state("feedback", "none-2026").count == 0
