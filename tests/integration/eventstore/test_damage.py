"""A log that has lost rows says so; it is never read as if nothing had happened."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from shared.database.errors import NestedWriteError
from shared.eventstore.errors import LogCorruptError, LogMissingError
from shared.eventstore.sql import SqlEventStore
from shared.testing.new_events import new_events


@pytest.fixture
def damaged(sql_store, database):
    """Give a log of ten events and a function that loses some."""
    sql_store.transact(lambda transaction: transaction.append(new_events("a", 10)))

    def lose(position):
        statement = text("DELETE FROM events WHERE position = :position")
        database.write(lambda connection: connection.execute(statement, {"position": position}))

    return lose


@pytest.mark.parametrize(("lost", "after"), [(1, 0), (5, 0), (5, 4), (10, 0), (10, 9)])
def test_a_hole_is_an_error_that_names_the_position(sql_store, damaged, lost, after):
    damaged(lost)
    with pytest.raises(LogCorruptError) as raised:
        sql_store.read(after, 100)
    assert raised.value.position == lost


def test_what_lies_before_a_hole_can_still_be_read(sql_store, damaged):
    damaged(5)
    assert [event.position for event in sql_store.read(0, 4)] == [1, 2, 3, 4]


def test_a_partition_that_was_never_opened_is_an_error(sql_store):
    for ask in (sql_store.head, sql_store.heartbeat):
        with pytest.raises(LogMissingError):
            ask(3)


def test_the_epoch_stays_when_the_log_is_opened_again(sql_store, database):
    assert SqlEventStore(database, "documents").head().epoch == sql_store.head().epoch


def test_partitions_count_apart(database):
    store = SqlEventStore(database, "documents", partitions=2)
    store.transact(lambda transaction: transaction.append(new_events("a", 3), 0))
    store.transact(lambda transaction: transaction.append(new_events("b", 2), 1))
    assert (store.head(0).position, store.head(1).position) == (3, 2)
    assert store.head(0).epoch != store.head(1).epoch
    assert [event.partition for event in store.read(0, 9, 1)] == [1, 1]


def test_a_write_inside_a_work_is_refused_on_sqlite(sqlite_url):
    from shared.database.engine import open_database

    database = open_database(sqlite_url)
    with pytest.raises(NestedWriteError):
        database.write(lambda _: database.write(lambda _: None))
    database.write(lambda _: None)
    database.close()
