"""The relay's cursor moves over what the broker has confirmed, and over nothing else."""

from __future__ import annotations

import time

import orjson
import pytest

from shared.messaging.broker import close_quietly, connect
from shared.messaging.relay import CURSOR, Relay, RelayOptions
from shared.messaging.topology import EVENTS, UNROUTED, declare
from tests.integration.messaging.parts import QUICK_RELAY, append, relay, running, wait_until


@pytest.fixture
def channel(amqp_uri):
    connection = connect(amqp_uri, name="test")
    channel = connection.channel()
    channel.auto_decode = False
    yield channel
    close_quietly(connection)


def test_a_third_party_gets_every_event_by_its_own_binding(amqp_uri, channel, store):
    declare(channel, "documents")
    channel.queue_declare("third", durable=False)
    channel.queue_bind("third", EVENTS, "documents.procedure.*")
    append(store, "a", 400)
    with running(relay(store, amqp_uri)):
        assert wait_until(lambda: store.cursor(CURSOR) == 400)
    found = [wire for message in _all(channel, "third") for wire in orjson.loads(message.body)]
    expected = [e for e in store.read(0, 400) if e.type == "qms.procedure.revised"]
    assert [wire["position"] for wire in found] == [e.position for e in expected]
    assert {wire["type"] for wire in found} == {"qms.procedure.revised"}


def test_what_nobody_has_bound_goes_to_the_unrouted_queue_without_the_heartbeats(amqp_uri, channel, store):
    append(store, "a", 100)
    with running(relay(store, amqp_uri)):
        assert wait_until(lambda: store.cursor(CURSOR) == 100)
        time.sleep(1.0)
    messages = _all(channel, f"{UNROUTED}.v1")
    assert sum(len(orjson.loads(m.body)) for m in messages) == 100
    assert {m.properties["application_headers"]["kind"] for m in messages} == {"events"}


def test_a_returned_window_holds_the_cursor_until_it_can_be_routed(amqp_uri, channel, store):
    declare(channel, "documents")
    channel.queue_unbind(f"{UNROUTED}.v1", UNROUTED, "", arguments={"x-match": "all", "kind": "events"})
    publisher = relay(store, amqp_uri)
    connect_once = publisher._connect
    publisher._connect = lambda: (connect_once(), _unbind(publisher))
    append(store, "a", 50)
    with running(publisher):
        assert wait_until(lambda: publisher.state == "disconnected")
        time.sleep(1.0)
        assert store.cursor(CURSOR) == 0
        publisher._connect = connect_once
        assert wait_until(lambda: store.cursor(CURSOR) == 50), "declaring again at the reconnect mends the binding"


def test_a_nacked_window_holds_the_cursor(amqp_uri, channel, store):
    declare(channel, "documents")
    channel.queue_declare("full", arguments={"x-max-length": 1, "x-overflow": "reject-publish"}, durable=False)
    channel.queue_bind("full", EVENTS, "documents.#")
    append(store, "a", 400)
    with running(relay(store, amqp_uri)):
        time.sleep(2.0)
        assert store.cursor(CURSOR) < 400
        channel.queue_delete("full")
        assert wait_until(lambda: store.cursor(CURSOR) == 400)


def test_a_broker_under_a_memory_alarm_holds_the_cursor_and_not_the_log(own_broker, store):
    uri = own_broker.amqp_uri
    options = RelayOptions(confirm_seconds=1.0, idle_seconds=0.05, heartbeat_seconds=0.3)
    publisher = Relay(store, uri, options=options)
    with running(publisher):
        assert wait_until(lambda: publisher.state == "live")
        own_broker.evaluate("vm_memory_monitor:set_vm_memory_high_watermark(0.000001)")
        before = store.head().recorded_at
        append(store, "a", 3000, padding=2000)
        assert wait_until(lambda: publisher.state == "disconnected", seconds=20)
        assert store.cursor(CURSOR) == 0
        assert wait_until(lambda: store.head().recorded_at > before + 2_000_000), "the promise goes on"
        own_broker.evaluate("vm_memory_monitor:set_vm_memory_high_watermark(0.8)")
        assert wait_until(lambda: store.cursor(CURSOR) == 3000)


def test_an_unreachable_broker_costs_nothing_but_time(store):
    publisher = relay(store, "amqp://guest:guest@127.0.0.1:18501//")
    with running(publisher):
        append(store, "a", 100)
        before = store.head().recorded_at
        assert wait_until(lambda: store.head().recorded_at > before + 500_000), "the promise goes on"
        assert store.cursor(CURSOR) == 0


def test_one_of_two_relays_leads_and_the_other_takes_over(amqp_uri, store):
    first, second = relay(store, amqp_uri), relay(store, amqp_uri)
    with running(second):
        with running(first):
            for wave in range(5):
                append(store, f"w{wave}", 100)
                time.sleep(0.2)
            assert wait_until(lambda: "standby" in (first.state, second.state))
            assert wait_until(lambda: store.cursor(CURSOR) == 500)
        append(store, "last", 100)
        assert wait_until(lambda: store.cursor(CURSOR) == 600)


def test_a_restarted_relay_goes_on_where_the_broker_had_confirmed(amqp_uri, channel, store):
    declare(channel, "documents")
    channel.queue_declare("all", durable=False)
    channel.queue_bind("all", EVENTS, "documents.*.revised")
    for wave in range(3):
        append(store, f"w{wave}", 100)
        with running(relay(store, amqp_uri)):
            assert wait_until(lambda at=100 * (wave + 1): store.cursor(CURSOR) == at)
    positions = [
        p for m in _all(channel, "all") for p in orjson.loads(m.properties["application_headers"]["positions"])
    ]
    assert sorted(positions) == list(range(1, 301))


def test_large_events_are_cut_into_windows_by_bytes(amqp_uri, channel, store):
    declare(channel, "documents")
    channel.queue_declare("all", durable=False)
    channel.queue_bind("all", EVENTS, "documents.*.revised")
    append(store, "a", 60, padding=200_000, batch=20)
    options = RelayOptions(window_bytes=1_000_000, idle_seconds=QUICK_RELAY.idle_seconds)
    with running(Relay(store, amqp_uri, options=options)):
        assert wait_until(lambda: store.cursor(CURSOR) == 60)
    assert max(len(m.body) for m in _all(channel, "all")) <= 1_000_000


def _unbind(publisher):
    channel = publisher._publisher.channel
    channel.queue_unbind(f"{UNROUTED}.v1", UNROUTED, "", arguments={"x-match": "all", "kind": "events"})


def _all(channel, queue):
    found = []
    while (message := channel.basic_get(queue, no_ack=True)) is not None:
        found.append(message)
    return found
