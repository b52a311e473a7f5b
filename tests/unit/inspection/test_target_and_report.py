"""Targets and periodic reports: milestones in order, verdicts that follow from figures, differences with reasons."""

from __future__ import annotations

import pytest

from services.inspection.domain.periodic_report_rules import difference
from services.inspection.domain.report_templates import templates
from services.inspection.domain.target import METRICS
from services.inspection.indicators.definitions import INDICATORS
from tests.unit.inspection.inspection_tables import DAY, REPORT, REPORT_SUBJECT, TARGET, Table

TARGETS = Table("target", "CT-1", data=TARGET, paths={}, allowed={})
REPORTS = Table("periodic_report", REPORT_SUBJECT, data=REPORT, paths={}, allowed={})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "accepted"),
        ({"metric": "I29"}, "UNKNOWN_METRIC"),
        ({"milestones": [{"date": "2027-12-31", "value": 0.9}] * 2}, "MILESTONES_NOT_INCREASING"),
    ],
)
def test_a_target_is_set_on_a_share_with_milestones_in_order(changes, code):
    assert TARGETS.push(TARGETS.world(), "set", **changes) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "accepted"),
        ({"milestone": "2027-11-30"}, "UNKNOWN_MILESTONE"),
        ({"met": True}, "VERDICT_DIFFERS"),
        ({"value": 0.9, "met": True}, "accepted"),
        ({"value": 0.9, "met": False}, "VERDICT_DIFFERS"),
        ({"numerator": 11, "denominator": 222}, "VALUE_DIFFERS"),
        ({"numerator": 11, "denominator": 222, "value": 0.0495}, "accepted"),
    ],
)
def test_a_milestone_is_assessed_by_its_figure(changes, code):
    assert TARGETS.push(TARGETS.world("set"), "milestone_assessed", **changes) == code


def test_an_assessed_milestone_is_not_changed_afterwards():
    world = TARGETS.world("set", "milestone_assessed")
    assert TARGETS.push(world, "amended") == "MILESTONE_ASSESSED"
    kept = TARGET["set"]["milestones"][:1]
    assert TARGETS.push(world, "amended", milestones=kept) == "accepted"
    assert TARGETS.push(world, "amended", milestones=None) == "NOTHING_CHANGED"


def test_every_metric_of_a_target_is_an_indicator_that_is_a_share():
    assert [metric for metric in METRICS if metric not in INDICATORS or not INDICATORS[metric].ratio] == []


def test_who_opens_another_agencys_report_receives_it():
    world = REPORTS.world()
    data = {**REPORT["opened"], "agency_id": "xa-a"}
    del data["receiver"]
    push = world.push
    assert push("periodic_report.opened", REPORT_SUBJECT, data, on=DAY) == "accepted"
    assert push("periodic_report.submitted", REPORT_SUBJECT, REPORT["submitted"], on=DAY, source="xa-a") == "accepted"
    about = {"agency_id": "xa-a"}
    assert push("periodic_report.accepted", REPORT_SUBJECT, about, on=DAY, source="so-khac") == "NOT_RECEIVER"
    assert push("periodic_report.accepted", REPORT_SUBJECT, about, on=DAY) == "accepted"


def submit(world, *, on: str = DAY, **data) -> str:
    return world.push("periodic_report.submitted", REPORT_SUBJECT, {**REPORT["submitted"], **data}, on=on)


def receive(world, event: str, source: str = "so-khac", **envelope) -> str:
    data = {**REPORT[event], "agency_id": "so-khcn"}
    return world.push(f"periodic_report.{event}", REPORT_SUBJECT, data, on=DAY, source=source, **envelope)


@pytest.mark.parametrize(
    ("on", "data", "envelope", "answer"),
    [
        ("2027-02-15", {}, {}, "accepted"),
        ("2027-02-16", {}, {}, "LATE_REASON_MISSING"),
        ("2027-02-16", {"late_reason": "Mất điện"}, {}, "accepted"),
        ("2027-02-16", {"submitted_on": "2027-02-15"}, {}, "accepted"),
        ("2027-02-16", {}, {"provenance": "imported"}, "accepted"),
    ],
)
def test_a_report_after_its_lock_needs_a_reason(on, data, envelope, answer):
    world = REPORTS.world("opened")
    given = {**REPORT["submitted"], **data}
    assert world.push("periodic_report.submitted", REPORT_SUBJECT, given, on=on, **envelope) == answer


