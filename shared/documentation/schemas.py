"""Schemas of HTTP bodies and answers, by name, and those of the events, as OpenAPI and AsyncAPI refer to them."""

from __future__ import annotations

from typing import Any

from shared.contracts.catalogue import OWNERS, EventType, load
from shared.contracts.envelope import RESERVED, envelope_schema
from shared.contracts.json_schema import of_schema
from shared.documentation.operation import ref, words
from shared.web.roles import ROLES

_TEXT = {"type": "string"}
_NULLABLE_TEXT = {"type": ["string", "null"]}
_WHOLE = {"type": "integer"}
_INSTANT = {"type": "string", "format": "date-time"}
_DATE = {"type": "string", "format": "date"}
_NUMBER_OR_NULL = {"type": ["number", "null"]}
_SERVICE = words(*OWNERS)


def record(required: str, **properties: Any) -> dict[str, Any]:
    """Return an object schema; `required` names the members that are always there, with blanks between."""
    return {"type": "object", "properties": properties, "required": required.split()}


def several(name: str) -> dict[str, Any]:
    """Return the schema of a list of a named schema."""
    return {"type": "array", "items": ref(name)}


_BOTH = record("vi en", vi=_TEXT, en=_TEXT)
_PROBLEM = {
    "type": _TEXT,
    "title": _TEXT,
    "status": _WHOLE,
    "code": {"type": "string", "description": "Reason in upper snake case"},
    "pointer": {"type": "string", "description": "JSON pointer (RFC 6901) to what is wrong"},
    "hint": ref("Hint"),
}
_RESULT = record(
    "id source status position service",
    id=_NULLABLE_TEXT,
    source=_NULLABLE_TEXT,
    status=words("accepted", "duplicate", "waiting", "refused"),
    position={"type": ["integer", "null"]},
    service=_SERVICE,
    code=_TEXT,
    pointer=_TEXT,
    hint=ref("Hint"),
)
_ITEM = record(
    "id service status event",
    id=_TEXT,
    service=_SERVICE,
    status=words("waiting", "refused"),
    source=_TEXT,
    event_id=_TEXT,
    type=_TEXT,
    agency_id=_TEXT,
    asserter={"type": "string", "description": "Who pushed it: an agency, `staff` or `system`"},
    code=_TEXT,
    pointer=_TEXT,
    hint=ref("Hint"),
    received_at=_INSTANT,
    first_received_at=_INSTANT,
    attempts=_WHOLE,
    overdue={"type": "boolean", "description": "Waits for what it names longer than is allowed"},
    event={
        "description": "The event as it came; bytes that are no JSON in base64; the beginning where `truncated`, null where `omitted`"
    },
    raw_base64={"type": "string", "description": "The bytes, where `event` does not show each of them"},
    truncated={
        "type": "boolean",
        "description": "Too large to be kept whole: only the beginning is, and it cannot be replayed as it came",
    },
    omitted={"type": "boolean", "description": "Too large for this list: the item by itself has the event"},
    size={"type": "integer", "description": "Bytes of all that came, where `truncated`"},
    sha256={"type": "string", "description": "Digest of all that came, hexadecimal, where `truncated`"},
)
_ROW = record(
    "key label numerator denominator rate values",
    key=_TEXT,
    label=_TEXT,
    label_en=_TEXT,
    numerator={"type": ["integer", "null"]},
    denominator={"type": ["integer", "null"]},
    rate={**_NUMBER_OR_NULL, "description": "Null where the denominator is 0"},
    values={"type": "object"},
)
_RECEIPT = record(
    "source id service status position",
    source=_TEXT,
    id=_TEXT,
    service=_SERVICE,
    status=words("accepted", "waiting", "refused"),
    position={"type": ["integer", "null"]},
    type=_TEXT,
    received_at=_INSTANT,
    recorded_at=_INSTANT,
    digest={"type": "string", "description": "Leaf hash of the stored bytes (RFC 6962, 2.1), hexadecimal"},
)
_INDICATOR = record(
    "id name formula unit unit_label ratio variants source over_period",
    id=_TEXT,
    name=ref("Hint"),
    formula=ref("Hint"),
    unit=words("ratio", "per_procedure", "distribution", "days", "points", "rank", "list"),
    unit_label=ref("Hint"),
    ratio={"type": "boolean"},
    variants={"type": "array", "items": words("reported", "verified")},
    source=_TEXT,
    over_period={"type": "boolean"},
)
_EVENT_TYPE = record(
    "type service version versions description asserter schema",
    type=_TEXT,
    service=_SERVICE,
    version=_WHOLE,
    versions={"type": "array", "items": _WHOLE, "description": "All that are taken, today's last"},
    description=ref("Hint"),
    asserter=_TEXT,
    schema=_TEXT,
)

