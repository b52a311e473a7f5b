"""The inspection: announced in time, by an independent team, not twice within weeks, concluded on a signed record."""

from __future__ import annotations

import pytest

from services.inspection.domain.checklists import checklist, checklists
from shared.testing.world import World
from tests.unit.inspection.inspection_tables import (
    AGENCY,
    ANSWERED,
    ANSWERS,
    CONCLUDED,
    DAY,
    EVIDENCE,
    INSPECTION,
    ON_THE_SPOT,
    RECOMMENDATION,
    REGISTERED,
    TEAM,
    WINDOW,
    Table,
)

TABLE = Table("inspection", "KT-1", data=INSPECTION, setup=ANSWERS, paths={}, allowed={})


def plan(world: World, subject: str, source: str = "so-khcn", **changes) -> str:
    data = {**INSPECTION["planned"], **changes}
    return world.push("inspection.planned", subject, data, on=DAY, source=source)


@pytest.mark.parametrize(
    ("first", "last", "answer"),
    [
        ("2027-03-20", "2027-03-22", "QUIET_PERIOD"),
        ("2027-04-02", "2027-04-03", "QUIET_PERIOD"),
        ("2027-04-03", "2027-04-04", "accepted"),
        ("2027-01-28", "2027-01-30", "QUIET_PERIOD"),
        ("2027-01-28", "2027-01-29", "accepted"),
    ],
)
def test_no_two_visits_to_one_agency_within_the_quiet_period(first, last, answer):
    world = TABLE.world("planned")
    assert plan(world, "KT-9", "thanh-tra-khac", window={"from": first, "to": last}) == answer
    assert answer == "accepted" or "so-khcn/KT-1" in world.refusal.hint.vi


def test_a_joint_visit_a_follow_up_and_another_agency_may_come_within_the_quiet_period():
    world = TABLE.world("planned")
    assert plan(world, "KT-2", joint_with="KT-1") == "accepted"
    assert plan(world, "KT-3", agency_id="xa-b") == "accepted"
    world = TABLE.world("planned")
    assert plan(world, "KT-4", kind="follow_up", follows="KT-1") == "accepted"


def test_days_are_free_again_once_the_visit_is_put_off_or_cancelled():
    for event in ("postponed", "cancelled"):
        world = TABLE.world("planned", event)
        assert plan(world, "KT-2") == "accepted"
    world = TABLE.world("planned", "postponed")
    assert plan(world, "KT-2") == "accepted"
    assert TABLE.push(world, "rescheduled", window={"from": "2027-03-10", "to": "2027-03-11"}) == "QUIET_PERIOD"
    assert TABLE.push(world, "rescheduled", window={"from": "2027-05-10", "to": "2027-05-11"}) == "accepted"
    assert plan(world, "KT-5", window={"from": "2027-05-20", "to": "2027-05-21"}) == "QUIET_PERIOD"


def test_an_agency_is_inspected_only_while_it_exists():
    world = World(TABLE.aggregates)
    ended = {"how": "merged", "effective": "2027-03-02", "successors": ["xa-moi"], "legal_basis": "NQ 1"}
    for agency in (AGENCY, "xa-moi"):
        registered = {**REGISTERED, "agency_id": agency}
        assert world.push("agency.registered", agency, registered, source=agency, on=DAY) == "accepted"
    assert world.push("agency.ended", AGENCY, ended, source=AGENCY, on=DAY) == "accepted", world.refusal
    assert plan(world, "KT-1") == "AGENCY_NOT_LIVE_IN_WINDOW"
    assert "xa-moi" in world.refusal.hint.en
    assert plan(world, "KT-1", window={"from": "2027-02-20", "to": "2027-03-01"}) == "accepted"


@pytest.mark.parametrize(
    ("announced_on", "kind", "answer"),
    [
        # Five working days before Monday 1 March 2027 are over a weekend.
        ("2027-02-22", "planned", "accepted"),
        ("2027-02-23", "planned", "NOTICE_TOO_SHORT"),
        ("2027-02-28", "unplanned", "accepted"),
    ],
)
def test_an_inspection_on_site_is_announced_in_time(announced_on, kind, answer):
    world = World(TABLE.aggregates)
    push = world.push
    assert push("inspection.planned", "KT-1", {**INSPECTION["planned"], "kind": kind}, on=DAY) == "accepted"
    assert push("inspection.team_appointed", "KT-1", {"team": TEAM}, on=DAY) == "accepted"
    assert push("inspection.decided", "KT-1", {"decision_no": "1", "decided_on": DAY}, on=DAY) == "accepted"
    assert push("inspection.announced", "KT-1", {"announced_on": announced_on}, on=announced_on) == answer


