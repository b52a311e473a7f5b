"""Tells which unique key another writer was faster on."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from shared.database.errors import driver_error, is_integrity_error
from shared.eventstore.errors import DuplicateKeyError, LostRaceError, StreamVersionError

#: Names of the constraints (PostgreSQL) and columns (SQLite) as they stand in the drivers' messages.
_LOST: tuple[tuple[str, type[LostRaceError]], ...] = (
    ("uq_events_key", DuplicateKeyError),
    ("events.key", DuplicateKeyError),
    ("uq_events_stream", StreamVersionError),
    ("events.stream", StreamVersionError),
    ("pk_stream_states", StreamVersionError),
    ("stream_states.stream", StreamVersionError),
)


@contextmanager
def lost_races() -> Generator[None]:
    """Raise the store's own error for a unique key of the log that was taken."""
    try:
        yield
    except Exception as error:
        if is_integrity_error(error):
            message = str(driver_error(error))
            for name, kind in _LOST:
                if name in message:
                    raise kind(message) from error
        raise