def test_a_later_lock_leaves_time_after_the_due_date():
    world = REPORTS.world()
    assert REPORTS.push(world, "opened", lock_on="2027-02-28") == "accepted"
    assert submit(world, on="2027-02-28") == "accepted"
    assert REPORTS.push(REPORTS.world(), "opened", lock_on="2027-02-14") == "DATES_REVERSED"


OVERRIDDEN = [{"field": "nonconformities.open", "value": 1}]
EXPLAINED = {"field": "nonconformities.open", "prefilled": 3, "submitted": 1, "reason": "Chưa cập nhật phiếu"}


def test_a_difference_is_kept_and_must_be_explained_before_the_report_is_accepted():
    world = REPORTS.world("opened", "prefilled")
    assert submit(world, values=OVERRIDDEN) == "accepted"
    assert receive(world, "accepted") == "UNEXPLAINED_DIFFERENCE"
    assert "nonconformities.open" in world.refusal.hint.vi
    assert receive(world, "returned") == "accepted"
    assert submit(world, values=OVERRIDDEN, differences=[{**EXPLAINED, "prefilled": 2}]) == "DIFFERENCE_WRONG"
    assert submit(world, values=OVERRIDDEN, differences=[EXPLAINED]) == "accepted"
    assert receive(world, "accepted") == "accepted"
    state = REPORTS.state(world)
    assert (state.prefilled, state.submitted) == ({"nonconformities.open": 3}, {"nonconformities.open": 1})
    assert (state.reasons, state.returned) == ({"nonconformities.open": "Chưa cập nhật phiếu"}, 1)


def test_a_difference_within_the_tolerance_needs_no_reason():
    world = REPORTS.world()
    assert REPORTS.push(world, "opened", tolerance=0.7) == "accepted"
    assert REPORTS.push(world, "prefilled") == "accepted"
    assert submit(world, values=OVERRIDDEN) == "accepted"
    assert receive(world, "accepted") == "accepted"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(3, 1, 2 / 3), (0, 2, 2), (0.5, 1, 0.5), (4, 4, 0), (None, None, 0), (None, 3, 1), (3, None, 1)],
)
def test_the_difference_is_relative_to_what_was_filled_in(before, after, expected):
    assert difference(before, after) == expected


def test_who_receives_a_report():
    world = REPORTS.world("opened", "submitted")
    assert receive(world, "accepted", source="so-nua") == "NOT_RECEIVER"
    assert receive(world, "accepted", source="so-khcn") == "OWN_REPORT"
    assert receive(world, "accepted", source="so-khcn", asserter="staff") == "accepted"


def test_a_report_becomes_part_of_the_receivers_own():
    world = REPORTS.world("opened", "submitted")
    assert receive(world, "accepted") == "accepted"
    into = {"source": "/agencies/so-khac", "id": REPORT_SUBJECT}
    data = {"agency_id": "so-khcn", "into": into}
    push = world.push
    assert push("periodic_report.rolled_up", REPORT_SUBJECT, data, on=DAY, source="so-khac") == "waiting"
    opened = {**REPORT["opened"], "receiver": "bo-khcn"}
    assert push("periodic_report.opened", REPORT_SUBJECT, opened, on=DAY, source="so-khac") == "accepted"
    own = {**data, "into": {"source": "/agencies/so-khcn", "id": REPORT_SUBJECT}}
    assert push("periodic_report.rolled_up", REPORT_SUBJECT, own, on=DAY, source="so-khac") == "INTO_ITSELF"
    assert push("periodic_report.rolled_up", REPORT_SUBJECT, data, on=DAY, source="so-khac") == "accepted"


@pytest.mark.parametrize(
    ("event", "changes", "code"),
    [
        ("opened", {"template_version": "mau.9"}, "UNKNOWN_TEMPLATE"),
        ("opened", {"period": "2025"}, "SUBJECT_DIFFERS"),
        ("baselined", {"values": [{"field": "x", "value": 1}]}, "UNKNOWN_FIELD"),
    ],
)
def test_reports_of_unknown_forms_are_refused(event, changes, code):
    assert REPORTS.push(REPORTS.world(), event, **changes) == code


def test_a_field_is_one_of_the_form_and_given_once():
    world = REPORTS.world("opened")
    assert submit(world, values=[{"field": "x.y", "value": 1}]) == "UNKNOWN_FIELD"
    assert submit(world, values=OVERRIDDEN * 2) == "UNKNOWN_FIELD"


def test_the_shipped_form_asks_each_field_once_in_both_languages():
    form = templates()["qd19-year.1"]
    assert len(form.names) == len(form.fields) > 40
    assert all(entry.vi and entry.en for entry in form.fields)
    assert {entry.field for entry in form.fields if entry.text} == {"difficulties", "proposals"}
