"""The registry over time: mergers, splits, dissolutions, the end of a level; codes that belong to one at a time."""

from __future__ import annotations

import pytest

from shared import clock
from tests.unit.inspection.registry_world import REFORM, country, register, tell


@pytest.fixture
def world():
    return country()


def end(world, *agencies, successor="xa-moi"):
    for agency in agencies:
        assert tell(world, agency, "ended", how="merged", successors=[successor]) == "accepted"


def test_a_merger_ends_its_sources_and_names_their_successor(world):
    assert tell(world, "xa-moi", "merged", sources=["xa-1", "xa-2"]) == "accepted"
    day = clock.day_of(REFORM)
    for agency in ("xa-1", "xa-2"):
        record = world.state("agency", agency)
        assert [record.live_on(day - 1), record.live_on(day)] == [True, False]
        assert (record.ended_how, record.successors) == ("merged", ["xa-moi"])
    assert world.state("agency", "xa-moi").predecessors == ["xa-1", "xa-2"]


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"sources": ["xa-moi"]}, "TARGET_AMONG_SOURCES", "/data/sources"),
        ({"sources": ["xa-moi"], "absorbing": True}, "SOURCES_MISSING", "/data/sources"),
        ({"sources": ["xa-1"], "target": "xa-khac"}, "TARGET_DIFFERS", "/data/target"),
        ({"sources": ["xa-1", "huyen"]}, "HAS_LIVE_CHILDREN", "/data/sources/1"),
        ({"sources": ["xa-khac"]}, "EFFECTIVE_BEFORE_SOURCE", "/data/effective"),
    ],
)
def test_what_is_no_merger_is_refused(world, change, code, pointer):
    assert tell(world, "xa-moi", "merged", **change) == code
    assert world.refusal.pointer == pointer


def test_a_merger_into_an_agency_that_is_not_there_yet_is_refused(world):
    assert tell(world, "xa-moi", "merged", on="2025-06-30", sources=["xa-1"]) == "TRANSITION_NOT_ALLOWED"


def test_a_unit_is_not_merged_twice(world):
    tell(world, "xa-moi", "merged", sources=["xa-1"])
    assert tell(world, "xa-khac", "merged", sources=["xa-1"]) == "SOURCE_ENDED"
    assert "xa-moi" in world.refusal.hint.vi
    assert tell(world, "xa-moi", "merged", sources=["xa-1"]) == "SOURCE_ENDED"
    assert tell(world, "xa-1", "ended", how="dissolved", successors=[]) == "AGENCY_ENDED"


def test_an_absorbing_agency_goes_on(world):
    assert tell(world, "xa-1", "merged", sources=["xa-1", "xa-2"], absorbing=True) == "accepted"
    day = clock.day_of(REFORM)
    assert world.state("agency", "xa-1").live_on(day)
    assert not world.state("agency", "xa-2").live_on(day)


def test_a_divided_agency_ends_once_and_its_parts_go_into_several(world):
    targets = [{"id": "xa-khac", "share": 0.3}, {"id": "xa-moi", "share": 0.7, "is_default": True}]
    assert tell(world, "xa-1", "split", targets=targets) == "accepted"
    assert world.state("agency", "xa-1").successors == ["xa-moi", "xa-khac"]
    assert tell(world, "xa-moi", "merged", sources=["xa-1", "xa-2"]) == "accepted"
    assert tell(world, "xa-khac", "merged", sources=["xa-1"]) == "accepted"
    assert world.state("agency", "xa-1").successors == ["xa-moi", "xa-khac"]


@pytest.mark.parametrize(
    ("targets", "code"),
    [
        ([{"id": "xa-moi"}, {"id": "xa-moi"}], "TARGET_TWICE"),
        ([{"id": "xa-moi", "share": 0.7}, {"id": "xa-khac", "share": 0.7}], "SHARES_EXCEED_WHOLE"),
        ([{"id": "xa-moi", "is_default": True}, {"id": "xa-khac", "is_default": True}], "SHARES_EXCEED_WHOLE"),
        ([{"id": "xa-moi"}, {"id": "chua-co"}], "waiting"),
        ([{"id": "xa-moi"}, {"id": "xa-khac"}], "accepted"),
    ],
)
def test_what_is_no_division_is_refused(world, targets, code):
    assert tell(world, "xa-1", "split", targets=targets) == code


def test_an_agency_that_keeps_a_part_goes_on(world):
    assert tell(world, "xa-1", "split", targets=[{"id": "xa-1"}, {"id": "xa-khac"}]) == "accepted"
    assert world.state("agency", "xa-1").ended_on is None


def test_a_dissolved_agency_ends_with_its_inheritor(world):
    assert tell(world, "xa-1", "dissolved", reason="Giải thể", inheritor="xa-1") == "SUCCESSOR_NOT_LIVE"
    assert tell(world, "xa-1", "dissolved", reason="Giải thể", inheritor="xa-moi") == "accepted"
    record = world.state("agency", "xa-1")
    assert (record.ended_how, record.successors) == ("dissolved", ["xa-moi"])
    assert tell(world, "xa-2", "dissolved", reason="Giải thể") == "accepted"
    assert world.state("agency", "xa-2").successors == []


