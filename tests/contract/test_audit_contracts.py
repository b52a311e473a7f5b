"""Every event type of the audit service: its example is accepted, its bad examples are not, on both paths."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from marshmallow import ValidationError

from services.audit.domain import AGGREGATES
from shared.contracts.catalogue import EventType, load
from shared.contracts.flags import KERNEL_EVENTS
from shared.contracts.json_schema import of_schema
from shared.testing.world import World

OWNER = "audit"
TYPES = [entry for entry in load().values() if entry.owner == OWNER and entry.aggregate in AGGREGATES]
OWN = [entry for entry in TYPES if entry.event not in KERNEL_EVENTS]
OPENING = [entry for entry in OWN if entry.event in AGGREGATES[entry.aggregate].opens]
#: What has no state to bring along: the facts themselves are imported.
PASSING = {"training", "commendation", "good_practice", "dossier_step"}
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


def test_every_aggregate_can_be_opened_and_brought_along():
    names = {entry.name for entry in OWN}
    for aggregate in AGGREGATES.values():
        assert {f"qms.{aggregate.name}.{event}" for event in aggregate.opens} <= names
        assert ("baselined" in aggregate.opens) == (aggregate.name not in PASSING)


@pytest.mark.parametrize("entry", OPENING, ids=lambda entry: entry.name)
def test_the_example_that_opens_a_record_keeps_the_rules_too(entry):
    world = World(AGGREGATES)
    world.push("nonconformity.raised", "KPH-2026-004", load()["qms.nonconformity.raised"].example)
    subject = entry.example_subject or "m-1"
    assert world.push(f"{entry.aggregate}.{entry.event}", subject, entry.example, on="2027-01-04") == "accepted"


@pytest.mark.parametrize("bad", ["hd\n", "Trưởng phòng", "Van Thu", ""])
def test_both_paths_refuse_a_role_that_could_be_a_name(bad):
    entry = load()["qms.action.planned"]
    data = {**entry.example, "owner": bad}
    assert not fast(entry, data)
    assert "owner" in entry.schema().validate(data)
