"""The name of a log's life says what it shares with the lives before it."""

import pytest

from shared.eventstore.epochs import epoch_after, first_epoch, shared_prefix


def test_a_restored_log_shares_what_lies_before_the_cut():
    known = first_epoch()
    assert shared_prefix(known, epoch_after(known, 40)) == 40


def test_of_two_restores_the_earlier_cut_counts_for_who_missed_both():
    known = first_epoch()
    once = epoch_after(known, 40)
    twice = epoch_after(once, 60)
    assert shared_prefix(known, twice) == 40
    assert shared_prefix(once, twice) == 60


@pytest.mark.parametrize(
    "present", [first_epoch(), epoch_after(first_epoch(), 40), ""], ids=["another", "another restored", "none"]
)
def test_another_log_shares_nothing(present):
    assert shared_prefix(first_epoch(), present) is None


def test_an_abandoned_life_is_not_an_earlier_one():
    known = first_epoch()
    abandoned = epoch_after(known, 40)
    assert shared_prefix(abandoned, epoch_after(known, 50)) is None


def test_nothing_follows_from_no_epoch():
    assert shared_prefix("", epoch_after("", 3)) is None
