"""Formulas by themselves: rounding, shares, medians, periods, precedence in the funnel."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from services.inspection import geography
from services.inspection.groups import GEOGRAPHIES, KINDS, LEVELS, OBLIGATIONS
from services.inspection.indicators import coverage, statistics
from services.inspection.indicators.audits import AUDIT_RECENT
from services.inspection.indicators.declarations import DECLARATION, DECLARED_YEAR
from services.inspection.indicators.families import FAMILIES
from services.inspection.indicators.sums import Question, Sums
from services.inspection.indicators.timeline import VERDICT, Happening, Judged, Track, months_later
from services.inspection.read_models import percent
from services.inspection.sums import default_period, full_months
from shared import clock
from shared.contracts.inspection import agency_vocabulary


@dataclass
class Agency:
    agency_id: str
    kind: str = "commune_pc"
    level: str = "commune"
    obligation: str = "mandatory"


class Nobody:
    def above(self, agency_id):
        return {agency_id}


def day(text: str) -> int:
    return clock.day_of(text)


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        (62, 63, "98.41"),
        (18, 23, "78.26"),
        (121, 122, "99.18"),
        (244, 244, "100.00"),
        (43, 45, "95.56"),
        (8, 9, "88.89"),
        (307, 322, "95.34"),
        (1, 800, "0.13"),
        (0, 0, None),
    ],
)
def test_rates_are_shown_half_up_to_two_decimals(numerator, denominator, shown):
    assert percent(numerator, denominator) == shown


@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 1, 0), (7, 3, 5), (1, 0, 0), (333, 333, 334), (1, 5, 1)])
def test_the_shares_of_the_funnel_sum_to_exactly_one_hundred(sizes):
    states = ("planned", "building", "declared")
    members, parts = [], {}
    for state, size in zip(states, sizes, strict=True):
        for number in range(size):
            members.append(Agency(f"{state}-{number}"))
            parts[members[-1].agency_id] = {state: (1, 0, 0, 0)}
    steps = coverage.funnel(Question(members, Sums(parts={DECLARATION: parts}), Nobody(), 0))
    assert sum(round(float(step.percent) * 100) for step in steps) == 10_000
    assert {step.state: step.count for step in steps if step.count} == {
        state: size for state, size in zip(states, sizes, strict=True) if size
    }


@pytest.mark.parametrize(
    ("states", "year_old", "audited", "expected"),
    [
        ({}, False, False, "none"),
        ({"planned": 1}, False, True, "planned"),
        ({"declared": 1}, True, True, "maintained"),
        ({"declared": 1}, True, False, "declared"),
        ({"declared": 1}, False, True, "declared"),
        ({"declared": 1, "certified": 1}, False, False, "declared"),
        ({"certified": 1, "building": 1}, False, False, "certified"),
        ({"needs_redeclaration": 1, "applying": 1}, False, False, "needs_redeclaration"),
        ({"lapsed": 1, "building": 1}, False, False, "building"),
        ({"rescinded": 1, "lapsed": 1}, False, False, "rescinded"),
        ({"declared": 0, "rescinded": 1}, True, True, "rescinded"),
    ],
)
def test_an_agency_is_in_the_state_that_says_most_for_it(states, year_old, audited, expected):
    sums = Sums(
        totals={
            DECLARED_YEAR: {"xa": (int(year_old), 0, 0, 0)},
            AUDIT_RECENT: {"xa": (int(audited), 0, 0, 0)},
        },
        parts={DECLARATION: {"xa": {state: (count, 0, 0, 0) for state, count in states.items()}}},
    )
    assert coverage.state_of(sums, "xa") == expected


@pytest.mark.parametrize(
    ("counted", "median", "p90"),
    [
        ([], None, None),
        ([(50, 1)], 50, 50),
        ([(-5, 1), (10, 1)], 2.5, 10),
        ([(1, 9), (100, 1)], 1, 1),
        ([(1, 8), (100, 2)], 1, 100),
    ],
)
def test_median_and_percentile_of_counted_values(counted, median, p90):
    assert statistics.median(counted) == median
    assert statistics.percentile(counted, 90) == p90


def test_the_default_period_is_the_twelve_full_months_up_to_the_day():
    assert default_period(day("2026-03-15")) == (day("2025-03-01"), day("2026-02-28"))
    assert default_period(day("2026-02-28")) == (day("2025-03-01"), day("2026-02-28"))
    assert default_period(day("2024-02-29")) == (day("2023-03-01"), day("2024-02-29"))
    assert default_period(day("2026-12-31")) == (day("2026-01-01"), day("2026-12-31"))


@pytest.mark.parametrize(
    ("begins", "ends", "months"),
    [
        ("2026-01-01", "2026-02-28", ("2026-01", "2026-02")),
        ("2026-01-02", "2026-03-30", ("2026-02", "2026-02")),
        ("2026-12-15", "2027-01-31", ("2027-01", "2027-01")),
    ],
)
def test_only_months_wholly_in_the_period_count(begins, ends, months):
    assert full_months(day(begins), day(ends)) == months


def test_a_period_within_a_month_has_no_month():
    first, last = full_months(day("2026-03-10"), day("2026-03-20"))
    assert first > last


def test_months_later_stays_in_the_month():
    assert months_later(day("2024-01-31"), 1) == day("2024-02-29")
    assert months_later(day("2024-06-01"), 24) == day("2026-06-01")
    assert months_later(day("2024-12-31"), 2) == day("2025-02-28")


def test_a_contradicted_claim_is_verified_no_more():
    track = Track(FAMILIES["action"])
    planned = {"source": "risk", "type": "improvement", "owner": "o", "due_on": "2026-03-10"}
    fact = Happening("planned", day("2026-03-01"), planned, "inspected", event_id="e1")
    track.take(fact)
    assert any(step.measure == "action.verified" for step in track.steps())
    judged = Judged()
    judged.add(fact)
    track.judge(Happening(VERDICT, day("2026-03-05"), {"event_id": "e1", "verdict": "contradicted"}), judged)
    assert not any(step.measure.endswith(".verified") for step in track.steps())


@pytest.mark.parametrize(("months", "ends"), [(24, "2028-03-02"), (6, "2026-09-02")])
def test_a_confirmation_counts_for_the_months_that_are_set(months, ends):
    track = Track(FAMILIES["action"], months=months)
    planned = {"source": "risk", "type": "improvement", "owner": "o", "due_on": "2030-03-10"}
    track.take(Happening("planned", day("2026-03-01"), planned, "inspected", event_id="e1"))
    verified = [step for step in track.steps() if step.measure == "action.verified" and step.amounts[0] == -1]
    assert [step.day for step in verified] == [day(ends)]


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.aggregate)
def test_facts_that_do_not_follow_change_nothing(family):
    track = Track(family)
    for name in ("revised", "done", "declared", "completed", "abolished", "acknowledged", "marked_inconsistent"):
        assert track.take(Happening(name, 20_000, {})) == {}


def test_words_of_the_registry_all_have_labels():
    assert set(KINDS) == set(agency_vocabulary.KINDS)
    assert tuple(LEVELS) == agency_vocabulary.LEVELS
    assert tuple(OBLIGATIONS) == agency_vocabulary.OBLIGATIONS
    assert GEOGRAPHIES == ("at_date", "today")


def test_a_code_means_the_unit_of_the_day_on_which_it_was_given():
    units = geography.load()
    before, after = geography.REFORM - 1, geography.REFORM
    assert (len(geography.provinces(before)), len(geography.provinces(after))) == (63, 34)
    assert units.province("P64", before, before) == "P64"
    assert units.province("P64", before, after) == "P52"
    assert (units.name("P52", before), units.name("P52", after)) == ("Tỉnh Bình Định", "Tỉnh Gia Lai")
    assert units.province("W99999", before, before) is None
    assert all(units.province(code, before, after) for code in units.before)
