"""The end of a log in memory: what it gives, what it forgets, and when the log itself is asked."""

from __future__ import annotations

from shared.eventstore import tail as tails
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.records import RecordedEvent
from shared.eventstore.tail import Follower, Tail
from shared.testing.new_events import new_event


def recorded(first, count, *, padding=0):
    return [
        RecordedEvent.of_new("documents", 0, position, position, new_event(f"e{position}", padding=padding))
        for position in range(first, first + count)
    ]


def positions(events):
    return None if events is None else [event.position for event in events]


def test_what_was_appended_is_read_from_any_position_it_holds():
    tail = Tail()
    tail.extend(recorded(11, 3))
    tail.extend(recorded(14, 2))
    assert positions(tail.read(10, 100)) == [11, 12, 13, 14, 15]
    assert positions(tail.read(12, 2)) == [13, 14]


def test_at_its_end_it_says_that_it_has_given_nothing_more_out():
    tail = Tail()
    tail.extend(recorded(11, 3))
    assert positions(tail.read(13, 100)) == []


def test_before_its_beginning_and_beyond_its_end_it_knows_nothing():
    tail = Tail()
    assert tail.read(0, 100) is None
    tail.extend(recorded(11, 3))
    assert tail.read(9, 100) is None
    assert tail.read(14, 100) is None


def test_events_that_another_process_appended_between_make_it_begin_anew():
    tail = Tail()
    tail.extend(recorded(11, 3))
    tail.extend(recorded(20, 2))
    assert tail.read(12, 100) is None
    assert positions(tail.read(19, 100)) == [20, 21]


def test_it_keeps_within_its_numbers_of_events_and_of_bytes():
    few, small = Tail(events=10), Tail(size=5_000)
    for first in range(1, 100, 3):
        few.extend(recorded(first, 3))
        small.extend(recorded(first, 3, padding=200))
    for tail in (few, small):
        held = [after for after in range(100) if tail.read(after, 1)]
        assert held[-1] == 98
        assert len(held) <= 12


def test_a_reader_that_runs_behind_reads_the_log_and_one_that_keeps_up_does_not():
    class Counting(MemoryEventStore):
        reads = 0
        tail = Tail()
        seen = 1

        def end(self, within, partition=0):  # noqa: ARG002
            return self.seen

        def recent(self, after, limit, partition=0):  # noqa: ARG002
            return self.tail.read(after, limit)

        def read(self, after, limit, partition=0):
            self.reads += 1
            return super().read(after, limit, partition)

    store = Counting("documents")
    store.transact(lambda t: t.append([new_event("old")]))
    follower = Follower(store, 0, look_seconds=3600)
    assert positions(follower.read(0, 10)) == [1]
    store.transact(lambda t: t.append([new_event("new")]))
    store.tail.extend(store.read(1, 10))
    reads = store.reads
    assert positions(follower.read(1, 10)) == [2]
    assert positions(follower.read(2, 10)) == []
    assert store.reads == reads


def test_what_all_have_read_is_forgotten_and_the_rest_stays():
    tail = Tail()
    tail.extend(recorded(1, 10))
    tail.forget(3)
    assert positions(tail.read(0, 2)) == [1, 2]
    tail.forget(7)
    assert tail.read(6, 2) is None
    assert positions(tail.read(7, 10)) == [8, 9, 10]
    tail.forget(10)
    tail.forget(10)
    assert tail.read(7, 10) is None
    tail.extend(recorded(11, 2))
    assert positions(tail.read(10, 10)) == [11, 12]


def test_a_log_that_rests_is_kept_in_memory_no_longer(monkeypatch):
    tail = Tail()
    tail.extend(recorded(11, 3))
    tail.rest()
    assert positions(tail.read(10, 100)) == [11, 12, 13]
    monkeypatch.setattr(tails, "_IDLE_SECONDS", -1.0)
    tail.rest()
    assert tail.read(10, 100) is None
    tail.extend(recorded(14, 2))
    assert positions(tail.read(13, 100)) == [14, 15]
