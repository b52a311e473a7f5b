"""Is this event what its type says? A fast path that accepts, and a slow one that words the error.

The fast path is a JSON Schema derived from the marshmallow contracts; only what it turns down goes
through marshmallow. Should marshmallow then find nothing wrong, the two disagree: the event is
refused and counted, since an error of ours must not let unchecked data into the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
from marshmallow import ValidationError
from prometheus_client import Counter

from shared.contracts.catalogue import EventSchema, EventType
from shared.contracts.envelope import Envelope, envelope_schema, schema_version
from shared.contracts.json_schema import of_schema
from shared.eventsourcing import Hint, Refusal, refuse
from shared.intake.suggestions import Suggestions
from shared.intake.wording import vietnamese

DISAGREEMENTS = Counter(
    "oversight_validators_disagree_total", "Events that JSON Schema refused and marshmallow did not", ["type"]
)


@dataclass(frozen=True, slots=True)
class _Check:
    """One version of a type."""

    event_type: EventType
    version: int
    schema: type[EventSchema]
    fast: Any


class Validator:
    """Checks events against the catalogue; one per process, safe to share."""

    def __init__(self, catalogue: Mapping[str, EventType]) -> None:
        """Take the catalogue; a type's schema is compiled when its first event comes (each takes some 300 KB)."""
        self._checks: dict[tuple[str, int], _Check] = {}
        self._catalogue = catalogue
        self._suggestions = Suggestions(catalogue)

    def _check_of(self, name: str, version: int) -> _Check | None:
        found = self._checks.get((name, version))
        if found is None and (event_type := self._catalogue.get(name)) and (of := event_type.versioned(version)):
            schema = envelope_schema(of_schema(of[0]), name)
            fast = jsonschema_rs.validator_for(schema, validate_formats=True).is_valid
            found = self._checks[name, version] = _Check(event_type, version, of[0], fast)
        return found

    def check(self, event: Mapping[str, Any]) -> Refusal | None:
        """Return why the event is refused, or None where it is well formed in the version that it names."""
        name, named = event.get("type"), event.get("dataschema")
        if not isinstance(name, str) or name not in self._catalogue:
            return self._unknown(event)
        version = schema_version(named, name) if named is None or isinstance(named, str) else None
        check = None if version is None else self._check_of(name, version)
        if check is None:
            return _envelope_refusal(event) or _unknown_version(self._catalogue[name])
        return None if check.fast(event) else self._worded(event, check)

    def _unknown(self, event: Mapping[str, Any]) -> Refusal:
        name = event.get("type")
        if not isinstance(name, str):
            return _first(_envelope_errors(event), "")
        near = self._suggestions.near(name)
        also = f" {', '.join(near)}?" if near else ""
        return refuse(
            "UNKNOWN_TYPE",
            f"Không có loại sự kiện “{name[:100]}”; xem /v1/event-types.{also}",
            f"There is no event type “{name[:100]}”; see /v1/event-types.{also}",
            "/type",
        )

    def _worded(self, event: Mapping[str, Any], check: _Check) -> Refusal | None:
        refusal = _envelope_refusal(event) or _data_refusal(event, check.schema)
        if refusal is not None:
            return refusal
        DISAGREEMENTS.labels(check.event_type.name).inc()
        return refuse(
            "VALIDATORS_DISAGREE",
            "Hai bộ kiểm tra của hệ thống cho kết quả khác nhau; sự kiện được giữ lại để xem xét.",
            "The system's two validators disagree; the event is kept for review.",
        )


def _unknown_version(event_type: EventType) -> Refusal:
    known = ", ".join(str(version) for version in (*event_type.earlier, event_type.version))
    return refuse(
        "UNKNOWN_VERSION",
        f"Lược đồ của {event_type.name} có phiên bản {known}; sự kiện nêu lược đồ khác.",
        f"The schema of {event_type.name} has version {known}; the event names another schema.",
        "/dataschema",
    )


def _data_refusal(event: Mapping[str, Any], schema: type[EventSchema]) -> Refusal | None:
    if "data" not in event:
        return _first({"data": ["Missing data for required field."]}, "")
    if not isinstance(event["data"], dict):
        return _first({"data": ["must be an object"]}, "")
    return _checked(schema, event["data"])


def check_data(event_type: EventType, data: Mapping[str, Any]) -> Refusal | None:
    """Return why the data of an event that the system writes is no good (what people typed is in it), or None."""
    return _checked(event_type.schema, data)


def _checked(schema: type[EventSchema], data: Mapping[str, Any]) -> Refusal | None:
    try:
        schema().load(data)
    except ValidationError as error:
        return _first(error.messages, "/data")
    return None


def _envelope_refusal(event: Mapping[str, Any]) -> Refusal | None:
    errors = _envelope_errors(event)
    return _first(errors, "") if errors else None


def _envelope_errors(event: Mapping[str, Any]) -> Any:
    try:
        Envelope().load(event)
    except ValidationError as error:
        return error.messages
    return {}


def _first(messages: Any, pointer: str) -> Refusal:
    """Return the first error of marshmallow's nested messages as a refusal with its JSON pointer."""
    while isinstance(messages, dict) and messages:
        key, messages = next(iter(messages.items()))
        if key != "_schema":
            pointer += "/" + str(key).replace("~", "~0").replace("/", "~1")
    text = messages[0] if isinstance(messages, list) and messages else str(messages)
    if isinstance(text, dict):
        return _first(text, pointer)
    name = pointer or "/"
    return Refusal("SCHEMA_VIOLATION", Hint(f"{name}: {vietnamese(text)}", f"{name}: {text}"), pointer)
