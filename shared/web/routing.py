"""Finds the handler of a request: a look-up for fixed paths, werkzeug's map for the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import IntegerConverter, Map, Rule
from werkzeug.wrappers import Request, Response

from shared.eventsourcing import Hint
from shared.web.problem import Problem

#: Answers one request; the values are the variable parts of the path.
Handler = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path pattern with its handler, called as `call(request, **url_values)`."""

    method: str
    url: str
    call: Handler
    #: Largest body in bytes if it differs from the service's limit.
    max_body_bytes: int | None = None


class _WholeNumber(IntegerConverter):
    """A whole number of a path; what no database holds is no address."""

    regex = "[0-9]{1,18}"


class Routes:
    """All routes of a service."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Build the look-up and the map; GET routes answer HEAD as well."""
        self._fixed: dict[tuple[str, str], Route] = {}
        rules: list[Rule] = []
        for route in routes:
            methods = route.method.upper().split(",")
            rules.append(Rule(route.url, methods=methods, endpoint=route))
            if "<" not in route.url:
                self._fixed.update({(method, route.url): route for method in methods})
        # A slash at the end makes no difference: what a proxy holds back or slows down by its path it must know by both names.
        url_map = Map(rules, strict_slashes=False, merge_slashes=False, converters={"int": _WholeNumber})
        self._adapter = url_map.bind("localhost")

    def find(self, method: str, path: str) -> tuple[Route, dict[str, Any]]:
        """Return the route and the variable parts of the path.

        Raises:
            Problem: 404, or 405 with the allowed methods.
        """
        route = self._fixed.get((method, path))
        if route is not None:
            return route, {}
        try:
            found, values = self._adapter.match(path, method)
        except MethodNotAllowed as error:
            raise method_not_allowed(method, sorted(error.valid_methods or ())) from None
        except NotFound:
            raise not_found() from None
        return found, dict(values)

    def allowed(self, path: str) -> list[str]:
        """Return the methods that a path takes; empty when there is no such path."""
        return sorted(self._adapter.allowed_methods(path))


def decoded_path(environ: dict[str, Any]) -> str:
    """Return the path as text.

    Raises:
        Problem: 400 when path or query are not UTF-8 or hold U+0000.
    """
    query = environ.get("QUERY_STRING", "")
    try:
        path: str = environ.get("PATH_INFO", "").encode("latin-1").decode()
        if "%" in query or not query.isascii():
            query = unquote_to_bytes(query.encode("latin-1")).decode()
    except UnicodeError:
        raise _malformed_address() from None
    if "\0" in path or "\0" in query:
        raise _malformed_address()
    return path or "/"


def not_found() -> Problem:
    """Return the answer where there is nothing at an address."""
    return Problem(
        404,
        "NOT_FOUND",
        Hint(
            "Không có gì ở địa chỉ này. Hãy kiểm tra lại đường dẫn.",
            "There is nothing at this address. Check the path.",
        ),
    )


def method_not_allowed(method: str, allowed: list[str]) -> Problem:
    """Return the answer to a method that the path does not take; it names those it takes."""
    listed = ", ".join(allowed)
    return Problem(
        405,
        "METHOD_NOT_ALLOWED",
        Hint(
            f"Địa chỉ này không nhận phương thức {method}; chỉ nhận {listed}.",
            f"This address does not take {method}; it takes {listed}.",
        ),
        headers={"Allow": listed},
        allowed=allowed,
    )


def _malformed_address() -> Problem:
    return Problem(
        400,
        "ADDRESS_MALFORMED",
        Hint(
            "Địa chỉ chứa ký tự không hợp lệ; hãy mã hóa đường dẫn theo UTF-8.",
            "The address has invalid characters; encode it as UTF-8.",
        ),
    )


__all__ = [
    "Handler",
    "Request",
    "Route",
    "Routes",
    "decoded_path",
    "method_not_allowed",
    "not_found",
]
