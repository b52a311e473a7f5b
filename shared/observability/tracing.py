"""Traces behind a setting (`OVERSIGHT_TRACES_URL`): spans of requests, forwarded requests and messages, told over OTLP.

Off, nothing of OpenTelemetry is imported and a span costs one comparison. Context travels as W3C Trace Context
(https://www.w3.org/TR/trace-context/): in HTTP headers, and in the headers of AMQP messages. Spans name routes and
services, never contents, ids of people, or credentials.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

_FAILED = 500
_state: dict[str, Any] = {}


def configure(service: str, url: str) -> None:
    """Tell spans to a collector from now on; nothing without an address."""
    if not url:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": service, "service.namespace": "oversight"})
    provider = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces", timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _state.update(provider=provider, tracer=provider.get_tracer("oversight"))


def flush() -> None:
    """Tell what has not been told yet, for at most five seconds; before the process ends."""
    if _state:
        _state["provider"].force_flush(5_000)


def close() -> None:
    """Tell what is left and end; spans cost nothing again."""
    if _state:
        _state["provider"].shutdown()
        _state.clear()


def is_on() -> bool:
    """Return whether spans are told."""
    return bool(_state)


def traceparent() -> str:
    """Return the present span in the form in which it travels; empty where there is none."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")


def serving(environ: Mapping[str, Any]) -> AbstractContextManager[Any]:
    """Return the span of a request that is being answered (WSGI), as a child of the caller's."""
    if not _state:
        return nullcontext()
    carrier = {"traceparent": environ.get("HTTP_TRACEPARENT", ""), "tracestate": environ.get("HTTP_TRACESTATE", "")}
    return _span("HTTP", "SERVER", carrier, {"http.request.method": environ["REQUEST_METHOD"]})


def answered(span: Any, route: str, method: str, status: int) -> None:
    """Name the span of a request by its route, and say how it ended."""
    if span is None:
        return
    span.update_name(f"{method} {route}")
    span.set_attributes({"http.route": route, "http.response.status_code": status})
    _judge(span, status)


def asking(service: str, method: str, path: str, headers: MutableMapping[str, str]) -> AbstractContextManager[Any]:
    """Return the span of a request to a peer, and put its context into the headers."""
    if not _state:
        return nullcontext()
    return _asking(service, method, path.partition("?")[0], headers)


@contextmanager
def _asking(service: str, method: str, path: str, headers: MutableMapping[str, str]) -> Iterator[Any]:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    attributes = {"http.request.method": method, "server.address": service, "url.path": path}
    with _span(f"{method} {service}", "CLIENT", None, attributes) as span:
        TraceContextTextMapPropagator().inject(headers)
        yield span


def taking(queue: str, headers: Mapping[str, Any]) -> AbstractContextManager[Any]:
    """Return the span of a message that is being taken, as a child of its sender's."""
    if not _state:
        return nullcontext()
    carrier = {name: str(headers.get(name) or "") for name in ("traceparent", "tracestate")}
    return _span(
        f"process {queue}", "CONSUMER", carrier, {"messaging.system": "rabbitmq", "messaging.destination.name": queue}
    )


@contextmanager
def joined(name: str, kind: str, origins: Sequence[str], attributes: Mapping[str, str]) -> Iterator[Any]:
    """Open a span behind others, named by `traceparent`: a child of the only one, else linked to each; only while on."""
    from opentelemetry.trace import Link, SpanKind, get_current_span
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    read = TraceContextTextMapPropagator().extract
    contexts = [read({"traceparent": origin}) for origin in origins]
    with _state["tracer"].start_as_current_span(
        name,
        # Not the span that happens to be open here: a relay's loop is nobody's child.
        context=contexts[0] if len(contexts) == 1 else read({}),
        kind=SpanKind[kind],
        attributes=dict(attributes),
        links=[Link(get_current_span(one).get_span_context()) for one in contexts] if len(contexts) > 1 else None,
    ) as span:
        yield span


@contextmanager
def _span(name: str, kind: str, carrier: Mapping[str, str] | None, attributes: Mapping[str, str]) -> Iterator[Any]:
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = None if carrier is None else TraceContextTextMapPropagator().extract(carrier)
    with _state["tracer"].start_as_current_span(
        name, context=context, kind=SpanKind[kind], attributes=dict(attributes)
    ) as span:
        yield span


def _judge(span: Any, status: int) -> None:
    from opentelemetry.trace import Status, StatusCode

    if status >= _FAILED:
        span.set_status(Status(StatusCode.ERROR))
