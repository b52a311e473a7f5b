"""The hub keeps ticking while the database works (a stopped hub misses heartbeats and time-outs)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).parent / "programs" / "hub.py"
IMPORTED_FIRST = "import eventlet; eventlet.monkey_patch(); import psycopg; "
OPEN_GREEN = "from shared.database.engine import open_database; open_database({url!r}, green=True)"


def run(*arguments):
    command = [sys.executable, "-W", "ignore", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False
    )


def scenario(url, mode, name):
    finished = run(str(PROGRAM), url, mode, name)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.mark.parametrize("name", ["four_reads", "one_write"])
def test_the_hub_keeps_ticking_during_slow_queries(database_url, name):
    result = scenario(database_url, "green", name)
    # 20 ticks a second if the hub were alone; both cores may be busy with other tests.
    assert result["ticks"] >= result["seconds"] * 20 * 0.4


def test_four_slow_queries_run_side_by_side_on_postgresql(postgres_url):
    assert scenario(postgres_url, "green", "four_reads")["seconds"] < 2.5


def test_what_is_too_large_for_the_sockets_arrives_whole(database_url):
    assert scenario(database_url, "green", "one_large_write")["length"] == 30_000_000


@pytest.mark.parametrize("name", ["four_reads", "one_write"])
def test_without_green_the_hub_stands_still(database_url, name):
    """Show that the measurement above can fail."""
    result = scenario(database_url, "blocking", name)
    assert result["ticks"] <= 2 + result["seconds"]


def test_a_write_that_was_given_up_harms_no_later_one(postgres_url):
    assert scenario(postgres_url, "green", "timed_out_write") == {"gave_up": True, "notes": ["kept"]}


def test_a_write_that_was_given_up_on_sqlite_ends_by_itself_before_the_next_one(sqlite_url):
    """A native thread cannot be stopped: the transaction is committed whole, as after a lost answer."""
    result = scenario(sqlite_url, "green", "timed_out_write")
    assert result == {"gave_up": True, "notes": ["abandoned", "kept"]}


def test_writes_of_many_greenlets_take_turns(database_url):
    assert scenario(database_url, "green", "many_writers") == {"n": 200}


def test_a_look_up_inside_a_write_does_not_wait_for_itself(database_url):
    assert scenario(database_url, "green", "read_inside_write") == {"inner": 7}


def test_a_driver_that_was_imported_too_early_is_refused(postgres_url):
    finished = run("-c", IMPORTED_FIRST + OPEN_GREEN.format(url=postgres_url))
    assert finished.returncode == 1
    assert "BlockingDriverError" in finished.stderr


def test_green_without_patching_is_refused(postgres_url):
    finished = run("-c", OPEN_GREEN.format(url=postgres_url))
    assert finished.returncode == 1
    assert "BlockingDriverError" in finished.stderr
