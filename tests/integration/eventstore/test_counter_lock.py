"""Nobody holds the counter row for long: the writers behind it give up in time, and a dead holder lets go."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.database.engine import open_database
from shared.database.errors import DatabaseUnavailableError
from shared.database.options import Options
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import KERNEL
from shared.testing.new_events import new_events

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).parent / "programs" / "holder.py"


@pytest.fixture
def holder(postgres_url):
    """Give a process that has the counter row of the log and keeps it."""
    database = open_database(postgres_url)
    database.write(KERNEL.create_all)
    database.close()
    command = [sys.executable, str(PROGRAM), postgres_url]
    environment = {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "holding\n"
        yield process
        process.kill()


def test_a_writer_that_waits_too_long_is_told_that_the_store_is_unavailable(postgres_url, holder):
    database = open_database(postgres_url, options=Options(lock_timeout_ms=200))
    store = SqlEventStore(database, "documents")
    with pytest.raises(DatabaseUnavailableError):
        store.transact(lambda transaction: transaction.append(new_events("late", 1)))
    with pytest.raises(DatabaseUnavailableError):
        store.heartbeat()
    database.close()


def test_readers_do_not_wait_for_a_writer(postgres_url, holder):
    database = open_database(postgres_url, options=Options(lock_timeout_ms=200))
    store = SqlEventStore(database, "documents")
    assert (store.read(0, 9), store.head().position) == ([], 0)
    database.close()


def test_a_killed_holder_lets_go_and_leaves_nothing(postgres_url, holder):
    database = open_database(postgres_url)
    store = SqlEventStore(database, "documents")
    holder.kill()
    began = time.monotonic()
    assert store.transact(lambda transaction: transaction.append(new_events("next", 2))).first_position == 1
    assert time.monotonic() - began < 8
    assert [event.event_id for event in store.read(0, 9)] == ["next-0", "next-1"]
    database.close()
