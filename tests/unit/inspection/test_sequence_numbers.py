"""Which numbers of a source are missing, and since when that is known."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inspection.sequences import numbers
from services.inspection.sequences.numbers import Numbers
from services.inspection.sequences.showing import SETTLED, standing


def after(*arrivals: int) -> Numbers:
    found = Numbers()
    for at, number in enumerate(arrivals):
        found.add(number, at)
    return found


@pytest.mark.parametrize(
    ("arrivals", "gaps"),
    [
        ((1, 2, 3), []),
        ((7, 8, 9), []),
        ((1, 2, 5), [(3, 4, 2)]),
        ((1, 2, 5, 4), [(3, 3, 2)]),
        ((1, 2, 5, 4, 3), []),
        ((5, 1), [(2, 4, 1)]),
        ((1, 9, 5), [(2, 4, 1), (6, 8, 1)]),
        ((3, 3, 3), []),
        ((2, 1, 4, 4), [(3, 3, 2)]),
    ],
)
def test_a_hole_is_a_gap_until_it_is_filled(arrivals, gaps):
    assert [tuple(gap) for gap in after(*arrivals).gaps()] == gaps


@given(st.lists(st.integers(min_value=0, max_value=60), min_size=1, max_size=60))
def test_whatever_the_order_the_gaps_are_what_has_not_come(arrivals):
    came = set(arrivals)
    missing = {number for gap in after(*arrivals).gaps() for number in range(gap.first, gap.last + 1)}
    assert missing == set(range(min(came), max(came) + 1)) - came


def test_only_so_many_holes_are_remembered_one_by_one(monkeypatch):
    monkeypatch.setattr(numbers, "MOST_RUNS", 5)
    odd = list(range(1, 41, 2))
    random.Random(7).shuffle(odd)
    found = after(*odd)
    assert len(found.runs) == 5
    assert found.forgotten
    assert found.runs[-1][1] == 39


def test_a_young_gap_may_still_be_filled_by_what_is_on_its_way():
    found = after(1, 3)
    assert standing(found, SETTLED) == []
    assert [gap.missing for gap in standing(found, SETTLED + 1)] == [1]
