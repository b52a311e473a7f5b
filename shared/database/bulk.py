"""Many rows in one statement, on the driver's own cursor but inside SQLAlchemy's transaction.

SQLAlchemy's multi-row insert is about twenty times slower than binary COPY under the green wait, so the
hot paths go round it. Names in the statements come from the tables, never from outside. Column types are taken from the table, values must already have them: bytes, int, str, bool.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import BigInteger, Boolean, Connection, Float, Integer, LargeBinary, SmallInteger, String, Table
from sqlalchemy.types import TypeEngine

from shared.database.errors import UnsupportedColumnError

Rows = Sequence[tuple[Any, ...]]

#: SmallInteger and BigInteger are subclasses of Integer, so the order matters.
_SQL_TYPES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (LargeBinary, "bytea"),
    (Boolean, "bool"),
    (BigInteger, "int8"),
    (SmallInteger, "int2"),
    (Integer, "int4"),
    (Float, "float8"),
    (String, "text"),
)
#: Keys of one SQLite statement; its limit of variables is 32,766, a few hundred are as fast.
_CHUNK = 512
#: Rows from which COPY is worth its further round trips.
_COPIED = 40


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Rows) -> None:
    """Insert rows in the order given: binary COPY on PostgreSQL (for a few, one statement), executemany on SQLite.

    Raises:
        IntegrityError: the driver's own, when a key exists already.
    """
    with writing(connection, table, columns, rows):
        pass


@contextmanager
def writing(connection: Connection, table: Table, columns: Sequence[str], rows: Rows) -> Iterator[None]:
    """Insert rows as `insert_rows` does; what the block computes is computed while PostgreSQL writes them.

    Nothing may be asked of the connection in the block. Where the block fails, the rows are not written.

    Raises:
        IntegrityError: as `insert_rows`, at the end of the block at the latest.
    """
    if connection.dialect.name == "postgresql" and len(rows) >= _COPIED:
        with _copying(connection, table, tuple(columns), rows):
            yield
        return
    if connection.dialect.name == "postgresql" and rows:
        _unnest(connection, table, tuple(columns), rows)
    elif rows:
        statement = f"INSERT INTO {_names([table.name])} ({_names(columns)}) VALUES ({_marks(len(columns))})"  # noqa: S608 - names of our own tables
        driver_connection(connection).executemany(statement, rows)
    yield


def _unnest(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows) -> None:
    arrays = _arrays([_sql_type(table, column) for column in columns], rows)
    with driver_connection(connection).cursor() as cursor:
        cursor.execute(_insert(table, columns), arrays)


@lru_cache(maxsize=256)
def _insert(table: Table, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {_names([table.name])} ({_names(columns)}) {_unnested(len(columns))}"


def _unnested(columns: int) -> str:
    return f"SELECT * FROM unnest({', '.join(['%b'] * columns)})"  # noqa: S608 - marks only


def upsert_rows(connection: Connection, table: Table, keys: Sequence[str], columns: Sequence[str], rows: Rows) -> None:
    """Insert rows, or overwrite all of `columns` where `keys` exist; `columns` contains the keys.

    No key may occur twice in `rows` (PostgreSQL refuses to touch a row twice in one statement).
    """
    changed = tuple(column for column in columns if column not in keys)
    _merge(connection, table, tuple(keys), tuple(columns), changed, rows)


def insert_new_rows(
    connection: Connection, table: Table, keys: Sequence[str], columns: Sequence[str], rows: Rows
) -> None:
    """Insert rows in the order given, but for those whose `keys` exist; of rows with equal keys the first."""
    _merge(connection, table, tuple(keys), tuple(columns), (), rows)


def _merge(
    connection: Connection,
    table: Table,
    keys: tuple[str, ...],
    columns: tuple[str, ...],
    changed: tuple[str, ...],
    rows: Rows,
) -> None:
    """Insert rows; where the keys exist, overwrite the columns named as changed."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        arrays = _arrays([_sql_type(table, column) for column in columns], rows)
        with driver_connection(connection).cursor() as cursor:
            cursor.execute(_merging(table, keys, columns, changed, _unnested(len(columns))), arrays)
    else:
        source = f"VALUES ({_marks(len(columns))})"
        driver_connection(connection).executemany(_merging(table, keys, columns, changed, source), rows)


