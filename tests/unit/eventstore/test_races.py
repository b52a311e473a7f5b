"""Which error a driver's message about a unique key becomes."""

from __future__ import annotations

import sqlite3

import pytest

from shared.eventstore.errors import DuplicateKeyError, StreamVersionError
from shared.eventstore.races import lost_races


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("UNIQUE constraint failed: events.key", DuplicateKeyError),
        ("UNIQUE constraint failed: events.stream, events.stream_version", StreamVersionError),
        ('duplicate key value violates unique constraint "uq_events_key"', DuplicateKeyError),
        ('duplicate key value violates unique constraint "uq_events_stream"', StreamVersionError),
    ],
)
def test_a_taken_key_of_the_log_is_a_lost_race(message, expected):
    with pytest.raises(expected), lost_races():
        raise sqlite3.IntegrityError(message)


@pytest.mark.parametrize(
    "error", [sqlite3.IntegrityError("UNIQUE constraint failed: cursors.name"), ValueError("events.key")], ids=repr
)
def test_other_constraints_and_errors_pass_as_they_are(error):
    with pytest.raises(type(error)) as raised, lost_races():
        raise error
    assert raised.value is error
