"""The documents service's event types: examples are accepted, what is wrong is refused, by both validators."""

from __future__ import annotations

import jsonschema_rs
import pytest
from marshmallow import ValidationError

from services.documents.domain import AGGREGATES
from shared.contracts.catalogue import EventType, load
from shared.contracts.flags import KERNEL_EVENTS
from shared.contracts.intake_facts import aggregate_of
from shared.contracts.json_schema import of_schema

#: Flags that the kernel declares for every aggregate are its own matter.
#: The service's own; what every service's intake says alike has no aggregate of the domain.
TYPES = [
    entry
    for entry in load().values()
    if entry.owner == "documents" and entry.event not in KERNEL_EVENTS and entry.aggregate != aggregate_of("documents")
]
INVALID = [
    pytest.param(entry, data, id=f"{entry.name}-{wrong}") for entry in TYPES for wrong, data in entry.invalid.items()
]


def _accepts(entry: EventType, data: object) -> tuple[bool, bool]:
    fast = jsonschema_rs.validator_for(of_schema(entry.schema), validate_formats=True).is_valid(data)
    try:
        entry.schema().load(data)
    except ValidationError:
        return fast, False
    return fast, True


@pytest.mark.parametrize("entry", TYPES, ids=lambda entry: entry.name)
def test_the_example_is_accepted_by_both_validators(entry):
    assert _accepts(entry, dict(entry.example)) == (True, True)


@pytest.mark.parametrize(("entry", "data"), INVALID)
def test_what_is_wrong_is_refused_by_both_validators(entry, data):
    assert _accepts(entry, dict(data)) == (False, False)


@pytest.mark.parametrize("entry", TYPES, ids=lambda entry: entry.name)
def test_every_type_belongs_to_an_aggregate_and_says_what_it_means(entry):
    assert entry.aggregate in AGGREGATES
    assert entry.en
    assert entry.vi
    assert entry.invalid


@pytest.mark.parametrize("entry", TYPES, ids=lambda entry: entry.name)
def test_every_field_has_its_meaning_in_both_languages(entry):
    for name, field in entry.schema().fields.items():
        assert field.metadata["en"], name
        assert field.metadata["vi"], name


@pytest.mark.parametrize("entry", TYPES, ids=lambda entry: entry.name)
def test_an_event_of_which_only_the_day_is_known_can_say_so(entry):
    if entry.asserter != "system":
        assert _accepts(entry, {**entry.example, "occurred_on": "2026-03-02"}) == (True, True)


def test_staleness_and_inheritance_are_for_the_system_alone_to_assert():
    system = {entry.name for entry in TYPES if entry.asserter == "system"}
    staleness = {"qms.procedure.flagged_stale", "qms.procedure.staleness_cleared"}
    assert system == staleness | {"qms.declaration.inherited"}


def test_the_catalogue_holds_every_event_that_an_aggregate_moves_by():
    from services.documents.domain import declaration, legal_text, procedure, tthc

    declared = {(entry.aggregate, entry.event) for entry in TYPES}
    for module in (declaration, legal_text, procedure, tthc):
        assert {(module.AGGREGATE.name, event) for event in module.MOVES.table} == {
            pair for pair in declared if pair[0] == module.AGGREGATE.name
        }


def test_the_subject_of_a_legal_text_example_is_its_key():
    for entry in TYPES:
        if entry.aggregate == "legal_text":
            assert entry.example_subject.count("|") == 2
