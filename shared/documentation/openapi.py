"""OpenAPI 3.1 of a service, made from its routes, `operations`, and the catalogue; served at `/openapi.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from shared.documentation.operation import Operation, Parameter, ref
from shared.documentation.operations import OPERATIONS
from shared.documentation.routes import Route
from shared.documentation.schemas import ANSWERS, events

OPENAPI = "3.1.0"

_TITLES = {
    400: "Malformed or a parameter that cannot be used",
    401: "No credential, or one that is not known",
    403: "The credential may not do this",
    404: "No such thing",
    409: "Not possible for this one",
    413: "Too large; the limit is said",
    415: "Another content type",
    422: "A single event that is refused, or a command that does not fit",
    429: "Too many; see Retry-After",
    503: "Cannot commit now; see Retry-After",
}


def document(service: str, routes: Sequence[Route]) -> dict[str, Any]:
    """Return the OpenAPI document of a service; pages for people are left out."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        operation = OPERATIONS.get(route.key)
        if operation is not None:
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, operation)
    return {
        "openapi": OPENAPI,
        "info": {
            "title": f"ISO 9001 oversight: {service}",
            "version": version("oversight"),
            "description": "Push events as CloudEvents 1.0 and read what came of them. Errors are problem+json (RFC 9457) "
            "with a code, a JSON pointer and a hint in Vietnamese and English.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "Key of an agency, or token"}
            },
            "schemas": {**ANSWERS, **events()},
        },
    }


def _operation(route: Route, operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation_id(route),
        "summary": operation.en,
        "description": operation.vi,
        "parameters": [*map(_path_parameter, route.variables), *map(_query_parameter, operation.parameters)],
        "responses": _responses(operation),
        "security": [] if operation.access == "open" else [{"bearer": []}],
        "x-access": operation.access,
    }
    if operation.body:
        found["requestBody"] = {"content": _content(operation.body)}
    return found


def operation_id(route: Route) -> str:
    """Return a name for a route that is unique within a service: `get_v1_agencies_by_agency_id`."""
    parts = [part.replace("{", "by_").replace("}", "") for part in route.path.strip("/").split("/")]
    words = "_".join([route.method.lower(), *parts])
    return "".join(letter if letter.isalnum() else "_" for letter in words)


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.en} / {parameter.vi}",
        "schema": dict(parameter.schema),
    }


def _content(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {media_type: {"schema": dict(schema)} for media_type, schema in schemas.items()}


def _responses(operation: Operation) -> dict[str, Any]:
    statuses = set(operation.problems)
    if operation.access != "open":
        statuses |= {401, 403}
    good = {"description": "Good", "content": _content(operation.answer)}
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    problems = {str(status): {"description": _TITLES[status], "content": problem} for status in sorted(statuses)}
    return {str(operation.status): good, **problems}
