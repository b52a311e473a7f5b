"""The promise of the head, and the guarded cursors of readers."""

from __future__ import annotations

import pytest

from shared.eventstore.errors import CursorBackwardsError
from shared.testing.new_events import NEW_YEAR, new_events


def append(store, events):
    return store.transact(lambda transaction: transaction.append(events))


def test_the_head_promises_the_time_of_the_last_event(store):
    appended = append(store, new_events("a", 3))
    assert store.head().recorded_at == appended.recorded_at[-1]


def test_a_heartbeat_moves_the_promise_of_an_idle_log_to_now(store, time):
    append(store, new_events("a", 1))
    time.instant = NEW_YEAR + 5_000_000
    assert store.heartbeat().recorded_at == NEW_YEAR + 5_000_000
    assert store.head() == store.heartbeat()
    assert store.head().position == 1


def test_what_is_appended_after_a_heartbeat_is_recorded_later_though_the_clock_goes_back(store, time):
    time.instant = NEW_YEAR + 5_000_000
    promise = store.heartbeat().recorded_at
    time.instant = NEW_YEAR
    assert append(store, new_events("a", 2)).recorded_at[0] > promise


def test_a_heartbeat_never_takes_a_promise_back(store, time):
    time.instant = NEW_YEAR + 5_000_000
    promise = store.heartbeat()
    time.instant = NEW_YEAR
    assert store.heartbeat() == promise


def test_a_failed_append_leaves_the_promise_as_it_was(store):
    before = store.heartbeat()

    def fail(transaction):
        transaction.append(new_events("a", 3))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.transact(fail)
    assert store.head() == before


def test_a_cursor_begins_at_zero_and_moves_only_from_where_it_stands(store):
    assert store.cursor("relay") == 0
    assert store.advance_cursor("relay", 0, 5)
    assert store.cursor("relay") == 5
    assert not store.advance_cursor("relay", 0, 7)
    assert not store.advance_cursor("relay", 4, 7)
    assert store.advance_cursor("relay", 5, 7)
    assert store.cursor("relay") == 7


def test_the_same_move_twice_succeeds_once(store):
    assert store.advance_cursor("relay", 0, 5)
    assert not store.advance_cursor("relay", 0, 5)


def test_a_cursor_that_never_moved_stands_nowhere_but_at_zero(store):
    assert not store.advance_cursor("relay", 3, 5)
    assert store.cursor("relay") == 0


def test_cursors_are_kept_by_name_and_partition(store):
    store.advance_cursor("relay", 0, 5)
    store.advance_cursor("relay", 0, 8, 1)
    assert (store.cursor("relay"), store.cursor("relay", 1), store.cursor("other")) == (5, 8, 0)


def test_a_cursor_does_not_go_back(store):
    store.advance_cursor("relay", 0, 5)
    with pytest.raises(CursorBackwardsError):
        store.advance_cursor("relay", 5, 4)
