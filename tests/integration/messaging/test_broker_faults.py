"""What is lost on the way is found again: purged queues, lost and unreadable messages, consumers that cannot commit."""

from __future__ import annotations

import pickle
from dataclasses import replace
from urllib.parse import urlsplit

import amqp
import pytest
import sqlalchemy as sa

from shared.eventstore.tables import parked_events
from shared.messaging.broker import close_quietly, connect
from shared.messaging.messages import CONTENT_TYPE, encode_window
from shared.messaging.queue_link import QueueLink
from shared.messaging.relay import CURSOR
from shared.messaging.topology import EVENTS, subscription_queue
from tests.integration.messaging.parts import QUICK, append, declare_queue, relay, running, subscription, wait_until

QUEUE = subscription_queue("inspection", "counting", 1, "documents")


def test_a_purged_queue_is_repaired_from_the_feed(amqp_uri, store, database, feed, consumer):
    declare_queue(amqp_uri)
    with running(relay(store, amqp_uri)):
        append(store, "a", 1500)
        assert wait_until(lambda: store.cursor(CURSOR) == 1500)
        connection = connect(amqp_uri, name="test")
        assert connection.channel().queue_purge(QUEUE) > 0
        close_quietly(connection)
        append(store, "b", 500)
        assert wait_until(lambda: store.cursor(CURSOR) == 2000)
        reader = subscription(database, consumer, feed, amqp_uri=amqp_uri)
        with running(reader):
            assert wait_until(lambda: reader.position == 2000)
            assert wait_until(lambda: reader.state == "broker")
    assert consumer.positions(database) == list(range(1, 2001))


def test_a_queue_that_is_there_but_cannot_be_read_is_declared_anew(broker, amqp_uri, store, database, feed, consumer):
    reader = subscription(database, consumer, feed, amqp_uri=amqp_uri, options=replace(QUICK, stuck_seconds=1.0))
    with running(reader, relay(store, amqp_uri)):
        append(store, "a", 10)
        assert wait_until(lambda: reader.position == 10 and reader.state == "broker")
        _stop_behind_its_back(broker, amqp_uri)
        append(store, "b", 10)
        assert wait_until(lambda: reader.position == 20), "the feed carries on"
        assert reader.state == "feed"
        assert wait_until(lambda: reader.state == "broker", 80), "back to the broker by itself"
        append(store, "c", 10)
        assert wait_until(lambda: reader.position == 30)
        assert wait_until(lambda: store.cursor(CURSOR) == 30), "and nobody waits for confirms in vain"
        assert reader.state == "broker"
    assert consumer.positions(database) == list(range(1, 31))


def test_lost_last_messages_are_noticed_by_the_next_heartbeat(amqp_uri, store, database, feed, consumer):
    # No silence is long enough to ask the feed for it.
    reader = subscription(database, consumer, feed, amqp_uri=amqp_uri, options=replace(QUICK, silence_seconds=120.0))
    with running(reader, relay(store, amqp_uri)):
        append(store, "a", 10)
        assert wait_until(lambda: reader.position == 10 and reader.state == "broker")
        connection = connect(amqp_uri, name="test")
        channel = connection.channel()
        channel.queue_unbind(QUEUE, EVENTS, "documents.#")
        channel.queue_bind(QUEUE, EVENTS, "documents.log.heartbeat")
        append(store, "b", 10)
        assert wait_until(lambda: reader.position == 20)
        assert reader.state == "broker"
        close_quietly(connection)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", b"hello"),
        (CONTENT_TYPE, b"[{"),
        (CONTENT_TYPE, b'[{"id": "x"}]'),
        (CONTENT_TYPE, b"[1, 2]"),
        (CONTENT_TYPE, b"\xff\xfe"),
        ("application/x-python-serialize", pickle.dumps({"a": 1})),
    ],
)
def test_an_unreadable_message_is_parked_and_the_consumer_stays_up(
    amqp_uri, store, database, feed, consumer, content_type, body
):
    reader = subscription(database, consumer, feed, amqp_uri=amqp_uri)
    with running(reader, relay(store, amqp_uri)):
        append(store, "a", 10)
        assert wait_until(lambda: reader.position == 10 and reader.state == "broker")
        headers = dict(encode_window(store.head().epoch, store.read(0, 1))[0].headers) | {
            "window_first": 11,
            "window_last": 11,
            "positions": "[11]",
        }
        _publish(amqp_uri, content_type, body, headers)
        append(store, "b", 10)
        assert wait_until(lambda: reader.position == 20)
        assert wait_until(lambda: _parked_bodies(database) == [body])
    assert consumer.positions(database) == list(range(1, 21))
    assert _ready(amqp_uri) == 0, "it was acknowledged"


def test_a_message_without_any_header_is_parked_too(amqp_uri, store, database, feed, consumer):
    reader = subscription(database, consumer, feed, amqp_uri=amqp_uri)
    with running(reader, relay(store, amqp_uri)):
        assert wait_until(lambda: reader.state == "broker")
        _publish(amqp_uri, CONTENT_TYPE, b"[]", None)
        append(store, "b", 10)
        assert wait_until(lambda: reader.position == 10)
    assert _parked_bodies(database) == [b"[]"]


def test_messages_stay_in_the_queue_while_the_consumer_cannot_commit(amqp_uri, store, database, feed, consumer):
    reader = subscription(database, consumer, feed, amqp_uri=amqp_uri)
    with running(reader, relay(store, amqp_uri)):
        assert wait_until(lambda: reader.state == "broker")
        _until_released = _fail_every_commit(consumer)
        append(store, "a", 100)
        assert wait_until(lambda: reader.state == "waiting")
        assert consumer.positions(database) == []
    assert _ready(amqp_uri) > 0, "nothing is acknowledged before its commit"
    _until_released()
    again = subscription(database, consumer, feed, amqp_uri=amqp_uri)
    with running(again):
        assert wait_until(lambda: again.position == 100)
    assert consumer.positions(database) == list(range(1, 101))


def _fail_every_commit(consumer):
    def fail():
        raise TimeoutError("the database does not answer")

    consumer.before_return = fail

    def release():
        consumer.before_return = lambda: None

    return release


def _stop_behind_its_back(broker, uri):
    """Leave the queue without a leader, as a node that was killed does now and then."""
    vhost = urlsplit(uri).path.removeprefix("/")
    name = f'rabbit_misc:r(<<"{vhost}">>, queue, <<"{QUEUE}">>)'
    broker.evaluate(f"{{ok, Q}} = rabbit_amqqueue:lookup({name}), ra:stop_server(quorum_queues, amqqueue:get_pid(Q))")


def _publish(uri, content_type, body, headers):
    connection = connect(uri, name="test")
    channel = connection.channel()
    message = amqp.Message(body, content_type=content_type, application_headers=headers or {})
    channel.basic_publish(message, EVENTS, "documents.procedure.revised")
    close_quietly(connection)


def _ready(uri):
    """Return the number of messages waiting in the queue, heartbeats left out."""
    connection = connect(uri, name="test")
    link = QueueLink(connection)
    link.consume(QUEUE)
    found = link.receive(0.5) + link.receive(0.2)
    close_quietly(connection)
    return sum((message.properties.get("application_headers") or {}).get("kind") != "heartbeat" for message in found)


def _parked_bodies(database):
    statement = sa.select(parked_events.c.body).where(parked_events.c.position < 0)
    return database.read(lambda connection: list(connection.execute(statement).scalars()))
