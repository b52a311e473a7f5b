"""Working days in Viet Nam, with the swapped days of real years and overrides."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from shared import clock
from shared.vietnam import working_days
from shared.vietnam.calendar import WorkingCalendar, parse_days
from shared.vietnam.working_days import FIRST, LAST, listed

LIST = Path(working_days.__file__).with_suffix(".json")


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-03-02", True),
        ("2026-03-07", False),
        ("2026-03-08", False),
        # Tết of the year Bính Ngọ.
        ("2026-02-17", False),
        ("2026-02-20", False),
        # Hùng Kings' day on a Sunday, made up for on Monday.
        ("2026-04-27", False),
        # Friday taken off in 2025 against a worked Saturday.
        ("2025-05-02", False),
        ("2025-04-26", True),
        ("2025-09-02", False),
    ],
)
def test_working_days_follow_the_law_and_the_yearly_swaps(day, worked):
    assert WorkingCalendar().is_working_day(clock.day_of(day)) is worked


def test_the_list_of_days_is_what_the_package_says():
    assert json.loads(LIST.read_text(encoding="utf-8"))["exceptions"] == listed()["exceptions"]


@pytest.mark.parametrize("year", [FIRST - 1, FIRST, 2025, LAST, LAST + 1])
def test_a_day_is_worked_or_not_as_the_package_says_inside_the_list_and_outside(year):
    days = [date(year, 1, 1) + timedelta(days=offset) for offset in range(365)]
    package = holidays.country_holidays("VN", years=[year])
    assert [WorkingCalendar().is_working_day(clock.day_number(day)) for day in days] == [
        package.is_working_day(day) for day in days
    ]


def test_overrides_win_over_the_package():
    calendar = WorkingCalendar(days_off=[date(2026, 3, 2)], working_days=[date(2026, 3, 7)])
    assert not calendar.is_working_day(clock.day_of("2026-03-02"))
    assert calendar.is_working_day(clock.day_of("2026-03-07"))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [("2026-03-02", 0, "2026-03-02"), ("2026-03-06", 1, "2026-03-09"), ("2026-02-13", 1, "2026-02-23")],
)
def test_working_days_are_added_over_weekends_and_holidays(start, count, end):
    assert WorkingCalendar().add_working_days(clock.day_of(start), count) == clock.day_of(end)


def test_days_cannot_be_added_backwards():
    with pytest.raises(ValueError):
        WorkingCalendar().add_working_days(0, -1)


def test_working_days_between_count_both_ends():
    calendar = WorkingCalendar()
    assert calendar.working_days_between(clock.day_of("2026-03-02"), clock.day_of("2026-03-09")) == 6


def test_a_setting_lists_days_and_ranges():
    assert parse_days(" 2026-03-02, 2026-02-14..2026-02-16,") == [
        date(2026, 3, 2),
        date(2026, 2, 14),
        date(2026, 2, 15),
        date(2026, 2, 16),
    ]
    assert parse_days("") == []
    with pytest.raises(ValueError):
        parse_days("mai")
