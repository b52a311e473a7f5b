"""The WSGI application of a service: finds the handler, bounds the body, words every error, counts.

It knows neither nameko nor eventlet: the server gives it the deadline and the handlers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from structlog.contextvars import bind_contextvars, clear_contextvars
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from shared.database.errors import DatabaseUnavailableError
from shared.eventsourcing import Hint
from shared.observability import tracing
from shared.turns import waited_for
from shared.web import metrics
from shared.web.answers import PROBLEM_TYPE, problem_answer
from shared.web.body import Body, BodyLimits, check_declared_length, too_large
from shared.web.headers import CORRELATION_HEADER, correlation_id, secure
from shared.web.problem import Problem
from shared.web.routing import Route, Routes, decoded_path, not_found

_log = logging.getLogger(__name__)

#: Renders a problem as a page for people; returns None to leave it problem+json.
ProblemPage = Callable[[Request, Problem], Response | None]

#: Answered even when the service is full: they say that it is.
_ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})
_UNMATCHED = "unmatched"
_SERVER_FAULT = 500


@dataclass(frozen=True)
class DispatchOptions:
    """How one service answers."""

    service: str
    limits: BodyLimits = field(default_factory=BodyLimits)
    #: Requests answered at the same time; further ones get 503 with Retry-After.
    max_requests: int = 1024
    #: Trust the last X-Forwarded-For and X-Forwarded-Proto: only behind a proxy that sets them.
    forwarded: bool = False
    problem_page: ProblemPage | None = None


class Dispatcher:
    """Answers every request of a service; never lets an exception or its text out."""

    def __init__(self, routes: Iterable[Route], options: DispatchOptions) -> None:
        """Take the routes and the options."""
        self.routes = Routes(routes)
        self.options = options
        self.in_flight = 0
        self._gauge = metrics.IN_FLIGHT.labels(options.service)
        self._gauge.set_function(lambda: self.in_flight)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        started = time.perf_counter()
        if self.options.forwarded:
            _take_over_forwarded(environ)
        correlation = correlation_id(environ)
        environ["oversight.correlation_id"] = correlation
        clear_contextvars()
        bind_contextvars(correlation_id=correlation)
        # Not kept in its own environ: such a cycle holds the body of a batch until somebody looks for garbage.
        request = Request(environ, populate_request=False)
        self.in_flight += 1
        method = environ["REQUEST_METHOD"]
        try:
            with waited_for(), tracing.serving(environ) as span:
                route, response = self._answer(request, environ)
                tracing.answered(span, route, method, response.status_code)
        finally:
            self.in_flight -= 1
        self._finish(request, response, correlation)
        seconds = time.perf_counter() - started
        metrics.observe(self.options.service, route, method, response.status_code, seconds)
        if "HTTP_X_CORRELATION_ID" in environ:
            # Whoever gives an id wants to find it again; a proxy in front always does.
            _log.info("answered %s %s: %d in %.3f s", method, route, response.status_code, seconds)
        return response(environ, start_response)

    def _answer(self, request: Request, environ: dict[str, Any]) -> tuple[str, Response]:
        pattern = _UNMATCHED
        try:
            path = decoded_path(environ)
            self._admit(path)
            method = environ["REQUEST_METHOD"]
            if method == "OPTIONS":
                return pattern, self._options(path)
            route, values = self.routes.find(method, path)
            pattern = route.url
            self._bound_body(environ, route)
            return pattern, route.call(request, **values)
        except Exception as error:  # noqa: BLE001 - the last line: whatever it is becomes an answer
            return pattern, self._explain(request, error)

    def _admit(self, path: str) -> None:
        if self.in_flight > self.options.max_requests and path not in _ALWAYS:
            raise _overloaded()

    def _options(self, path: str) -> Response:
        allowed = self.routes.allowed(path)
        if not allowed:
            raise not_found()
        return Response(status=204, headers={"Allow": ", ".join([*allowed, "OPTIONS"])})

    def _bound_body(self, environ: dict[str, Any], route: Route) -> None:
        limits = self.options.limits
        if route.max_body_bytes is not None:
            limits = replace(limits, max_bytes=route.max_body_bytes)
        check_declared_length(environ, limits)
        environ["wsgi.input"] = Body(environ, limits)
        environ["wsgi.input_terminated"] = True
        environ.pop("HTTP_CONTENT_ENCODING", None)

    def _explain(self, request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.response is not None:
            return Response.force_type(error.get_response(request.environ))
        problem = self._as_problem(request, error)
        if problem.headers.get("Connection") == "close":
            request.environ.get("oversight.close", _nothing)()
        page = self.options.problem_page
        if page is not None and _wants_page(request):
            try:
                return page(request, problem) or problem_answer(problem)
            except Exception:  # noqa: BLE001 - a broken page must not hide the problem
                _log.exception("the page of a problem could not be rendered")
        return problem_answer(problem)

    def _as_problem(self, request: Request, error: Exception) -> Problem:
        if isinstance(error, Problem):
            return error
        if isinstance(error, RequestEntityTooLarge):
            return too_large(request.max_form_memory_size or self.options.limits.max_bytes)
        if isinstance(error, HTTPException) and (error.code or _SERVER_FAULT) < _SERVER_FAULT:
            return _bad_request(error.code or 400)
        correlation = request.environ["oversight.correlation_id"]
        if isinstance(error, DatabaseUnavailableError):
            _log.warning("the database is away: %s %s (%s): %s", request.method, request.path, correlation, error)
            return _store_unavailable()
        _log.error(
            "request failed: %s %s (%s)",
            request.method,
            request.path,
            correlation,
            exc_info=error,
        )
        return _internal(correlation)

    def _finish(self, request: Request, response: Response, correlation: str) -> None:
        headers = response.headers
        headers[CORRELATION_HEADER] = correlation
        page = response.mimetype == "text/html"
        secure(headers, page=page, tls=request.environ.get("wsgi.url_scheme") == "https")
        if response.mimetype == PROBLEM_TYPE or page:
            headers.add("Vary", "Accept")
        if "HTTP_EXPECT" in request.environ and _unread(request.environ["wsgi.input"]):
            # The client still waits whether to send the body; nobody can know what comes next on the line.
            request.environ.get("oversight.close", _nothing)()
        # The server writes its own when it closes; two of them confuse proxies.
        headers.remove("Connection")


def _unread(body: object) -> bool:
    return not isinstance(body, Body) or body.untouched


def _nothing() -> None:
    return None


def _take_over_forwarded(environ: dict[str, Any]) -> None:
    address = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip()
    if address:
        environ["REMOTE_ADDR"] = address
    if scheme in ("http", "https"):
        environ["wsgi.url_scheme"] = scheme


def _wants_page(request: Request) -> bool:
    if request.path.startswith("/v1/"):
        return False
    return request.accept_mimetypes.best_match([PROBLEM_TYPE, "text/html"], PROBLEM_TYPE) == "text/html"


def _overloaded() -> Problem:
    return Problem(
        503,
        "OVERLOADED",
        Hint(
            "Hệ thống đang quá tải. Hãy gửi lại sau ít giây.",
            "The service is overloaded. Retry in some seconds.",
        ),
        headers={"Retry-After": "2"},
    )


def _store_unavailable() -> Problem:
    return Problem(
        503,
        "STORE_UNAVAILABLE",
        Hint(
            "Cơ sở dữ liệu tạm thời không sẵn sàng; hãy gửi lại nguyên yêu cầu sau ít giây.",
            "The database cannot be reached right now; send the same request again in a few seconds.",
        ),
        headers={"Retry-After": "2"},
    )


def _bad_request(status: int) -> Problem:
    return Problem(
        status,
        "REQUEST_MALFORMED",
        Hint("Yêu cầu không đúng định dạng.", "The request is malformed."),
    )


def _internal(correlation: str) -> Problem:
    return Problem(
        500,
        "INTERNAL",
        Hint(
            f"Lỗi nội bộ. Khi báo lỗi, hãy gửi kèm mã {correlation}.",
            f"Internal error. When reporting it, give the id {correlation}.",
        ),
        correlation_id=correlation,
    )
