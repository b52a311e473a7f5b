"""The alert: who may do what in which state, and what a refusal says."""

from __future__ import annotations

import pytest

from services.notify.domain import AGGREGATES
from services.notify.domain.alert import effective_status
from shared import clock
from shared.contracts.notify.alert import OPENED
from shared.testing.world import World

#: Events that lead an alert somewhere, with data that is in order.
DATA = {
    "opened": {**OPENED.example, "severity": "warning"},
    "repeated": {"count": 3, "facts": []},
    "severity_raised": {"from": "warning", "to": "serious", "facts": []},
    "acknowledged": {"by": "staff"},
    "progressed": {"by": "staff", "note": "Đang rà soát"},
    "suppressed": {"by": "silence", "ref": "KL-1"},
    "released": {},
    "closed": {},
    "escalated": {"level": 1, "to": "agency_head"},
    "snoozed": {"until": "2026-03-20", "reason": "Chờ văn bản hướng dẫn", "by": "staff"},
    "resolved": {"how": "auto"},
    "reopened": {"severity": "serious", "count": 1, "facts": []},
}


@pytest.fixture
def world() -> World:
    return World(AGGREGATES)


def act(world: World, event: str, on: str = "2026-03-02", **changes: object) -> str:
    return world.push(f"alert.{event}", "A2-1", {**DATA[event], **changes}, on=on)


def through(world: World, *events: str) -> World:
    for event in events:
        assert act(world, event) == "accepted"
    return world


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        ([], "opened", "opened"),
        (["opened"], "repeated", "opened"),
        (["opened"], "severity_raised", "opened"),
        (["opened"], "acknowledged", "acknowledged"),
        (["opened"], "escalated", "opened"),
        (["opened"], "snoozed", "snoozed"),
        (["opened"], "resolved", "resolved"),
        (["opened", "acknowledged"], "repeated", "acknowledged"),
        (["opened", "acknowledged"], "severity_raised", "acknowledged"),
        (["opened", "acknowledged"], "snoozed", "snoozed"),
        (["opened", "acknowledged"], "resolved", "resolved"),
        (["opened", "snoozed"], "acknowledged", "acknowledged"),
        (["opened", "snoozed"], "snoozed", "snoozed"),
        (["opened", "snoozed"], "resolved", "resolved"),
        (["opened", "resolved"], "reopened", "opened"),
        (["opened", "acknowledged"], "progressed", "in_handling"),
        (["opened", "acknowledged", "progressed"], "progressed", "in_handling"),
        (["opened", "acknowledged", "progressed"], "repeated", "in_handling"),
        (["opened", "acknowledged", "progressed"], "severity_raised", "in_handling"),
        (["opened", "acknowledged", "progressed"], "snoozed", "snoozed"),
        (["opened", "acknowledged", "progressed"], "resolved", "resolved"),
        (["opened"], "suppressed", "opened"),
        (["opened", "suppressed"], "acknowledged", "acknowledged"),
        (["opened", "suppressed"], "released", "opened"),
        (["opened", "suppressed"], "resolved", "resolved"),
        (["opened", "resolved"], "closed", "closed"),
    ],
)
def test_an_alert_moves(world, before, event, after):
    through(world, *before)
    assert act(world, event) == "accepted"
    assert world.state("alert", "A2-1").status == after


@pytest.mark.parametrize(
    ("before", "event", "code"),
    [
        ([], "acknowledged", "waiting"),
        (["opened"], "opened", "ALREADY_EXISTS"),
        (["opened"], "reopened", "TRANSITION_NOT_ALLOWED"),
        (["opened", "acknowledged"], "acknowledged", "TRANSITION_NOT_ALLOWED"),
        (["opened", "acknowledged"], "escalated", "ACKNOWLEDGED_IN_TIME"),
        (["opened", "acknowledged", "progressed"], "escalated", "ACKNOWLEDGED_IN_TIME"),
        (["opened"], "progressed", "TRANSITION_NOT_ALLOWED"),
        (["opened", "suppressed"], "escalated", "ALERT_IS_SUPPRESSED"),
        (["opened", "suppressed"], "suppressed", "ALREADY_SUPPRESSED"),
        (["opened"], "released", "NOT_SUPPRESSED"),
        (["opened"], "closed", "TRANSITION_NOT_ALLOWED"),
        (["opened", "resolved", "closed"], "reopened", "TRANSITION_NOT_ALLOWED"),
        (["opened", "resolved", "closed"], "resolved", "TRANSITION_NOT_ALLOWED"),
        (["opened", "acknowledged", "snoozed"], "escalated", "ALERT_IS_SNOOZED"),
        (["opened", "snoozed"], "escalated", "ALERT_IS_SNOOZED"),
        (["opened", "escalated"], "escalated", "LEVEL_ALREADY_REACHED"),
        (["opened", "severity_raised"], "severity_raised", "SEVERITY_NOT_HIGHER"),
        (["opened", "resolved"], "acknowledged", "TRANSITION_NOT_ALLOWED"),
        (["opened", "resolved"], "snoozed", "TRANSITION_NOT_ALLOWED"),
        (["opened", "resolved"], "escalated", "TRANSITION_NOT_ALLOWED"),
        (["opened", "resolved"], "resolved", "TRANSITION_NOT_ALLOWED"),
        (["opened", "resolved"], "severity_raised", "TRANSITION_NOT_ALLOWED"),
    ],
)
def test_an_alert_refuses(world, before, event, code):
    through(world, *before)
    assert act(world, event) == code


