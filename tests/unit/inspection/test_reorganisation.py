"""Reorganisations: the order of their states, mappings that fit, and figures that add up."""

from __future__ import annotations

import pytest

from services.inspection.domain import AGGREGATES, reorganisation
from shared.testing.world import World
from tests.unit.transition_table import TransitionTable, cells_of, missing_cells

LINK = {"old": "xa-1", "new": "xa-moi", "share": "whole", "is_default": True}
COUNT = {"kind": "nc", "open_before": 3, "inherited": 2, "lapsed": 1, "closed": 0}
SETTLED = {"sources": 1, "known_at": "2025-09-30T08:00:00+07:00", "counts": [COUNT]}
PLANNED = {"name_vi": "Sắp xếp cấp xã", "effective_on": "2025-07-01"}
_ANNOUNCED = ("planned", "mapped", "announced")
TABLE = TransitionTable(
    AGGREGATES,
    "reorganisation",
    "sap-xep",
    data={
        "planned": PLANNED,
        "mapped": {"links": [LINK]},
        "mapped:another": {"links": [{**LINK, "old": "xa-2"}]},
        "announced": {},
        "took_effect": {"effective": "2025-07-01"},
        "settled": SETTLED,
        "cancelled": {"reason": "Chưa được thông qua"},
    },
    paths={
        "planned": ["planned", "mapped"],
        "announced": _ANNOUNCED,
        "effective": [*_ANNOUNCED, "took_effect"],
        "settled": [*_ANNOUNCED, "took_effect", "settled"],
        "cancelled": ["planned", "cancelled"],
    },
    allowed={
        "planned": {
            "mapped": "LINK_TWICE",
            "mapped:another": "planned",
            "announced": "announced",
            "cancelled": "cancelled",
        },
        "announced": {"took_effect": "effective", "cancelled": "cancelled"},
        "effective": {"settled": "settled"},
        "settled": {},
        "cancelled": {},
    },
)


@pytest.mark.parametrize(("table", "state", "event", "expected"), cells_of([TABLE]))
def test_each_event_in_each_state(table, state, event, expected):
    table.check(state, event, expected)


def test_the_table_leaves_no_state_and_no_event_out():
    assert missing_cells("reorganisation", reorganisation.MOVES, [TABLE]) == set()


@pytest.fixture
def world():
    world = World(AGGREGATES)
    world.push("reorganisation.planned", "sap-xep", PLANNED)
    return world


def mapped(world: World, *links: dict) -> str:
    return world.push("reorganisation.mapped", "sap-xep", {"links": [{**LINK, **link} for link in links]})


@pytest.mark.parametrize(
    ("links", "code"),
    [
        ([{}, {}], "LINK_TWICE"),
        ([{}, {"new": "xa-khac", "is_default": False}], "WHOLE_AND_OTHERS"),
        ([{"share": "part"}, {"new": "xa-khac", "share": "part"}], "DEFAULT_TWICE"),
        ([{"share": "part"}, {"new": "xa-khac", "share": "part", "is_default": False}], "accepted"),
        ([{"old": "xa-1"}, {"old": "xa-2"}], "accepted"),
    ],
)
def test_links_of_one_agency_do_not_contradict_each_other(world, links, code):
    assert mapped(world, *links) == code


def test_a_link_is_held_against_earlier_parts_of_the_mapping(world):
    mapped(world, {"share": "part"})
    assert mapped(world, {"new": "xa-khac", "share": "part"}) == "DEFAULT_TWICE"


def test_it_is_not_announced_without_a_default_successor_for_each(world):
    assert world.push("reorganisation.announced", "sap-xep", {}) == "MAPPING_EMPTY"
    mapped(world, {"is_default": False})
    assert world.push("reorganisation.announced", "sap-xep", {}) == "DEFAULT_MISSING"
    assert "xa-1" in world.refusal.hint.vi


def test_it_takes_effect_on_the_planned_day():
    world = TABLE.world(*_ANNOUNCED)
    assert world.push("reorganisation.took_effect", "sap-xep", {"effective": "2025-08-01"}) == "EFFECTIVE_DIFFERS"


def test_a_settlement_that_loses_something_is_refused():
    world = TABLE.world(*_ANNOUNCED, "took_effect")
    data = {**SETTLED, "counts": [{**COUNT, "inherited": 1}]}
    assert world.push("reorganisation.settled", "sap-xep", data) == "NOT_CONSERVED"
    assert world.refusal.pointer == "/data/counts/0"
