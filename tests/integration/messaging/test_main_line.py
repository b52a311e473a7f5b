"""From the log over RabbitMQ, or over the feed, into a consumer's tables."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shared.eventstore.tables import derived_events
from shared.messaging import own_log
from shared.messaging.applying import Applier
from shared.messaging.batch_subscription import SubscriptionOptions
from shared.messaging.own_log import OwnLogSubscription
from shared.messaging.relay import CURSOR
from shared.messaging.watermark import watermark
from shared.turns import somebody_waits
from tests.integration.messaging.parts import append, relay, running, subscription, wait_until


def test_5000_events_arrive_once_each_in_order_over_the_broker(amqp_uri, store, database, feed, feed_server, consumer):
    reader = subscription(database, consumer, feed, amqp_uri=amqp_uri)
    with running(relay(store, amqp_uri), reader):
        assert wait_until(lambda: reader.state == "broker")
        asked = feed_server.requests
        append(store, "a", 5000)
        assert wait_until(lambda: reader.position == 5000)
        assert wait_until(lambda: store.cursor(CURSOR) == 5000)
        assert feed_server.requests == asked, "all of it came over the broker"
    assert consumer.positions(database) == list(range(1, 5001))
    assert max(consumer.batches) > 100, "batches, not single events"


def test_without_a_broker_the_feed_carries_everything(store, database, feed, consumer):
    append(store, "a", 2500)
    reader = subscription(database, consumer, feed)
    with running(reader):
        assert wait_until(lambda: reader.position == 2500)
        append(store, "b", 10)
        assert wait_until(lambda: reader.position == 2510)
        assert reader.state == "feed"
    assert consumer.positions(database) == list(range(1, 2511))


def test_the_own_log_is_read_from_the_store_at_a_nudge(store, source_database, monkeypatch):
    monkeypatch.setattr(own_log, "_IDLE_SECONDS", 120.0)
    from tests.integration.messaging.parts import CountingConsumer

    consumer = CountingConsumer("documents")
    source_database.write(consumer.tables.create_all)
    reader = OwnLogSubscription(Applier(source_database, consumer, service="documents"), store)
    append(store, "a", 3000)
    with running(reader):
        assert wait_until(lambda: reader.position == 3000)
        append(store, "b", 1)
        reader.wake()
        assert wait_until(lambda: reader.position == 3001)
    assert consumer.positions(source_database) == list(range(1, 3002))


@pytest.mark.parametrize(("pause", "beside"), [(None, False), (0.01, False), (None, True)])
def test_what_is_applied_is_waited_for_unless_it_is_unhurried_or_does_not_serve(
    store, database, feed, consumer, pause, beside
):
    if pause:
        consumer.pause_seconds = pause
    waiting = []
    consumer.before_return = lambda: waiting.append(somebody_waits())
    append(store, "a", 10)
    reader = subscription(database, consumer, feed)
    reader._applier.beside = beside
    with running(reader):
        assert wait_until(lambda: reader.position == 10)
    assert set(waiting) == {pause is None and not beside}
    assert not somebody_waits()


def test_a_reader_that_rests_for_long_does_not_take_that_for_the_brokers_silence(
    amqp_uri, store, database, feed, feed_server, consumer
):
    consumer.pause_seconds = SubscriptionOptions().silence_seconds + 0.3
    reader = subscription(database, consumer, feed, amqp_uri=amqp_uri)
    with running(relay(store, amqp_uri), reader):
        assert wait_until(lambda: reader.state == "broker")
        asked = feed_server.requests
        for stream in ("a", "b", "c"):
            append(store, stream, 10)
            head = store.head().position
            assert wait_until(lambda head=head: reader.position == head)
        assert feed_server.requests == asked, "all of it came over the broker"


def test_heartbeats_move_the_watermark_of_an_idle_log(amqp_uri, store, database, feed, consumer):
    append(store, "a", 3)
    reader = subscription(database, consumer, feed, amqp_uri=amqp_uri)
    with running(relay(store, amqp_uri), reader):
        assert wait_until(lambda: reader.position == 3 and reader.state == "broker")
        last = store.read(2, 1)[0].recorded_at
        assert wait_until(lambda: database.read(lambda c: watermark(c, "counting")) > last + 1_000_000)


def test_a_log_that_was_never_reached_holds_the_watermark_at_zero(database, feed, consumer):
    subscription(database, consumer, feed)._begin()
    assert database.read(lambda c: watermark(c, "counting")) == 0


def test_derived_events_are_queued_once_and_announced(store, database, feed, consumer):
    announced = []
    append(store, "a", 20)
    consumer.derive_from = {"a-3", "a-7"}
    reader = subscription(database, consumer, feed, on_derived=lambda: announced.append(1))
    with running(reader):
        assert wait_until(lambda: reader.position == 20)
    queued = database.read(lambda c: c.execute(sa.select(sa.func.count()).select_from(derived_events)).scalar())
    assert queued == 2
    assert announced
