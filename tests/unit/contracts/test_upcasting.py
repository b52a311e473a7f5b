"""Every version of a type reads as today's, step by step; one from a newer program is turned down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import pytest

from shared import clock
from shared.contracts.catalogue import CATALOGUE, EarlierVersion, EventSchema, EventType, declare, load
from shared.contracts.fields import Integer, Text
from shared.contracts.upcasting import UnknownVersionError, data_today, schema_uri, upcast
from shared.eventstore.records import RecordedEvent
from shared.eventstore.wire import from_wire, to_wire
from shared.intake.system_events import item_of
from shared.intake.validation import Validator
from shared.testing.recorded import RecordedLogs

KIND = "qms.tthc.measured"
ON = clock.from_rfc3339("2026-03-02T00:30:00+07:00")


class V1(EventSchema):
    hours = Integer("hours", "giờ")


class V2(EventSchema):
    minutes = Integer("minutes", "phút")


class V3(EventSchema):
    minutes = Integer("minutes", "phút")
    day = Text("day", "ngày")


def in_minutes(data: Mapping[str, Any], _day: int) -> Mapping[str, Any]:
    return {"minutes": data["hours"] * 60}


def with_day(data: Mapping[str, Any], day: int) -> Mapping[str, Any]:
    return {**data, "day": clock.to_date(day).isoformat()}


@pytest.fixture
def kind() -> Iterator[EventType]:
    load()
    earlier = {1: EarlierVersion(V1, {"hours": 2}, in_minutes), 2: EarlierVersion(V2, {"minutes": 5}, with_day)}
    example = {"minutes": 1, "day": "x"}
    yield declare(EventType(KIND, "documents", "a", "b", V3, example, version=3, earlier=earlier))
    del CATALOGUE[KIND]


def pushed(version: int | None, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "e1",
        "source": "/agencies/D",
        "type": KIND,
        "subject": "s",
        "time": clock.to_rfc3339(ON),
        "data": dict(data),
        **({"dataschema": schema_uri(KIND, version)} if version else {}),
    }


def recorded(event: Mapping[str, Any]) -> RecordedEvent:
    added = {"asserter": "D", "receivedat": event["time"], "recordedat": event["time"], "service": "documents"}
    return from_wire({**event, **added, "partition": 0, "position": 1, "streamversion": 1})


@pytest.mark.parametrize(
    ("version", "data", "today"),
    [
        (None, {"hours": 2}, {"minutes": 120, "day": "2026-03-02"}),
        (1, {"hours": 2}, {"minutes": 120, "day": "2026-03-02"}),
        (2, {"minutes": 7}, {"minutes": 7, "day": "2026-03-02"}),
        (3, {"minutes": 7, "day": "d"}, {"minutes": 7, "day": "d"}),
    ],
)
def test_each_version_is_taken_and_read_through_all_steps_to_todays(kind, version, data, today):
    event = pushed(version, data)
    assert Validator(CATALOGUE).check(event) is None
    assert data_today(KIND, event, ON) == today
    assert event["data"] == data, "what was pushed stays as it came"
    kept = recorded(event)
    assert kept.data == today
    assert orjson.loads(to_wire(kept))["data"] == data
    # The same from the stored bytes, as a service reads its own log.
    assert RecordedEvent(**{name: getattr(kept, name) for name in RecordedEvent.__annotations__}).data == today


@pytest.mark.parametrize(
    ("version", "data", "code", "pointer"),
    [
        (None, {"minutes": 7}, "SCHEMA_VIOLATION", "/data/hours"),
        (2, {"hours": 2}, "SCHEMA_VIOLATION", "/data/minutes"),
        (3, {"minutes": 7}, "SCHEMA_VIOLATION", "/data/day"),
        (4, {"minutes": 7, "day": "d"}, "UNKNOWN_VERSION", "/dataschema"),
    ],
)
def test_data_is_held_to_the_version_that_the_event_names(kind, version, data, code, pointer):
    refusal = Validator(CATALOGUE).check(pushed(version, data))
    assert refusal is not None
    assert (refusal.code, refusal.pointer) == (code, pointer)


def test_an_unknown_version_is_told_which_ones_are_known(kind):
    refusal = Validator(CATALOGUE).check(pushed(9, {}))
    assert refusal is not None
    assert "1, 2, 3" in refusal.hint.vi
    assert "1, 2, 3" in refusal.hint.en


def test_an_event_of_a_newer_program_arrives_and_fails_only_whoever_reads_its_data(kind):
    event = recorded(pushed(4, {"seconds": 7}))
    assert event.type == KIND
    with pytest.raises(UnknownVersionError, match="up to version 3"):
        _ = event.data


@pytest.mark.parametrize("version", [0, 4, None])
def test_only_known_versions_are_upcast(kind, version):
    with pytest.raises(UnknownVersionError):
        upcast(kind, version, {}, ON)


def test_a_type_nobody_here_knows_is_left_as_it_is():
    event = {**pushed(5, {"x": 1}), "type": "qms.future.happened"}
    assert data_today("qms.future.happened", event, ON) == {"x": 1}


def test_what_the_system_itself_writes_names_its_version(kind):
    from shared.eventsourcing.derived import DerivedEvent

    derived = DerivedEvent(KIND, "D", "s", "derived-1", ON, {"minutes": 1, "day": "x"})
    assert item_of(derived, ON).event["dataschema"] == f"urn:oversight:{KIND}:3"
    first = DerivedEvent("qms.procedure.flagged_stale", "D", "s", "derived-1", ON, {})
    assert "dataschema" not in item_of(first, ON).event


def test_a_version_without_the_one_before_it_cannot_be_declared():
    with pytest.raises(ValueError, match="each version before 3"):
        declare(EventType("qms.tthc.halved", "documents", "a", "b", V3, {}, version=3, earlier={}))


def test_a_public_procedure_abolished_by_version_1_ends_on_the_day_of_the_fact():
    logs = RecordedLogs()
    event = logs.add("tthc.abolished", "bo", "1.001", {"decision_no": "1/QĐ"}, on="2026-03-02")
    assert event.data == {"decision_no": "1/QĐ", "effective_from": "2026-03-02"}
    said = logs.add("tthc.abolished", "bo", "1.002", {"effective_from": "2026-07-01"}, on="2026-03-02")
    assert said.data == {"effective_from": "2026-07-01"}
