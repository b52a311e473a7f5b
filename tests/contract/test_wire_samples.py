"""What was ever published can still be read: a recorded sample of every type and version, against today's program."""

from __future__ import annotations

import importlib
from typing import Any

import jsonschema_rs
import orjson
import pytest

from shared.contracts.catalogue import OWNERS, load
from shared.contracts.compatibility import narrowed
from shared.contracts.flags import KERNEL_EVENTS
from shared.contracts.json_schema import of_schema
from shared.eventsourcing import AnyAggregate
from shared.eventstore.records import RecordedEvent
from shared.eventstore.wire import from_wire
from shared.intake.folding import fact_of
from shared.intake.intake_aggregate import intake_aggregate
from shared.testing import wire_samples

CATALOGUE = load()
SAMPLES = wire_samples.read()
AGGREGATES: dict[str, AnyAggregate] = {
    name: aggregate
    for owner in OWNERS
    for name, aggregate in importlib.import_module(f"services.{owner}.domain").AGGREGATES.items()
} | {aggregate.name: aggregate for aggregate in map(intake_aggregate, OWNERS)}
DECIDED = [name for name, sample in SAMPLES.items() if sample.type.rpartition(".")[2] not in KERNEL_EVENTS]


def event_of(name: str) -> RecordedEvent:
    return from_wire(SAMPLES[name].event)


def test_every_type_and_version_has_its_sample():
    declared = {f"{kind.name}.v{version}.json" for kind, version in wire_samples.declared()}
    assert declared <= SAMPLES.keys(), "record what is new: make samples"


def test_no_sample_speaks_of_what_the_catalogue_has_forgotten():
    declared = {f"{kind.name}.v{version}.json" for kind, version in wire_samples.declared()}
    assert SAMPLES.keys() <= declared, "a type or version that was published stays in the catalogue for good"


def test_no_sample_was_changed():
    written = {name: wire_samples.digest_of(wire_samples.FOLDER / name) for name in SAMPLES}
    assert written == wire_samples.sums(), "a sample is never edited: a change of the contract needs a new version"


@pytest.mark.parametrize("name", SAMPLES)
def test_todays_schema_takes_all_that_the_recorded_one_took(name):
    sample = SAMPLES[name]
    schema, _ = CATALOGUE[sample.type].versioned(sample.version) or (None, None)
    assert list(narrowed(sample.schema, of_schema(schema))) == [], "declare a new version instead (CONTRIBUTING.md)"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_reads_as_an_event_of_today(name):
    kind, event = CATALOGUE[SAMPLES[name].type], event_of(name)
    assert jsonschema_rs.validator_for(of_schema(kind.schema), validate_formats=True).is_valid(event.data)
    assert kind.schema().load(dict(event.data)) == event.data


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_is_kept_as_it_came(name):
    sample, event = SAMPLES[name], event_of(name)
    body = orjson.loads(event.body)
    assert body["data"] == sample.event["data"]
    assert body.get("dataschema") == sample.event.get("dataschema")
    assert event.agency_id == event.data.get("agency_id", event.source)


@pytest.mark.parametrize("name", DECIDED)
def test_the_aggregate_evolves_by_the_sample(name):
    event = event_of(name)
    aggregate = AGGREGATES[event.aggregate]
    state = None if event.name in aggregate.opens else opened(aggregate)
    assert isinstance(aggregate.evolve(state, fact_of(event)), aggregate.state_type)


def opened(aggregate: AnyAggregate) -> Any:
    """Return the state after a recorded opening."""
    first = min(aggregate.opens, key=lambda name: (name == "baselined", name))
    return aggregate.evolve(None, fact_of(event_of(f"qms.{aggregate.name}.{first}.v1.json")))
