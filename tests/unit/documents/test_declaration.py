"""The declaration of conformity: build, apply, declare, keep; and certificates from before 2014."""

from __future__ import annotations

import pytest

from services.documents.domain import AGGREGATES
from shared.contracts import standards
from shared.testing.world import World

DATA = {
    "plan_approved": {"plan_no": "87/KH-UBND"},
    "declared": {
        "standard_version": "TCVN ISO 9001:2015",
        "decision_no": "2156/QĐ-UBND",
        "signed_by": "head",
        "declared_on": "2019-12-16",
        "scope_fields": ["Tư pháp"],
    },
    "published": {"channel": "website"},
    "notified": {"to": "so_khcn"},
    "scope_changed": {"change": "Bổ sung lĩnh vực đất đai"},
    "redeclared": {
        "decision_no": "874/QĐ-UBND",
        "signed_by": "head",
        "declared_on": "2021-06-01",
        "scope_fields": ["Tư pháp"],
    },
    "rescinded": {"by": "head", "reason": "Sáp nhập"},
    "standard_transition_completed": {"from_version": "TCVN ISO 9001:2008", "to_version": "TCVN ISO 9001:2015"},
    "certificate_recorded": {
        "kind": "new",
        "standard_version": "TCVN ISO 9001:2008",
        "issued_on": "2013-08-15",
        "valid_to": "2016-08-14",
    },
    "baselined": {
        "state_since": "2015-06-01",
        "status": "declared",
        "standard_version": "TCVN ISO 9001:2008",
        "declared_on": "2015-06-01",
    },
}
APPLYING = ("plan_approved", "building_started", "applied")
DECLARED = (*APPLYING, "declared")


@pytest.fixture
def world() -> World:
    return World(AGGREGATES, source="so-noi-vu-gia-lai")


def act(world: World, event: str, change: dict | None = None, on: str = "2019-12-16") -> str:
    return world.push(f"declaration.{event}", "qms", {**DATA.get(event, {}), **(change or {})}, on=on)


def through(world: World, *events: str) -> None:
    for event in events:
        assert act(world, event) == "accepted"


def state(world: World):
    return world.state("declaration", "qms")


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        ((), "plan_approved", "planned"),
        ((), "building_started", "building"),
        ((), "certificate_recorded", "certified"),
        ((), "baselined", "declared"),
        (("plan_approved",), "plan_approved", "planned"),
        (("plan_approved",), "building_started", "building"),
        (("plan_approved", "building_started"), "applied", "applying"),
        (APPLYING, "plan_approved", "applying"),
        (APPLYING, "certificate_recorded", "certified"),
        (APPLYING, "declared", "declared"),
        (("certificate_recorded",), "declared", "declared"),
        (("certificate_recorded",), "certificate_recorded", "certified"),
        (DECLARED, "published", "declared"),
        (DECLARED, "notified", "declared"),
        (DECLARED, "certificate_recorded", "declared"),
        (DECLARED, "scope_changed", "needs_redeclaration"),
        ((*DECLARED, "scope_changed"), "redeclared", "declared"),
        (DECLARED, "rescinded", "rescinded"),
        ((*DECLARED, "rescinded"), "plan_approved", "planned"),
        ((*DECLARED, "rescinded"), "applied", "applying"),
    ],
)
def test_the_main_line_leads_from_state_to_state(world, before, event, after):
    through(world, *before, event)
    assert state(world).status == after


@pytest.mark.parametrize(
    ("before", "event"),
    [
        (("plan_approved",), "applied"),
        (("plan_approved",), "declared"),
        (("plan_approved", "building_started"), "declared"),
        (("plan_approved", "building_started"), "building_started"),
        (APPLYING, "published"),
        (APPLYING, "notified"),
        (APPLYING, "redeclared"),
        (APPLYING, "rescinded"),
        (APPLYING, "scope_changed"),
        (DECLARED, "declared"),
        (DECLARED, "applied"),
        ((*DECLARED, "rescinded"), "published"),
        ((*DECLARED, "rescinded"), "rescinded"),
        ((*DECLARED, "rescinded"), "declared"),
    ],
)
def test_an_event_out_of_order_is_refused(world, before, event):
    through(world, *before)
    assert act(world, event) == "TRANSITION_NOT_ALLOWED"


@pytest.mark.parametrize("name", ["TCVN ISO 9001:2009", "ISO 2001:2008", "ISO 9001:2015", "tcvn iso 9001:2015"])
def test_an_unknown_version_is_refused_and_the_known_ones_are_suggested(world, name):
    through(world, *APPLYING)
    assert act(world, "declared", {"standard_version": name}) == "UNKNOWN_STANDARD_VERSION"
    assert world.refusal.pointer == "/data/standard_version"
    for known in standards.VERSIONS:
        assert known in world.refusal.hint.vi
        assert known in world.refusal.hint.en


