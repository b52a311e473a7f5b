"""Tests that cannot fail prove nothing: each of these broken systems must be caught by the tests named beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
MUTANTS = Path(__file__).parent / "mutants"
MESSAGING = "tests/integration/messaging"
KILL = "tests/faults/test_kill.py::test_a_killed_process_loses_nothing_and_repeats_nothing"

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.parametrize(
    ("mutant", "tests"),
    [
        (
            "ack_before_commit",
            f"{MESSAGING}/test_broker_faults.py::test_messages_stay_in_the_queue_while_the_consumer_cannot_commit",
        ),
        ("cursor_before_confirm", f"{MESSAGING}/test_relay.py::test_a_nacked_window_holds_the_cursor"),
        ("no_mandatory", f"{MESSAGING}/test_relay.py::test_a_returned_window_holds_the_cursor_until_it_can_be_routed"),
        ("no_fence", f"{MESSAGING}/test_poison_and_fences.py"),
        ("no_duplicate_check", "tests/unit/intake/test_acceptance.py"),
        ("bare_sequence_reader", "tests/integration/eventstore/test_damage.py"),
        # Against the running system: what the books must see.
        ("effect_before_checkpoint", f"{KILL}[sqlite-inspection]"),
        ("answer_before_commit", f"{KILL}[sqlite-documents]"),
    ],
)
def test_a_broken_promise_is_caught(mutant, tests, tmp_path):
    mark = tmp_path / "applied"
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-o",
            "addopts=--import-mode=importlib -p no:pytest_nameko",
            tests,
        ],
        env=os.environ | {"PYTHONPATH": str(MUTANTS), "OVERSIGHT_MUTANT": mutant, "OVERSIGHT_MUTANT_MARK": str(mark)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert mark.exists(), f"the promise was not broken:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED, ended.stdout[-4000:]
    assert "FAILED" in ended.stdout or "F" in ended.stdout.split()[0]
