"""Administrative units: a code and a first day, successions n to m with one default."""

from __future__ import annotations

import pytest

from services.inspection import geography
from services.inspection.domain import AGGREGATES
from shared import clock
from shared.testing.world import World

OLD, NEW = "2004-01-01", "2025-07-01"


def establish(world, code, valid_from=NEW, parent=None, kind="xã", subject=None):
    data = {"code": code, "name": f"Đơn vị {code}", "type": kind, "valid_from": valid_from}
    data |= {"parent": parent} if parent else {}
    return tell(world, "established", subject or f"{code}@{valid_from}", valid_from, **data)


def tell(world, event, subject, on=NEW, **data):
    return world.push(f"admin_unit.{event}", subject, data, source="bo-noi-vu", on=on, asserter="staff")


@pytest.fixture
def world():
    world = World(AGGREGATES)
    assert establish(world, "P52", OLD, kind="tỉnh") == "accepted"
    assert establish(world, "W1", OLD, f"P52@{OLD}") == "accepted"
    assert establish(world, "P52", kind="tỉnh") == "accepted"
    assert establish(world, "W2", NEW, f"P52@{NEW}") == "accepted"
    assert establish(world, "W3", NEW, f"P52@{NEW}") == "accepted"
    return world


def link(unit, share="part", *, default=False):
    return {"unit": f"{unit}@{NEW}", "share": share, "is_default": default}


def test_the_same_code_is_another_unit_at_another_time(world):
    assert establish(world, "P52") == "ALREADY_EXISTS"
    assert world.states[("admin_unit", f"P52@{OLD}")].names != []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"subject": "W9@2020-01-01"}, "SUBJECT_DIFFERS"),
        ({"parent": f"P99@{NEW}"}, "waiting"),
        ({"parent": f"P52@{NEW}", "valid_from": "2025-06-30"}, "UNIT_NOT_LIVE"),
    ],
)
def test_a_unit_that_cannot_be_is_refused(world, change, code):
    assert establish(world, "W9", **change) == code


@pytest.mark.parametrize(
    ("successors", "code"),
    [
        ([link("W2", default=True), link("W3")], "accepted"),
        ([link("W2", "whole", default=True)], "accepted"),
        ([], "accepted"),
        ([link("W2"), link("W3")], "SUCCESSORS_CONTRADICT"),
        ([link("W2", default=True), link("W3", default=True)], "SUCCESSORS_CONTRADICT"),
        ([link("W2", default=True), link("W2")], "SUCCESSORS_CONTRADICT"),
        ([link("W2", "whole", default=True), link("W3")], "SUCCESSORS_CONTRADICT"),
        ([link("W9", default=True)], "waiting"),
    ],
)
def test_successors_fit_together(world, successors, code):
    assert tell(world, "ended", f"W1@{OLD}", effective=NEW, successors=successors) == code


def test_a_unit_ends_once_and_its_successors_exist_on_that_day(world):
    successors = [link("W2", default=True)]
    assert tell(world, "ended", f"W1@{OLD}", effective="2025-06-01", successors=successors) == "UNIT_NOT_LIVE"
    assert tell(world, "ended", f"W1@{OLD}", effective=OLD, successors=[]) == "BEFORE_FIRST_DAY"
    assert tell(world, "ended", f"W1@{OLD}", effective=NEW, successors=successors) == "accepted"
    assert tell(world, "ended", f"W1@{OLD}", effective=NEW, successors=successors) == "TRANSITION_NOT_ALLOWED"


def test_names_and_parents_hold_from_their_day(world):
    assert tell(world, "renamed", f"W1@{OLD}", effective="2020-01-01", new="Tên mới") == "accepted"
    assert tell(world, "reparented", f"W1@{OLD}", effective="2020-01-01", to=f"W1@{OLD}") == "PARENT_CYCLE"
    assert tell(world, "reparented", f"W1@{OLD}", effective="2020-01-01", to=f"P52@{NEW}") == "UNIT_NOT_LIVE"
    assert tell(world, "reparented", f"W1@{OLD}", effective="2020-01-01", to=None) == "accepted"
    state = world.states[("admin_unit", f"W1@{OLD}")]
    assert state.names[-1] == ["2020-01-01", "Tên mới"]
    assert state.parents[-1] == ["2020-01-01", None]


def test_the_shipped_units_carry_over_to_todays_ones_n_to_m():
    known = geography.load()
    assert (len(known.before), len(known.after)) == (10_794, 3_355)
    divided = [code for code, links in known.onwards.items() if len(links) > 1]
    assert len(divided) == 471
    for code, links in known.onwards.items():
        assert [link.is_default for link in links] == [True, *[False] * (len(links) - 1)]
        assert links[0].new == known.successors[code]
    parts_only = [code for code, links in known.backwards.items() if all(link.share == "part" for link in links)]
    assert len(parts_only) == 39


def test_a_divided_unit_is_restated_by_its_default_successor():
    known = geography.load()
    before, today = clock.day_of("2020-01-01"), clock.day_of("2025-12-31")
    divided = next(code for code, links in known.onwards.items() if len(links) > 1)
    assert known.province(divided, before, today) == known.after[known.successors[divided]].parent
    assert known.province("P52", before, before) == "P52"
    assert known.name("P52", before) == "Tỉnh Bình Định"
    assert known.name("P52", today) == "Tỉnh Gia Lai"
