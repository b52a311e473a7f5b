"""The inspection programme: one a year, within its capacity, enough on site, nobody twice without cause."""

from __future__ import annotations

import pytest

from shared.testing.world import World
from tests.unit.inspection.inspection_tables import INSPECTION, PROGRAMME, SELECTION, Table

TABLE = Table(
    "inspection_programme",
    "programme-2027",
    data=PROGRAMME,
    paths={},
    allowed={},
    before=[("selection.run", "LC-1", SELECTION)],
)
CONSULTED = ("drafted", "selection_adopted", "consulted")
ON_SITE = {"agency_id": "xa-d", "mode": "on_site", "quarter": 1, "person_days": 1}
BY_REPORT = {**ON_SITE, "mode": "by_report"}


def with_entries(*entries: dict) -> World:
    """Return a world with a consulted programme of just these entries."""
    world = TABLE.world(*CONSULTED)
    for entry in entries:
        assert TABLE.push(world, "entry_added", **entry) == "accepted", world.refusal
    for agency in ("xa-a", "xa-b"):
        assert TABLE.push(world, "entry_removed", agency_id=agency) == "accepted"
    return world


@pytest.mark.parametrize(
    ("entries", "answer"),
    [
        ([], "PROGRAMME_EMPTY"),
        ([ON_SITE], "accepted"),
        ([{**ON_SITE, "person_days": 20}], "accepted"),
        ([{**ON_SITE, "person_days": 20.5}], "CAPACITY_EXCEEDED"),
        ([ON_SITE, {**BY_REPORT, "quarter": 2}], "accepted"),
        ([ON_SITE, {**BY_REPORT, "quarter": 2}, {**BY_REPORT, "quarter": 3}], "ONSITE_SHARE_BELOW_MINIMUM"),
        ([ON_SITE, {**ON_SITE, "quarter": 2}], "SECOND_VISIT_WITHOUT_CAUSE"),
        ([ON_SITE, {**ON_SITE, "quarter": 2, "cause": "Kiểm tra lại"}], "accepted"),
        ([ON_SITE, {**BY_REPORT, "quarter": 2}, {**ON_SITE, "agency_id": "xa-e"}], "accepted"),
    ],
)
def test_what_a_programme_must_keep_to_when_it_is_approved(entries, answer):
    world = with_entries(*entries)
    assert TABLE.push(world, "approved") == answer


def test_the_limits_hold_for_every_later_change_too():
    world = TABLE.world(*CONSULTED, "approved")
    assert TABLE.push(world, "entry_added", person_days=12.5) == "CAPACITY_EXCEEDED"
    assert TABLE.push(world, "entry_removed", agency_id="xa-a") == "ONSITE_SHARE_BELOW_MINIMUM"
    assert TABLE.push(world, "amended", capacity_days=7) == "CAPACITY_EXCEEDED"
    assert TABLE.push(world, "amended", capacity_days=None, onsite_share_min=0.75) == "ONSITE_SHARE_BELOW_MINIMUM"
    assert TABLE.push(world, "amended", capacity_days=30) == "accepted"
    assert TABLE.push(world, "entry_added", person_days=12.5) == "accepted"


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (None, "CONFLICT_CHECK_MISSING"),
        ({"overlaps_found": 2}, "OVERLAPS_UNRESOLVED"),
        ({"overlaps_found": 2, "made_joint": 1}, "OVERLAPS_UNRESOLVED"),
        ({"overlaps_found": 2, "made_joint": 2}, "accepted"),
        ({"overlaps_found": 2, "kept_reason": "Khác nội dung"}, "accepted"),
    ],
)
def test_a_programme_is_held_against_those_of_others_before_it_is_approved(check, answer):
    world = TABLE.world(*CONSULTED)
    given = check and {"checked_on": "2027-01-20", **check}
    assert TABLE.push(world, "approved", conflict_check=given) == answer


@pytest.mark.parametrize(
    ("entries", "answer"),
    [
        (PROGRAMME["selection_adopted"]["entries"], "accepted"),
        (PROGRAMME["selection_adopted"]["entries"][:1], "PICK_LEFT_OUT"),
        ([*PROGRAMME["selection_adopted"]["entries"], ON_SITE], "ENTRY_NOT_PICKED"),
        ([PROGRAMME["selection_adopted"]["entries"][0]] * 2, "ENTRY_LISTED_TWICE"),
    ],
)
def test_a_selection_is_adopted_as_it_is(entries, answer):
    world = TABLE.world("drafted")
    assert TABLE.push(world, "selection_adopted", entries=entries) == answer


