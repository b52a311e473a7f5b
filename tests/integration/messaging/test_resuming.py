"""A source is restored to an earlier moment: who goes on by itself, who is stopped, and who can be set on again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shared.database.engine import open_database
from shared.eventstore.restoring import begin_new_epoch
from shared.eventstore.tables import KERNEL, log_head
from shared.messaging.resuming import NothingToResumeError, resume
from tests.integration.messaging.parts import append, running, subscription, wait_until


@pytest.fixture
def database(sqlite_url):
    """Give the consumer's database."""
    opened = open_database(sqlite_url)
    opened.write(KERNEL.create_all)
    yield opened
    opened.close()


@pytest.fixture
def reader(store, database, feed, consumer):
    """Give a subscription that has applied twenty events."""
    append(store, "a", 20)
    started = subscription(database, consumer, feed)
    with running(started):
        assert wait_until(lambda: started.position == 20)
        yield started


def test_a_reader_that_had_not_come_to_the_cut_goes_on_by_itself(reader, store, source_database, database, consumer):
    _restore(source_database, 20)
    append(store, "new", 5)
    assert wait_until(lambda: reader.position == 25)
    assert consumer.positions(database) == list(range(1, 26))


def test_a_reader_that_was_ahead_is_stopped_and_told_why(reader, store, source_database):
    _restore(source_database, 12)
    append(store, "new", 20)
    assert wait_until(lambda: reader.state == "diverged")
    assert "restored to position 12, but 20 was applied" in reader.trouble


def test_resumed_it_reads_the_new_history_from_the_cut(reader, store, source_database, database, feed, consumer):
    _restore(source_database, 12)
    append(store, "new", 20)
    assert wait_until(lambda: reader.state == "diverged")
    _forget(database, consumer, 12)
    resumed = resume(database, consumer, "documents", feed)
    assert (resumed.applied, resumed.position) == (20, 12)
    assert wait_until(lambda: reader.position == 32 and reader.state == "feed")
    assert _ids(database, consumer)[12:] == [f"new-{n}" for n in range(20)]


@pytest.mark.parametrize("written_later", [0, 60])
def test_the_cut_is_found_where_nobody_gave_the_log_a_new_epoch(
    reader, store, source_database, database, feed, consumer, written_later
):
    _cut(source_database, 12)
    append(store, "new", 5)
    assert wait_until(lambda: reader.state == "diverged")
    append(store, "newer", written_later)
    _forget(database, consumer, 12)
    assert resume(database, consumer, "documents", feed).position == 12
    assert wait_until(lambda: reader.position == 17 + written_later)
    assert _ids(database, consumer)[12:17] == [f"new-{n}" for n in range(5)]


def test_a_log_that_was_put_back_empty_is_read_from_the_start(reader, store, source_database, database, feed, consumer):
    _restore(source_database, 0)
    assert wait_until(lambda: reader.state == "diverged")
    _forget(database, consumer, 0)
    assert resume(database, consumer, "documents", feed).position == 0
    append(store, "new", 3)
    assert wait_until(lambda: _ids(database, consumer) == ["new-0", "new-1", "new-2"])


def test_who_reads_what_it_applied_has_nothing_to_resume(reader, database, feed, consumer):
    assert reader.position == 20
    with pytest.raises(NothingToResumeError):
        resume(database, consumer, "documents", feed)


def _restore(database, position):
    _cut(database, position)
    database.write(lambda connection: begin_new_epoch(connection, "documents"))


def _cut(database, position):
    def work(connection):
        connection.execute(sa.text("DELETE FROM events WHERE position > :p"), {"p": position})
        connection.execute(sa.update(log_head).values(position=position))

    database.write(work)


def _forget(database, consumer, position):
    """Make room: the counting consumer would refuse to write a position twice."""
    database.write(
        lambda connection: connection.execute(sa.delete(consumer.rows).where(consumer.rows.c.position > position))
    )


def _ids(database, consumer):
    statement = sa.select(consumer.rows.c.event_id).order_by(consumer.rows.c.position)
    return database.read(lambda connection: list(connection.execute(statement).scalars()))
