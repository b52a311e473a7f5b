"""Numbers and times as Vietnamese and English readers write them."""

from decimal import Decimal

import pytest

from shared import clock
from shared.vietnam.format import day, entry, iso_day, moment, number, percent, share


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1234.56, "1.234,56", "1,234.56"),
        (1234567, "1.234.567", "1,234,567"),
        (20.0, "20", "20"),
        (-0.5, "\u22120,5", "\u22120.5"),
    ],
)
def test_numbers_are_grouped_as_the_language_does(value, vi, en):
    assert (number(value, "vi"), number(value, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (62, 63, "98,41"),
        (18, 23, "78,26"),
        (121, 122, "99,18"),
        (244, 244, "100,00"),
        (43, 45, "95,56"),
        (307, 322, "95,34"),
    ],
)
def test_the_deployments_rates_read_as_in_their_reports(numerator, denominator, text):
    assert share(numerator, denominator, "vi") == f"{text}\u00a0%"


def test_a_share_in_whole_percents_leaves_the_range_of_denominators_that_the_report_leaves():
    """2,617 mandatory agencies certified, "93 %" (of 63 provinces, 2013): 2,814 agencies, give or take 15."""
    told = [all_ for all_ in range(2617, 5235) if number(Decimal(261_700) / all_, "vi", 0) == "93"]
    assert (told[0], told[-1], len(told)) == (2814 - 15, 2814 + 15, 31)
    assert share(2617, 2814, "vi") == "93,00\u00a0%"


def test_halves_are_rounded_up_and_nothing_is_divided_by_zero():
    assert percent(Decimal("2.675"), "en") == "2.68%"
    assert percent("0.005", "vi") == "0,01\u00a0%"
    assert share(0, 0, "vi") is None


def test_days_and_times_are_those_of_viet_nam():
    late = clock.from_rfc3339("2026-03-01T18:30:05Z")
    assert moment(late) == "01:30 02/03/2026"
    assert entry(late) == "02/03/2026 01:30:05"
    assert (day(clock.vietnam_day(late)), iso_day(clock.vietnam_day(late))) == ("02/03/2026", "2026-03-02")
