"""Every event type of the registry: its example is accepted, its bad examples are not, on both paths."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from marshmallow import ValidationError

from services.inspection.domain import AGGREGATES
from shared.contracts.catalogue import EventType, load
from shared.contracts.flags import KERNEL_EVENTS
from shared.contracts.json_schema import of_schema

OWNER = "inspection"
TYPES = [entry for entry in load().values() if entry.owner == OWNER and entry.aggregate in AGGREGATES]
OWN = [entry for entry in TYPES if entry.event not in KERNEL_EVENTS]
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
    assert 1 <= len(entry.invalid) <= 4


def test_every_aggregate_can_be_opened():
    names = {entry.name for entry in OWN}
    for aggregate in AGGREGATES.values():
        assert {f"qms.{aggregate.name}.{event}" for event in aggregate.opens} <= names


def test_an_agency_cannot_change_its_own_record_and_nobody_pushes_credentials():
    assert {entry.asserter for entry in OWN if entry.aggregate == "agency"} == {"parent"}
    assert {entry.asserter for entry in OWN if entry.aggregate == "credential"} == {"system"}


def test_an_agency_that_loses_its_parent_says_so_by_null():
    entry = load()["qms.agency.reparented"]
    data = {"from": "ubnd-tinh-phu-tho", "to": None, "effective": "2025-07-01"}
    assert fast(entry, data)
    assert entry.schema().validate(data) == {}
