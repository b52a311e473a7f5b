"""May a schema stand in for an earlier one? What the earlier one took, the later one must take too.

A type's version promises that whatever was valid under it stays so. Wider is allowed (a new optional field, a longer text, one
more word to choose from); anything narrower needs a new version. Looks at the JSON Schemas that our fields give
(`json_schema.py`), and knows no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: Bounds by which way they may move.
_MAY_FALL = ("minimum", "minLength", "minItems")
_MAY_RISE = ("maximum", "maxLength", "maxItems")
#: Must stay as they are, or be dropped.
_SAME = ("pattern", "format", "const", "uniqueItems")

Json = Mapping[str, Any]


def narrowed(earlier: Json, later: Json, place: str = "") -> Iterator[str]:
    """Yield what the later schema no longer takes, each with its place in the data; nothing where it takes all."""
    if "anyOf" in earlier or "anyOf" in later:
        yield from _alternatives(earlier, later, place)
        return
    yield from _types(earlier, later, place)
    yield from _bounds(earlier, later, place)
    yield from _members(earlier, later, place)
    if "items" in later:
        yield from narrowed(earlier.get("items", {}), later["items"], f"{place}[]")


def shape(schema: Any) -> Any:
    """Return a schema without the words for people: what is compared, and recorded."""
    if isinstance(schema, dict):
        return {
            name: {field: shape(one) for field, one in value.items()} if name == "properties" else shape(value)
            for name, value in schema.items()
            if name != "description" or not isinstance(value, str)
        }
    return [shape(one) for one in schema] if isinstance(schema, list) else schema


def _alternatives(earlier: Json, later: Json, place: str) -> Iterator[str]:
    """Each alternative of before must be taken by one of today's."""
    today = later.get("anyOf", [later])
    for one in earlier.get("anyOf", [earlier]):
        if all(any(narrowed(one, other, place)) for other in today):
            yield f"{place}: one of its forms is no longer taken"


def _types(earlier: Json, later: Json, place: str) -> Iterator[str]:
    kinds, before = _kinds(later), _kinds(earlier)
    if kinds and not (before and before <= kinds | ({"integer"} if "number" in kinds else set())):
        yield f"{place}: the kind of value was narrowed to {', '.join(sorted(kinds))}"
    if "enum" in later and not set(earlier.get("enum", [None])) <= set(later["enum"]):
        yield f"{place}: a word can no longer be chosen"


def _kinds(schema: Json) -> set[str]:
    kind = schema.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)


def _bounds(earlier: Json, later: Json, place: str) -> Iterator[str]:
    for name in _MAY_FALL:
        if name in later and later[name] > earlier.get(name, float("-inf")):
            yield f"{place}: {name} has risen"
    for name in _MAY_RISE:
        if name in later and later[name] < earlier.get(name, float("inf")):
            yield f"{place}: {name} has fallen"
    for name in _SAME:
        if name in later and later[name] != earlier.get(name):
            yield f"{place}: {name} is another one"


def _members(earlier: Json, later: Json, place: str) -> Iterator[str]:
    before, today = earlier.get("properties", {}), later.get("properties", {})
    for name in later.get("required", []):
        if name not in earlier.get("required", []):
            yield f"{place}/{name}: was not needed before"
    for name, schema in before.items():
        if name in today:
            yield from narrowed(schema, today[name], f"{place}/{name}")
        elif later.get("additionalProperties") is False:
            yield f"{place}/{name}: the field is gone"
