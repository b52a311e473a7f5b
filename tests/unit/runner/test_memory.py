"""Freed memory goes back to the system once a service has grown."""

from __future__ import annotations

from pathlib import Path

from shared.runner.memory import trimmer


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_holes_that_a_large_batch_left_are_given_back():
    # Blocks below the C library's threshold for mapping, every other one freed: nothing goes back by itself.
    blocks = [bytes(60_000) for _ in range(3000)]
    kept = blocks[::2]
    del blocks
    before = resident()
    assert trimmer(lambda: 10**9)()
    assert before - resident() > 50_000_000
    assert len(kept) == 1500


def test_a_small_process_is_left_alone():
    assert not trimmer(lambda: 10_000_000)()
