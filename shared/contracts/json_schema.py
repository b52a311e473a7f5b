"""Derives JSON Schema (draft 2020-12) from marshmallow schemas built of our strict fields."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from shared.contracts.fields import Contract

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def of_schema(schema: type[Schema]) -> dict[str, Any]:
    """Return the JSON Schema of a marshmallow schema; unknown members are refused.

    Raises:
        TypeError: a field is not one of `shared.contracts.fields`.
    """
    properties: dict[str, Any] = {}
    required: list[str] = []
    for name, field in schema().fields.items():
        if not isinstance(field, Contract):
            raise TypeError(f"{schema.__name__}.{name} is no contract field")
        properties[name] = field.json_schema()
        if field.required:
            required.append(name)
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
