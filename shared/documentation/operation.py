"""What is said about one HTTP route: summary, who may call it, parameters, bodies. The routes are in `operations`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

#: Who may call: anybody; any credential (an agency sees itself and those below it); the ministry's staff; staff or a
#: service; staff or an agency.
Access = Literal["open", "credential", "staff", "service", "staff or agency"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter; all are optional unless said otherwise."""

    name: str
    en: str
    vi: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One route."""

    en: str
    vi: str
    access: Access = "credential"
    parameters: tuple[Parameter, ...] = ()
    #: Schema of the body by media type.
    body: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: Schema of a good answer by media type.
    answer: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"application/json": {"type": "object"}})
    status: int = 200
    #: Statuses of problems, beside 401 and 403 where a credential is needed.
    problems: tuple[int, ...] = ()


def ref(name: str) -> dict[str, str]:
    """Return the reference to a schema of the document's components."""
    return {"$ref": f"#/components/schemas/{name}"}


def words(*allowed: str) -> dict[str, Any]:
    """Return the schema of one of some words."""
    return {"type": "string", "enum": list(allowed)}


def json_of(name: str) -> dict[str, dict[str, Any]]:
    """Return the JSON body of a named schema."""
    return {"application/json": ref(name)}


def whole(low: int, high: int | None = None, default: int | None = None) -> dict[str, Any]:
    """Return the schema of a whole number."""
    schema: dict[str, Any] = {"type": "integer", "minimum": low}
    if high is not None:
        schema["maximum"] = high
    if default is not None:
        schema["default"] = default
    return schema
