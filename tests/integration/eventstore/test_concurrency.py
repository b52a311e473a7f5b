"""Positions never interleave, skip or come late, whoever writes and whatever rolls back."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text

from shared.database.engine import open_database
from shared.eventstore.errors import DuplicateKeyError, StreamVersionError
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.store import StreamState
from shared.eventstore.tables import KERNEL
from shared.testing.new_events import NEW_YEAR, new_event, new_events
from shared.testing.system import wait_until

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).parent / "programs" / "writer.py"
WRITERS = 8
ROUNDS = 25
WAVES = 4


class RolledBackError(Exception):
    """Thrown to roll a batch back."""


class JumpingClock:
    """A clock that goes back and forth by up to a second."""

    def __init__(self):
        self.random = random.Random(7)

    def __call__(self):
        return NEW_YEAR + self.random.randrange(1_000_000)


class Tail(threading.Thread):
    """Follows the log while it grows, and notes every promise of the head it saw."""

    def __init__(self, store):
        super().__init__()
        self.store = store
        self.seen = []
        self.promises = []
        self.stop = threading.Event()
        self.failure = None

    def run(self):
        try:
            last = False
            while not last:
                last = self.stop.is_set()
                self.promises.append(self.store.heartbeat() if len(self.promises) % 3 else self.store.head())
                self.seen += self.store.read(len(self.seen), 50)
                while last and len(self.seen) < self.store.head().position:
                    self.seen += self.store.read(len(self.seen), 50)
        except Exception as error:
            self.failure = error


def write_rounds(store, writer, rounds=ROUNDS):
    """Append batches, rolling every fourth back; return the ids of what was committed."""
    committed = []
    sizes = random.Random(writer)
    for number in range(rounds):
        batch = new_events(f"{writer}-{number}", sizes.randint(1, 9))

        def work(transaction, batch=batch, number=number):
            appended = transaction.append(batch)
            if number % 4 == 3:
                raise RolledBackError
            return appended

        try:
            appended = store.transact(work)
        except RolledBackError:
            continue
        committed.append((appended, [event.event_id for event in batch]))
    return committed


def assert_sound(store, database):
    """Assert positions 1..n without a hole and times that rise with them."""
    count, highest = database.read(
        lambda connection: connection.execute(text("SELECT count(*), max(position) FROM events")).one()
    )
    assert count == highest == store.head().position
    events = store.read(0, count)
    assert [event.position for event in events] == list(range(1, count + 1))
    assert all(earlier.recorded_at < later.recorded_at for earlier, later in pairwise(events))
    return events


def test_positions_never_interleave_or_skip_and_a_tail_misses_nothing(database):
    store = SqlEventStore(database, "documents", time=JumpingClock())
    tail = Tail(store)
    tail.start()
    with ThreadPoolExecutor(WRITERS) as pool:
        committed = [
            batch for batches in pool.map(lambda n: write_rounds(store, n), range(WRITERS)) for batch in batches
        ]
    tail.stop.set()
    tail.join(30)

    assert tail.failure is None
    events = assert_sound(store, database)
    assert len(events) == sum(len(ids) for _, ids in committed)
    for appended, ids in committed:
        batch = events[appended.first_position - 1 : appended.first_position - 1 + len(ids)]
        assert [event.event_id for event in batch] == ids
        assert [event.recorded_at for event in batch] == appended.recorded_at
    assert [event.event_id for event in tail.seen] == [event.event_id for event in events]


def test_no_promise_of_a_head_is_ever_broken(database):
    store = SqlEventStore(database, "documents", time=JumpingClock())
    tail = Tail(store)
    tail.start()
    with ThreadPoolExecutor(4) as pool:
        for wave in range(WAVES):
            made = len(tail.promises)
            list(pool.map(lambda n: write_rounds(store, n, ROUNDS // WAVES), range(4 * wave, 4 * wave + 4)))
            # On a busy machine all could be written before the tail gets its first turn.
            assert wait_until(lambda made=made: len(tail.promises) > made), tail.failure
    tail.stop.set()
    tail.join(30)

    assert tail.failure is None
    events = assert_sound(store, database)
    assert len(tail.promises) > WAVES
    for promise in tail.promises:
        later = events[promise.position :]
        assert not later or later[0].recorded_at > promise.recorded_at
        assert promise.position == 0 or events[promise.position - 1].recorded_at <= promise.recorded_at


def start_writer(url, name, rounds, size, rollback_every):
    command = [sys.executable, str(PROGRAM), url, name, str(rounds), str(size), str(rollback_every)]
    return subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)


def test_processes_share_a_log_without_a_hole(database, database_url):
    store = SqlEventStore(database, "documents")
    writers = [start_writer(database_url, f"p{number}", 12, 7, 4) for number in range(4)]
    told = [line for writer in writers for line in writer.communicate(timeout=60)[0].split() if line != "ready"]
    assert [writer.returncode for writer in writers] == [0] * 4
    events = assert_sound(store, database)
    assert len(told) == 4 * 9
    assert len(events) == len(told) * 7


def test_a_writer_killed_in_the_middle_leaves_whole_batches_only(database, database_url):
    store = SqlEventStore(database, "documents")
    size = 400
    told = []
    for attempt, milliseconds in enumerate((40, 110, 170)):
        writer = start_writer(database_url, f"k{attempt}", 100_000, size, 0)
        assert writer.stdout.readline() == "ready\n"
        if attempt == 0:
            # One batch is there at least, however slow the machine is.
            told.append(writer.stdout.readline().strip())
        threading.Event().wait(milliseconds / 1000)
        writer.kill()
        told += writer.communicate(timeout=30)[0].split()
    # The killed client's own transaction ends before this one gets the counter row.
    store.transact(lambda transaction: transaction.append([new_event("after")]))

    events = assert_sound(store, database)[:-1]
    batches = {event.event_id.rpartition("-")[0] for event in events}
    assert len(events) == len(batches) * size
    assert set(told) <= batches
    assert len(batches) > 0


def test_of_many_writers_of_the_same_event_one_wins(database):
    store = SqlEventStore(database, "documents")
    barrier = threading.Barrier(6)

    def push(_):
        barrier.wait(10)
        try:
            store.transact(lambda transaction: transaction.append([new_event("same")]))
        except DuplicateKeyError:
            return "lost"
        return "won"

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(push, range(6)))
    assert outcomes == ["lost"] * 5 + ["won"]
    assert_sound(store, database)


def test_of_two_writers_that_open_the_same_stream_one_must_decide_again(postgres_url):
    """SQLite has one writer at a time, so that its second one finds the stream when it looks."""
    databases = [open_database(postgres_url) for _ in range(2)]
    databases[0].write(KERNEL.create_all)
    first, second = (SqlEventStore(database, "documents") for database in databases)

    def open_stream(transaction, event_id):
        event = new_event(event_id, subject="s")
        assert transaction.states([event.stream]) == {}
        if event_id == "slow":
            first.transact(lambda faster: open_stream(faster, "fast"))
        transaction.append([event])
        transaction.save_states([StreamState(event.stream, "procedure", "s", 1, NEW_YEAR, False, event_id.encode())])

    with pytest.raises(StreamVersionError):
        second.transact(lambda transaction: open_stream(transaction, "slow"))
    assert [event.event_id for event in second.read(0, 9)] == ["fast"]
    stream = new_event("fast", subject="s").stream
    assert second.transact(lambda transaction: transaction.states([stream]))[stream].state == b"fast"
    for database in databases:
        database.close()


@pytest.mark.parametrize("rounds", [40])
def test_a_cursor_moved_by_two_readers_counts_every_step_once(database, rounds):
    store = SqlEventStore(database, "documents")

    def advance(_):
        moved = 0
        while (position := store.cursor("relay")) < rounds:
            moved += store.advance_cursor("relay", position, position + 1)
        return moved

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(advance, range(4))) == rounds
    assert store.cursor("relay") == rounds