#: Schemas of bodies and answers.
ANSWERS: dict[str, dict[str, Any]] = {
    "Hint": _BOTH,
    "Problem": {**record("type title status code hint", **_PROBLEM), "description": "problem+json (RFC 9457)"},
    "Result": _RESULT,
    "Results": record("results", results=several("Result")),
    "EventType": _EVENT_TYPE,
    "EventTypes": record("event_types", event_types=several("EventType")),
    "Receipt": _RECEIPT,
    "QuarantineItem": _ITEM,
    "Quarantine": record("items", items=several("QuarantineItem")),
    "QuarantineCount": record(
        "agency_id status code count overdue oldest_at",
        agency_id=_TEXT,
        status={"type": "string", "enum": ["waiting", "refused"]},
        code=_TEXT,
        count=_WHOLE,
        overdue=_WHOLE,
        oldest_at=_INSTANT,
    ),
    "QuarantineCounts": record("counts", counts=several("QuarantineCount")),
    "Feed": record(
        "service partition epoch head recorded_at events",
        service=_SERVICE,
        partition=_WHOLE,
        epoch=_TEXT,
        head=_WHOLE,
        recorded_at={"type": "integer", "description": "Microseconds since 1970-01-01 UTC"},
        events=several("RecordedEvent"),
    ),
    "Indicator": _INDICATOR,
    "Indicators": record("indicators", indicators=several("Indicator")),
    "Row": _ROW,
    "Figures": record(
        "indicator as_of known_at watermark rows",
        indicator=_TEXT,
        as_of=_DATE,
        known_at=_INSTANT,
        watermark=_INSTANT,
        rows=several("Row"),
    ),
    "KeyWish": record("", label={"type": "string", "description": "What the key is for"}),
    "Key": record("agency_id key_id key", agency_id=_TEXT, key_id=_TEXT, key=_TEXT),
    "AmqpUser": record("user", user={"type": "string", "description": "User of the broker"}),
    "AccountWish": record(
        "name role",
        name=_TEXT,
        role=words(*ROLES),
        agency_id={"type": "string", "description": "Agency of a provincial inspector or an agency's officer"},
        oversees={
            "type": "string",
            "description": "Agency above it, within its province, that an inspector with inspection rights oversees; "
            "default: the own agency",
        },
        password={"type": "string", "minLength": 12, "maxLength": 256},
        subject={"type": "string", "description": "Identity at the OpenID provider"},
    ),
    "AccountChange": record("", password={"type": "string", "minLength": 12}, disabled={"type": "boolean"}),
    "Discarded": record("id status", id=_TEXT, status=words("discarded")),
    "Note": record("", note=_TEXT),
    "Snooze": record("until reason", until=_DATE, reason=_TEXT),
    "Silence": record(
        "matchers ends_at reason",
        matchers={"type": "array", "minItems": 1, "items": {"type": "string"}, "description": "Such as rule=A11"},
        begins_at=_INSTANT,
        ends_at=_INSTANT,
        reason=_TEXT,
    ),
    "SilenceEnd": record("", reason=_TEXT),
    "AlertmanagerWebhook": record("alerts", alerts={"type": "array", "items": {"type": "object"}}),
}


def pushed() -> list[EventType]:
    """Return the types that somebody may push, by owner and name."""
    kinds = [kind for kind in load().values() if kind.asserter != "system"]
    return sorted(kinds, key=lambda kind: (OWNERS.index(kind.owner), kind.name))


def envelope() -> dict[str, Any]:
    """Return the schema of the attributes that all events share; `type` and `data` are narrowed by each type."""
    schema = envelope_schema({"type": "object"}, "")
    schema["properties"]["type"] = {"type": "string"}
    return schema


def event_of(kind: EventType) -> dict[str, Any]:
    """Return the schema of a whole event of one type."""
    narrowed = {"properties": {"type": {"const": kind.name}, "data": of_schema(kind.schema)}}
    return {"description": f"{kind.en} / {kind.vi}", "allOf": [ref("Envelope"), narrowed]}


def events() -> dict[str, dict[str, Any]]:
    """Return the schemas of the events that may be pushed, by type, with their union as `Event`."""
    kinds = pushed()
    mapping = {kind.name: f"#/components/schemas/{kind.name}" for kind in kinds}
    union = {
        "oneOf": [ref(kind.name) for kind in kinds],
        "discriminator": {"propertyName": "type", "mapping": mapping},
    }
    return {
        "Envelope": envelope(),
        "Event": union,
        **{kind.name: event_of(kind) for kind in kinds},
        "RecordedEvent": recorded(),
    }


def recorded() -> dict[str, Any]:
    """Return the schema of an event as the log gives it: the envelope and what the system added."""
    schema = envelope()
    numbers = {name: {"type": "integer"} for name in ("partition", "position", "streamversion")}
    instants = dict.fromkeys(("receivedat", "recordedat"), _INSTANT)
    schema["properties"] |= {**numbers, **instants, "service": _SERVICE, "asserter": _TEXT}
    schema["properties"]["provenance"] = words("self_reported", "imported", "inspected", "derived")
    schema["required"] = [*schema["required"], *RESERVED]
    return schema
