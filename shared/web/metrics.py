"""What is counted of every HTTP request: number, outcome and time, by route."""

from __future__ import annotations

from functools import lru_cache

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter(
    "oversight_http_requests_total",
    "HTTP requests answered, by route pattern, method and status.",
    ("service", "route", "method", "status"),
)
SECONDS = Histogram(
    "oversight_http_request_seconds",
    "Seconds from the parsed head of a request to its answer.",
    ("service", "route"),
    buckets=(
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
    ),
)
IN_FLIGHT = Gauge(
    "oversight_http_requests_in_flight",
    "HTTP requests being answered now.",
    ("service",),
)
CONNECTIONS = Gauge("oversight_http_connections", "Open HTTP connections.", ("service",))

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@lru_cache(maxsize=1024)
def _counter(service: str, route: str, method: str, status: int) -> Counter:
    return REQUESTS.labels(service, route, method, str(status))


@lru_cache(maxsize=256)
def _histogram(service: str, route: str) -> Histogram:
    return SECONDS.labels(service, route)


def observe(service: str, route: str, method: str, status: int, seconds: float) -> None:
    """Count one answered request; methods that nobody knows share one label."""
    _counter(service, route, method if method in _METHODS else "other", status).inc()
    _histogram(service, route).observe(seconds)