def select_by_keys(
    connection: Connection,
    table: Table,
    key: str,
    values: Sequence[Any],
    columns: Sequence[str],
    *,
    only: Mapping[str, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """Return `columns` of the rows whose `key` is among `values`, in no particular order.

    Args:
        connection: A transaction.
        table: Whose rows.
        key: The column that is looked up.
        values: What is looked up.
        columns: What is returned.
        only: Further columns, each with the one value of it that counts.
    """
    if not values:
        return []
    statement = f"SELECT {_names(columns)} FROM {_names([table.name])} WHERE "  # noqa: S608 - names of our own tables
    statement += "".join(f"{_names([column])} = ? AND " for column in only or ()) + _names([key])
    further = list((only or {}).values())
    if connection.dialect.name == "postgresql":
        return fetch_rows(connection, f"{statement} = ANY(?)", [*further, _array(_sql_type(table, key), values)])
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(values), _CHUNK):
        chunk = _padded(values[start : start + _CHUNK])
        rows += fetch_rows(connection, f"{statement} IN ({_marks(len(chunk))})", [*further, *chunk])
    return rows


def delete_by_keys(connection: Connection, table: Table, key: str, values: Sequence[Any]) -> None:
    """Delete the rows whose `key` is among `values`."""
    if not values:
        return
    statement = f"DELETE FROM {_names([table.name])} WHERE {_names([key])}"  # noqa: S608 - names of our own tables
    driver = driver_connection(connection)
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor:
            cursor.execute(f"{statement} = ANY(%b)", [_array(_sql_type(table, key), values)])
        return
    for start in range(0, len(values), _CHUNK):
        chunk = _padded(values[start : start + _CHUNK])
        driver.execute(f"{statement} IN ({_marks(len(chunk))})", chunk)


def fetch_rows(connection: Connection, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement whose parameters are written `?`; binary both ways on PostgreSQL."""
    driver = driver_connection(connection)
    if connection.dialect.name == "postgresql":
        with driver.cursor(binary=True) as cursor:
            cursor.execute(statement.replace("?", "%b"), parameters)
            return cast("list[tuple[Any, ...]]", cursor.fetchall())
    return cast("list[tuple[Any, ...]]", driver.execute(statement, parameters).fetchall())


def driver_connection(connection: Connection) -> Any:
    """Return the psycopg or sqlite3 connection that carries this transaction."""
    return connection.connection.driver_connection


@contextmanager
def _copying(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows) -> Iterator[None]:
    """Send rows by COPY; the end of the block waits until they are written."""
    statement = f"COPY {_names([table.name])} ({_names(columns)}) FROM STDIN (FORMAT BINARY)"
    with driver_connection(connection).cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([_sql_type(table, column) for column in columns])
        write = copy.write_row
        for row in rows:
            write(row)
        yield


@lru_cache(maxsize=256)
def _merging(
    table: Table, keys: tuple[str, ...], columns: tuple[str, ...], changed: tuple[str, ...], source: str
) -> str:
    assignments = ", ".join(f'"{column}" = excluded."{column}"' for column in changed)
    action = f"UPDATE SET {assignments}" if changed else "NOTHING"
    return f"INSERT INTO {_names([table.name])} ({_names(columns)}) {source} ON CONFLICT ({_names(keys)}) DO {action}"


def _arrays(sql_types: Sequence[str], rows: Rows) -> list[Any]:
    return [_array(sql_type, column) for sql_type, column in zip(sql_types, zip(*rows, strict=True), strict=True)]


def _array(sql_type: str, values: Sequence[Any]) -> Any:
    from shared.database.arrays import binary_array

    return binary_array(sql_type, values)


@lru_cache(maxsize=1024)
def _sql_type(table: Table, column: str) -> str:
    """Return the PostgreSQL type name of a column.

    Raises:
        UnsupportedColumnError: a type that bulk statements do not know.
    """
    kind = table.c[column].type
    for python_type, name in _SQL_TYPES:
        if isinstance(kind, python_type):
            return name
    raise UnsupportedColumnError(table.name, column, repr(kind))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _padded(values: Sequence[Any]) -> list[Any]:
    """Repeat the last value up to a power of two, so that SQLite's statement cache sees few different texts."""
    size = 1 << (len(values) - 1).bit_length()
    return [*values, *([values[-1]] * (size - len(values)))]
