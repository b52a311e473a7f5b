"""The province of an agency that is not there on the day that is asked about."""

from __future__ import annotations

from datetime import date

import pytest

from services.inspection import geography
from services.inspection.agencies import evaluate, province_of
from shared import clock
from shared.registry.record import AgencyRecord

BEGAN, REFORM = clock.day_number(date(2008, 8, 1)), clock.day_number(date(2025, 7, 1))
BEFORE, AFTER = clock.day_number(date(2020, 1, 1)), clock.day_number(date(2026, 11, 24))


def record(name, level="province", *, unit=None, above=None, ended=REFORM):
    return AgencyRecord(name, "provincial_pc", level, BEGAN, ended, admin_unit_code=unit, parents=[[BEGAN, above]])


@pytest.mark.parametrize(
    ("day", "expected"),
    [(BEFORE, ("P93", "P93")), (AFTER, ("P92", "P92"))],
    ids=["while it was there", "in the geography of today"],
)
def test_an_ended_agency_lies_in_what_its_province_has_become(day, expected):
    # Hậu Giang went to Cần Thơ on 1 July 2025 (Resolution 202/2025/QH15).
    records = {"ubnd": record("ubnd", unit="P93"), "so": record("so", above="ubnd")}
    snapshot = evaluate(records, day)
    assert tuple(province_of(snapshot, one) for one in records.values()) == expected


def test_what_ended_under_a_ministry_is_central_and_what_has_no_place_is_unknown():
    records = {
        "bo": record("bo", level="central", ended=None),
        "cuc": record("cuc", above="bo"),
        "lost": record("lost", above="nobody"),
    }
    snapshot = evaluate(records, AFTER)
    assert [province_of(snapshot, one) for one in records.values()] == [
        geography.CENTRAL,
        geography.CENTRAL,
        geography.UNKNOWN,
    ]
