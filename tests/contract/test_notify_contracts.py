"""Every event type of the notify service: its example is accepted, its bad examples are not, on both paths."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from marshmallow import ValidationError

from services.notify.domain import AGGREGATES
from shared.contracts.catalogue import EventType, load
from shared.contracts.flags import KERNEL_EVENTS
from shared.contracts.json_schema import of_schema

TYPES = [entry for entry in load().values() if entry.owner == "notify" and entry.event not in KERNEL_EVENTS]
INVALID = [(entry, flaw) for entry in TYPES for flaw in entry.invalid]


def fast(entry: EventType, data: Any) -> bool:
    schema = of_schema(entry.schema)
    return bool(jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(data))


@pytest.mark.parametrize("entry", TYPES, ids=lambda entry: entry.name)
def test_the_example_is_accepted(entry):
    assert fast(entry, entry.example)
    assert entry.schema().load(dict(entry.example)) == entry.example


@pytest.mark.parametrize(("entry", "flaw"), INVALID, ids=lambda value: getattr(value, "name", value))
def test_the_bad_example_is_refused(entry, flaw):
    data = dict(entry.invalid[flaw])
    assert not fast(entry, data)
    with pytest.raises(ValidationError):
        entry.schema().load(data)


@pytest.mark.parametrize("entry", TYPES, ids=lambda entry: entry.name)
def test_every_type_says_what_it_means_and_what_is_wrong_with_bad_data(entry):
    assert entry.en
    assert entry.vi
    assert 1 <= len(entry.invalid) <= 4
    for name, field in entry.schema().fields.items():
        assert field.metadata["en"], name
        assert field.metadata["vi"], name


@pytest.mark.parametrize("entry", TYPES, ids=lambda entry: entry.name)
def test_nobody_outside_may_push_alerts_and_deliveries(entry):
    assert entry.asserter == "system"


def test_every_event_of_an_aggregate_is_declared():
    names = {entry.name for entry in TYPES}
    from services.notify.domain import alert, delivery

    for module in (alert, delivery):
        assert {f"qms.{module.AGGREGATE.name}.{event}" for event in module.MOVES.table} <= names
    assert set(AGGREGATES) == {"alert", "delivery"}
