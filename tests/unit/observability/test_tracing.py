"""Traces behind a setting: off they are nothing; on, one trace leads through two services and over AMQP's headers."""

import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from werkzeug.test import Client

from shared.observability import tracing
from shared.service.peers import Peers
from shared.web.answers import json_answer
from shared.web.dispatch import Dispatcher, DispatchOptions
from shared.web.routing import Route


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def owner():
    """Give the base URL of a second service."""
    app = Dispatcher([Route("POST", "/v1/events", lambda _request: json_answer({}))], DispatchOptions("audit"))
    server = make_server("127.0.0.1", 0, app, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def front(owner):
    """Give a client of a front door that forwards."""
    peers = Peers({"audit": owner})

    def forward(_request):
        return json_answer(peers.request("POST", "audit", "/v1/events", headers={}, body=b"[]").json())

    def fail(_request):
        raise RuntimeError

    routes = [Route("POST", "/v1/events", forward), Route("GET", "/v1/agencies/<name>", lambda _r, name: fail(name))]
    return Client(Dispatcher(routes, DispatchOptions("inspection")))


def test_a_push_is_one_trace_from_the_caller_to_the_owner(collector, front):
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    front.post("/v1/events", data=b"[]", headers={"traceparent": f"00-{trace}-{parent}-01"})
    tracing.flush()
    spans = {span.name + str(span.kind): span for _, span in collector.told}
    assert {span.trace_id.hex() for span in spans.values()} == {trace}
    asked = spans["POST audit3"]
    served = [span for _, span in collector.told if span.name == "POST /v1/events"]
    outer = next(span for span in served if span.parent_span_id.hex() == parent)
    inner = next(span for span in served if span is not outer)
    assert asked.parent_span_id == outer.span_id
    assert inner.parent_span_id == asked.span_id
    named = {one.key: one.value.string_value for one in collector.told[0][0].attributes}
    assert named["service.name"] == "inspection"


def test_a_failure_is_marked_and_no_id_of_an_agency_is_told(collector, front):
    assert front.get("/v1/agencies/so-khcn").status_code == 500
    tracing.flush()
    ((_, span),) = collector.told
    assert span.status.code == 2
    assert span.name == "GET /v1/agencies/<name>"
    assert b"so-khcn" not in span.SerializeToString()


def test_a_message_goes_on_with_its_senders_trace(collector):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    with tracing.taking("audit.intake.v1", {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}):
        pass
    tracing.flush()
    ((_, span),) = collector.told
    assert (span.name, span.trace_id.hex()) == ("process audit.intake.v1", trace)


def test_without_the_setting_nothing_is_told_and_no_header_is_added(front):
    tracing.configure("inspection", "")
    headers = {}
    with tracing.serving({}) as span, tracing.asking("audit", "GET", "/", headers):
        tracing.answered(span, "/", "GET", 200)
    assert span is None
    assert headers == {}
    assert front.post("/v1/events", data=b"[]").status_code == 200
