"""The registry: who may stand under whom, and what held on which day."""

from __future__ import annotations

from itertools import pairwise

import orjson
import pytest

from services.inspection.domain import AGGREGATES
from shared import clock
from shared.contracts.catalogue import load
from shared.eventstore.memory import MemoryEventStore
from shared.intake.acceptance import Acceptance
from shared.intake.items import Item
from shared.testing.world import World

AGENCY = {
    "name_vi": "Ủy ban nhân dân tỉnh Phú Thọ",
    "kind": "provincial_pc",
    "level": "province",
    "obligation": "mandatory",
    "has_tthc": True,
    "inspection_rights": False,
    "valid_from": "2010-01-01",
}
MINISTRY = {"kind": "ministry", "level": "central", "name_vi": "Bộ Khoa học và Công nghệ"}
DEPARTMENT = {"kind": "provincial_department", "parent_id": "tinh", "name_vi": "Sở Khoa học và Công nghệ"}
DISTRICT = {"kind": "district_pc", "level": "district", "parent_id": "tinh", "name_vi": "UBND huyện Thanh Sơn"}
COMMUNE = {"kind": "commune_pc", "level": "commune", "parent_id": "tinh", "obligation": "encouraged"}


def register(world: World, agency: str, on: str = "2010-01-01", **change: object) -> str:
    return world.push("agency.registered", agency, {**AGENCY, **change}, source=agency, on=on)


def tell(world: World, agency: str, event: str, on: str = "2025-07-01", **data: object) -> str:
    return world.push(f"agency.{event}", agency, data, source=agency, on=on, asserter="staff")


@pytest.fixture
def world() -> World:
    """A ministry, a province with a department and a district, and a commune that began in July 2025."""
    world = World(AGGREGATES)
    assert register(world, "bo", **MINISTRY) == "accepted"
    assert register(world, "tinh") == "accepted"
    assert register(world, "so", sector_parent_id="bo", **DEPARTMENT) == "accepted"
    assert register(world, "huyen", **DISTRICT) == "accepted"
    assert register(world, "xa", on="2025-07-01", **{**COMMUNE, "valid_from": "2025-07-01"}) == "accepted"
    return world


def day(text: str) -> int:
    return clock.day_of(text)


def test_a_commune_stands_directly_under_the_province_since_districts_are_gone(world):
    assert world.state("agency", "xa").parent_on(day("2025-07-01")) == "tinh"


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"parent_id": "xa"}, "LEVEL_NOT_BELOW_PARENT", "/data/parent_id"),
        ({"parent_id": "tinh"}, "LEVEL_NOT_BELOW_PARENT", "/data/parent_id"),
        ({"kind": "sub_department", "sector_parent_id": "huyen"}, "LEVEL_NOT_BELOW_PARENT", "/data/sector_parent_id"),
        ({**COMMUNE, "parent_id": "xa"}, "LEVEL_NOT_BELOW_PARENT", "/data/parent_id"),
        ({**COMMUNE, "parent_id": "xa", "valid_from": "2025-06-30"}, "PARENT_NOT_ACTIVE", "/data/parent_id"),
        ({"valid_to": "2009-12-31"}, "DATES_REVERSED", "/data/valid_to"),
        ({"agency_id": "khac"}, "AGENCY_ID_DIFFERS", "/data/agency_id"),
    ],
)
def test_an_agency_that_cannot_be_is_not_registered(world, change, code, pointer):
    data = {"valid_from": "2025-07-01", **change}
    assert register(world, "moi", on="2025-07-01", **data) == code
    assert world.refusal.pointer == pointer


def test_departments_stand_under_their_committee_on_the_same_level(world):
    assert register(world, "chi-cuc", kind="sub_department", parent_id="so") == "accepted"


def test_the_record_of_an_agency_is_its_own(world):
    data = {**AGENCY, "agency_id": "moi"}
    assert world.push("agency.registered", "moi", data, source="tinh") == "AGENCY_ID_DIFFERS"
    assert world.refusal.pointer == "/subject"
    renaming = {"new": "UBND tỉnh mới", "effective": "2025-07-01"}
    assert world.push("agency.renamed", "huyen", renaming, source="tinh") == "AGENCY_ID_DIFFERS"


def test_an_agency_under_one_that_is_not_known_waits(world):
    assert register(world, "moi", parent_id="chua-co", **MINISTRY) == "waiting"


def test_the_same_agency_is_not_registered_twice(world):
    assert register(world, "tinh") == "ALREADY_EXISTS"


def test_names_hold_from_their_day(world):
    assert tell(world, "so", "renamed", new="Sở KH&CN tỉnh Phú Thọ", effective="2025-07-01") == "accepted"
    record = world.state("agency", "so")
    assert record.name_on(day("2025-06-30")) == "Sở Khoa học và Công nghệ"
    assert record.name_on(day("2025-07-01")) == "Sở KH&CN tỉnh Phú Thọ"


