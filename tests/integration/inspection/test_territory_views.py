"""Figures by province follow what the registry tells of administrative units: of the day, or of today's geography."""

from __future__ import annotations

import pytest

from services.inspection.agency_file import Search, agency_page
from services.inspection.figures import Asked, answer
from services.inspection.indicators.definitions import INDICATORS
from shared import clock

BEFORE, AFTER = clock.day_of("2029-12-31"), clock.day_of("2030-01-01")


@pytest.fixture
def country(views):
    """A committee of today's Cao Bằng and one of before 2025 in Hà Giang, which went into Tuyên Quang."""
    views.logs.agency("cb", kind="provincial_pc", level="province", admin_unit_code="P04", since="2025-07-01")
    views.logs.agency("hg", kind="provincial_pc", level="province", admin_unit_code="P02", since="2010-01-01")
    established = {"code": "P50", "name": "Tỉnh Cao Tuyên", "type": "tỉnh", "valid_from": "2030-01-01"}
    views.logs.add("admin_unit.established", "bo", "P50@2030-01-01", established, on="2026-02-01")
    for code in ("P04", "P08"):
        link = {"unit": "P50@2030-01-01", "share": "whole", "is_default": True}
        data = {"effective": "2030-01-01", "successors": [link]}
        views.logs.add("admin_unit.ended", "bo", f"{code}@2025-07-01", data, on="2026-03-01")
    views.catch_up()
    return views


def by_province(views, day, **more):
    rows = views.read(answer, INDICATORS["I2"], Asked(day, by="province", **more)).rows
    return {row.key: row.label_vi for row in rows}


def test_provinces_of_the_day_are_named_as_events_tell(country):
    assert by_province(country, clock.day_of("2025-06-30")) == {"P02": "Tỉnh Hà Giang"}
    assert by_province(country, BEFORE) == {"P04": "Tỉnh Cao Bằng", "P08": "Tỉnh Tuyên Quang"}
    assert by_province(country, AFTER) == {"P50": "Tỉnh Cao Tuyên"}


def test_what_was_not_known_yet_does_not_count(country):
    known_at = clock.from_rfc3339("2026-02-15T00:00:00+07:00")
    assert set(by_province(country, AFTER, known_at=known_at)) == {"P04", "P08"}


def test_an_end_that_was_taken_back_does_not_count(country):
    ended = next(event for event in country.logs.events if event.subject == "P04@2025-07-01")
    reason = {"reason": "Nhập nhầm"}
    subject, named = ended.subject, ended.event_id
    country.logs.add("admin_unit.retracted", "bo", subject, reason, on="2026-04-01", corrects=named)
    country.catch_up()
    assert set(by_province(country, AFTER)) == {"P04", "P50"}


def test_agencies_are_listed_with_the_province_of_the_day(country):
    page = country.read(agency_page, Asked(AFTER), Search(province="P50"))
    assert {line.province_label for line in page.agencies} == {"Tỉnh Cao Tuyên"}
    assert page.total == 2
