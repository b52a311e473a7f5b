"""The transaction API on both databases: snapshots, rollback, durability, time-outs, lost connections."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Numeric, SmallInteger, Table, Text, text

from shared.database import bulk
from shared.database.engine import open_database
from shared.database.errors import DatabaseUnavailableError, UnsupportedColumnError, is_integrity_error
from shared.database.options import Options

METADATA = MetaData()
ROWS = Table(
    "rows",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("small", SmallInteger),
    Column("name", Text),
    Column("blob", LargeBinary),
    Column("amount", Numeric),
)
COLUMNS = ("id", "small", "name", "blob")


@pytest.fixture
def database(database_url):
    opened = open_database(database_url)
    opened.write(METADATA.create_all)
    yield opened
    opened.close()


def insert(database, *ids):
    database.write(lambda connection: bulk.insert_rows(connection, ROWS, ["id"], [(each,) for each in ids]))


def ids(connection):
    return [row.id for row in connection.execute(text("SELECT id FROM rows ORDER BY id"))]


def test_a_read_sees_one_snapshot_though_others_write(database):
    insert(database, 1)

    def twice(connection):
        before = ids(connection)
        writer = threading.Thread(target=insert, args=(database, 2))
        writer.start()
        writer.join(10)
        return before, ids(connection)

    assert database.read(twice) == ([1], [1])
    assert database.read(ids) == [1, 2]


def test_a_read_cannot_write(database):
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        database.read(lambda connection: bulk.insert_rows(connection, ROWS, ["id"], [(1,)]))
    assert database.read(ids) == []


def test_an_exception_rolls_back_and_the_connection_is_used_again(database):
    def fail(connection):
        bulk.insert_rows(connection, ROWS, ["id"], [(1,)])
        raise ZeroDivisionError

    for _ in range(30):
        with pytest.raises(ZeroDivisionError):
            database.write(fail)
    assert database.read(ids) == []


def test_a_wrong_statement_harms_no_later_one(database):
    for _ in range(30):
        with pytest.raises(Exception, match="nowhere"):
            database.write(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    insert(database, 1)
    assert database.read(ids) == [1]


def test_commits_are_durable_as_the_database_comes(database):
    assert database.durability()["durable"] is True


def test_a_sqlite_that_does_not_sync_is_told(sqlite_url):
    database = open_database(sqlite_url)
    writer = database._writing._idle[0].connection.driver_connection
    writer.execute("PRAGMA synchronous=NORMAL")
    assert database.durability() == {
        "dialect": "sqlite",
        "durable": False,
        "journal_mode": "wal",
        "synchronous": "normal",
    }
    database.close()


def test_a_postgresql_that_does_not_wait_for_its_disk_is_told(postgres_url):
    plain = open_database(postgres_url)
    name = plain.read(lambda connection: connection.execute(text("SELECT current_database()")).scalar_one())
    plain.write(lambda connection: connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off')))
    plain.close()
    database = open_database(postgres_url)
    durability = database.durability()
    database.close()
    assert (durability["durable"], durability["synchronous_commit"], durability["fsync"]) == (False, "off", "on")


def test_a_file_locked_by_another_process_is_unavailable_then_available(sqlite_url):
    database = open_database(sqlite_url, options=Options(busy_timeout_ms=50))
    database.write(METADATA.create_all)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailableError):
        insert(database, 1)
    assert database.read(ids) == []
    other.execute("COMMIT")
    other.close()
    insert(database, 1)
    assert database.read(ids) == [1]
    database.close()


def test_a_query_that_takes_too_long_is_ended(postgres_url):
    database = open_database(postgres_url, options=Options(statement_timeout_ms=100))
    with pytest.raises(DatabaseUnavailableError):
        database.read(lambda connection: connection.execute(text("SELECT pg_sleep(20)")))
    assert database.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one()) == 1
    database.close()


def test_a_killed_backend_costs_one_transaction_at_most(postgres_url):
    database = open_database(postgres_url)
    database.write(METADATA.create_all)
    kill = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(DatabaseUnavailableError):
        database.write(lambda connection: connection.execute(kill))
    insert(database, 1)
    assert database.read(ids) == [1]
    database.close()


def test_a_server_that_is_not_there_is_unavailable():
    database = open_database("postgresql://nobody@127.0.0.1:9/none", options=Options(connect_timeout_ms=1000))
    with pytest.raises(DatabaseUnavailableError):
        database.read(lambda _: None)
    database.close()


def test_rows_go_in_and_come_out_with_their_types_and_nulls(database):
    rows = [
        (1, 7, "Sở Nội vụ", b"\x00\xff"),
        (2**60, None, None, None),
        (-5, -32768, "", b""),
    ]
    database.write(lambda connection: bulk.insert_rows(connection, ROWS, COLUMNS, rows))
    keys = [row[0] for row in rows]
    found = database.read(lambda connection: bulk.select_by_keys(connection, ROWS, "id", keys, COLUMNS))
    assert sorted(found) == sorted(rows)


@pytest.mark.parametrize("count", [3, 300])
def test_rows_are_written_while_a_block_computes(database, count):
    def work(connection):
        with bulk.writing(connection, ROWS, ["id"], [(number,) for number in range(count)]):
            computed = sum(range(count))
        bulk.insert_rows(connection, ROWS, ["id"], [(count,)])
        return computed

    assert database.write(work) == sum(range(count))
    assert database.read(ids) == list(range(count + 1))


@pytest.mark.parametrize("count", [3, 300])
def test_a_block_that_fails_beside_its_rows_says_why_and_leaves_none(database, count):
    def fail(connection):
        with bulk.writing(connection, ROWS, ["id"], [(number,) for number in range(count)]):
            raise ZeroDivisionError

    for _ in range(30):
        with pytest.raises(ZeroDivisionError):
            database.write(fail)
    insert(database, 1)
    assert database.read(ids) == [1]


@pytest.mark.parametrize("count", [3, 300])
def test_a_key_that_is_there_is_told_at_the_end_of_the_block_at_the_latest(database, count):
    insert(database, 1)

    def twice(connection):
        with bulk.writing(connection, ROWS, ["id"], [(number,) for number in range(count)]):
            pass

    with pytest.raises(Exception, match=r"(?i)unique") as met:
        database.write(twice)
    assert is_integrity_error(met.value)
    assert database.read(ids) == [1]


def test_an_upsert_overwrites_what_it_names_and_takes_nulls(database):
    first = [(number, number, f"n{number}", b"x") for number in range(1, 4)]
    second = [(2, None, "neu", None), (4, 4, None, b"")]
    database.write(lambda connection: bulk.upsert_rows(connection, ROWS, ["id"], COLUMNS, first))
    database.write(lambda connection: bulk.upsert_rows(connection, ROWS, ["id"], COLUMNS, second))
    found = database.read(lambda connection: bulk.select_by_keys(connection, ROWS, "id", [1, 2, 3, 4], COLUMNS))
    assert sorted(found) == [first[0], second[0], first[2], second[1]]


def test_an_upsert_of_keys_alone_passes_over_those_that_are_there(database):
    insert(database, 1)
    database.write(lambda connection: bulk.upsert_rows(connection, ROWS, ["id"], ["id"], [(1,), (2,)]))
    assert database.read(ids) == [1, 2]


def test_new_rows_are_inserted_in_order_and_what_is_there_stays(database):
    insert(database, 1)
    rows = [(1, 1, "neu", None), (3, 3, "n3", b""), (2, None, "n2", b"x"), (3, 3, "noch einmal", None)]
    database.write(lambda connection: bulk.insert_new_rows(connection, ROWS, ["id"], COLUMNS, rows))
    found = database.read(lambda connection: bulk.select_by_keys(connection, ROWS, "id", [1, 2, 3], COLUMNS))
    first, *others = sorted(found)
    assert first != rows[0]
    assert others == [rows[2], rows[1]]


def test_keys_may_be_texts_and_repeat(database):
    rows = [(number, None, f"n{number}", None) for number in range(3)]
    database.write(lambda connection: bulk.insert_rows(connection, ROWS, COLUMNS, rows))
    names = ["n1", "n1", "none", "n2"]
    found = database.read(lambda connection: bulk.select_by_keys(connection, ROWS, "name", names, ["id"]))
    assert sorted(found) == [(1,), (2,)]
    only = database.read(
        lambda connection: bulk.select_by_keys(connection, ROWS, "name", names, ["id"], only={"id": 2})
    )
    assert only == [(2,)]


def test_rows_are_deleted_by_many_keys_and_by_none(database):
    rows = [(number, None, f"n{number}", None) for number in range(2000)]
    database.write(lambda connection: bulk.insert_rows(connection, ROWS, COLUMNS, rows))
    gone = [f"n{number}" for number in range(1, 1999)] + ["none"]
    database.write(lambda connection: bulk.delete_by_keys(connection, ROWS, "name", gone))
    database.write(lambda connection: bulk.delete_by_keys(connection, ROWS, "id", []))
    assert database.read(ids) == [0, 1999]


def test_a_column_without_a_binary_form_is_refused_before_anything_is_sent(postgres_url):
    database = open_database(postgres_url)
    database.write(METADATA.create_all)
    with pytest.raises(UnsupportedColumnError):
        database.write(lambda connection: bulk.upsert_rows(connection, ROWS, ["id"], ["id", "amount"], [(1, 2)]))
    database.close()
