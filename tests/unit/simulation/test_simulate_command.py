"""`oversight simulate`: JSON Lines on standard output, what is wrong on standard error."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from shared.cli.simulate import simulate


def run(*arguments: str):
    return CliRunner().invoke(simulate, arguments)


def test_it_writes_one_event_a_line():
    result = run("--agencies", "40", "--events", "200", "--seed", "1", "--from", "2025-08-01", "--to", "2026-02-01")

    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert len(events) == 240
    assert all(event["specversion"] == "1.0" for event in events)


def test_it_counts_injected_defects_on_standard_error():
    result = run("--agencies", "40", "--events", "400", "--seed", "1", "--to", "2026-02-01", "--defects", "10")

    counts = dict(part.split("=") for part in result.stderr.splitlines()[-1].split())
    assert len(result.stdout.splitlines()) == 440 + sum(map(int, counts.values()))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--agencies", "0", "--events", "1", "--seed", "1"),
        ("--agencies", "1", "--events", "-1", "--seed", "1"),
        ("--agencies", "1", "--events", "1"),
        ("--agencies", "1", "--events", "1", "--seed", "1", "--from", "2026-03-01", "--to", "2026-02-01"),
        ("--agencies", "1", "--events", "1", "--seed", "1", "--from", "2026-02-30"),
    ],
)
def test_it_says_what_is_wrong_with_the_arguments(arguments):
    result = run(*arguments)

    assert result.exit_code == 2
    assert "Error" in result.stderr
