"""The transaction API that everything above the drivers uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from shared.database.errors import UnsupportedDatabaseError
from shared.database.options import Options

T = TypeVar("T")
Dialect = Literal["postgresql", "sqlite"]


class Database(Protocol):
    """One service's database. Every method may be called from many threads or greenlets."""

    @property
    def dialect(self) -> Dialect:
        """Which of the two engines it is."""
        ...

    def read(self, work: Callable[[Connection], T]) -> T:
        """Return the result of `work` on one consistent, read-only snapshot.

        On SQLite in green processes the whole `work` runs in a native thread: it must not touch sockets,
        greenlets or locks that others hold for long.

        Raises:
            DatabaseUnavailableError: the database cannot answer now.
        """
        ...

    def look(self, work: Callable[[Connection], T]) -> T:
        """Return the result of `work`, which reads; each of its statements may see a later state than the one before.

        On PostgreSQL without a transaction around it: two round trips fewer, for what every request asks.

        Raises:
            DatabaseUnavailableError: the database cannot answer now.
        """
        ...

    def write(self, work: Callable[[Connection], T]) -> T:
        """Return the result of `work` after its transaction has been committed durably.

        Any exception rolls everything back. A `write` inside the work of another transaction is an error on
        SQLite and a second, independent transaction on PostgreSQL: do not nest.

        Raises:
            DatabaseUnavailableError: not committed; after a connection lost in mid-commit the outcome is unknown.
            NestedWriteError: called from within a work (SQLite).
        """
        ...

    def durability(self) -> Mapping[str, Any]:
        """Return `{"dialect", "durable": bool, <setting>: <value>…}` as the server has them now.

        `durable` is false when an acknowledged commit could be lost by a crash of the machine.
        """
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


def open_database(url: str, *, green: bool = False, options: Options | None = None) -> Database:
    """Open `sqlite:///file` or `postgresql://…`; `green` makes every wait yield to eventlet's hub.

    A SQLite file and its directory are created when missing; a PostgreSQL database is not.

    Raises:
        UnsupportedDatabaseError: another scheme, or SQLite without a file.
        BlockingDriverError: `green`, but the driver would stop the hub.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        from shared.database.sqlite import SqliteDatabase

        return SqliteDatabase(parsed, options or Options(), green=green)
    if backend == "postgresql":
        # Loaded only now: psycopg chooses its way of waiting when it is imported.
        from shared.database.postgresql import PostgresDatabase

        return PostgresDatabase(parsed, options or Options(), green=green)
    raise UnsupportedDatabaseError(backend)
