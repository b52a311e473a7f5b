"""Consumers that read another service's log behind a leading one: from memory, from the feed, each with its own place."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shared.eventstore.tables import subscriptions
from shared.messaging.applying import Applier
from shared.messaging.feed_client import HttpFeed
from shared.messaging.rebuilding import rebuild
from shared.messaging.shared_reading import ReadLog, SharedReading
from shared.messaging.watermark import watermark
from tests.integration.messaging.parts import CountingConsumer, FeedServer, append, running, subscription, wait_until


class Behind(CountingConsumer):
    name = "behind"

    def __init__(self, *sources):
        super().__init__(*sources)
        self.tables = sa.MetaData()
        self.rows = self.rows.to_metadata(self.tables, name="counted_behind")


@pytest.fixture
def behind(database):
    made = Behind("documents")
    database.write(made.tables.create_all)
    return made


@pytest.fixture
def refused_feed(feed_server):
    """Give a feed of its own, to see that nobody asks it."""
    server = FeedServer(feed_server.store)
    server.down = True
    yield server
    server.close()


def reading(database, consumer, leader):
    return SharedReading(Applier(database, consumer, service="inspection"), leader.log)


def positions(count):
    return list(range(1, count + 1))


def test_a_follower_applies_what_the_leader_has_applied_without_asking_anybody(
    database, store, feed, consumer, behind, refused_feed
):
    leader = subscription(database, consumer, feed)
    follower = reading(database, behind, leader)
    leader.log._feed = HttpFeed({"documents": refused_feed.url}, FeedServer.token)
    with running(leader, follower):
        for number in range(5):
            append(store, f"a{number}", 40)
            assert wait_until(lambda n=number: behind.positions(database) == positions(40 * (n + 1)))
    assert refused_feed.requests == 0


def test_a_new_follower_reads_what_came_before_it_from_the_feed(database, store, feed, consumer, behind):
    append(store, "old", 3000)
    leader = subscription(database, consumer, feed)
    with running(leader):
        assert wait_until(lambda: len(consumer.positions(database)) == 3000)
    again = subscription(database, consumer, feed)
    with running(again, reading(database, behind, again)):
        assert wait_until(lambda: behind.positions(database) == positions(3000))
        append(store, "new", 10)
        assert wait_until(lambda: behind.positions(database) == positions(3010))


def test_each_is_rebuilt_alone_while_the_other_goes_on(database, store, feed, consumer, behind):
    leader = subscription(database, consumer, feed)
    with running(leader, reading(database, behind, leader)):
        append(store, "a", 500)
        assert wait_until(lambda: len(behind.positions(database)) == 500)
        rebuild(database, behind)
        append(store, "b", 20)
        assert wait_until(lambda: behind.positions(database) == positions(520), 60)
        rebuild(database, consumer)
        append(store, "c", 20)
        assert wait_until(lambda: consumer.positions(database) == positions(540), 60)
        assert wait_until(lambda: behind.positions(database) == positions(540), 60)


def test_its_watermark_follows_the_leaders(database, store, feed, consumer, behind):
    append(store, "a", 10)
    leader = subscription(database, consumer, feed)

    def marks():
        return tuple(database.read(lambda c, n=name: watermark(c, n)) for name in ("counting", "behind"))

    with running(leader, reading(database, behind, leader)):
        assert wait_until(lambda: len(behind.positions(database)) == 10)
        later = store.heartbeat().recorded_at
        assert wait_until(lambda: min(marks()) >= later)


def test_a_follower_that_was_fed_from_another_log_applies_nothing_of_this_one(database, store, feed, consumer, behind):
    leader = subscription(database, consumer, feed)
    follower = reading(database, behind, leader)
    append(store, "a", 10)
    with running(leader, follower):
        assert wait_until(lambda: len(behind.positions(database)) == 10)
    database.write(
        lambda c: c.execute(sa.update(subscriptions).where(subscriptions.c.consumer == "behind").values(epoch="x"))
    )
    leader = subscription(database, consumer, feed)
    follower = reading(database, behind, leader)
    with running(leader, follower):
        assert wait_until(lambda: follower.state == "diverged")
        append(store, "b", 10)
        assert wait_until(lambda: len(consumer.positions(database)) == 20)
        assert not wait_until(lambda: len(behind.positions(database)) != 10, 2), (
            "not at any of the looks it takes in between"
        )


def test_when_the_leader_stops_before_another_log_its_followers_say_so_at_once(database, store, feed, consumer, behind):
    append(store, "a", 10)
    leader = subscription(database, consumer, feed)
    with running(leader, reading(database, behind, leader)):
        assert wait_until(lambda: len(behind.positions(database)) == 10)
    database.write(
        lambda c: c.execute(sa.update(subscriptions).where(subscriptions.c.consumer == "counting").values(epoch="x"))
    )
    leader = subscription(database, consumer, feed)
    follower = reading(database, behind, leader)
    with running(leader, follower):
        assert wait_until(lambda: (leader.state, follower.state) == ("diverged", "diverged"))
        rebuild(database, consumer)
        assert wait_until(lambda: follower.state == "shared"), "and go on when it does"
        append(store, "b", 10)
        assert wait_until(lambda: behind.positions(database) == positions(20))


class Behindhand(ReadLog):
    """A leading consumer's log that has come to position 50 and no further."""

    epoch = ""

    @property
    def promise(self):
        return self.epoch, 50, 0


def test_a_follower_that_is_ahead_of_its_leader_notices_that_it_is_sent_back(database, store, feed, consumer, behind):
    append(store, "a", 200)
    leader = subscription(database, consumer, feed)
    with running(leader, reading(database, behind, leader)):
        assert wait_until(lambda: len(behind.positions(database)) == 200)
    log = Behindhand(leader._progress, feed, lambda: False)
    log.epoch = store.head().epoch
    follower = SharedReading(Applier(database, behind, service="inspection"), log)
    with running(follower):
        assert wait_until(lambda: follower.position == 200)
        rebuild(database, behind)
        assert wait_until(lambda: behind.positions(database) == positions(200))
