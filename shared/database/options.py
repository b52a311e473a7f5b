"""Settings of a database connection that have working defaults."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Limits of one process's connections; times in milliseconds."""

    #: Connections to PostgreSQL; readers beside the one writer on SQLite are `readers`.
    pool_size: int = 10
    #: How long a caller waits for a free connection before the database counts as unavailable.
    pool_timeout_ms: int = 15_000
    #: Ends a query that hangs, so that the counter row is never held for long.
    statement_timeout_ms: int = 60_000
    lock_timeout_ms: int = 10_000
    #: Ends a session whose client went away inside a transaction.
    idle_in_transaction_timeout_ms: int = 30_000
    connect_timeout_ms: int = 5_000
    #: SQLite: how long another process's write lock is waited for.
    busy_timeout_ms: int = 10_000
    readers: int = 3
    application_name: str = "oversight"
