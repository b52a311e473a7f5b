"""The recommendation: answered by its addressee, settled by its issuer, extended with reasons."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.unit.inspection.inspection_tables import (
    AGENCY,
    DAY,
    EVIDENCE,
    INSPECTION,
    RECOMMENDATION,
    REGISTERED,
    Table,
)

TABLE = Table("recommendation", "KN-1", data=RECOMMENDATION, paths={}, allowed={})
OF_BODY = {"record_of": "so-khcn"}
SHOWN = ("issued", "agreed", "evidence_submitted")


def by(world, source: str, event: str, **changes) -> str:
    """Push as another agency into the body's record."""
    data = {**RECOMMENDATION[event], **OF_BODY, **changes}
    return world.push(f"recommendation.{event}", "KN-1", data, on=DAY, source=source)


def test_the_addressee_answers_in_the_bodys_record_and_nobody_else_does():
    world = TABLE.world("issued")
    assert by(world, "xa-b", "agreed") == "NOT_ADDRESSEE"
    assert by(world, AGENCY, "agreed") == "accepted"
    assert by(world, AGENCY, "plan_submitted") == "accepted"
    assert by(world, AGENCY, "evidence_submitted") == "accepted"
    assert TABLE.state(world).status == "evidence_submitted"


def test_without_naming_the_body_the_answer_waits_for_a_record_of_its_own():
    world = TABLE.world("issued")
    assert world.push("recommendation.agreed", "KN-1", {}, on=DAY, source=AGENCY) == "waiting"


@pytest.mark.parametrize(
    "event", ["implemented", "partly_implemented", "not_implemented", "superseded", "lapsed", "due_changed"]
)
def test_only_the_issuer_settles(event):
    world = TABLE.world(*SHOWN)
    assert by(world, AGENCY, event) == "VERIFIER_IS_ADDRESSEE"
    assert by(world, "so-khac", event) == "NOT_ISSUER"
    data = {**RECOMMENDATION[event]}
    assert world.push(f"recommendation.{event}", "KN-1", data, on=DAY, asserter=AGENCY) == "VERIFIER_IS_ADDRESSEE"
    assert TABLE.push(world, event) == "accepted"


def test_evidence_is_shown_only_after_the_recommendation_was_agreed_or_decided():
    assert TABLE.push(TABLE.world("issued"), "evidence_submitted") == "TRANSITION_NOT_ALLOWED"
    assert TABLE.push(TABLE.world("issued", "disagreed"), "evidence_submitted") == "TRANSITION_NOT_ALLOWED"
    assert TABLE.push(TABLE.world("issued", "disagreed", "decided"), "evidence_submitted") == "accepted"


def test_a_recommendation_that_is_taken_back_lapses():
    world = TABLE.world("issued", "disagreed")
    assert TABLE.push(world, "decided", outcome="withdrawn") == "accepted"
    assert TABLE.state(world).status == "lapsed"


def test_the_third_extension_needs_a_decision():
    world = TABLE.world("issued")
    days = ["2027-06-30", "2027-07-31", "2027-08-31", "2027-09-30"]
    for before, after in pairwise(days[:3]):
        assert TABLE.push(world, "due_changed", **{"from": before, "to": after}) == "accepted"
    third = {"from": days[2], "to": days[3]}
    assert TABLE.push(world, "due_changed", **third) == "DECISION_MISSING"
    assert TABLE.push(world, "due_changed", **third, decision_no="5/QĐ") == "accepted"
    earlier = {"from": days[3], "to": days[0]}
    assert TABLE.push(world, "due_changed", **earlier) == "accepted"
    state = TABLE.state(world)
    assert (state.extensions, state.due_on, state.original_due_on) == (3, days[0], days[0])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from": "2027-01-01"}, "VALUE_NOT_CURRENT"),
        ({"to": "2027-06-30"}, "SAME_VALUE"),
        ({"to": "2027-01-31"}, "DUE_BEFORE_ISSUED"),
    ],
)
def test_due_dates_that_cannot_be_are_refused(changes, code):
    assert TABLE.push(TABLE.world("issued"), "due_changed", **changes) == code


def test_a_recommendation_is_not_due_before_it_is_issued():
    assert TABLE.push(TABLE.world(), "issued", due_on="2027-01-31") == "DUE_BEFORE_ISSUED"
    assert TABLE.push(TABLE.world(), "issued", issued_on="2027-02-02") == "DATE_IN_FUTURE"


def test_closing_it_unimplemented_needs_somebody_who_takes_the_risk():
    assert TABLE.push(TABLE.world("issued"), "not_implemented", risk_acceptance=None) == "RISK_NOT_ACCEPTED"


def test_it_waits_for_the_inspection_it_comes_from():
    world = TABLE.world()
    assert TABLE.push(world, "issued", inspection_id="KT-1") == "waiting"
    assert world.push("inspection.planned", "KT-1", INSPECTION["planned"], on=DAY) == "accepted"
    assert TABLE.push(world, "issued", inspection_id="KT-1") == "accepted"


def test_nothing_replaces_itself():
    world = TABLE.world("issued")
    assert TABLE.push(world, "superseded", by="KN-1") == "REPLACES_ITSELF"
    assert TABLE.push(world, "superseded", by={"source": "/agencies/so-khcn", "id": "KN-1"}) == "REPLACES_ITSELF"
    assert TABLE.push(world, "superseded", by="KN-2") == "waiting"


def test_after_a_reorganisation_the_successor_answers_and_the_new_body_verifies():
    world = TABLE.world("issued")
    registered = {**REGISTERED, "agency_id": "xa-moi", "valid_from": "2027-01-01"}
    assert world.push("agency.registered", "xa-moi", registered, source="xa-moi", on=DAY) == "accepted"
    assert TABLE.push(world, "transferred", effective="2026-12-31") == "SUCCESSOR_NOT_LIVE"
    assert TABLE.push(world, "transferred", to=AGENCY) == "SAME_VALUE"
    assert TABLE.push(world, "transferred") == "accepted"
    assert by(world, AGENCY, "agreed") == "NOT_ADDRESSEE"
    assert by(world, "xa-moi", "agreed") == "accepted"
    assert TABLE.push(world, "transferred", party="issuer", to="bo-khcn") == "accepted"
    assert by(world, "xa-moi", "evidence_submitted") == "accepted"
    assert TABLE.push(world, "implemented") == "NOT_ISSUER"
    assert by(world, "bo-khcn", "implemented", evidence=EVIDENCE) == "accepted"
