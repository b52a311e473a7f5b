"""How far the alert policy has read, as an instant: later deadlines have to wait.

Without this a service that starts after an outage would judge yesterday's deadlines before it has
read yesterday's events, and open alerts that end seconds later.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from shared.eventstore.tables import subscriptions

#: A source that brings nothing for so long (microseconds) no longer holds the others up: a service
#: that is down must not silence the alerts about everybody else.
GRACE = 600_000_000


class ReadingHorizon:
    """Remembers when each source last moved; one per process."""

    def __init__(self, consumer: str, version: int, sources: Sequence[str], *, grace: int = GRACE) -> None:
        """Take the consumer whose reading counts."""
        self._consumer = consumer
        self._version = version
        self._grace = grace
        self._seen: dict[str, tuple[int, int]] = dict.fromkeys(sources, (-1, -1))

    def __call__(self, connection: Connection, now: int) -> int:
        """Return the instant up to which the policy knows what happened, at most `now`."""
        reached = _recorded_at(connection, self._consumer, self._version)
        horizon = now
        for source, (before, moved_at) in list(self._seen.items()):
            recorded_at = reached.get(source, 0)
            moved = recorded_at != before
            if moved:
                self._seen[source] = (recorded_at, now)
            if moved or now - moved_at < self._grace:
                horizon = min(horizon, recorded_at)
        return horizon


def _recorded_at(connection: Connection, consumer: str, version: int) -> dict[str, int]:
    columns = subscriptions.c
    query = (
        select(columns.source, func.min(columns.recorded_at))
        .where(columns.consumer == consumer, columns.version == version)
        .group_by(columns.source)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}
