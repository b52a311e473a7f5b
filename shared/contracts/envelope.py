"""The CloudEvents 1.0 envelope as this system takes it (JSON format, RFC 3339 times).

Attributes beyond CloudEvents' own: `sequence`, `correlationid`, `causationid`, `corrects`,
`provenance`. Further extension attributes of scalar type are kept; what the system itself adds is
never accepted from outside.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from marshmallow import INCLUDE, Schema, ValidationError, validates_schema

from shared.contracts.fields import Choice, Reference, Text, Timestamp

#: Added by the system; a pusher that sends one of them is told so.
RESERVED = (
    "asserter",
    "receivedat",
    "recordedat",
    "service",
    "partition",
    "position",
    "streamversion",
)
SOURCE_PREFIX = "/agencies/"
SPEC_VERSION = "1.0"
_KNOWN = frozenset(
    {
        "specversion",
        "datacontenttype",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "dataschema",
        "sequence",
        "correlationid",
        "causationid",
        "corrects",
        "provenance",
        "data",
    }
)


class Envelope(Schema):
    """The attributes of a pushed event; `data` is checked by its type's own schema."""

    class Meta:
        """Extension attributes are checked below."""

        unknown = INCLUDE

    specversion = Choice("CloudEvents version", "phiên bản CloudEvents", [SPEC_VERSION])
    id = Text("the pusher's own id; with source the idempotency key", "mã do bên gửi đặt", longest=128)
    source = Text(
        "agency whose record this is",
        "cơ quan có hồ sơ này",
        longest=139,
        pattern="^/agencies/[^/ \\t\\r\\n]{1,128}$",
    )
    type = Text("event type", "loại sự kiện", longest=128)
    subject = Text("id of the aggregate within the source", "mã đối tượng trong cơ quan", longest=256)
    time = Timestamp("when it happened", "thời điểm xảy ra")
    datacontenttype = Choice("media type of data", "kiểu dữ liệu", ["application/json"], required=False)
    dataschema = Text("URI of the schema", "địa chỉ lược đồ", longest=500, required=False)
    correlationid = Text("correlation", "mã tương quan", longest=128, required=False)
    causationid = Text("id of the causing event", "mã sự kiện nguyên nhân", longest=256, required=False)
    corrects = Reference("event that this one corrects", "sự kiện được đính chính", required=False)
    provenance = Choice("how it is known", "nguồn gốc", ["self_reported", "imported"], required=False)

    @validates_schema(pass_original=False)
    def _extensions(self, data: dict[str, Any], **_: Any) -> None:
        for name, value in data.items():
            if name in RESERVED:
                raise ValidationError("is added by the system and not accepted from outside", name)
            if name == "sequence":
                _check_sequence(value)
            elif name not in _KNOWN and not isinstance(value, str | bool | int):
                raise ValidationError("must be text, a whole number or a boolean", name)


def _check_sequence(value: Any) -> None:
    number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
    text = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18  # noqa: PLR2004
    if not number and not text:
        raise ValidationError("must be a decimal number as text", "sequence")


def envelope_schema(data_schema: dict[str, Any], type_name: str) -> dict[str, Any]:
    """Return the JSON Schema of a whole event of one type: the fast path's twin of `Envelope`."""
    properties = {
        name: field.json_schema()  # type: ignore[attr-defined]  # all are contract fields
        for name, field in Envelope().fields.items()
    }
    properties["type"] = {"const": type_name}
    properties["sequence"] = {
        "anyOf": [
            {"type": "string", "pattern": "^[0-9]{1,18}$"},
            {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
        ]
    }
    properties["data"] = data_schema
    properties.update(dict.fromkeys(RESERVED, False))
    return {
        "type": "object",
        "properties": properties,
        "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
        "additionalProperties": {"type": ["string", "boolean", "integer"]},
    }


def schema_version(dataschema: str | None) -> int | None:
    """Return the version that a `dataschema` URI names; 1 where there is none.

    Compared by path and version only: `…/v1/event-types/{type}/schema?version=2` or `…/schema/2`. None where the
    URI names no version in a form that we know.
    """
    if dataschema is None:
        return 1
    parts = urlsplit(dataschema)
    for pair in parts.query.split("&"):
        name, _, value = pair.partition("=")
        if name == "version" and value.isdigit():
            return int(value)
    last = parts.path.rstrip("/").rpartition("/")[2]
    if last.isdigit():
        return int(last)
    return 1 if last == "schema" else None


def agency_of(source: str) -> str:
    """Return the agency id of a source such as `/agencies/A1`."""
    return source[len(SOURCE_PREFIX) :]
