"""Which errors mean that the database cannot work now, and which addresses are accepted."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from sqlalchemy import exc

from shared.database.engine import open_database
from shared.database.errors import (
    DatabaseUnavailableError,
    UnsupportedDatabaseError,
    is_integrity_error,
    unavailability,
)


def sqlite_error(code):
    error = sqlite3.OperationalError("as SQLite words it")
    error.sqlite_errorcode = code
    return error


UNAVAILABLE = {
    "locked by another process": sqlite_error(sqlite3.SQLITE_BUSY),
    "no space left": sqlite_error(sqlite3.SQLITE_FULL),
    "a failed sync": sqlite_error(sqlite3.SQLITE_IOERR_FSYNC),
    "a lost connection": psycopg.OperationalError("server closed the connection unexpectedly"),
    "a statement that took too long": psycopg.errors.QueryCanceled("canceling statement due to statement timeout"),
    "a lock that was not given": psycopg.errors.LockNotAvailable("canceling statement due to lock timeout"),
    "a full disk": psycopg.errors.DiskFull("could not extend file"),
    "a wrapped error": exc.OperationalError("SELECT 1", {}, psycopg.OperationalError("gone")),
    "no free connection": exc.TimeoutError("QueuePool limit reached"),
}
OTHERS = {
    "a wrong statement": sqlite_error(sqlite3.SQLITE_ERROR),
    "a taken key": sqlite3.IntegrityError("UNIQUE constraint failed: events.key"),
    "a missing table": psycopg.errors.UndefinedTable("relation does not exist"),
    "an error of the work": ValueError("no database at all"),
}


@pytest.mark.parametrize("error", UNAVAILABLE.values(), ids=UNAVAILABLE.keys())
def test_unavailable(error):
    with pytest.raises(DatabaseUnavailableError), unavailability():
        raise error


@pytest.mark.parametrize("error", OTHERS.values(), ids=OTHERS.keys())
def test_errors_that_pass_as_they_are(error):
    with pytest.raises(type(error)) as raised, unavailability():
        raise error
    assert raised.value is error


def test_integrity_errors_are_told_apart_through_sqlalchemy_s_wrapper():
    assert is_integrity_error(exc.IntegrityError("INSERT", {}, psycopg.errors.UniqueViolation("taken")))
    assert is_integrity_error(psycopg.errors.UniqueViolation("taken"))
    assert not is_integrity_error(psycopg.OperationalError("gone"))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://root@127.0.0.1/x"])
def test_other_databases_are_refused(url):
    with pytest.raises(UnsupportedDatabaseError):
        open_database(url)
