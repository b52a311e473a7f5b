"""What a schema may become without a new version: wider, never narrower."""

from __future__ import annotations

import pytest

from shared.contracts.catalogue import EventSchema
from shared.contracts.compatibility import narrowed, shape
from shared.contracts.fields import Boolean, Choice, Date, Integer, ListOf, Number, Object, Text
from shared.contracts.json_schema import of_schema


class Part(EventSchema):
    name = Text("name", "tên", longest=20)


class Wider(EventSchema):
    name = Text("name", "tên", longest=30)
    note = Text("note", "ghi chú", required=False)


def schema(**fields: object) -> dict:
    return of_schema(type("Schema", (EventSchema,), fields))


BEFORE = {
    "title": Text("t", "t", longest=100),
    "kind": Choice("k", "k", ["a", "b"]),
    "n": Integer("n", "n", low=0, high=10),
    "on": Date("o", "o", required=False),
    "parts": ListOf("p", "p", Object("one", "một", Part), fewest=1, most=5),
    "done": Boolean("d", "d", nullable=True),
}


def changed(**fields: object) -> dict:
    return {name: field for name, field in {**BEFORE, **fields}.items() if field is not None}


@pytest.mark.parametrize(
    "after",
    [
        changed(),
        changed(title=Text("another word for it", "từ khác", longest=200)),
        changed(kind=Choice("k", "k", ["a", "b", "c"])),
        changed(n=Integer("n", "n", low=-5, high=20)),
        changed(n=Number("n", "n", low=0, high=10)),
        changed(title=Text("t", "t", longest=100, required=False)),
        changed(more=Text("m", "m", required=False)),
        changed(on=Date("o", "o", required=False, nullable=True)),
        changed(parts=ListOf("p", "p", Object("one", "một", Wider), fewest=0, most=9)),
    ],
    ids=["same", "longer", "more choices", "wider bounds", "any number", "optional", "new", "nullable", "wider parts"],
)
def test_a_wider_schema_needs_no_new_version(after):
    assert list(narrowed(shape(schema(**BEFORE)), schema(**after))) == []


@pytest.mark.parametrize(
    ("after", "place"),
    [
        (changed(title=None), "/title"),
        (changed(title=Text("t", "t", longest=99)), "/title"),
        (changed(title=Text("t", "t", longest=100, pattern="^a$")), "/title"),
        (changed(title=Date("t", "t")), "/title"),
        (changed(kind=Choice("k", "k", ["a"])), "/kind"),
        (changed(n=Integer("n", "n", low=1, high=10)), "/n"),
        (changed(n=Integer("n", "n", low=0, high=9)), "/n"),
        (changed(n=Text("n", "n")), "/n"),
        (changed(on=Date("o", "o")), "/on"),
        (changed(more=Text("m", "m")), "/more"),
        (changed(done=Boolean("d", "d")), "/done"),
        (changed(parts=ListOf("p", "p", Object("one", "một", Part), fewest=2, most=5)), "/parts"),
        (changed(parts=ListOf("p", "p", Text("one", "một"), fewest=1, most=5)), "/parts[]"),
    ],
    ids=[
        *("gone", "shorter", "another form", "a day", "fewer choices", "higher bound", "lower bound", "another kind"),
        *("needed", "new and needed", "no null", "more items needed", "items of another kind"),
    ],
)
def test_a_narrower_schema_is_told_by_its_place(after, place):
    assert any(flaw.startswith(place + ":") for flaw in narrowed(shape(schema(**BEFORE)), schema(**after)))


def test_a_number_that_becomes_whole_is_narrower():
    before, after = schema(n=Number("n", "n")), schema(n=Integer("n", "n", low=-(2**53)))
    assert list(narrowed(before, after)) == ["/n: the kind of value was narrowed to integer"]


def test_the_shape_leaves_out_only_the_words_for_people():
    told = schema(description=Text("what", "gì", longest=9))
    kept = shape(told)
    assert kept["properties"]["description"] == {"type": "string", "maxLength": 9, "pattern": "[^ \\t\\r\\n]"}
