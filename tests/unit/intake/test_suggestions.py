"""Names of types that may have been meant, and how much work is done for them."""

from __future__ import annotations

import difflib

import pytest

from shared.contracts.catalogue import load
from shared.intake.suggestions import NAMES_A_SECOND, Suggestions
from shared.intake.validation import Validator


class Compared:
    """Notes with how many names each one was compared."""

    def __init__(self, monkeypatch):
        self.sizes = []
        original = difflib.get_close_matches

        def noting(word, possibilities, n=3, cutoff=0.6):
            self.sizes.append(len(possibilities))
            return original(word, possibilities, n, cutoff)

        monkeypatch.setattr(difflib, "get_close_matches", noting)


@pytest.fixture
def compared(monkeypatch):
    return Compared(monkeypatch)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("qms.nonconformity.rased", "qms.nonconformity.raised"),
        ("qms.nonconformty.raised", "qms.nonconformity.raised"),
        ("qms.procedur.isued", "qms.procedure.issued"),
    ],
)
def test_the_type_that_was_meant_is_named_first(given, meant):
    assert Suggestions(load()).near(given)[0] == meant


@pytest.mark.parametrize("given", ["", "x", "hoàn.toàn.khác", "qms.nonconformity.raised" * 100_000])
def test_what_is_like_nothing_gets_no_suggestion(given):
    assert Suggestions(load()).near(given) == ()


def test_a_batch_of_invented_names_causes_little_work(compared):
    validator = Validator(load())
    for number in range(1000):
        refusal = validator.check({"type": f"qms.nonconformity.raisd{number}"})
        assert refusal.code == "UNKNOWN_TYPE"
    # Some seconds may pass meanwhile on a slow machine.
    assert len(compared.sizes) <= 10 * NAMES_A_SECOND
    assert max(compared.sizes) < 60


def test_only_so_many_names_are_looked_at_in_a_second_and_the_others_in_the_next(compared):
    now = [5.0]
    suggestions = Suggestions(load(), lambda: now[0])
    for number in range(NAMES_A_SECOND):
        suggestions.near(f"qms.nonconformity.x{number}")
    assert suggestions.near("qms.nonconformity.rased") == ()
    assert len(compared.sizes) == NAMES_A_SECOND
    now[0] += 1
    found = suggestions.near("qms.nonconformity.rased")
    assert "qms.nonconformity.raised" in found
    assert suggestions.near("qms.nonconformity.rased") == found
    assert len(compared.sizes) == NAMES_A_SECOND + 1
