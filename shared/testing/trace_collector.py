"""The fixture `collector`: takes the spans of this process as a collector of traces does, over OTLP on loopback."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from shared.observability import tracing


class _Server(ThreadingHTTPServer):
    """Keeps what it was told: resource and span of each."""

    told: list[tuple[Any, Any]]


class _Handler(BaseHTTPRequestHandler):
    """Takes spans as OTLP over HTTP."""

    server: _Server

    def do_POST(self) -> None:
        """Keep what comes."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        told = ExportTraceServiceRequest.FromString(body)
        self.server.told += [
            (resource.resource, span)
            for resource in told.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[_Server]:
    """Give a collector; `told` holds resource and span of all that was told."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.told = []
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    tracing.configure("inspection", f"http://127.0.0.1:{server.server_port}")
    yield server
    tracing.close()
    server.shutdown()
    server.server_close()
    thread.join()
