"""The HTTP routes of the services, read from the entrypoints of their nameko classes."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from shared.contracts.catalogue import OWNERS

#: A variable part of a werkzeug rule: `<name>`, `<int:name>`, `<any(a, b):name>`.
_VARIABLE = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<words>[^)]*)\))?:)?(?P<name>\w+)>")


class Route(NamedTuple):
    """One route of one service."""

    method: str
    #: werkzeug rule: `/v1/agencies/<agency_id>`.
    rule: str

    @property
    def key(self) -> str:
        """Return what `operations` calls it."""
        return f"{self.method} {self.rule}"

    @property
    def is_page(self) -> bool:
        """Return whether it is for people in a browser, or one of their style sheets."""
        return not self.rule.startswith(("/v1/", "/healthz", "/readyz", "/metrics", "/openapi", "/asyncapi"))

    def expanded(self) -> list[Route]:
        """Return one route per word where a part of the path is one of some words."""
        found = _VARIABLE.search(self.rule)
        while found is not None and found["kind"] != "any":
            found = _VARIABLE.search(self.rule, found.end())
        if found is None:
            return [self]
        listed = [word.strip() for word in found["words"].split(",")]
        return [Route(self.method, self.rule.replace(found[0], word)) for word in listed]

    @property
    def path(self) -> str:
        """Return the path as OpenAPI writes it: `/v1/agencies/{agency_id}`."""
        return _VARIABLE.sub(lambda found: "{" + found["name"] + "}", self.rule)

    @property
    def variables(self) -> list[str]:
        """Return the names of the variable parts of the path."""
        return [found["name"] for found in _VARIABLE.finditer(self.rule)]


@cache
def routes_of(service_class: Any) -> tuple[Route, ...]:
    """Return the routes of a service class, each method once, in the order of their paths."""
    found: set[Route] = set()
    for _, method in inspect.getmembers(service_class, inspect.isfunction):
        for entrypoint in getattr(method, "nameko_entrypoints", ()):
            if hasattr(entrypoint, "url"):
                for verb in entrypoint.method.split(","):
                    found.update(Route(verb.strip(), entrypoint.url).expanded())
    return tuple(sorted(found, key=lambda route: (route.is_page, route.rule, route.method)))


def service_class(name: str) -> Any:
    """Return the nameko class of a service; imported by name, since shared code knows no service."""
    return importlib.import_module(f"services.{name}.service").SERVICE


def all_routes() -> Iterator[tuple[str, tuple[Route, ...]]]:
    """Yield every service with its routes, the front door first."""
    for name in OWNERS:
        yield name, routes_of(service_class(name))