def test_an_older_change_that_arrives_later_takes_its_place_in_between(world):
    tell(world, "so", "renamed", new="Tên mới nhất", effective="2025-07-01")
    assert tell(world, "so", "renamed", new="Tên ở giữa", effective="2016-01-01") == "accepted"
    record = world.state("agency", "so")
    names = [record.name_on(day(on)) for on in ("2015-12-31", "2016-01-01", "2025-06-30", "2025-07-01")]
    assert names == ["Sở Khoa học và Công nghệ", "Tên ở giữa", "Tên ở giữa", "Tên mới nhất"]


def test_the_same_name_is_refused(world):
    assert tell(world, "so", "renamed", new="Sở Khoa học và Công nghệ", effective="2025-07-01") == "SAME_VALUE"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"from": "encouraged", "to": "mandatory"}, "accepted"),
        ({"from": "mandatory", "to": "encouraged"}, "VALUE_NOT_CURRENT"),
        ({"from": "encouraged", "to": "encouraged"}, "SAME_VALUE"),
    ],
)
def test_a_duty_changes_from_what_it_was(world, change, code):
    assert tell(world, "xa", "obligation_changed", on="2026-01-01", effective="2026-01-01", **change) == code
    if code == "accepted":
        record = world.state("agency", "xa")
        assert record.obligation_on(day("2025-12-31")) == "encouraged"
        assert record.obligation_on(day("2026-01-01")) == "mandatory"


@pytest.mark.parametrize(
    ("agency", "data", "code"),
    [
        ("huyen", {"to": "bo"}, "accepted"),
        ("huyen", {"to": "tinh"}, "SAME_VALUE"),
        ("huyen", {"to": "huyen"}, "PARENT_CYCLE"),
        ("huyen", {"to": "xa"}, "LEVEL_NOT_BELOW_PARENT"),
        ("huyen", {"from": "bo", "to": "bo"}, "VALUE_NOT_CURRENT"),
        ("huyen", {"to": "chua-co"}, "waiting"),
        ("huyen", {"to": None}, "accepted"),
        ("so", {"to": None, "line": "sector"}, "accepted"),
        ("so", {"to": "tinh", "line": "sector"}, "accepted"),
    ],
)
def test_an_agency_is_put_under_another(world, agency, data, code):
    assert tell(world, agency, "reparented", effective="2025-07-01", **data) == code


def test_two_agencies_cannot_stand_under_each_other(world):
    register(world, "chi-cuc", kind="sub_department", parent_id="so")
    assert tell(world, "so", "reparented", to="chi-cuc", effective="2025-07-01") == "PARENT_CYCLE"


@pytest.mark.parametrize("length", [3, 4, 15])
def test_a_circle_of_any_length_is_refused(world, length):
    chain = ["so", *(f"don-vi-{number}" for number in range(1, length))]
    for above, below in pairwise(chain):
        assert register(world, below, kind="sub_department", parent_id=above) == "accepted"
    assert tell(world, "so", "reparented", to=chain[-1], effective="2025-07-01") == "PARENT_CYCLE"
    # Over the line of the field as well.
    sector = {"to": chain[-1], "line": "sector", "effective": "2025-07-01"}
    assert tell(world, "so", "reparented", **sector) == "PARENT_CYCLE"


def test_a_circle_that_would_close_on_a_later_day_is_refused(world):
    register(world, "phong-1", kind="sub_department", parent_id="so")
    register(world, "phong-2", kind="sub_department", parent_id="so")
    assert tell(world, "phong-2", "reparented", to="phong-1", effective="2026-01-01") == "accepted"
    assert tell(world, "phong-1", "reparented", to="phong-2", effective="2025-08-01") == "PARENT_CYCLE"
    assert tell(world, "phong-2", "reparented", to="bo", effective="2026-02-01") == "accepted"
    assert tell(world, "phong-1", "reparented", to="phong-2", effective="2026-03-01") == "accepted"


def test_the_kernel_looks_all_the_way_up_also_for_a_late_fact():
    store, rules, now = MemoryEventStore("inspection"), Acceptance(AGGREGATES, load()), clock.now()

    def push(agency: str, name: str, data: dict[str, object], on: str = "2010-01-01") -> str:
        event = {
            "id": f"{agency}-{name}-{on}",
            "source": f"/agencies/{agency}",
            "subject": agency,
            "type": f"qms.agency.{name}",
            "time": f"{on}T00:00:00+07:00",
            "data": data,
        }
        item = Item(event, orjson.dumps(event), "staff", now)
        rules.identify(item)
        store.transact(lambda tx: rules.accept(tx, [item]))
        return item.refusal.code if item.refusal else str(item.status)

    assert push("tinh", "registered", AGENCY) == "accepted"
    for above, below in pairwise(["tinh", "a", "b", "c", "d"]):
        unit = {**AGENCY, "kind": "sub_department", "parent_id": above, "name_vi": below}
        assert push(below, "registered", unit) == "accepted"
    move = {"to": "d", "effective": "2025-07-01"}
    assert push("a", "reparented", move, on="2025-07-01") == "PARENT_CYCLE"
    assert push("a", "renamed", {"new": "Chi cục", "effective": "2025-08-01"}, on="2025-08-01") == "accepted"
    assert push("a", "reparented", {**move, "to": "c"}, on="2025-07-01") == "PARENT_CYCLE", "behind what came later"
    assert push("d", "reparented", {**move, "to": "a"}, on="2025-07-01") == "accepted"


