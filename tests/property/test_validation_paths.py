"""The JSON Schema path and marshmallow give the same verdict on whatever is pushed."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from shared import clock
from shared.contracts.catalogue import OWNERS, load
from shared.contracts.envelope import Envelope, envelope_schema, schema_version
from shared.contracts.fields import ListOf, Object
from shared.contracts.json_schema import of_schema
from shared.intake.validation import Validator
from shared.service.catalogue_api import document

TYPES = load()
FAST = {
    name: jsonschema_rs.validator_for(envelope_schema(of_schema(kind.schema), name), validate_formats=True).is_valid
    for name, kind in TYPES.items()
}
VALIDATOR = Validator(TYPES)
EXAMPLES = {name: orjson.dumps(document(name)["examples"][0]) for name in TYPES}
TIMES = [
    *("2026-06-30T23:59:60Z", "2026-02-30T00:00:00Z", "2026-03-02t08:00:00z", "2026-03-02 08:00:00Z"),
    *(
        "2026-03-02T08:00:00.1234567890Z",
        "2026-03-02T24:00:00Z",
        "2026-03-02T08:00:00+24:00",
        "2026-03-02T08:00:00-00:00",
    ),
    *("9999-12-31T23:59:59-23:59", "1000-01-01T00:00:00+23:59", "0999-01-01T00:00:00Z", "2026-03-02T08:00:00+07:60"),
    *("2026-03-02T08:00:00", "2026-03-02T08:00:00Z\n", "2025-02-29T10:00:00Z", "2024-02-29T10:00:00Z"),
]
DATES = ["2026-02-30", "2024-02-29", "2025-02-29", "0999-12-31", "2026-3-2", "2026-13-01", "2026-03-02\n", "20260302"]
NUMBERS = [0, -1, 1, 5.0, 5.5, -0.0, 1e15, 2**53, 2**53 + 1, -(2**53), 2**63 - 1, 2**63, 2**64 - 1, 1e308, 100, 101]
TEXTS = [
    "",
    " ",
    "\u00a0",
    "\u2003",
    "\u200b",
    "\t\n",
    "5",
    "true",
    "a\n",
    "\u1ec7" * 130,
    "x" * 2001,
    "/agencies/a\n",
    "é" * 128,
]
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(TEXTS + TIMES + DATES),
    st.sampled_from([None, True, False, [], {}, [[]], [{}], {"source": "a", "id": ""}, {"source": "a", "id": "b"}]),
    st.text(max_size=12),
    st.integers(min_value=-(2**63), max_value=2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
NAMES = st.one_of(
    st.sampled_from(
        ["sequence", "corrects", "dataschema", "provenance", "datacontenttype", "position", "note", "n", "x_y"]
    ),
    st.text("abz09_-é", min_size=1, max_size=5),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all members and items of a JSON value."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for name, child in children:
        found += [(*path, name), *places(child, (*path, name))]
    return found


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


def mutate(draw: st.DrawFn, event: dict[str, Any]) -> None:
    """Drop, replace, wrap, move or add one thing somewhere in an event."""
    path = draw(st.sampled_from([place for place in places(event) if place != ("type",)]))
    holder = at(event, path[:-1])
    match draw(st.sampled_from(["drop", "replace", "replace", "retype", "add", "swap", "double"])):
        case "drop":
            del holder[path[-1]]
        case "replace":
            holder[path[-1]] = copy.deepcopy(draw(VALUES))
        case "retype":
            holder[path[-1]] = retyped(draw, holder[path[-1]])
        case "add":
            target = at(event, draw(st.sampled_from([(), ("data",)]))) if "data" in event else event
            if isinstance(target, dict):
                target[draw(NAMES)] = copy.deepcopy(draw(VALUES))
        case "swap":
            other = draw(st.sampled_from(places(event)))
            holder[path[-1]] = copy.deepcopy(at(event, other))
        case "double" if isinstance(holder, list):
            holder += copy.deepcopy(holder)


def retyped(draw: st.DrawFn, value: Any) -> Any:
    """Return what careless code makes of a value."""
    if isinstance(value, bool):
        return draw(st.sampled_from([int(value), str(value).lower()]))
    if isinstance(value, int | float):
        return draw(st.sampled_from([str(value), float(value), bool(value), value + 0.5, -value, [value]]))
    if isinstance(value, str):
        return draw(
            st.sampled_from(
                [value + " ", value + "\n", " " + value, value.upper(), [value], value * 300, {"id": value}]
            )
        )
    return draw(st.sampled_from([None, str(value), [value], {}]))


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    event = orjson.loads(EXAMPLES[draw(st.sampled_from(sorted(EXAMPLES)))])
    for _ in range(draw(st.integers(min_value=1, max_value=3))):
        mutate(draw, event)
    return event


def arriving(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event as a reader of JSON gives it; what cannot be written as JSON does not arrive."""
    try:
        return orjson.loads(orjson.dumps(event))
    except TypeError:
        assume(condition=False)
        raise


