"""Leases: which of several replicas does what only one needs to do. Kept in the database, by its own clock's word.

A lease saves work, it does not keep order: whoever loses it in the middle of a transaction does no harm, since every
change is guarded by turns and by what was read.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, text

from shared.clock import Clock
from shared.database.engine import Database
from shared.ids import new_id

#: How long a lease holds, microseconds: after the death of its holder another one takes over.
LENGTH = 10_000_000

_TAKE = text(
    "INSERT INTO notify_leases (name, holder, until) VALUES (:name, :holder, :until) "
    "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until "
    "WHERE notify_leases.holder = excluded.holder OR notify_leases.until < :now"
)
_GIVE_UP = text("DELETE FROM notify_leases WHERE name = :name AND holder = :holder")


class Lease:
    """One process's claim to one piece of work."""

    def __init__(self, database: Database, name: str, now: Clock, *, length: int = LENGTH) -> None:
        """Take what is claimed; nothing is claimed yet."""
        self._database = database
        self._name = name
        self._now = now
        self._length = length
        self._until = 0
        self.holder = new_id()

    def holds(self) -> bool:
        """Return whether this process has the lease, and renew it when half of it is over."""
        now = self._now()
        if self._until - now > self._length // 2:
            return True
        until = now + self._length
        taken = self._database.write(lambda connection: self._take(connection, now, until))
        self._until = until if taken else 0
        return taken

    def _take(self, connection: Connection, now: int, until: int) -> bool:
        values = {"name": self._name, "holder": self.holder, "until": until, "now": now}
        return connection.execute(_TAKE, values).rowcount == 1

    def give_up(self) -> None:
        """Let another process take it at once."""
        if self._until:
            values = {"name": self._name, "holder": self.holder}
            self._database.write(lambda connection: connection.execute(_GIVE_UP, values))
            self._until = 0


def leased(lease: Lease, work: Callable[[], int]) -> Callable[[], int]:
    """Return the work, done only while this process has the lease."""
    return lambda: work() if lease.holds() else 0