@pytest.mark.parametrize(
    ("name", "day", "outcome"),
    [
        ("TCVN ISO 9001:2008", "2015-12-30", "accepted"),
        ("TCVN ISO 9001:2008", "2015-12-31", "STANDARD_NOT_IN_FORCE"),
        ("TCVN ISO 9001:2015", "2015-12-30", "STANDARD_NOT_IN_FORCE"),
        ("TCVN ISO 9001:2015", "2015-12-31", "accepted"),
        ("TCVN ISO 9001:2000", "2014-06-01", "STANDARD_NOT_IN_FORCE"),
    ],
)
def test_only_a_version_in_force_on_that_day_can_be_declared(world, name, day, outcome):
    through(world, *APPLYING)
    assert act(world, "declared", {"standard_version": name, "declared_on": day}) == outcome


@pytest.mark.parametrize("event", ["declared", "redeclared"])
def test_only_the_head_signs(world, event):
    through(world, *(APPLYING if event == "declared" else DECLARED))
    assert act(world, event, {"signed_by": "deputy_head"}) == "SIGNER_NOT_HEAD"


def test_declaring_again_without_a_change_is_refused(world):
    through(world, *DECLARED)
    assert act(world, "redeclared") == "NOTHING_TO_REDECLARE"
    assert act(world, "redeclared", {"standard_version": "TCVN ISO 9001:2015"}) == "NOTHING_TO_REDECLARE"


@pytest.mark.parametrize(
    "change",
    [
        {"scope_fields": ["Tư pháp", "Đất đai"]},
        {"procedure_revisions": [{"procedure_id": "qt-07", "edition": 1, "revision": 2}]},
        {"exclusions": [{"clause": "8.3", "reason": "Không thiết kế dịch vụ"}]},
    ],
)
def test_declaring_again_with_another_scope_needs_no_notice_before(world, change):
    through(world, *DECLARED)
    assert act(world, "redeclared", change) == "accepted"
    assert act(world, "redeclared", change) == "NOTHING_TO_REDECLARE"


def test_a_transition_is_something_to_declare(world):
    through(world, "baselined", "standard_transition_completed", "redeclared")
    assert state(world).standard_version == "TCVN ISO 9001:2015"
    assert act(world, "redeclared", {"scope_fields": ["Tư pháp"]}) == "NOTHING_TO_REDECLARE"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("TCVN ISO 9001:2015", "TCVN ISO 9001:2015", "TRANSITION_NOT_FORWARD"),
        ("TCVN ISO 9001:2015", "TCVN ISO 9001:2008", "TRANSITION_NOT_FORWARD"),
        ("TCVN ISO 9001:2009", "TCVN ISO 9001:2015", "UNKNOWN_STANDARD_VERSION"),
        ("TCVN ISO 9001:2008", "TCVN ISO 9001:2016", "UNKNOWN_STANDARD_VERSION"),
    ],
)
def test_a_transition_leads_to_a_newer_known_version(world, before, after, code):
    through(world, *DECLARED)
    change = {"from_version": before, "to_version": after}
    assert act(world, "standard_transition_completed", change) == code


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"issued_on": "2014-05-17", "valid_to": "2017-05-16"}, "accepted"),
        ({"issued_on": "2014-05-18", "valid_to": "2017-05-17"}, "CERTIFICATE_NEEDS_COMMENT"),
        (
            {"issued_on": "2014-05-18", "valid_to": "2017-05-17", "comment": "Đánh giá trước khi QĐ 19 hiệu lực"},
            "accepted",
        ),
        ({"valid_to": "2013-08-14"}, "PERIOD_REVERSED"),
        ({"standard_version": "TCVN ISO 9001:2009"}, "UNKNOWN_STANDARD_VERSION"),
    ],
)
def test_certificates_belong_to_the_time_before_self_declaration(world, change, outcome):
    assert act(world, "certificate_recorded", change) == outcome


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, "accepted"),
        ({"status": "planned"}, "BASELINE_INCOMPLETE"),
        ({"status": "planned", "plan_approved_on": "2014-08-20"}, "accepted"),
        ({"status": "building"}, "accepted"),
        ({"status": "certified"}, "BASELINE_INCOMPLETE"),
        ({"status": "certified", "certificate_valid_to": "2016-08-14"}, "accepted"),
        ({"standard_version": "TCVN ISO 9001:2009"}, "UNKNOWN_STANDARD_VERSION"),
    ],
)
def test_a_baseline_says_what_its_state_needs(world, change, outcome):
    assert act(world, "baselined", change) == outcome


def test_a_baseline_may_be_on_a_version_withdrawn_since(world):
    through(world, "baselined")
    assert state(world).standard_version == "TCVN ISO 9001:2008"
    assert act(world, "baselined") == "ALREADY_EXISTS"


def test_a_declaration_without_a_history_waits(world):
    assert act(world, "declared") == "waiting"


def test_an_unknown_version_is_refused_when_declaring_again(world):
    through(world, *DECLARED)
    assert act(world, "redeclared", {"standard_version": "ISO 2001:2008"}) == "UNKNOWN_STANDARD_VERSION"


def test_a_certificate_does_not_raise_a_rescinded_declaration(world):
    through(world, *DECLARED, "rescinded", "certificate_recorded")
    assert state(world).status == "rescinded"
