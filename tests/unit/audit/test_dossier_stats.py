"""Dossier statistics: figures that balance, or are confirmed not to; one live version a key."""

from __future__ import annotations

import pytest

from services.audit.domain import AGGREGATES
from shared.testing.world import World

FIGURES = {
    "period": "2026-03",
    "tthc_code": "1.001612",
    "channel": "one_stop",
    "opening": 12,
    "received": 140,
    "resolved_early": 61,
    "resolved_on_time": 70,
    "resolved_late": 3,
    "pending_in_time": 14,
    "pending_overdue": 1,
    "returned_incomplete": 2,
    "withdrawn": 1,
}
KEY = "2026-03:1.001612:one_stop"
CONFIRMED = {"balance_confirmed": True, "balance_note": "Chuyển dữ liệu từ phần mềm cũ"}


@pytest.fixture
def world() -> World:
    return World(AGGREGATES)


def submit(world: World, subject: str = KEY, event: str = "submitted", **change: object) -> str:
    return world.push(
        f"dossier_stats.{event}", subject, {**FIGURES, **change}, on="2026-05-03", event_id=f"tk-{len(change)}"
    )


def test_balanced_figures_are_accepted(world):
    assert submit(world) == "accepted"
    state = world.state("dossier_stats", KEY)
    assert (state.difference, state.pending, state.versions) == (0, 15, 1)


@pytest.mark.parametrize(("received", "shown"), [(141, "+1"), (130, "-10")])
def test_figures_out_of_balance_are_refused_and_the_difference_is_named(world, received, shown):
    assert submit(world, received=received) == "BALANCE_BROKEN"
    assert shown in world.refusal.hint.vi
    assert shown in world.refusal.hint.en


def test_a_break_is_taken_when_the_agency_confirms_and_explains_it(world):
    assert submit(world, received=141, balance_confirmed=True) == "BALANCE_NOTE_MISSING"
    assert submit(world, received=141, balance_confirmed=False) == "BALANCE_BROKEN"
    assert submit(world, received=141, **CONFIRMED) == "accepted"
    state = world.state("dossier_stats", KEY)
    assert (state.difference, state.balance_confirmed) == (1, True)


APRIL = {"period": "2026-04", "opening": 15, "received": 137}
APRIL_KEY = "2026-04:1.001612:one_stop"


def test_the_next_month_opens_with_what_was_pending(world):
    assert submit(world) == "accepted"
    assert submit(world, APRIL_KEY, **APRIL) == "accepted"


def test_another_opening_than_what_was_pending_is_refused_unless_confirmed(world):
    submit(world)
    broken = {**APRIL, "opening": 14, "received": 138}
    assert submit(world, APRIL_KEY, **broken) == "BALANCE_BROKEN"
    assert "15" in world.refusal.hint.en
    assert "-1" in world.refusal.hint.en
    assert submit(world, APRIL_KEY, **broken, **CONFIRMED) == "accepted"


def test_a_month_whose_forerunner_is_not_known_does_not_wait_for_it(world):
    assert submit(world, APRIL_KEY, **APRIL) == "accepted"


def test_january_follows_december(world):
    december = {"period": "2025-12", "late_reason": "Chờ đối chiếu với bưu chính"}
    january = {"period": "2026-01", "opening": 14, "received": 138}
    assert submit(world, "2025-12:1.001612:one_stop", **december) == "accepted"
    assert submit(world, "2026-01:1.001612:one_stop", **january) == "BALANCE_BROKEN"


@pytest.mark.parametrize(
    ("subject", "right"),
    [("2026-02:1.001612:one_stop", KEY), ("2026-03:1.001612:online", KEY), ("thong-ke-03", KEY)],
)
def test_the_subject_is_the_key_and_the_hint_gives_the_right_one(world, subject, right):
    assert submit(world, subject) == "SUBJECT_DIFFERS"
    assert right in world.refusal.hint.vi


def test_figures_under_the_key_of_another_month_are_not_taken_for_a_second_version(world):
    submit(world)
    assert submit(world, KEY, period="2026-04") == "SUBJECT_DIFFERS"


def test_figures_are_given_for_a_procedure_or_a_field_not_both(world):
    assert submit(world, field="Đất đai") == "KEY_AMBIGUOUS"
    neither = {name: value for name, value in FIGURES.items() if name != "tthc_code"}
    assert world.push("dossier_stats.submitted", KEY, neither) == "KEY_AMBIGUOUS"
    subject = "2026-03:Đất đai:one_stop"
    assert world.push("dossier_stats.submitted", subject, {**neither, "field": "Đất đai"}) == "accepted"


def test_a_month_that_has_not_begun_has_no_figures(world):
    assert submit(world, "2026-06:1.001612:one_stop", period="2026-06") == "PERIOD_IN_FUTURE"
    assert submit(world, "2026-05:1.001612:one_stop", period="2026-05") == "accepted"


def test_a_key_has_one_live_version(world):
    submit(world)
    assert submit(world) == "ALREADY_EXISTS"


def test_an_amendment_replaces_the_live_version_that_it_names(world):
    assert submit(world) == "accepted"
    change = {"resolved_late": 4, "pending_overdue": 0, "reason": "Cập nhật"}
    assert submit(world, event="amended", corrects="tk-9", **change) == "NOT_THE_LIVE_VERSION"
    assert submit(world, event="amended", corrects="tk-0", **change) == "accepted"
    state = world.state("dossier_stats", KEY)
    assert (state.pending, state.versions, state.event_id) == (14, 2, "tk-4")
    assert submit(world, event="amended", corrects="tk-0", **change) == "NOT_THE_LIVE_VERSION"
    named = {"source": "/agencies/so-khcn", "id": "tk-4"}
    assert submit(world, event="amended", corrects=named, **change) == "accepted"


def test_an_amendment_of_nothing_waits(world):
    assert submit(world, event="amended", corrects="tk-0", reason="Cập nhật") == "waiting"


def test_figures_of_before_open_a_key_and_the_next_month_follows_them(world):
    assert submit(world, event="baselined", state_since="2026-04-02") == "accepted"
    assert submit(world, APRIL_KEY, **{**APRIL, "opening": 14, "received": 138}) == "BALANCE_BROKEN"


@pytest.mark.parametrize(
    ("event", "on", "change", "envelope", "answer"),
    [
        ("submitted", "2027-02-15", {}, {}, "accepted"),
        ("submitted", "2027-02-16", {}, {}, "PERIOD_CLOSED"),
        ("submitted", "2027-02-16", {"late_reason": "Mất dữ liệu, phải nhập lại"}, {}, "accepted"),
        ("submitted", "2031-01-05", {}, {"provenance": "imported"}, "accepted"),
        ("baselined", "2031-01-05", {"state_since": "2026-03-31"}, {"provenance": "imported"}, "accepted"),
    ],
)
def test_the_figures_of_a_closed_year_need_a_reason_unless_they_are_brought_along(
    world, event, on, change, envelope, answer
):
    assert world.push(f"dossier_stats.{event}", KEY, {**FIGURES, **change}, on=on, **envelope) == answer
    assert world.refusal is None or world.refusal.pointer == "/data/late_reason"


def test_an_amendment_of_a_closed_year_says_why_anyhow(world):
    assert submit(world) == "accepted"
    told = {"corrects": "tk-0", "reason": "Kết luận kiểm tra"}
    answer = world.push("dossier_stats.amended", KEY, {**FIGURES, **told}, on="2028-01-10")
    assert answer == "accepted"
