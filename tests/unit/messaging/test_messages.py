"""The AMQP form of a window, there and back, and what is turned down."""

from __future__ import annotations

import orjson
import pytest

from shared.eventstore.memory import MemoryEventStore
from shared.messaging.errors import MalformedMessageError
from shared.messaging.messages import CONTENT_TYPE, encode_heartbeat, encode_window, read_envelope, read_events
from shared.testing.new_events import new_event


@pytest.fixture
def log():
    store = MemoryEventStore("documents")
    aggregates = ("procedure", "declaration", "procedure", "procedure", "declaration")
    store.transact(lambda t: t.append([new_event(f"e{n}", aggregate=a) for n, a in enumerate(aggregates)]))
    return store


def test_a_window_becomes_one_message_per_routing_key_in_order(log):
    messages = encode_window("epoch-1", log.read(0, 10))
    assert [m.routing_key for m in messages] == ["documents.procedure.revised", "documents.declaration.revised"]
    assert [orjson.loads(m.headers["positions"]) for m in messages] == [[1, 3, 4], [2, 5]]
    assert {(m.headers["window_first"], m.headers["window_last"]) for m in messages} == {(1, 5)}
    assert [m.first_position for m in messages] == [1, 2]


def test_the_events_come_back_as_they_were_recorded(log):
    events = log.read(0, 10)
    found = []
    for message in encode_window("epoch-1", events):
        envelope = read_envelope(CONTENT_TYPE, message.headers)
        assert (envelope.epoch, envelope.recorded_at) == ("epoch-1", events[-1].recorded_at)
        found += read_events(envelope, message.body)
    assert sorted(found, key=lambda e: e.position) == events


def test_a_third_party_reads_plain_cloudevents(log):
    (first, _) = encode_window("epoch-1", log.read(0, 10))
    for wire in orjson.loads(first.body):
        assert wire["specversion"] == "1.0"
        assert wire["source"] == "/agencies/agency-1"
        assert wire["service"] == "documents"


def test_a_heartbeat_carries_the_heads_promise_and_no_event(log):
    head = log.heartbeat()
    message = encode_heartbeat(head)
    envelope = read_envelope(CONTENT_TYPE, message.headers)
    assert message.routing_key == "documents.log.heartbeat"
    assert envelope.is_heartbeat
    assert (envelope.window_last, envelope.recorded_at) == (5, head.recorded_at)


@pytest.mark.parametrize(
    "change",
    [
        {"positions": "[1, 2"},
        {"positions": "5"},
        {"positions": '["1"]'},
        {"positions": "[9]"},
        {"positions": "[1, 4, 3, 5]"},
        {"positions": "[1, 1]"},
        {"positions": "[true]"},
        {"window_last": "5"},
        {"epoch": 5},
        {"service": None},
        {"recorded_at": 1.5},
    ],
)
def test_wrong_headers_are_turned_down(log, change):
    (first, _) = encode_window("epoch-1", log.read(0, 10))
    with pytest.raises(MalformedMessageError, match="headers"):
        read_envelope(CONTENT_TYPE, {**first.headers, **change})


@pytest.mark.parametrize("missing", ["service", "partition", "epoch", "positions", "window_last", "recorded_at"])
def test_missing_headers_are_turned_down(log, missing):
    (first, _) = encode_window("epoch-1", log.read(0, 10))
    with pytest.raises(MalformedMessageError, match=missing):
        read_envelope(CONTENT_TYPE, {k: v for k, v in first.headers.items() if k != missing})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body[:-5],
        lambda _: b"{}",
        lambda _: b"[null]",
        lambda _: b"\xff",
        lambda body: body.replace(b'"position":3', b'"position":2'),
        lambda body: body.replace(b'"service":"documents"', b'"service":"audit"'),
        lambda body: body.replace(b'"time":', b'"tyme":'),
    ],
)
def test_bodies_other_than_announced_are_turned_down(log, spoil):
    (first, _) = encode_window("epoch-1", log.read(0, 10))
    envelope = read_envelope(CONTENT_TYPE, first.headers)
    with pytest.raises(MalformedMessageError, match="body"):
        read_events(envelope, spoil(first.body))


def test_bodies_are_cut_out_of_a_message_and_not_written_anew(log):
    (first, _) = encode_window("epoch-1", log.read(0, 10))
    spaced = first.body.replace(b'"specversion":"1.0"', b'"specversion": "1.0"')
    lengths = orjson.loads(first.headers["lengths"])
    longer = orjson.dumps([length + 1 for length in lengths]).decode()
    events = read_events(read_envelope(CONTENT_TYPE, {**first.headers, "lengths": longer}), spaced)
    assert all(b'"specversion": "1.0"' in event.body for event in events)


@pytest.mark.parametrize("lengths", ["[]", "[1, 2]", "[1, 2, 3, 4, 5, 6]"])
def test_lengths_that_do_not_fit_the_message_are_not_believed(log, lengths):
    (first, _) = encode_window("epoch-1", log.read(0, 10))
    events = read_events(read_envelope(CONTENT_TYPE, {**first.headers, "lengths": lengths}), first.body)
    assert [event.body for event in events] == [event.body for event in log.read(0, 10) if "procedure" in event.type]