def test_a_selection_that_is_not_known_yet_is_waited_for():
    assert TABLE.push(TABLE.world("drafted"), "selection_adopted", selection_id="LC-9") == "waiting"


def test_a_body_has_one_programme_a_year():
    world = TABLE.world("drafted")
    assert TABLE.push(world, "drafted") == "ALREADY_EXISTS"
    assert world.push("inspection_programme.drafted", "ke-hoach-2", PROGRAMME["drafted"]) == "SUBJECT_DIFFERS"
    assert (
        world.push("inspection_programme.drafted", "programme-2028", {"year": 2028, "capacity_days": 1}) == "accepted"
    )


@pytest.mark.parametrize(
    ("outcome", "inspection", "answer"),
    [
        ({"inspection_id": "KT-1"}, [], "waiting"),
        ({"inspection_id": "KT-1"}, ["planned"], "INSPECTION_STILL_OPEN"),
        ({"inspection_id": "KT-1", "not_held_reason": "Thiên tai"}, ["planned"], "accepted"),
        ({"inspection_id": "KT-1"}, ["planned", "cancelled"], "accepted"),
        ({"inspection_id": "KT-1"}, ["baselined"], "accepted"),
        ({}, [], "OUTCOME_MISSING"),
    ],
)
def test_a_programme_is_closed_when_each_entry_has_its_outcome(outcome, inspection, answer):
    world = TABLE.world(*CONSULTED, "approved")
    for event in inspection:
        assert world.push(f"inspection.{event}", "KT-1", INSPECTION[event], on="2027-02-01") == "accepted"
    outcomes = [{"agency_id": "xa-a", "quarter": 2, **outcome}, PROGRAMME["closed"]["outcomes"][1]]
    assert TABLE.push(world, "closed", outcomes=outcomes) == answer


def test_an_entry_that_nothing_is_said_about_keeps_the_programme_open():
    world = TABLE.world(*CONSULTED, "approved")
    assert TABLE.push(world, "closed", outcomes=PROGRAMME["closed"]["outcomes"][:1]) == "ENTRIES_WITHOUT_OUTCOME"
    assert "xa-b (Q3)" in world.refusal.hint.vi


@pytest.mark.parametrize(
    ("event", "changes", "code"),
    [
        ("amended", {"capacity_days": None}, "NOTHING_CHANGED"),
        ("amended", {"removed": [{"agency_id": "xa-z", "reason": "Nhầm"}]}, "ENTRY_NOT_IN_PROGRAMME"),
        ("amended", {"added": [{**ON_SITE, "agency_id": "xa-a", "quarter": 2}]}, "ENTRY_LISTED_TWICE"),
        ("entry_added", {"agency_id": "xa-a", "quarter": 2}, "ENTRY_LISTED_TWICE"),
        ("entry_removed", {"quarter": 1}, "ENTRY_NOT_IN_PROGRAMME"),
        ("closed", {"closed_on": "2027-02-02"}, "DATE_IN_FUTURE"),
    ],
)
def test_changes_that_do_not_fit_the_programme_are_refused(event, changes, code):
    assert TABLE.push(TABLE.world(*CONSULTED, "approved"), event, **changes) == code


def test_a_baselined_programme_that_is_running_needs_the_day_of_its_approval():
    assert TABLE.push(TABLE.world(), "baselined", approved_on=None) == "BASELINE_INCOMPLETE"
    assert TABLE.push(TABLE.world(), "approved") == "waiting"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"picked": ["xa-a", "xa-a"]}, "SELECTION_INCONSISTENT"),
        ({"picked": ["xa-b", "xa-a"]}, "SELECTION_INCONSISTENT"),
        ({"random_picks": []}, "SELECTION_INCONSISTENT"),
        ({"parameters": {**SELECTION["parameters"], "capacity": 1}}, "SELECTION_INCONSISTENT"),
    ],
)
def test_a_selection_agrees_with_itself_and_is_never_edited(changes, code):
    world = TABLE.world()
    assert world.push("selection.run", "LC-2", {**SELECTION, **changes}) == code
    assert world.push("selection.run", "LC-1", SELECTION) == "ALREADY_EXISTS"


def test_a_risk_score_is_the_sum_of_its_parts():
    parts = [{"part": "stale", "value": 0.5, "weight": 20}, {"part": "open_major", "value": 1, "weight": 7}]
    data = {"agency_id": "xa-a", "as_of": "2027-01-01", "score": 17, "parts": parts, "model_version": "risk-1"}
    world = TABLE.world()
    assert world.push("risk_score.computed", "xa-a:2027-01-01", data) == "accepted"
    assert world.push("risk_score.computed", "xa-b:2027-01-01", {**data, "score": 18}) == "SCORE_DIFFERS"
