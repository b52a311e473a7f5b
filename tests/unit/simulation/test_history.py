"""The history: who existed on the days the articles speak of, and what became of them in 2025."""

from __future__ import annotations

from collections import Counter

import pytest

from shared import clock
from shared.simulation import geography
from shared.simulation.demonstration import Demonstration
from shared.simulation.events import Event
from shared.simulation.history import can_tho, central, gia_lai, provinces, replay
from tests.unit.simulation.intake import Nation

LAST = clock.day_of("2026-06-30")


@pytest.fixture(scope="module")
def told() -> list[Event]:
    return list(Demonstration(LAST - 364, LAST, small=True).events())


@pytest.fixture(scope="module")
def loaded(told) -> Nation:
    nation = Nation()
    nation.push(told)
    return nation


def records(nation: Nation):
    ids = {old.agency.agency_id for old in replay.agencies()}
    return nation.admission.registry.agencies(ids)


def test_every_event_of_the_demonstration_is_accepted(loaded):
    assert loaded.faults == []


def test_pushing_the_demonstration_again_changes_nothing(loaded, told):
    again = Nation()
    events = list(Demonstration(LAST - 364, LAST, small=True).events())
    assert events == told
    again.push(events)
    again.push(events)

    assert again.counts == {"accepted": len(events), "duplicate": len(events)}


def test_targets_of_the_demonstration_are_one_a_province_and_hold_no_made_up_figure(told):
    targets = [event for event in told if event["type"].startswith("qms.target.")]
    opened = [event["source"] for event in targets if event["type"] in ("qms.target.set", "qms.target.baselined")]
    assert opened
    assert len(opened) == len(set(opened))
    assert "qms.target.milestone_assessed" not in {event["type"] for event in targets}


def test_there_were_23_agencies_of_central_level_and_63_provinces_in_2013(loaded):
    day = clock.day_of("2013-11-30")
    live = [record for record in records(loaded).values() if record.live_on(day)]

    assert sum(record.level == "central" for record in live) == 23
    assert sum(record.kind == "provincial_pc" for record in live) == 63


def test_eleven_provinces_go_on_as_the_same_agency_and_52_end_with_successors(loaded):
    old = {place.agency.agency_id for place in provinces.agencies()}
    found = [record for agency, record in records(loaded).items() if agency in old]
    ended = [record for record in found if record.ended_on is not None]

    assert len(found) - len(ended) == 11
    assert len(ended) == 52
    assert {record.ended_on for record in ended} == {geography.REFORM}
    assert len({tuple(record.successors) for record in ended}) == 23


def test_unit_codes_hold_for_a_period(loaded):
    found = records(loaded)

    old, hanoi = found["ubnd-tinh-gia-lai"], found["ubnd-thanh-pho-ha-noi"]
    assert old.code_on("don_vi_hanh_chinh", "2017-12-31") == "P64"
    assert old.code_on("don_vi_hanh_chinh", "2025-07-01") is None
    assert hanoi.code_on("don_vi_hanh_chinh", "2026-01-01") == "P01"


def test_the_district_level_ended_and_its_communes_successors_took_over(loaded):
    thanh_son = records(loaded)["ubnd-huyen-thanh-son-phu-tho"]

    assert thanh_son.ended_how == "level_abolished"
    assert len(thanh_son.successors) > 1


def test_hue_was_renamed_when_it_became_a_city(loaded):
    hue = records(loaded)["ubnd-thanh-pho-hue"]

    assert hue.name_on(clock.day_of("2013-11-30")) == "Ủy ban nhân dân tỉnh Thừa Thiên Huế"
    assert hue.name_on(clock.day_of("2026-01-01")) == "Ủy ban nhân dân thành phố Huế"


def test_can_tho_has_121_units_below_the_city_and_one_of_them_handles_no_public_procedures():
    kinds = Counter(old.agency.kind for old in can_tho.agencies())

    assert kinds.total() == 121
    assert kinds["voluntary_other"] == 1
    assert kinds["district_pc"] == 9


def test_gia_lai_has_222_communes_and_52_mandatory_agencies_below_the_province():
    duties = Counter(old.agency.obligation for old in gia_lai.agencies())

    assert duties == {"mandatory": 52, "encouraged": 222}


def test_the_livestock_sub_department_follows_its_ministry(loaded):
    record = records(loaded)["chi-cuc-chan-nuoi-va-thu-y-2022"]

    assert record.sector_parent_on(clock.day_of("2022-06-30")) == "bo-nong-nghiep-va-phat-trien-nong-thon"
    assert record.sector_parent_on(clock.day_of("2026-01-01")) == "bo-nong-nghiep-va-moi-truong"


def test_every_ministry_that_ended_names_one_that_lives():
    living = {old.agency.agency_id for old in central.agencies() if not old.successors}

    assert all(set(old.successors) <= living for old in central.agencies())
    assert len(living) == 17
