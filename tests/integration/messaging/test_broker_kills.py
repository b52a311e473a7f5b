"""Crashes and wipes of the broker cost no event. These run one after the other: a killed node must not compete for the machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploy.local.rabbitmq import PrivateBroker
from shared.messaging.relay import CURSOR
from tests.integration.messaging.parts import QUICK, append, declare_queue, relay, running, subscription, wait_until


@pytest.fixture(scope="module")
def node(server_slot):
    """A node that these tests stop, kill and wipe; each leaves it running."""
    with PrivateBroker(server_slot.fresh_directory("own-rabbitmq")) as running_node:
        yield running_node


@pytest.mark.timeout(240)
def test_a_killed_broker_costs_nothing_and_is_taken_up_again(node, store, database, feed, consumer):
    uri = node.amqp_uri
    reader = subscription(database, consumer, feed, amqp_uri=uri, options=replace(QUICK, stuck_seconds=5.0))
    publisher = relay(store, uri)
    with running(reader, publisher):
        append(store, "a", 1000, batch=50)
        assert wait_until(lambda: reader.state == "broker")
        append(store, "b", 1000, batch=100)
        node.kill9()
        append(store, "c", 1000, batch=100)
        assert wait_until(lambda: reader.position == 3000), "the feed carries on"
        assert reader.state == "feed"
        node.start()
        append(store, "d", 1000)
        assert wait_until(lambda: reader.position == 4000)
        # RabbitMQ 3.10 may have lost the queue, or bring it back without a leader: then it is declared anew.
        assert wait_until(lambda: reader.state == "broker", 120), "back to the broker by itself"
        assert wait_until(lambda: store.cursor(CURSOR) == 4000)
    assert consumer.positions(database) == list(range(1, 4001))


def test_a_wiped_broker_is_filled_again_while_the_consumer_is_behind(node, store, database, feed, consumer):
    uri = node.amqp_uri
    declare_queue(uri)
    publisher = relay(store, uri)
    with running(publisher):
        append(store, "a", 1500)
        assert wait_until(lambda: store.cursor(CURSOR) == 1500)
        node.kill9()
        node.stop()
        node.wipe()
        node.start()
        uri_after = node.amqp_uri
    with running(relay(store, uri_after)):
        append(store, "b", 500)
        assert wait_until(lambda: store.cursor(CURSOR) == 2000)
        reader = subscription(database, consumer, feed, amqp_uri=uri_after)
        with running(reader):
            assert wait_until(lambda: reader.position == 2000)
            append(store, "c", 100)
            assert wait_until(lambda: reader.position == 2100)
            assert wait_until(lambda: reader.state == "broker")
    assert consumer.positions(database) == list(range(1, 2101))