def test_an_announced_visit_cannot_be_moved_to_days_with_too_short_a_notice():
    world = TABLE.world(*ON_THE_SPOT[:4])
    assert TABLE.push(world, "rescheduled", window={"from": "2027-02-04", "to": "2027-02-05"}) == "NOTICE_TOO_SHORT"


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ({"worked_for": [{"agency_id": AGENCY}]}, "TEAM_CONFLICT_OF_INTEREST"),
        ({"worked_for": [{"agency_id": AGENCY, "until": "2024-03-01"}]}, "TEAM_CONFLICT_OF_INTEREST"),
        ({"worked_for": [{"agency_id": AGENCY, "until": "2024-02-29"}]}, "accepted"),
        ({"worked_for": [{"agency_id": "xa-b"}]}, "accepted"),
        ({"advised": [AGENCY]}, "TEAM_CONFLICT_OF_INTEREST"),
        ({"items": ["8"]}, "UNKNOWN_CHECKLIST_ITEM"),
        ({"role": "head"}, "SECOND_HEAD_OF_TEAM"),
        ({"person_ref": "truong-doan"}, "MEMBER_LISTED_TWICE"),
    ],
)
def test_who_may_inspect(member, code):
    team = [TEAM[0], {"role": "member", "person_ref": "tv-2", **member}]
    assert TABLE.push(TABLE.world("planned"), "team_appointed", team=team) == code
    assert TABLE.push(TABLE.world(), "planned", team=team) == code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"item": "4", "inspector": "tv-1"}, "accepted"),
        ({"item": "1", "inspector": "tv-1"}, "INSPECTOR_NOT_ASSIGNED"),
        ({"item": "1", "inspector": "truong-doan"}, "accepted"),
        ({"item": "1", "inspector": "tv-3"}, "INSPECTOR_NOT_IN_TEAM"),
        ({"item": "8"}, "UNKNOWN_CHECKLIST_ITEM"),
    ],
)
def test_each_item_is_answered_by_whom_it_was_assigned_to(answer, code):
    assert TABLE.push(TABLE.world(*ON_THE_SPOT), "checklist_answered", **answer) == code


def test_the_record_is_signed_when_all_seven_points_are_answered():
    world = TABLE.world(*ANSWERED[:-2])
    assert TABLE.push(world, "record_signed") == "CHECKLIST_INCOMPLETE"
    assert "6, 7" in world.refusal.hint.vi
    assert TABLE.push(TABLE.world(*ANSWERED), "record_signed") == "accepted"


@pytest.mark.parametrize(
    ("finding", "code"),
    [
        ({"class": "major_nc"}, "CLAUSE_MISSING"),
        ({"class": "major_nc", "clause": "9.2"}, "EVIDENCE_MISSING"),
        ({"class": "minor_nc", "criterion": "Thông tư 26/2014", "evidence": EVIDENCE}, "accepted"),
        ({"class": "observation", "clause": "11.9"}, "UNKNOWN_CLAUSE"),
        ({"class": "good_practice"}, "accepted"),
    ],
)
def test_a_nonconformity_names_its_criterion_and_shows_evidence(finding, code):
    assert TABLE.push(TABLE.world(*ON_THE_SPOT), "finding_recorded", **finding) == code


def test_a_finding_is_recorded_once():
    world = TABLE.world(*ON_THE_SPOT, "finding_recorded")
    assert TABLE.push(world, "finding_recorded") == "FINDING_EXISTS"


def test_a_verdict_names_the_agencys_own_event_by_its_bare_id():
    world = TABLE.world(*ON_THE_SPOT, "claim_verified")
    assert TABLE.push(world, "claim_verified", event_id="e-2") == "CLAIM_SOURCE_MISSING"
    accepted = TABLE.push(world, "claim_verified", event_id="e-2", agency_id=AGENCY, verdict="contradicted")
    assert accepted == "accepted"
    assert TABLE.push(world, "claim_verified", verdict="unverifiable") == "accepted"
    assert TABLE.state(world).verdicts == {"xa-a#e-1": "unverifiable", "xa-a#e-2": "contradicted"}


