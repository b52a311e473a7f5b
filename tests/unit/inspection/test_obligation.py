"""What an agency still owed: one decision for each thing, and an heir that exists."""

from __future__ import annotations

import pytest

from shared.registry.inheritance import Inheritance, Thing, holder_on, thing_of
from tests.unit.inspection.registry_world import REFORM, country, register


@pytest.fixture
def world():
    return country()


def decide(world, name="inherited", subject="action:HD-1", **change):
    data = {"kind": "action", "id": "HD-1", "effective": REFORM, **change}
    data |= {"to": data.get("to", "xa-moi")} if name == "inherited" else {"reason": "Hết hiệu lực", "decision_no": "1"}
    return world.push(f"obligation.{name}", subject, data, source="xa-1", on=REFORM, asserter="staff")


def test_a_thing_is_inherited_once(world):
    assert decide(world) == "accepted"
    assert decide(world, to="xa-khac") == "ALREADY_INHERITED"
    assert "xa-moi" in world.refusal.hint.vi
    assert decide(world, "lapsed") == "ALREADY_INHERITED"


def test_what_has_lapsed_is_not_inherited(world):
    assert decide(world, "lapsed") == "accepted"
    assert decide(world) == "ALREADY_LAPSED"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "xa-1"}, "INHERITOR_NOT_LIVE"),
        ({"effective": "2025-06-30"}, "INHERITOR_NOT_LIVE"),
        ({"to": "chua-co"}, "waiting"),
        ({"from": "xa-2"}, "AGENCY_ID_DIFFERS"),
        ({"id": "HD-2"}, "SUBJECT_DIFFERS"),
        ({"kind": "nc"}, "SUBJECT_DIFFERS"),
        ({"id": {"source": "/agencies/so", "id": "KN-1"}, "kind": "recommendation"}, "SUBJECT_DIFFERS"),
    ],
)
def test_what_cannot_be_is_refused(world, change, code):
    assert decide(world, **change) == code


def test_a_thing_of_another_agencys_record_is_named_with_its_source(world):
    named = {"source": "/agencies/so", "id": "KN-1"}
    assert decide(world, subject="recommendation:so/KN-1", kind="recommendation", id=named) == "accepted"
    thing = thing_of("xa-1", {"kind": "recommendation", "id": named})
    assert thing == Thing("recommendation", "so", "KN-1")
    assert (thing.subject("xa-1"), thing.reference("xa-1")) == ("recommendation:so/KN-1", named)


def test_the_same_thing_is_inherited_again_by_the_heir_of_the_heir():
    decisions = [Inheritance("a", "b", 10), Inheritance("b", "c", 20)]
    assert [holder_on(decisions, "a", day) for day in (9, 10, 19, 20)] == ["a", "b", "b", "c"]
    assert holder_on(decisions, "c", 30) == "c"


def test_inheritances_in_a_circle_come_to_an_end():
    assert holder_on([Inheritance("a", "b", 10), Inheritance("b", "a", 20)], "a", 30) == "b"


def test_the_heir_of_a_recommendation_is_its_addressee_from_then_on(world):
    register(world, "so", "department", "tinh-b", inspection_rights=True)
    issued = {"agency_id": "xa-1", "text": "Đánh giá nội bộ", "priority": "normal", "kind": "fix"}
    issued |= {"due_on": "2025-12-31", "issued_on": "2025-05-05"}
    assert world.push("recommendation.issued", "KN-1", issued, source="so", on="2025-05-05") == "accepted"
    named = {"source": "/agencies/so", "id": "KN-1"}
    assert decide(world, subject="recommendation:so/KN-1", kind="recommendation", id=named) == "accepted"
    assert world.states[("recommendation", "so/KN-1")].addressee == "xa-moi"
    agreed = {"record_of": "so"}
    assert world.push("recommendation.agreed", "KN-1", agreed, source="xa-moi", on="2025-07-20") == "accepted"