def marshmallow_takes(event: dict[str, Any], schema: type[Schema] | None = None) -> bool:
    """Tell the verdict of the path that words errors, put together as the contract has it."""
    try:
        Envelope().load(event)
        if not isinstance(event.get("data"), dict):
            return False
        (schema or TYPES[event["type"]].schema)().load(event["data"])
    except ValidationError:
        return False
    return True


@settings(max_examples=1500, deadline=None)
@given(events())
def test_both_paths_give_the_same_verdict(event):
    event = arriving(event)
    fast = event["type"] in FAST and FAST[event["type"]](event)
    assert fast == marshmallow_takes(event), event


@settings(max_examples=300, deadline=None)
@given(events())
def test_what_is_taken_can_be_told_in_time(event):
    event = arriving(event)
    if FAST[event["type"]](event):
        instant = clock.from_rfc3339(event["time"])
        assert clock.from_rfc3339(clock.to_rfc3339(instant)) == instant


def test_every_example_passes_both_paths():
    for name, text in EXAMPLES.items():
        event = orjson.loads(text)
        assert FAST[name](event)
        assert marshmallow_takes(event)


#: What careless code and people write; each is put in the place of every field of every type.
NEAR_MISSES: list[Any] = [
    *(None, True, False, 0, 1, -1, 5, 5.0, 5.5, 2**53, 2**53 + 1, 2**63, 2**64 - 1, 1e30, -0.0),
    *("", " ", "\u00a0", "5", "5.0", "true", "1", "null", "x" * 3000, "a\n", "7.5.3", "2026-Q1", "2026-13"),
    # One and the same word, composed and decomposed.
    *(unicodedata.normalize("NFC", "Tiếp nhận hồ sơ"), unicodedata.normalize("NFD", "Tiếp nhận hồ sơ")),
    *("2026-02-28", "2026-02-31", "31/02/2026", "2024-02-29", "2025-02-29", "2026-2-3", "2026-02-28\n"),
    *("2026-02-28T08:00:00+07:00", "2026-02-28T08:00:00", "2026-02-31T08:00:00Z", "2026-02-28T24:00:00Z"),
    *("61/2018|CP|2018-04-23", "61/2018|CP|2018-02-31", "61/2018||2018-04-23", "a" * 64, "A" * 64),
    *([], [None], [""], ["a"], [{}], [[]], {}, {"source": "a"}, {"source": "a", "id": "b"}, {"id": 1, "source": "a"}),
]


def fields_of(schema: type[Schema], example: Mapping[str, Any], seen: set[bytes]) -> list[tuple[Any, ...]]:
    """Return the paths of all fields of a schema, those within objects and lists too where the example has some.

    Fields that many types have alike (evidence, the day of the fact) are given once.
    """
    found: list[tuple[Any, ...]] = []
    for name, field in schema().fields.items():
        alike = orjson.dumps([name, field.json_schema(), field.required])
        if alike not in seen:
            seen.add(alike)
            found.append((name,))
        inner, step, given = field, (name,), example.get(name)
        if isinstance(field, ListOf) and given:
            inner, step, given = field.item, (name, 0), given[0]
            found.append(step)
        if isinstance(inner, Object) and given:
            found += [(*step, *path) for path in fields_of(inner.nested, given, seen)]
    return found


def with_value(example: bytes, path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Return the example with a value in a place."""
    data = orjson.loads(example)
    holder = at(data, path[:-1])
    holder[path[-1]] = value
    return data


@pytest.mark.parametrize("owner", OWNERS)
def test_both_paths_agree_on_near_misses_in_every_field_of_every_type(owner):
    seen: set[bytes] = set()
    for kind in TYPES.values():
        if kind.owner != owner:
            continue
        fast, slow = jsonschema_rs.validator_for(of_schema(kind.schema), validate_formats=True).is_valid, kind.schema()
        example = orjson.dumps(kind.example)
        for path in [*fields_of(kind.schema, kind.example, seen), ("no_such_field",)]:
            for value in NEAR_MISSES:
                data = with_value(example, path, value)
                # `validate` returns the errors, and none for what `load` takes.
                assert fast(data) == (not slow.validate(data)), (kind.name, path, value)


#: Types of which an earlier version is taken too, with each of their versions.
VERSIONED = [(kind, version) for kind in TYPES.values() if kind.earlier for version in (*kind.earlier, kind.version)]


@st.composite
def versioned(draw: st.DrawFn) -> dict[str, Any]:
    kind, version = draw(st.sampled_from(VERSIONED))
    event = orjson.loads(orjson.dumps(document(kind.name, version)["examples"][0]))
    for _ in range(draw(st.integers(min_value=0, max_value=2))):
        mutate(draw, event)
    return event


@settings(max_examples=200, deadline=None)
@given(versioned())
def test_each_version_is_held_to_its_own_schema_on_both_paths(event):
    event = arriving(event)
    kind, named = TYPES[event["type"]], event.get("dataschema")
    version = schema_version(named, kind.name) if named is None or isinstance(named, str) else None
    of = None if version is None else kind.versioned(version)
    refusal = VALIDATOR.check(event)
    assert refusal is None or refusal.code != "VALIDATORS_DISAGREE"
    assert (refusal is None) == (of is not None and marshmallow_takes(event, of[0]))
