"""`GET /v1/event-types`: what can be pushed, with its schema and an example that is accepted."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from shared.contracts.catalogue import EventType, load
from shared.contracts.envelope import SOURCE_PREFIX, SPEC_VERSION, envelope_schema
from shared.contracts.flags import RETRACTED
from shared.contracts.json_schema import DIALECT, of_schema
from shared.contracts.upcasting import schema_uri
from shared.eventsourcing import Hint
from shared.web.answers import json_answer
from shared.web.problem import Problem
from shared.web.query import whole_number

if TYPE_CHECKING:
    from shared.service.context import ServiceContext


def event_types(context: ServiceContext, _request: Request) -> Response:
    """List every event type of all services."""
    kinds = sorted(context.catalogue.values(), key=lambda kind: (kind.owner, kind.name))
    return json_answer({"event_types": [_entry(kind) for kind in kinds]})


def _entry(kind: EventType) -> dict[str, Any]:
    return {
        "type": kind.name,
        "service": kind.owner,
        "version": kind.version,
        "versions": [*kind.earlier, kind.version],
        "description": {"vi": kind.vi, "en": kind.en},
        "asserter": kind.asserter,
        "schema": f"/v1/event-types/{kind.name}/schema?version={kind.version}",
    }


def schema(context: ServiceContext, request: Request, event_type: str) -> Response:
    """Return the JSON Schema of one type's whole event, with an accepted example.

    Raises:
        Problem: 404 unknown type or version.
    """
    kind = context.catalogue.get(event_type)
    version = whole_number(request, "version", kind.version if kind else 1, low=1)
    if kind is None or kind.versioned(version) is None:
        raise Problem(
            404,
            "UNKNOWN_TYPE" if kind is None else "UNKNOWN_VERSION",
            Hint(
                "Không có loại sự kiện hoặc phiên bản này; xem /v1/event-types.",
                "No such type or version; see /v1/event-types.",
            ),
            pointer="/path/event_type",
        )
    return json_answer(document(event_type, version))


@cache
def document(event_type: str, version: int | None = None) -> dict[str, Any]:
    """Return the schema document of a version of a type, today's by default: the event's schema, an example.

    Raises:
        KeyError: no such type or version.
    """
    kind = load()[event_type]
    of = kind.versioned(number := version or kind.version)
    if of is None:
        raise KeyError(version)
    return {
        "$schema": DIALECT,
        "$id": schema_uri(kind.name, number),
        "title": kind.name,
        "description": f"{kind.en} / {kind.vi}",
        **envelope_schema(of_schema(of[0]), kind.name),
        "examples": [example(kind, number)],
    }


def example(kind: EventType, version: int | None = None) -> dict[str, Any]:
    """Return a whole event with the example data of a version, today's by default."""
    number = version or kind.version
    _, data = kind.versioned(number) or (None, kind.example)
    agency = str(data.get("agency_id") or "A-0001")
    return {
        "specversion": SPEC_VERSION,
        "id": f"example-{kind.aggregate}-{kind.event}",
        "source": SOURCE_PREFIX + agency,
        "type": kind.name,
        "subject": example_subject(kind, agency),
        "time": "2026-03-02T08:00:00+07:00",
        "datacontenttype": "application/json",
        # A baseline is an imported fact by its nature.
        **({"provenance": "imported"} if kind.event == "baselined" else {}),
        **({"corrects": f"example-{kind.aggregate}-0"} if kind.event == RETRACTED else {}),
        # What names no schema is of version 1.
        **({"dataschema": schema_uri(kind.name, number)} if number > 1 else {}),
        "data": dict(data),
    }


def example_subject(kind: EventType, agency: str) -> str:
    """Return a subject that fits the example's data (some aggregates are named by their data)."""
    return kind.example_subject or (agency if kind.aggregate == "agency" else f"{kind.aggregate}-1")
