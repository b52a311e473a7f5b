"""What the event store refuses or finds wrong."""

from __future__ import annotations


class EventStoreError(Exception):
    """Root of the event store's errors."""


class LostRaceError(EventStoreError):
    """Another writer was faster; nothing of the transaction was kept. Load again and decide again."""


class DuplicateKeyError(LostRaceError):
    """An event with this source and id is in the log already; the whole append was rolled back."""


class StreamVersionError(LostRaceError):
    """The stream has this version already; the whole append was rolled back."""


class LogCorruptError(EventStoreError):
    """Positions of the log are missing: an incident, never something to wait for or to skip."""


class LogMissingError(EventStoreError):
    """The log's tables or its head row do not exist: the migrations have not run."""