def test_a_snooze_may_last_thirty_days_and_no_longer(world):
    through(world, "opened")
    assert act(world, "snoozed", until="2026-04-02") == "SNOOZE_TOO_LONG"
    assert world.refusal is not None
    assert world.refusal.pointer == "/data/until"
    assert "2026-04-01" in world.refusal.hint.vi
    assert act(world, "snoozed", until="2026-04-01") == "accepted"


def test_a_snooze_cannot_end_before_it_begins(world):
    through(world, "opened")
    assert act(world, "snoozed", until="2026-03-01") == "SNOOZE_IN_THE_PAST"


def test_a_critical_alert_cannot_be_snoozed(world):
    through(world, "opened")
    assert act(world, "severity_raised", to="critical") == "accepted"
    assert act(world, "snoozed") == "CRITICAL_CANNOT_BE_SNOOZED"


def test_an_alert_that_turns_critical_ends_its_snooze(world):
    through(world, "opened", "snoozed")
    assert act(world, "severity_raised", to="critical") == "accepted"
    assert world.state("alert", "A2-1").status == "opened"


def test_a_snooze_that_has_run_out_leaves_the_alert_open(world):
    state = through(world, "opened", "snoozed").state("alert", "A2-1")
    assert effective_status(state, clock.day_of("2026-03-20")) == "snoozed"
    assert effective_status(state, clock.day_of("2026-03-21")) == "opened"
    assert act(world, "escalated", on="2026-03-21") == "accepted"


def test_a_snooze_after_taking_up_ends_as_open_since_whoever_put_it_off_has_it_no_longer_in_hand(world):
    through(world, "opened", "acknowledged", "snoozed")
    assert act(world, "escalated", on="2026-03-20") == "ALERT_IS_SNOOZED"
    assert act(world, "escalated", on="2026-03-21") == "accepted"


def test_an_alert_that_was_taken_up_escalates_when_no_progress_follows_in_time(world):
    through(world, "opened")
    assert act(world, "acknowledged", escalates_on="2026-03-16") == "accepted"
    assert act(world, "escalated", on="2026-03-15") == "ACKNOWLEDGED_IN_TIME"
    assert "2026-03-16" in world.refusal.hint.vi
    assert act(world, "escalated", on="2026-03-16") == "accepted"
    state = world.state("alert", "A2-1")
    assert (state.status, state.level, state.acknowledged_by) == ("opened", 1, "")


def test_progress_moves_the_day_on_which_escalation_goes_on(world):
    through(world, "opened")
    assert act(world, "acknowledged", escalates_on="2026-03-16") == "accepted"
    assert act(world, "progressed", on="2026-03-10", escalates_on="2026-03-24") == "accepted"
    assert act(world, "escalated", on="2026-03-20") == "ACKNOWLEDGED_IN_TIME"
    assert act(world, "escalated", on="2026-03-24") == "accepted"


def test_an_alert_cannot_go_higher_than_the_top(world):
    assert act(world, "opened", levels=1) == "accepted"
    assert act(world, "escalated") == "accepted"
    assert act(world, "escalated", level=2) == "TOP_LEVEL_REACHED"


def test_an_alert_is_reopened_within_its_days_only(world):
    assert act(world, "opened", reopen_days=7) == "accepted"
    assert act(world, "resolved") == "accepted"
    assert act(world, "reopened", on="2026-03-10") == "REOPENING_TOO_LATE"
    assert act(world, "reopened", on="2026-03-09") == "accepted"


def test_a_derived_alert_is_not_ended_by_hand_while_its_condition_holds(world):
    through(world, "opened")
    assert act(world, "resolved", how="manual", by="staff") == "CONDITION_STILL_HOLDS"
    assert world.refusal is not None
    assert "tạm hoãn" in world.refusal.hint.vi
    assert "snooze" in world.refusal.hint.en


def test_an_alert_that_ends_by_decision_is_ended_by_hand(world):
    assert act(world, "opened", clearing="manual") == "accepted"
    assert act(world, "resolved", how="manual", by="staff") == "accepted"


def test_reopening_starts_escalation_and_taking_up_anew(world):
    through(world, "opened", "escalated", "acknowledged", "resolved", "reopened")
    state = world.state("alert", "A2-1")
    assert (state.level, state.acknowledged_by, state.severity) == (0, "", "serious")
    assert act(world, "escalated") == "accepted"
