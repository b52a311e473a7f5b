"""Every event type of every service: its example is accepted, its bad examples are not, on both validation paths."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from marshmallow import ValidationError

from shared.contracts.catalogue import EventType, load
from shared.contracts.flags import KERNEL_EVENTS
from shared.contracts.json_schema import of_schema

#: The kernel declares its own types for every aggregate alike.
OWN = [entry for entry in load().values() if entry.event not in KERNEL_EVENTS]
INVALID = [(entry, flaw) for entry in OWN for flaw in entry.invalid]


def fast(entry: EventType, data: Any) -> bool:
    schema = of_schema(entry.schema)
    return bool(jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(data))


@pytest.mark.parametrize("entry", OWN, ids=lambda entry: entry.name)
def test_the_example_is_accepted(entry):
    assert fast(entry, entry.example)
    assert entry.schema().load(dict(entry.example)) == entry.example


@pytest.mark.parametrize(("entry", "flaw"), INVALID, ids=lambda value: getattr(value, "name", value))
def test_the_bad_example_is_refused(entry, flaw):
    data = dict(entry.invalid[flaw])
    assert not fast(entry, data)
    with pytest.raises(ValidationError):
        entry.schema().load(data)


@pytest.mark.parametrize("entry", OWN, ids=lambda entry: entry.name)
def test_every_type_and_field_says_what_it_means_in_both_languages(entry):
    assert entry.en
    assert entry.vi
    for name, field in entry.schema().fields.items():
        assert field.metadata["en"], name
        assert field.metadata["vi"], name


@pytest.mark.parametrize("entry", OWN, ids=lambda entry: entry.name)
def test_every_type_shows_what_is_wrong_with_bad_data(entry):
    assert entry.invalid
    # A procedure can be drafted wrongly in more ways than any other fact.
    assert len(entry.invalid) <= 4 or entry.owner == "documents"
