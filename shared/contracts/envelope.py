"""The CloudEvents 1.0 envelope as this system takes it (JSON format, RFC 3339 times).

Attributes beyond CloudEvents' own: `sequence`, `correlationid`, `causationid`, `corrects`,
`provenance`. Further extension attributes of scalar type are kept; what the system itself adds is
never accepted from outside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
#: Begins the `$id` of every schema: `urn:oversight:qms.audit.planned:1`.
SCHEMA_URN = "urn:oversight:"
SPEC_VERSION = "1.0"
#: CloudEvents 1.0, section 3.1; so `data_base64` is not taken beside `data` either.
_EXTENSION = re.compile(r"[a-z0-9]{1,50}")
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
        # The prefix and 128 characters; a bound in the pattern itself would take 150 KB for each type of event.
        longest=138,
        pattern="^/agencies/[^/ \\t\\r\\n]+$",
    )
    type = Text("event type", "loại sự kiện", longest=128)
    subject = Text("id of the aggregate within the source", "mã đối tượng trong cơ quan", longest=256)
    time = Timestamp("when it happened", "thời điểm xảy ra")
    datacontenttype = Text(
        "media type of data: application/json, with or without parameters",
        "kiểu dữ liệu: application/json, có hoặc không có tham số",
        longest=100,
        pattern="^[Aa]pplication/[Jj][Ss][Oo][Nn][ \\t]*(;[ -~]*)?$",
        required=False,
    )
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
            elif name not in _KNOWN:
                _check_extension(name, value)


def _check_sequence(value: Any) -> None:
    number = _is_whole(value) and 0 <= value < 2**63
    text = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18  # noqa: PLR2004
    if not number and not text:
        raise ValidationError("must be digits (0-9) only, at most 18", "sequence")


def _check_extension(name: str, value: Any) -> None:
    if not _EXTENSION.fullmatch(name):
        raise ValidationError("is no attribute name: lower-case letters and digits only", name)
    if not isinstance(value, str | bool) and not _is_whole(value):
        raise ValidationError("must be text, a whole number or a boolean", name)


def _is_whole(value: Any) -> bool:
    """Tell whether JSON Schema calls it an integer: 5.0 is one, true is none."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


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
        "propertyNames": {"pattern": f"^{_EXTENSION.pattern}$"},
        "additionalProperties": {"type": ["string", "boolean", "integer"]},
    }


def schema_version(dataschema: str | None, type_name: str) -> int | None:
    """Return the version of a type's schema that a `dataschema` URI names; 1 where there is none.

    Compared by path and version only, since every party may reach the catalogue under another address:
    `…/v1/event-types/{type}/schema?version=2`, `…/schema/2`, or the schema's own `$id`. None where the URI names another
    type's schema, or no version in a form that we know.
    """
    if dataschema is None:
        return 1
    if dataschema.startswith(urn := f"{SCHEMA_URN}{type_name}:"):
        return _version(dataschema.removeprefix(urn))
    try:
        parts = urlsplit(dataschema)
    except ValueError:
        return None
    path, _, last = parts.path.rstrip("/").rpartition("/")
    if last != "schema":
        return _version(last) if path.endswith(f"/v1/event-types/{type_name}/schema") else None
    if not path.endswith(f"/v1/event-types/{type_name}"):
        return None
    named = [value for name, _, value in (pair.partition("=") for pair in parts.query.split("&")) if name == "version"]
    return _version(named[0]) if named else 1


def _version(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None  # noqa: PLR2004 - digits of an int


def corrected_id(corrects: Any) -> str | None:
    """Return the id of the event that `corrects` names, given as an id or with its source; None where it names none."""
    return str(corrects["id"]) if isinstance(corrects, Mapping) else corrects


def agency_of(source: str) -> str:
    """Return the agency id of a source such as `/agencies/A1`."""
    return source[len(SOURCE_PREFIX) :]
