"""What may go wrong with a database, and how drivers say so."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import exc

#: Primary SQLite result codes that mean the file or its lock cannot be had (https://www.sqlite.org/rescode.html).
_SQLITE_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOTADB,
    }
)


class DatabaseError(Exception):
    """Root of the errors of this package."""


class DatabaseUnavailableError(DatabaseError):
    """The database cannot commit now: unreachable, full, locked or too slow.

    After a lost connection during a commit the outcome is unknown; a repeated append is recognised by its keys.
    """


class BlockingDriverError(DatabaseError):
    """The database driver would stop the hub during every query."""


class NestedWriteError(DatabaseError):
    """A write was begun inside the work of another transaction: it would wait for itself."""


class UnsupportedDatabaseError(DatabaseError, ValueError):
    """Only `sqlite:///file` and `postgresql://…` are supported; SQLite needs a file."""


class UnsupportedColumnError(DatabaseError, TypeError):
    """A column's type has no binary form in bulk statements."""


def driver_error(error: BaseException) -> BaseException:
    """Return the driver's own error behind SQLAlchemy's wrapper, or the error itself."""
    if isinstance(error, exc.DBAPIError) and error.orig is not None:
        return error.orig
    return error


def is_integrity_error(error: BaseException) -> bool:
    """Whether a constraint refused a row; the connection stays usable after a rollback."""
    return any(cls.__name__ == "IntegrityError" for cls in type(driver_error(error)).__mro__)


def is_driver_error(error: BaseException) -> bool:
    """Whether the error came from a database driver or the pool."""
    if isinstance(error, exc.DBAPIError | exc.TimeoutError | sqlite3.Error):
        return True
    return type(driver_error(error)).__module__.partition(".")[0] == "psycopg"


def is_unavailable(error: BaseException) -> bool:
    """Whether the error says that the database cannot work now, rather than that the statement is wrong."""
    if isinstance(error, exc.TimeoutError):
        return True
    original = driver_error(error)
    if isinstance(original, sqlite3.Error):
        return getattr(original, "sqlite_errorcode", 0) & 0xFF in _SQLITE_UNAVAILABLE
    names = {cls.__name__ for cls in type(original).__mro__}
    return is_driver_error(error) and bool(names & {"OperationalError", "InterfaceError"})


@contextmanager
def unavailability() -> Generator[None]:
    """Raise `DatabaseUnavailableError` for driver errors that mean it."""
    try:
        yield
    except Exception as error:
        if is_unavailable(error):
            raise DatabaseUnavailableError(str(driver_error(error)).strip()) from error
        raise
