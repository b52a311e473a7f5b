"""The view of obligations on both databases: what is open with whom, and what a reorganisation has to settle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.inspection.obligations.api import obligation_line
from shared.client.reorganising import Event, Link, Plan, event, events, inherited
from shared.database.engine import open_database
from shared.eventstore.tables import KERNEL
from shared.registry.copy import RegistryCopy
from shared.registry.inheritance import Inheritance, Thing
from shared.registry.projection import RegistryProjection
from shared.testing.recorded import RecordedLogs
from tests.acceptance.reform_world import BODY, Registry

PLAN = Plan("sap-xep-2025", "bo", "Sắp xếp cấp huyện", "2025-07-01", abolished_levels=("district",))
LATER = Plan("sap-xep-2027", "bo", "Sắp xếp cấp tỉnh", "2027-01-01")
LAST_DAY, FIRST_DAY = "2025-06-30", "2025-07-01"
KINDS = {
    "bo": ("ministry", "central", None),
    "tinh": ("provincial_pc", "province", None),
    "X": ("district_pc", "district", "tinh"),
    "Y": ("district_pc", "district", "tinh"),
    "tinh-2": ("provincial_pc", "province", None),
}


def registrations() -> Iterator[Event]:
    for agency, (kind, level, parent) in KINDS.items():
        data: dict[str, Any] = {"kind": kind, "level": level, "name_vi": agency, "obligation": "mandatory"}
        data |= {"has_tthc": True, "inspection_rights": False, "valid_from": "2010-01-01"}
        data |= {"parent_id": parent} if parent else {}
        yield event(PLAN, "agency.registered", agency, agency, data, on="2010-01-01")


@pytest.fixture
def registry(database_url: str) -> Iterator[Registry]:
    database = open_database(database_url)
    made = Registry(database)
    assert set(made.push(registrations())) == {"accepted"}
    yield made
    database.close()


def owe(registry: Registry) -> None:
    """Two districts; X owes what the worked example says it does."""
    for number in range(3):
        registry.open("nc", "X", number)
    registry.open("nc", "X", 9)
    registry.close("nc", "X", 9)
    for number in range(2):
        registry.open("recommendation", "X", number)
    for number in range(244):
        registry.open("procedure", "X", number)
    registry.open("declaration", "X")
    registry.open("report_duty", "X")
    registry.open("nc", "Y", 7)
    registry.learn()


def reform(registry: Registry) -> None:
    links = [Link(old, "tinh", how="level_abolished") for old in ("X", "Y")]
    assert set(registry.push(events(PLAN, links))) == {"accepted"}


def assign(registry: Registry, plan: Plan = PLAN, *, leaving: int = 0) -> None:
    """Let the default successors inherit all that is left, but for some."""
    things = [one for one in registry.checklist(plan.reorganisation).things if one.state == "left"]
    told = {"effective": plan.effective, "reorganisation": plan.reorganisation, "source": plan.source}
    pushed = registry.push(inherited(obligation_line(one), **told) for one in things[leaving:])
    assert set(pushed) <= {"accepted"}


def left(registry: Registry, plan: Plan = PLAN) -> int:
    return registry.checklist(plan.reorganisation).left


def test_what_districts_owed_goes_to_the_province_and_none_of_it_is_lost(registry):
    owe(registry)
    reform(registry)
    of_x = [one for one in registry.checklist(PLAN.reorganisation).things if one.holder == "X"]
    assert len(of_x) == 251
    before = registry.open_with(["X", "Y", "tinh"], LAST_DAY)
    assert before == {"nc": 4, "recommendation": 2, "procedure": 244, "declaration": 1, "report_duty": 1}
    assign(registry, leaving=1)
    assert left(registry) == 1
    (last,) = [obligation_line(one) for one in registry.checklist(PLAN.reorganisation).things if one.state == "left"]
    data = {
        "kind": last["kind"],
        "id": last["id"],
        "effective": FIRST_DAY,
        "reason": "Hết hiệu lực",
        "decision_no": "1",
    }
    registry.push([event(PLAN, "obligation.lapsed", last["from"], last["subject"], data, on=FIRST_DAY)])
    assert left(registry) == 0
    after = registry.open_with(["tinh"], FIRST_DAY)
    assert {kind: before[kind] - after.get(kind, 0) for kind in before if before[kind] != after.get(kind, 0)} == {
        last["kind"]: 1
    }
    assert registry.open_with(["X", "Y"], FIRST_DAY) == {}


def test_what_turns_up_late_is_left_until_it_is_decided(registry):
    reform(registry)
    registry.open("nc", "X", on="2025-06-28")
    registry.learn()
    assert left(registry) == 1
    registry.open("action", "X", on="2025-07-02")
    registry.learn()
    assert left(registry) == 1


def test_what_closes_by_itself_needs_no_decision(registry):
    registry.open("nc", "Y")
    registry.learn()
    reform(registry)
    registry.close("nc", "Y", on="2025-08-01")
    registry.learn()
    (count,) = registry.checklist(PLAN.reorganisation).counts
    assert (count.open_before, count.closed, count.left) == (1, 1, 0)


def test_a_decision_that_was_taken_back_leaves_the_thing_open(registry):
    registry.open("nc", "Y")
    registry.learn()
    reform(registry)
    assign(registry)
    (one,) = registry.checklist(PLAN.reorganisation).things
    line = obligation_line(one)
    told = inherited(line, effective=FIRST_DAY, reorganisation=PLAN.reorganisation, source="bo")
    back = {**told, "id": "rut-lai", "type": "qms.obligation.retracted", "data": {"reason": "Nhập nhầm"}}
    back["corrects"] = {"source": told["source"], "id": told["id"]}
    assert registry.push([back]) == {"accepted": 1}
    assert left(registry) == 1


def test_what_was_inherited_goes_on_to_the_heir_of_the_heir(registry):
    owe(registry)
    reform(registry)
    assign(registry)
    assert set(registry.push(events(LATER, [Link("tinh", "tinh-2")]))) == {"accepted"}
    assert left(registry, LATER) == 252
    assign(registry, LATER)
    assert left(registry, LATER) == 0
    assert registry.open_with(["tinh"], "2027-01-01") == {}
    assert registry.open_with(["tinh-2"], "2027-01-01") == registry.open_with(["tinh"], "2026-12-31")


def test_whoever_goes_on_keeps_what_it_owes(registry):
    registry.open("nc", "tinh")
    registry.learn()
    links = [Link("tinh", "tinh"), *(Link(old, "tinh", how="level_abolished") for old in ("X", "Y"))]
    assert set(registry.push(events(PLAN, links))) == {"accepted"}
    assert registry.checklist(PLAN.reorganisation).things == []
    assert registry.open_with(["tinh"], FIRST_DAY) == {"nc": 1}


def test_every_service_learns_who_inherited_what(database_url):
    database = open_database(database_url)
    copy = RegistryCopy(database)
    projection = RegistryProjection(copy)
    database.write(KERNEL.create_all)
    database.write(projection.tables.create_all)
    logs = RecordedLogs()
    data = {"kind": "recommendation", "id": {"source": f"/agencies/{BODY}", "id": "KN-1"}, "effective": FIRST_DAY}
    subject = f"recommendation:{BODY}/KN-1"
    logs.add("obligation.inherited", "X", subject, {**data, "to": "tinh"}, on=FIRST_DAY)
    database.write(lambda connection: projection.apply(connection, logs.events))
    thing = Thing("recommendation", BODY, "KN-1")
    assert copy.inheritances([thing]) == {thing: [Inheritance("X", "tinh", 20270)]}
    logs.events.clear()
    logs.add("obligation.retracted", "X", subject, {"reason": "Nhập nhầm"}, on=FIRST_DAY)
    database.write(lambda connection: projection.apply(connection, logs.events))
    assert copy.inheritances([thing]) == {}
    database.close()
