"""The log: positions, times, versions, duplicates, reading. The same on memory, SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from shared import ids
from shared.eventstore.errors import DuplicateKeyError, LostRaceError, StreamVersionError
from shared.testing.new_events import NEW_YEAR, new_event, new_events


class PlannedError(Exception):
    """What a test throws to make a transaction fail."""


def append(store, events):
    return store.transact(lambda transaction: transaction.append(events))


def test_a_new_log_is_empty_and_has_an_epoch_of_its_own(store):
    head = store.head()
    assert (head.service, head.partition, head.position) == ("documents", 0, 0)
    assert len(head.epoch) == 32
    assert store.read(0, 10) == []


def test_positions_run_on_from_one_over_batches(store):
    assert append(store, new_events("a", 3)).first_position == 1
    assert append(store, new_events("b", 2)).first_position == 4
    assert [event.position for event in store.read(0, 10)] == [1, 2, 3, 4, 5]
    assert store.head().position == 5


def test_appending_nothing_gives_out_no_position(store):
    append(store, [])
    assert append(store, new_events("a", 1)).first_position == 1


def test_every_event_comes_back_as_it_was_appended(store):
    new = new_event("a", occurred_at=5, padding=300)
    appended = append(store, [new])
    [read] = store.read(0, 1)
    for name in ("type", "source", "agency_id", "subject", "event_id", "occurred_at", "received_at", "body"):
        assert getattr(read, name) == getattr(new, name)
    assert (read.provenance, read.asserter, read.stream_version) == ("self_reported", "agency-1", 1)
    assert (read.service, read.partition, read.recorded_at) == ("documents", 0, appended.recorded_at[0])
    assert read.data == {"title": "x" * 300}


def test_no_two_events_are_recorded_at_the_same_time_although_the_clock_stands_still(store):
    append(store, new_events("a", 3))
    append(store, new_events("b", 3))
    times = [event.recorded_at for event in store.read(0, 10)]
    assert times == sorted(set(times))


def test_times_go_on_rising_when_the_clock_goes_back(store, time):
    time.instant = NEW_YEAR + 1000
    append(store, new_events("a", 2))
    time.instant = NEW_YEAR
    append(store, new_events("b", 2))
    times = [event.recorded_at for event in store.read(0, 10)]
    assert times == sorted(set(times))


def test_the_same_key_again_is_refused_and_nothing_of_the_batch_is_kept(store):
    append(store, [new_event("a")])
    before = store.head()
    with pytest.raises(DuplicateKeyError):
        append(store, [new_event("b"), new_event("a", subject="elsewhere"), new_event("c")])
    assert store.head() == before
    assert [event.event_id for event in store.read(0, 10)] == ["a"]


def test_a_version_that_a_stream_has_already_is_a_lost_race(store):
    append(store, [new_event("a", subject="s")])
    with pytest.raises(StreamVersionError):
        append(store, [new_event("b", subject="s", version=1)])
    assert issubclass(StreamVersionError, LostRaceError)
    assert append(store, [new_event("c", subject="s", version=2)]).first_position == 2


def test_a_failed_transaction_gives_its_positions_back(store):
    def fail(transaction):
        transaction.append(new_events("lost", 5))
        raise PlannedError

    with pytest.raises(PlannedError):
        store.transact(fail)
    assert append(store, new_events("kept", 1)).first_position == 1
    assert store.transact(lambda transaction: transaction.known([ids.event_key("agency-1", "lost-1")])) == {}


def test_known_tells_position_digest_and_time_of_the_keys_that_are_there(store):
    first, second = new_events("a", 2)
    appended = append(store, [first, second])
    known = store.transact(lambda transaction: transaction.known([second.key, b"?" * 16]))
    assert set(known) == {second.key}
    assert known[second.key] == (2, second.digest, appended.recorded_at[1], 0)


def test_known_finds_every_one_of_many_keys(store):
    events = new_events("a", 1300)
    append(store, events)
    known = store.transact(lambda transaction: transaction.known([event.key for event in events]))
    assert sorted(entry.position for entry in known.values()) == list(range(1, 1301))


def test_an_event_is_visible_to_the_transaction_that_appended_it(store):
    def work(transaction):
        transaction.append([new_event("a")])
        return transaction.known([new_event("a").key])

    assert len(store.transact(work)) == 1


def test_find_returns_the_event_of_a_key_or_none(store):
    append(store, new_events("a", 3))
    assert store.find(ids.event_key("agency-1", "a-1")).position == 2
    assert store.find(b"?" * 16) is None


def test_a_stream_is_read_by_version(store):
    append(store, [new_event("a", subject="s", version=1), new_event("x"), new_event("b", subject="s", version=2)])
    stream = ids.stream_key("procedure", "agency-1/s")
    events = store.transact(lambda transaction: transaction.stream(stream))
    assert [(event.event_id, event.stream_version) for event in events] == [("a", 1), ("b", 2)]
    assert store.transact(lambda transaction: transaction.stream(b"?" * 16)) == []


@pytest.mark.parametrize(("after", "limit", "expected"), [(0, 2, [1, 2]), (3, 9, [4, 5]), (5, 9, []), (99, 9, [])])
def test_a_page_begins_behind_the_position_asked_for(store, after, limit, expected):
    append(store, new_events("a", 5))
    assert [event.position for event in store.read(after, limit)] == expected