def test_the_parent_must_be_active_on_the_day_of_the_change(world):
    tell(world, "tinh", "suspended", effective="2025-01-01", reason="Kiện toàn")
    tell(world, "so", "reparented", to=None, effective="2025-07-01")
    assert tell(world, "so", "reparented", to="tinh", effective="2025-07-02") == "PARENT_NOT_ACTIVE"


def test_parents_are_answered_for_any_day_and_line(world):
    tell(world, "so", "reparented", to="bo", effective="2025-07-01")
    record = world.state("agency", "so")
    assert [record.parent_on(day(on)) for on in ("2025-06-30", "2025-07-01")] == ["tinh", "bo"]
    assert record.sector_parent_on(day("2025-07-01")) == "bo"


def test_suspension_and_resumption_alternate(world):
    assert tell(world, "xa", "resumed", effective="2025-08-01") == "TRANSITION_NOT_ALLOWED"
    assert tell(world, "xa", "suspended", effective="2025-08-01", reason="Kiện toàn") == "accepted"
    assert tell(world, "xa", "suspended", effective="2025-09-01", reason="Kiện toàn") == "TRANSITION_NOT_ALLOWED"
    assert tell(world, "xa", "resumed", effective="2025-10-01") == "accepted"
    record = world.state("agency", "xa")
    days = ("2025-06-30", "2025-07-01", "2025-08-01", "2025-10-01")
    assert [record.status_on(day(on)) for on in days] == ["proposed", "active", "suspended", "active"]
    assert record.live_on(day("2025-08-01"))
    assert not record.active_on(day("2025-08-01"))


def end(world: World, how: str, *successors: str, effective: str = "2025-07-01") -> str:
    return tell(world, "huyen", "ended", how=how, effective=effective, successors=list(successors))


@pytest.mark.parametrize(
    ("how", "successors", "code"),
    [
        ("level_abolished", [], "accepted"),
        ("dissolved", [], "accepted"),
        ("merged", ["xa"], "accepted"),
        ("merged", [], "SUCCESSORS_MISSING"),
        ("split", ["xa", "xa"], "SUCCESSORS_MISSING"),
        ("split", ["xa", "so"], "accepted"),
        ("merged", ["huyen"], "SUCCESSOR_NOT_LIVE"),
        ("merged", ["chua-co"], "waiting"),
    ],
)
def test_an_agency_ends_with_the_successors_its_ending_needs(world, how, successors, code):
    assert end(world, how, *successors) == code


def test_a_successor_exists_on_the_day_it_takes_over(world):
    assert end(world, "merged", "xa", effective="2025-06-30") == "SUCCESSOR_NOT_LIVE"


def test_an_agency_lives_up_to_the_day_before_its_end(world):
    end(world, "level_abolished", "xa")
    record = world.state("agency", "huyen")
    assert [record.live_on(day(on)) for on in ("2025-06-30", "2025-07-01")] == [True, False]
    assert (record.ended_how, record.successors) == ("level_abolished", ["xa"])


def test_what_concerns_the_time_after_the_end_is_refused_and_the_successors_named(world):
    end(world, "level_abolished", "xa")
    assert tell(world, "huyen", "renamed", new="Tên khác", effective="2025-07-01") == "AGENCY_ENDED"
    assert "xa" in world.refusal.hint.vi
    assert end(world, "dissolved") == "AGENCY_ENDED"


def test_what_concerns_the_time_before_the_end_is_taken_also_later(world):
    end(world, "level_abolished", "xa")
    assert tell(world, "huyen", "renamed", new="Tên trước đó", effective="2025-06-20") == "accepted"


def test_a_registration_with_a_last_day_ends_the_day_after(world):
    register(world, "cu", valid_to="2025-06-30", **MINISTRY)
    record = world.state("agency", "cu")
    assert [record.status_on(day(on)) for on in ("2025-06-30", "2025-07-01")] == ["active", "ended"]


def test_a_baselined_agency_may_be_older_than_its_present_parent(world):
    data = {**AGENCY, **COMMUNE, "parent_id": "xa", "kind": "public_unit", "state": "suspended"}
    data |= {"state_since": "2025-08-01"}
    assert world.push("agency.baselined", "tram-y-te", data, source="tram-y-te", on="2025-08-01") == "accepted"
    record = world.state("agency", "tram-y-te")
    assert [record.status_on(day(on)) for on in ("2025-07-31", "2025-08-01")] == ["active", "suspended"]


def test_codes_hold_in_their_period(world):
    codes = [
        {"scheme": "gso", "code": "240", "valid_from": "2010-01-01", "valid_to": "2025-06-30"},
        {"scheme": "gso", "code": "08662", "valid_from": "2025-07-01"},
    ]
    register(world, "co-ma", codes=codes, **MINISTRY)
    record = world.state("agency", "co-ma")
    assert [record.code_on("gso", on) for on in ("2025-06-30", "2025-07-01")] == ["240", "08662"]
    assert record.code_on("khac", "2025-07-01") is None
