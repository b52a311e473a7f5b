"""One trace from a push over the relay and the broker into a consumer; and what comes by several pushes together."""

from __future__ import annotations

from shared.observability import event_traces, tracing
from tests.integration.messaging.parts import append, relay, running, subscription, wait_until

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def _push(store, prefix: str, count: int, trace: str) -> None:
    """Append events as a request that carries a trace does."""
    environ = {"REQUEST_METHOD": "POST", "HTTP_TRACEPARENT": f"00-{trace}-{CALLER}-01"}
    with tracing.serving(environ):
        agency = {"source": "/agencies/agency-1"}
        event_traces.pushed({**agency, "id": f"{prefix}-{number}"} for number in range(count))
        append(store, prefix, count, subjects=1)


def _spans(collector, name):
    return [span for _, span in collector.told if span.name == name]


def test_a_push_can_be_followed_into_the_consumer(collector, amqp_uri, store, database, feed, consumer):
    reader = subscription(database, consumer, feed, amqp_uri=amqp_uri)
    with running(relay(store, amqp_uri), reader):
        assert wait_until(lambda: reader.state == "broker")
        _push(store, "a", 3, TRACE)
        assert wait_until(lambda: reader.position == 3)
    tracing.flush()
    (pushed,) = _spans(collector, "HTTP")
    (sent,) = _spans(collector, "publish qms.events")
    applied = _spans(collector, "apply documents to counting")
    assert (sent.trace_id.hex(), sent.parent_span_id) == (TRACE, pushed.span_id)
    assert {(one.trace_id.hex(), one.parent_span_id) for one in applied} == {(TRACE, sent.span_id)}
    assert b"agency-1" not in b"".join(span.SerializeToString() for _, span in collector.told)


def test_a_window_of_several_pushes_is_a_trace_of_its_own_with_links(
    collector, amqp_uri, store, database, feed, consumer
):
    other = TRACE[::-1]
    _push(store, "a", 2, TRACE)
    _push(store, "b", 2, other)
    reader = subscription(database, consumer, feed, amqp_uri=amqp_uri)
    with running(relay(store, amqp_uri), reader):
        assert wait_until(lambda: reader.position == 4)
        assert wait_until(lambda: store.cursor("relay") == 4)
    tracing.flush()
    (sent,) = _spans(collector, "publish qms.events")
    assert sent.trace_id.hex() not in (TRACE, other)
    assert {link.trace_id.hex() for link in sent.links} == {TRACE, other}
