"""Describes the fields of an event in words: kind, whether it must be there, meaning, unit, source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from marshmallow import Schema

from shared.contracts import fields
from shared.contracts.fields import Contract


class Described(NamedTuple):
    """One field as a reader meets it."""

    #: Path within `data`: `codes[].scheme`.
    name: str
    kind: str
    required: bool
    en: str
    vi: str
    unit: str
    #: Law or clause that it follows.
    source: str


def described(schema: type[Schema], prefix: str = "") -> Iterator[Described]:
    """Yield the fields of a schema in their order, those of nested objects behind their own."""
    for name, field in schema().fields.items():
        if isinstance(field, Contract):
            yield _one(prefix + name, field)
            yield from _nested(prefix + name, field)


def _one(name: str, field: Contract) -> Described:
    meaning = field.metadata
    return Described(
        name, kind_of(field), field.required, meaning["en"], meaning["vi"], meaning["unit"], meaning["source"]
    )


def _nested(path: str, field: Contract) -> Iterator[Described]:
    if isinstance(field, fields.ListOf):
        path, field = f"{path}[]", field.item
    if isinstance(field, fields.Object):
        yield from described(field.nested, f"{path}.")


def kind_of(field: Contract) -> str:
    """Return what kind of value a field takes: `text up to 500`, `whole number from 0`."""
    words = _words(field, field.value_schema())
    return f"{words}, or null" if field.allow_none else words


def _words(field: Contract, schema: dict[str, Any]) -> str:
    if isinstance(field, fields.ListOf):
        return f"list of {schema['minItems']} to {schema['maxItems']}: {kind_of(field.item)}"
    if isinstance(field, fields.Choice):
        return "one of " + ", ".join(f"`{word}`" for word in field.words)
    if isinstance(field, fields.Number):
        return _number("whole number" if isinstance(field, fields.Integer) else "number", schema)
    if isinstance(field, fields.Text):
        return _text(schema)
    return _PLAIN[type(field).__name__]


_PLAIN = {
    "Boolean": "true or false",
    "Date": "date `YYYY-MM-DD`",
    "Object": "object",
    "Reference": 'id, or `{"source", "id"}`',
    "Sha256": "SHA-256, 64 hexadecimal digits",
    "Timestamp": "time, RFC 3339",
}
_UNBOUNDED = 2**53
_NOT_BLANK = "[^ \\t\\r\\n]"


def _number(kind: str, schema: dict[str, Any]) -> str:
    low, high = schema["minimum"], schema["maximum"]
    if high >= _UNBOUNDED:
        return kind if low <= -_UNBOUNDED else f"{kind} from {low}"
    return f"{kind} from {low} to {high}"


def _text(schema: dict[str, Any]) -> str:
    form = "" if schema["pattern"] == _NOT_BLANK else f" of the form `{schema['pattern']}`"
    return f"text up to {schema['maxLength']}{form}"
