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

    def __init__(self, service: str, partition: int, position: int) -> None:
        """Name the first missing position."""
        super().__init__(f"log of {service}, partition {partition}: position {position} is missing")
        self.service = service
        self.partition = partition
        self.position = position


class LogMissingError(EventStoreError):
    """The partition has no counter row: the log was never opened with so many partitions."""

    def __init__(self, partition: int) -> None:
        """Name the partition."""
        super().__init__(f"the log has no partition {partition}")


class CursorBackwardsError(EventStoreError, ValueError):
    """A cursor was to move back, which would publish or apply events a second time."""

    def __init__(self, name: str, expected: int, position: int) -> None:
        """Name the cursor and both positions."""
        super().__init__(f"cursor {name} would go back from {expected} to {position}")
