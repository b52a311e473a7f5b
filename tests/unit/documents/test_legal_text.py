"""The legal text: its national key, its status on a day, and changes that cannot be."""

from __future__ import annotations

import pytest

from services.documents.domain import AGGREGATES
from services.documents.domain.legal_text import LegalTextState, status_on
from shared.eventsourcing import Reference
from shared.testing.world import World

OLD = "61/2018/NĐ-CP|Chính phủ|2018-04-23"
NEW = "118/2025/NĐ-CP|Chính phủ|2025-06-09"
SAME_DAY = "119/2025/NĐ-CP|Chính phủ|2025-06-09"
EFFECTIVE = {OLD: "2018-06-21", NEW: "2025-07-01", SAME_DAY: "2025-07-01"}


def described(key: str, **change: object) -> dict:
    number, issuer, issued_on = key.split("|")
    return {"number": number, "issuer": issuer, "issued_on": issued_on, "effective_from": EFFECTIVE[key], **change}


@pytest.fixture
def world() -> World:
    world = World(AGGREGATES, source="vpcp")
    for key in EFFECTIVE:
        assert world.push("legal_text.registered", key, described(key)) == "accepted"
    return world


def change(world: World, event: str, effective: str, by: str | None = NEW, text: str = OLD) -> str:
    data = {"effective_from": effective} | ({"by": by} if by else {})
    return world.push(f"legal_text.{event}", text, data)


def status(world: World, day: str, text: str = OLD) -> str:
    return status_on(world.states[Reference("legal_text", text)], day)


def test_a_text_is_one_record_whoever_reports_it(world):
    assert world.push("legal_text.registered", OLD, described(OLD), source="bo-tu-phap") == "ALREADY_EXISTS"


@pytest.mark.parametrize("event", ["registered", "baselined"])
def test_the_subject_is_the_natural_key(event):
    world = World(AGGREGATES, source="vpcp")
    data = described(OLD, state_since="2018-06-21", status="in_force")
    assert world.push(f"legal_text.{event}", "61/2018/NĐ-CP", data) == "LEGAL_TEXT_KEY_MISMATCH"
    assert world.refusal.pointer == "/subject"
    assert OLD in world.refusal.hint.vi
    assert OLD in world.refusal.hint.en


def test_a_text_does_not_end_before_it_begins():
    world = World(AGGREGATES, source="vpcp")
    data = described(OLD, effective_to="2018-06-20")
    assert world.push("legal_text.registered", OLD, data) == "PERIOD_REVERSED"
    assert world.push("legal_text.registered", OLD, described(OLD, effective_to="2018-06-21")) == "accepted"
    assert status(world, "2018-06-21") == "in_force"
    assert status(world, "2018-06-22") == "expired"


def test_the_status_on_a_day_follows_from_the_dates(world):
    change(world, "amended", "2021-12-06")
    world.push("legal_text.suspended", OLD, {"effective_from": "2022-01-01"})
    world.push("legal_text.resumed", OLD, {"effective_from": "2022-03-01"})
    change(world, "replaced", "2025-07-01")
    days = {
        "2018-06-20": "announced",
        "2018-06-21": "in_force",
        "2021-12-05": "in_force",
        "2021-12-06": "partly_amended",
        "2022-01-01": "suspended",
        "2022-02-28": "suspended",
        "2022-03-01": "partly_amended",
        "2025-06-30": "partly_amended",
        "2025-07-01": "replaced",
    }
    assert {day: status(world, day) for day in days} == days


@pytest.mark.parametrize(
    ("event", "effective", "by", "outcome"),
    [
        ("amended", "2018-06-20", NEW, "TRANSITION"),
        ("amended", "2018-06-21", NEW, "accepted"),
        ("amended", "2021-12-06", OLD, "REPLACES_ITSELF"),
        ("replaced", "2025-07-01", NEW, "accepted"),
        ("replaced", "2025-07-01", OLD, "REPLACES_ITSELF"),
        ("repealed", "2025-07-01", None, "accepted"),
        ("repealed", "2025-07-01", NEW, "accepted"),
        ("amended", "2025-07-01", "1/2026/NĐ-CP|Chính phủ|2026-01-02", "waiting"),
        ("suspended", "2018-06-20", None, "TRANSITION_NOT_ALLOWED"),
        ("resumed", "2020-01-01", None, "TRANSITION_NOT_ALLOWED"),
    ],
)
def test_changes_that_cannot_be_are_refused(world, event, effective, by, outcome):
    expected = "AMENDED_BEFORE_IN_FORCE" if outcome == "TRANSITION" else outcome
    assert change(world, event, effective, by) == expected


def test_a_text_does_not_end_twice(world):
    assert change(world, "replaced", "2025-07-01") == "accepted"
    assert change(world, "repealed", "2025-06-01", None) == "TRANSITION_NOT_ALLOWED"
    assert change(world, "replaced", "2025-08-01") == "TRANSITION_NOT_ALLOWED"
    assert change(world, "amended", "2025-08-01") == "TRANSITION_NOT_ALLOWED"


def test_an_amendment_in_force_before_the_end_may_still_be_reported_after_it(world):
    change(world, "replaced", "2025-07-01")
    assert change(world, "amended", "2021-12-06") == "accepted"
    assert status(world, "2022-01-01") == "partly_amended"


def test_replacements_do_not_run_in_a_circle(world):
    assert change(world, "replaced", "2025-07-01", by=OLD, text=NEW) == "REPLACEMENT_CYCLE"
    assert change(world, "replaced", "2025-07-01", by=SAME_DAY, text=NEW) == "accepted"
    assert change(world, "replaced", "2025-07-01", by=NEW, text=SAME_DAY) == "REPLACEMENT_CYCLE"


def test_an_impact_may_be_assessed_whatever_became_of_the_text(world):
    change(world, "replaced", "2025-07-01")
    assert world.push("legal_text.impact_assessed", OLD, {"due_on": "2025-07-31"}) == "accepted"


@pytest.mark.parametrize("state", ["in_force", "partly_amended", "suspended", "replaced", "repealed"])
def test_a_baseline_is_the_state_it_says(state):
    world = World(AGGREGATES, source="vpcp")
    data = described(OLD, state_since="2021-12-06", status=state)
    assert world.push("legal_text.baselined", OLD, data) == "accepted"
    assert status(world, "2021-12-05") == "in_force"
    assert status(world, "2021-12-06") == state


def test_a_text_that_was_never_suspended_knows_no_suspension():
    assert status_on(LegalTextState("2018-06-21", "2018-04-23"), "2030-01-01") == "in_force"


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        ("replaces", "09/2015/QĐ-TTg|Thủ tướng Chính phủ|2015-03-25", "accepted"),
        ("replaces", OLD, "RELATED_TO_ITSELF"),
        ("guides", OLD, "RELATED_TO_ITSELF"),
        ("amends", NEW, "REPLACEMENT_CYCLE"),
        ("replaces", NEW, "REPLACEMENT_CYCLE"),
        ("repeals", NEW, "REPLACEMENT_CYCLE"),
        ("guides", NEW, "accepted"),
        ("corrects", NEW, "accepted"),
    ],
)
def test_what_a_text_says_about_others_names_neither_itself_nor_changes_a_later_one(kind, target, code):
    world = World(AGGREGATES, source="vpcp")
    data = described(OLD, relations=[{"kind": kind, "target": target}])
    assert world.push("legal_text.registered", OLD, data) == code
    assert world.refusal is None or world.refusal.pointer == "/data/relations/0/target"
