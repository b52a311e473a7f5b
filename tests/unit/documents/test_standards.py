"""Versions and clauses of the standard as data."""

from __future__ import annotations

from itertools import pairwise

import pytest

from shared.contracts import standards
from shared.contracts.standard_clauses import CLAUSES_2015, FROM_2008, clause_in_2015, titles


def test_versions_follow_one_another_without_gap_or_overlap():
    versions = sorted(standards.VERSIONS.values(), key=lambda version: version.year)
    for older, newer in pairwise(versions):
        assert older.withdrawn_on == newer.published_on
    assert versions[-1].withdrawn_on is None


def test_suggestions_are_newest_first_and_can_be_those_of_a_day():
    assert standards.suggestions() == ["TCVN ISO 9001:2015", "TCVN ISO 9001:2008", "TCVN ISO 9001:2000"]
    assert standards.suggestions("2014-06-01") == ["TCVN ISO 9001:2008"]


@pytest.mark.parametrize(
    ("year", "clause", "counted_under"),
    [
        (2008, "8.2.2", "9.2"),
        (2000, "8.2.2", "9.2"),
        (2015, "9.2", "9.2"),
        (2015, "9.2.2", "9.2"),
        (2008, "4.2.3", "7.5.3"),
        (2008, "8.5.2", "10.2"),
        (2015, "10.2.1", "10.2"),
        (2015, "11.1", None),
        (2008, "9.2", None),
    ],
)
def test_findings_against_old_clauses_are_counted_with_the_new_ones(year, clause, counted_under):
    assert clause_in_2015(year, clause) == counted_under


@pytest.mark.parametrize("version", standards.VERSIONS.values(), ids=lambda version: version.name)
def test_each_version_has_its_clauses_with_titles_in_both_languages(version):
    clauses = titles(version.year)
    for clause, (vi, en) in clauses.items():
        assert vi
        assert en
        assert "." not in clause or clause.rpartition(".")[0] in clauses
        assert clause_in_2015(version.year, clause) in CLAUSES_2015
    assert titles(2008)["8.2.2"] == ("Đánh giá nội bộ", "Internal audit")
    assert titles(2015)["9.2"] == ("Đánh giá nội bộ", "Internal audit")


def test_every_old_clause_is_mapped():
    assert set(FROM_2008) == set(titles(2008)) == set(titles(2000))


def test_every_old_clause_leads_to_a_clause_that_exists():
    assert set(FROM_2008.values()) <= set(CLAUSES_2015)
