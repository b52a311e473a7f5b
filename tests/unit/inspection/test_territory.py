"""The geography of any day: shipped units, and those that events told of since."""

from __future__ import annotations

from services.inspection import geography
from services.inspection.territory import shipped, with_events
from shared import clock

BEFORE, LAST_DAY, FIRST_DAY, TODAY = (
    clock.day_of(day) for day in ("2020-01-01", "2025-06-30", "2025-07-01", "2026-03-01")
)
LATER = clock.day_of("2030-01-01")


def test_every_unit_of_before_lies_where_the_data_say_then_and_today():
    known, territory = geography.load(), shipped()
    for code in known.before:
        for on in (LAST_DAY, FIRST_DAY, TODAY):
            assert territory.province(code, BEFORE, on) == known.province(code, BEFORE, on), (code, on)


def test_every_unit_of_today_lies_where_the_data_say():
    known, territory = geography.load(), shipped()
    for code in known.after:
        assert territory.province(code, FIRST_DAY, TODAY) == known.province(code, FIRST_DAY, TODAY)


def told():
    """Merge Cao Bằng (P04) into Tuyên Quang (P08) under a new name in 2030; one of its communes goes to Điện Biên."""
    yield "P50@2030-01-01", "established", {"code": "P50", "name": "Tỉnh Cao Tuyên", "valid_from": "2030-01-01"}
    commune = next(unit.code for unit in geography.load().after.values() if unit.parent == "P04")
    yield f"{commune}@2025-07-01", "reparented", {"to": "P11@2025-07-01", "effective": "2029-01-01"}
    for code in ("P04", "P08"):
        link = {"unit": "P50@2030-01-01", "share": "whole", "is_default": True}
        yield f"{code}@2025-07-01", "ended", {"effective": "2030-01-01", "successors": [link]}


def test_what_events_tell_holds_from_its_day_and_changes_nothing_before():
    territory = with_events(shipped(), told())
    first, second = [unit.code for unit in geography.load().after.values() if unit.parent == "P04"][:2]
    assert territory.province(second, FIRST_DAY, LATER - 1) == "P04"
    assert territory.province(second, FIRST_DAY, LATER) == "P50"
    assert territory.name("P50", LATER) == "Tỉnh Cao Tuyên"
    assert [territory.province(first, FIRST_DAY, on) for on in (TODAY, LATER)] == ["P04", "P11"]
    assert territory.province("P02", BEFORE, LATER) == "P50"
    assert territory.province("P02", BEFORE, LAST_DAY) == "P02"
    assert shipped().province(second, FIRST_DAY, LATER) == "P04"


def test_telling_of_units_that_are_known_changes_nothing():
    known = geography.load()
    events = [
        ("P52@2025-01-01", "established", {"code": "P52", "name": "Tỉnh Bình Định", "valid_from": "2025-01-01"}),
        ("P52@2025-07-01", "established", {"code": "P52", "name": "Tỉnh Gia Lai", "valid_from": "2025-07-01"}),
    ]
    territory = with_events(shipped(), events)
    assert len(territory.units) == len(known.before) + len(known.after)
    assert [territory.name("P52", on) for on in (BEFORE, TODAY)] == ["Tỉnh Bình Định", "Tỉnh Gia Lai"]


def test_a_unit_is_renamed_from_a_day_on():
    renamed = ("P46@2025-01-01", "renamed", {"new": "Thành phố Huế mới", "effective": "2025-03-01"})
    territory = with_events(shipped(), [renamed])
    day = clock.day_of("2025-03-01")
    assert [territory.name("P46", on) for on in (day - 1, day)] == ["Thành phố Huế", "Thành phố Huế mới"]
