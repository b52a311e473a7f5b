"""The public procedure (TTHC): its catalogue entry, and an agency opting out of it."""

from __future__ import annotations

import pytest

from services.documents.domain import AGGREGATES
from shared.testing.world import World

ENTRY = {"name": "Đăng ký thành lập hộ kinh doanh", "levels": ["commune"]}
OUT = {"entry": {"source": "bo-tai-chinh", "id": "1.001612"}, "reason": "Đặc khu thực hiện"}
DATA = {"published": ENTRY, "amended": {"changed": ["time"]}, "opted_out": OUT}


@pytest.fixture
def world() -> World:
    return World(AGGREGATES, source="bo-tai-chinh")


def act(world: World, event: str, **envelope: object) -> str:
    return world.push(f"tthc.{event}", "1.001612", DATA.get(event, {}), **envelope)


def test_an_entry_is_published_amended_and_abolished_once(world):
    assert [act(world, event) for event in ("published", "amended", "abolished")] == ["accepted"] * 3
    assert world.state("tthc", "1.001612").status == "abolished"
    assert act(world, "amended") == "TRANSITION_NOT_ALLOWED"
    assert act(world, "abolished") == "TRANSITION_NOT_ALLOWED"
    assert act(world, "published") == "ALREADY_EXISTS"


def test_an_agency_opts_out_in_a_record_of_its_own_and_in_again(world):
    act(world, "published")
    for event in ("opted_out", "opted_in", "opted_out"):
        assert act(world, event, source="xa-co-to") == "accepted"
    assert act(world, "opted_out", source="xa-co-to") == "TRANSITION_NOT_ALLOWED"
    assert world.state("tthc", "1.001612").status == "live"


def test_opting_out_waits_for_the_entry(world):
    assert act(world, "opted_out", source="xa-co-to") == "waiting"


def test_nobody_opts_out_of_what_is_abolished(world):
    act(world, "published")
    act(world, "abolished")
    assert act(world, "opted_out", source="xa-co-to") == "TTHC_NOT_LIVE"


def test_an_entry_cannot_be_opted_into_by_its_publisher(world):
    act(world, "published")
    assert act(world, "opted_in") == "TRANSITION_NOT_ALLOWED"
