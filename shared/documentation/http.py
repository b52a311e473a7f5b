"""`docs/reference/http.md`: every route of every service, made from the service classes and `operations`.

`python -m shared.documentation.http` writes the page; `--check` says whether it is stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from shared.contracts.catalogue import OWNERS
from shared.documentation.markdown import REFERENCE, joined, made_by, run, table
from shared.documentation.operation import Operation
from shared.documentation.operations import OPERATIONS
from shared.documentation.routes import Route, all_routes
from shared.service.settings import PORTS

PATH = REFERENCE / "http.md"

_ACCESS = {
    "open": "everybody",
    "credential": "any credential; an agency sees itself and those below it",
    "staff": "the staff token",
    "service": "the staff token or a service's token",
    "staff or agency": "the staff token or an agency's key",
}
_INTRODUCTION = """The front door is `inspection`; agencies and inspectors need no other address. Credentials travel as
`Authorization: Bearer KEY`. An error is problem+json (RFC 9457) with `code`, `pointer` and `hint` in Vietnamese and English:
401 without a good credential, 403 outside what it may do, 429 with `Retry-After`, and what stands with each route. Every
answer carries `X-Correlation-Id`; the caller's own is kept."""


def render() -> str:
    """Return the page."""
    having = _having()
    return joined(
        (
            made_by("shared.documentation.http"),
            "# HTTP",
            _INTRODUCTION,
            table(("service", "default port"), ((name, str(PORTS[name])) for name in OWNERS)),
            *_operations(having),
            *_pages(having),
        )
    )


def _having() -> Mapping[Route, list[str]]:
    """Return which services have a route."""
    found: dict[Route, list[str]] = {}
    for service, routes in all_routes():
        for route in routes:
            found.setdefault(route, []).append(service)
    return found


def _operations(having: Mapping[Route, list[str]]) -> Iterator[str]:
    routes = [(key, Route(*key.split(" ", 1))) for key in OPERATIONS]
    for subject, group in groupby(routes, key=lambda found: _subject(found[1])):
        yield f"## {subject}"
        for key, route in group:
            yield from _operation(route, OPERATIONS[key], having[route])


def _subject(route: Route) -> str:
    parts = route.rule.strip("/").split("/")
    return parts[1].replace("-", " ") if parts[0] == "v1" else "health and descriptions"


def _operation(route: Route, operation: Operation, services: list[str]) -> Iterator[str]:
    yield f"### {route.method} {route.path}"
    yield f"{operation.en}. *{operation.vi}.*"
    where = "every service" if len(services) == len(OWNERS) else ", ".join(f"`{name}`" for name in services)
    statuses = ", ".join(str(status) for status in (operation.status, *operation.problems))
    yield f"On {where}. For {_ACCESS[operation.access]}. Answers {statuses}."
    if operation.body:
        yield "Body: " + ", ".join(f"`{media_type}`" for media_type in operation.body) + "."
    yield table(
        ("parameter", "meaning", "ý nghĩa", "values"),
        (
            (f"`{one.name}`" + (" (needed)" if one.required else ""), one.en, one.vi, _values(one.schema))
            for one in operation.parameters
        ),
    )


def _values(schema: Mapping[str, object]) -> str:
    listed = schema.get("enum")
    if isinstance(listed, list):
        return ", ".join(f"`{word}`" for word in listed)
    if schema.get("type") == "integer":
        high = f" to {schema['maximum']}" if "maximum" in schema else ""
        default = f", default {schema['default']}" if "default" in schema else ""
        return f"{schema['minimum']}{high}{default}"
    return {"date": "`YYYY-MM-DD`", "date-time": "RFC 3339"}.get(str(schema.get("format")), "")


def _pages(having: Mapping[Route, list[str]]) -> Iterator[str]:
    yield "## Pages"
    yield "For people, on `inspection`; all but `/sign-in`, `/docs` and `/static/` need a session."
    yield "\n".join(f"- `{route.method} {route.path}`" for route in having if route.is_page)


if __name__ == "__main__":
    run(PATH, render)