def test_a_late_conclusion_is_accepted_one_before_the_visit_is_not():
    world = TABLE.world(*ANSWERED, "record_signed")
    data = {"conclusion_no": "1", "concluded_on": "2027-01-31"}
    assert world.push("inspection.concluded", "KT-1", data, on="2027-09-01") == "DATES_REVERSED"
    assert (
        world.push("inspection.concluded", "KT-1", {**data, "concluded_on": "2027-09-01"}, on="2027-09-01")
        == "accepted"
    )


@pytest.mark.parametrize(
    ("source", "day", "answer"),
    [
        (AGENCY, "2027-03-03", "accepted"),
        ("so-khcn", "2027-03-03", "accepted"),
        (AGENCY, "2027-03-04", "OBJECTION_TOO_LATE"),
        ("xa-b", "2027-02-10", "NOT_INSPECTED_AGENCY"),
    ],
)
def test_the_inspected_agency_may_object_for_thirty_days(source, day, answer):
    world = TABLE.world(*CONCLUDED)
    data = {"about": "PH-1", "record_of": "so-khcn"}
    assert world.push("inspection.objection_filed", "KT-1", data, on=day, source=source) == answer


def test_an_open_objection_keeps_the_inspection_open():
    world = TABLE.world(*CONCLUDED, "objection_filed")
    assert TABLE.push(world, "objection_filed") == "OBJECTION_OPEN"
    assert TABLE.push(world, "closed") == "OBJECTION_OPEN"
    assert TABLE.push(world, "objection_resolved") == "accepted"
    assert TABLE.push(world, "closed") == "accepted"


def test_an_inspection_is_closed_when_every_recommendation_is_settled():
    world = TABLE.world(*ANSWERED, "record_signed")
    assert TABLE.push(world, "concluded", recommendations=["KN-1"]) == "accepted"
    assert TABLE.push(world, "closed") == "RECOMMENDATIONS_UNACCOUNTED"
    assert TABLE.push(world, "closed", recommendations=["KN-1"]) == "waiting"
    issued = {**RECOMMENDATION["issued"], "inspection_id": "KT-1"}
    assert world.push("recommendation.issued", "KN-1", issued, on=DAY) == "accepted"
    assert TABLE.push(world, "closed", recommendations=["KN-1"]) == "RECOMMENDATION_OPEN"
    assert world.push("recommendation.lapsed", "KN-1", RECOMMENDATION["lapsed"], on=DAY) == "accepted"
    assert TABLE.push(world, "closed", recommendations=["KN-1"]) == "accepted"


def test_an_inspection_by_report_may_be_sent_to_the_spot_and_starts_anew_with_its_notice():
    world = TABLE.world("planned:by_report", "documents_received", "started")
    days = {"from": "2027-05-03", "to": "2027-05-04"}
    assert TABLE.push(world, "escalated_to_onsite", window=days) == "accepted"
    state = TABLE.state(world)
    assert (state.status, state.mode, state.window_from) == ("planned", "on_site", "2027-05-03")
    assert TABLE.push(world, "started") == "NOT_ANNOUNCED"


def test_facts_about_another_agency_do_not_belong_to_the_inspection():
    assert TABLE.push(TABLE.world("planned"), "team_appointed", agency_id="xa-b") == "AGENCY_DIFFERS"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"window": {"from": "2027-03-03", "to": "2027-03-01"}}, "DATES_REVERSED"),
        ({"checklist_version": "ta-001"}, "UNKNOWN_CHECKLIST_VERSION"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(changes, code):
    assert TABLE.push(TABLE.world(), "planned", **changes) == code


def test_a_baseline_of_a_concluded_inspection_needs_the_day():
    assert TABLE.push(TABLE.world(), "baselined", concluded_on=None) == "BASELINE_INCOMPLETE"
    assert TABLE.push(TABLE.world(), "baselined", state="planned", concluded_on=None) == "accepted"


def test_the_shipped_checklist_asks_what_inspections_in_practice_ask():
    shipped = checklists()["qd19-2014.1"]
    assert [item.item for item in shipped.items] == ["1", "2", "3", "4", "5", "6", "7"]
    assert shipped.mandatory == ("1", "2", "3", "4", "5", "6", "7")
    assert "đánh giá nội bộ" in shipped.items[3].vi
    assert checklist(None) is shipped
    assert WINDOW["from"] > shipped.valid_from
