"""Several sets of tables of one consumer: filled beside the one that serves, compared, switched, rolled back, dropped."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa

from shared import clock
from shared.database.engine import open_database
from shared.eventstore.tables import KERNEL, derived_events, subscriptions
from shared.messaging import generations
from shared.messaging.generations import BUILDING, FORMER, SERVING, GenerationError
from tests.integration.messaging.parts import append, wait_until
from tests.integration.messaging.sets import Counted, fed


@pytest.fixture
def database(database_url):
    opened = open_database(database_url)
    opened.write(KERNEL.create_all)
    yield opened
    opened.close()


def sets(database, consumer):
    known = database.read(lambda connection: generations.generations(connection, consumer))
    return {one.version: one.state for one in known}


def report(database, consumer):
    known = database.read(lambda connection: generations.generations(connection, consumer))
    return known[-1].report


def begin(database, consumer):
    return database.write(lambda connection: generations.begin(connection, consumer, clock.now()))


def compared(database, consumer):
    database.write(lambda connection: generations.ask_for_comparison(connection, consumer, clock.now()))
    assert wait_until(lambda: report(database, consumer) is not None)
    return report(database, consumer)


def switch(database, consumer, **options):
    return database.write(lambda connection: generations.switch(connection, consumer, clock.now(), **options))


def served(database, consumer):
    """Return the positions in the tables that whoever asks is sent to."""
    version = database.read(lambda connection: generations.serving(connection, consumer.name, 1))
    return consumer.generation(version).positions(database)


def positions(count):
    return list(range(1, count + 1))


def test_a_set_fills_beside_the_one_that_serves_and_takes_its_place(database, store, feed):
    consumer = Counted("documents")
    append(store, "old", 1500)
    with fed(database, consumer, feed=feed):
        assert wait_until(lambda: served(database, consumer) == positions(1500))
        beside = consumer.generation(begin(database, consumer))
        append(store, "new", 100)
        assert wait_until(lambda: served(database, consumer) == positions(1600)), "the serving one stands still"
        assert wait_until(lambda: sets(database, consumer)[beside.version] == BUILDING)
        found = compared(database, consumer)
        assert found["equal"]
        assert (found["positions"], found["rows"]) == ({"documents": 1600}, {"counted": 1600})
        switch(database, consumer)
        assert sets(database, consumer) == {1: FORMER, beside.version: SERVING}
        append(store, "after", 10)
        assert wait_until(lambda: served(database, consumer) == positions(1610))
        assert wait_until(lambda: consumer.positions(database) == positions(1610)), "the former one stands still"
        database.write(lambda connection: generations.roll_back(connection, consumer, clock.now()))
        assert sets(database, consumer) == {1: SERVING, beside.version: FORMER}


def test_a_set_that_says_something_else_is_named_and_does_not_serve(database, store, feed):
    consumer = Counted("documents", wrong=True)
    append(store, "a", 50)
    with fed(database, consumer, feed=feed):
        assert wait_until(lambda: served(database, consumer) == positions(50))
        begin(database, consumer)
        found = compared(database, consumer)
        (difference,) = found["differences"]
        assert (difference["part"], difference["keys"]) == ("documents", ["a-6", "mistaken"])
        with pytest.raises(GenerationError, match="does not say the same"):
            switch(database, consumer)
        assert sets(database, consumer)[1] == SERVING
        assert switch(database, consumer, different=True) == 1001, "it may be meant"


def test_nothing_serves_that_was_not_compared_or_is_far_behind(database, store, feed):
    consumer = Counted("documents")
    append(store, "a", 2500)
    with fed(database, consumer, feed=feed):
        assert wait_until(lambda: served(database, consumer) == positions(2500))
    begin(database, consumer)
    with pytest.raises(GenerationError, match="not been compared"):
        switch(database, consumer)
    with pytest.raises(GenerationError, match="2500 events behind"):
        switch(database, consumer, different=True)
    with pytest.raises(GenerationError, match="being built"):
        begin(database, consumer)


def test_a_dropped_set_leaves_nothing_and_the_others_go_on_without_it(database, store, feed):
    consumer = Counted("documents")
    append(store, "a", 50)
    with fed(database, consumer, feed=feed):
        assert wait_until(lambda: served(database, consumer) == positions(50))
        beside = begin(database, consumer)
        compared(database, consumer)
        switch(database, consumer)
        # The former one is the one that reads the log for both.
        database.write(lambda connection: generations.ask_for_drop(connection, consumer))
        assert wait_until(lambda: sets(database, consumer) == {beside: SERVING})
        append(store, "b", 20)
        assert wait_until(lambda: served(database, consumer) == positions(70))
    assert not database.read(lambda connection: sa.inspect(connection).has_table("counted_v1"))
    rows = database.read(lambda connection: connection.execute(sa.select(subscriptions.c.version)).scalars().all())
    assert rows == [beside]
    with fed(database, consumer, feed=feed):
        append(store, "c", 5)
        assert wait_until(lambda: served(database, consumer) == positions(75)), "forgotten with a restart"


def test_only_what_serves_has_effects(database, store, feed):
    consumer = Counted("documents", derives=True)
    append(store, "a", 10)

    def derived():
        return database.read(lambda connection: len(connection.execute(sa.select(derived_events)).all()))

    with fed(database, consumer, feed=feed):
        assert wait_until(lambda: served(database, consumer) == positions(10))
        database.write(lambda connection: connection.execute(sa.delete(derived_events)))
        begin(database, consumer)
        assert compared(database, consumer)["equal"]
        assert derived() == 0, "what is filled beside derives once more"
        switch(database, consumer)
        append(store, "b", 5)
        assert wait_until(lambda: derived() == 5)


def test_a_process_killed_while_it_fills_leaves_what_can_be_gone_on_with(
    database, database_url, store, feed_server, feed
):
    consumer = Counted("documents")
    append(store, "a", 6000)
    with fed(database, consumer, feed=feed):
        assert wait_until(lambda: served(database, consumer) == positions(6000))
    beside = consumer.generation(begin(database, consumer))
    command = [sys.executable, "-m", "tests.integration.messaging.sets", database_url, feed_server.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"fed\n"

        def filled():
            place = database.read(lambda c: generations.positions(c, consumer, beside.version))
            return place.get("documents", 0)

        assert wait_until(filled)
        process.kill()
    assert 0 < filled() < 6000, "too early or too late"
    with fed(database, consumer, feed=feed):
        assert compared(database, consumer)["equal"]
    assert sorted(beside.positions(database)) == positions(6000)


def test_a_release_with_another_version_has_tables_of_its_own_and_the_way_back_is_the_release_before(
    database, store, feed
):
    before, after = Counted("documents"), Counted("documents", version=2)
    append(store, "old", 300)
    with fed(database, before, feed=feed):
        beside = before.generation(begin(database, before))
        assert compared(database, before)["equal"]
        switch(database, before)
    append(store, "new", 50)
    with fed(database, after, feed=feed):
        assert wait_until(lambda: after.positions(database) == positions(350)), "from the logs"
        assert beside.positions(database) == positions(300), "nothing of it goes into the tables of the release before"
        assert sets(database, after) == {2: SERVING}
    append(store, "newer", 50)
    with fed(database, before, feed=feed):
        assert wait_until(lambda: served(database, before) == positions(400)), "goes on where it was"
        assert sets(database, before) == {1: FORMER, beside.version: SERVING}
    assert after.positions(database) == positions(350)
