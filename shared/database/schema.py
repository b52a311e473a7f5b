"""Creating tables that a component owns itself (versioned projections), outside the service's migrations."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, MetaData, Table, text

#: Advisory lock of everything that changes the schema; an arbitrary, fixed number.
SCHEMA_LOCK = 7_301_994_265_118_904_213


def lock_schema(connection: Connection) -> None:
    """Let only one process at a time change the schema, until the end of the transaction.

    On SQLite the write transaction itself is that lock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SCHEMA_LOCK})


def ensure_tables(connection: Connection, metadata: MetaData) -> None:
    """Create the tables and indexes of `metadata` that do not exist yet; existing ones stay as they are."""
    lock_schema(connection)
    metadata.create_all(connection, checkfirst=True)


def drop_tables(connection: Connection, tables: MetaData | Iterable[Table]) -> None:
    """Drop those of the tables that exist, with their indexes."""
    lock_schema(connection)
    for table in reversed(tables.sorted_tables) if isinstance(tables, MetaData) else tables:
        table.drop(connection, checkfirst=True)
