"""Which positions are safe after acks, nacks and returns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.confirms import ConfirmTracker


def tracker_of(*firsts):
    tracker = ConfirmTracker()
    for tag, first in enumerate(firsts, start=1):
        tracker.published(tag, first)
    return tracker


def test_nothing_is_safe_before_the_first_confirm():
    assert tracker_of(11, 12, 14).confirmed_prefix(11, 20) == 10


def test_only_the_contiguous_prefix_is_safe():
    tracker = tracker_of(11, 12, 14)
    tracker.acked(1, multiple=False)
    tracker.acked(3, multiple=False)
    assert tracker.confirmed_prefix(11, 20) == 11


def test_one_ack_of_many_makes_the_window_safe():
    tracker = tracker_of(11, 12, 14)
    tracker.acked(3, multiple=True)
    assert tracker.outstanding == 0
    assert tracker.failure is None
    assert tracker.confirmed_prefix(11, 20) == 20


def test_a_nack_holds_everything_from_its_message_on():
    tracker = tracker_of(11, 12, 14)
    tracker.acked(1, multiple=False)
    tracker.nacked(2, multiple=False)
    tracker.acked(3, multiple=False)
    assert "nack" in tracker.failure
    assert tracker.confirmed_prefix(11, 20) == 11


def test_the_ack_that_follows_a_return_counts_for_nothing():
    tracker = tracker_of(11)
    tracker.returned(11, "no queue")
    tracker.acked(1, multiple=False)
    assert "no queue" in tracker.failure
    assert tracker.confirmed_prefix(11, 20) == 10


@given(st.data())
def test_the_safe_prefix_never_covers_an_unconfirmed_position(data):
    keys = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=40))
    runs = {}
    for offset, key in enumerate(keys):
        runs.setdefault(key, []).append(101 + offset)
    tracker = tracker_of(*(run[0] for run in runs.values()))
    confirmed = set()
    for tag, run in enumerate(runs.values(), start=1):
        outcome = data.draw(st.sampled_from(["ack", "nack", "nothing"]))
        if outcome == "ack":
            tracker.acked(tag, multiple=False)
            confirmed |= set(run)
        elif outcome == "nack":
            tracker.nacked(tag, multiple=False)
    safe = tracker.confirmed_prefix(101, 100 + len(keys))
    assert set(range(101, safe + 1)) <= confirmed
    if len(confirmed) == len(keys):
        assert safe == 100 + len(keys)