def test_a_ministry_with_agencies_below_it_does_not_end(world):
    register(world, "cuc", "department", "bo")
    for how in (
        {"event": "ended", "how": "dissolved", "successors": []},
        {"event": "dissolved", "reason": "Giải thể"},
        {"event": "split", "targets": [{"id": "tinh-a"}, {"id": "tinh-b"}]},
    ):
        assert tell(world, "bo", **how) == "HAS_LIVE_CHILDREN"
        assert "cuc" in world.refusal.hint.vi
    assert tell(world, "cuc", "reparented", to="tinh-a") == "accepted"
    assert tell(world, "bo", "ended", how="dissolved", successors=[]) == "accepted"


def test_an_agency_does_not_end_before_those_that_come_under_it_later(world):
    tell(world, "xa-1", "reparented", on="2025-09-01", to="tinh-b")
    assert tell(world, "tinh-b", "ended", on="2025-08-01", how="dissolved", successors=[]) == "HAS_LIVE_CHILDREN"


def test_a_child_that_ends_on_the_same_day_does_not_hold_its_parent(world):
    end(world, "phong", "xa-1", "xa-2")
    assert tell(world, "huyen", "ended", how="level_abolished", successors=["xa-moi"]) == "accepted"


def abolish(world, level="district", on=REFORM, **more):
    data = {"level": level, "effective": on, **more}
    return world.push("registry.level_abolished", level, data, source="bo", on=on, asserter="staff")


def test_a_level_ends_only_when_all_its_agencies_have_a_planned_end(world):
    assert abolish(world) == "LEVEL_STILL_IN_USE"
    assert "2 " in world.refusal.hint.en
    end(world, "phong", "xa-1", "xa-2")
    assert tell(world, "huyen", "ended", how="level_abolished", successors=["xa-moi"]) == "accepted"
    assert abolish(world) == "accepted"
    assert abolish(world) == "ALREADY_ABOLISHED"


def test_a_level_may_end_in_one_territory_only(world):
    register(world, "huyen-b", "district", "tinh-b")
    register(world, "phong-b", "division", "huyen-b")
    end(world, "phong", "xa-1", "xa-2", "huyen")
    assert abolish(world, territory="tinh-a") == "accepted"
    assert abolish(world, territory="tinh-b") == "LEVEL_STILL_IN_USE"
    assert abolish(world) == "LEVEL_STILL_IN_USE"
    assert register(world, "huyen-c", "district", "tinh-b", valid_from="2025-08-01") == "accepted"
    assert register(world, "huyen-d", "district", "tinh-a", valid_from="2025-08-01") == "LEVEL_ABOLISHED"


def test_nothing_begins_in_a_level_that_is_gone_but_history_may_be_told(world):
    end(world, "phong", "xa-1", "xa-2", "huyen")
    abolish(world)
    assert register(world, "huyen-moi", "district", "tinh-moi", valid_from="2025-07-02") == "LEVEL_ABOLISHED"
    assert register(world, "huyen-cu", "district", "tinh-a", valid_from="2015-01-01") == "accepted"


def code(valid_from="2010-01-01", valid_to=None, name="P52"):
    found = {"scheme": "don_vi_hanh_chinh", "code": name, "valid_from": valid_from}
    return {**found, "valid_to": valid_to} if valid_to else found


def test_a_code_belongs_to_one_agency_at_a_time(world):
    assert register(world, "tinh-cu", "province", codes=[code()]) == "accepted"
    assert register(world, "hai", "province", codes=[code("2020-01-01")]) == "CODE_IN_USE"
    assert world.refusal.pointer == "/data/codes/0/code"
    assert register(world, "hai", "province", codes=[code(name="P64")]) == "accepted"
    assert tell(world, "hai", "code_assigned", **code(REFORM)) == "CODE_IN_USE"


def test_a_code_that_was_withdrawn_is_given_to_another(world):
    register(world, "tinh-cu", "province", codes=[code()])
    withdrawn = {"scheme": "don_vi_hanh_chinh", "code": "P52", "valid_to": "2025-06-30"}
    assert tell(world, "tinh-moi", "code_withdrawn", **withdrawn) == "CODE_NOT_HELD"
    assert tell(world, "tinh-cu", "code_withdrawn", **withdrawn) == "accepted"
    # A day later it holds it no more: to withdraw it again would give it back.
    assert tell(world, "tinh-cu", "code_withdrawn", **{**withdrawn, "valid_to": "2025-07-01"}) == "CODE_NOT_HELD"
    assert tell(world, "tinh-moi", "code_assigned", **code("2025-06-30")) == "CODE_IN_USE"
    assert tell(world, "tinh-moi", "code_assigned", **code(REFORM)) == "accepted"
    assert world.state("agency", "tinh-moi").code_on("don_vi_hanh_chinh", REFORM) == "P52"
    assert world.state("agency", "tinh-cu").code_on("don_vi_hanh_chinh", REFORM) is None


def test_the_code_of_an_agency_that_ended_is_free(world):
    register(world, "tinh-cu", "province", codes=[code()])
    end(world, "tinh-cu", successor="tinh-moi")
    assert tell(world, "tinh-moi", "code_assigned", **code(REFORM)) == "accepted"


def test_the_dates_of_a_code_are_in_order(world):
    assert tell(world, "tinh-moi", "code_assigned", **code("2025-07-01", "2025-06-30")) == "DATES_REVERSED"


def test_an_agency_does_not_end_before_it_has_taken_over_from_others(world):
    tell(world, "xa-moi", "merged", sources=["xa-1"])
    assert tell(world, "xa-moi", "ended", how="dissolved", successors=[]) == "TAKES_OVER_LATER"
    assert tell(world, "xa-moi", "ended", on="2025-07-02", how="dissolved", successors=[]) == "accepted"
