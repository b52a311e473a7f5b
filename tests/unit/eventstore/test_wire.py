"""The wire form: what the log knows is added, and what the sender wrote comes back byte for byte."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from shared.eventstore.records import RecordedEvent
from shared.eventstore.wire import from_wire, to_wire
from shared.testing.new_events import NEW_YEAR


def recorded(kept_as="self_reported", /, **attributes):
    event = {
        "specversion": "1.0",
        "id": "e1",
        "source": "/agencies/agency-1",
        "subject": "thủ-tục-1",
        "time": "2026-01-01T07:00:00+07:00",
        "type": "qms.procedure.revised",
        "data": {"title": "Cấp giấy phép", "days": 15},
        **attributes,
    }
    return RecordedEvent(
        service="documents",
        partition=0,
        position=42,
        type="qms.procedure.revised",
        source="agency-1",
        agency_id="agency-1",
        subject="thủ-tục-1",
        event_id="e1",
        occurred_at=NEW_YEAR,
        recorded_at=NEW_YEAR + 77,
        received_at=NEW_YEAR + 55,
        provenance=kept_as,
        asserter="agency-0",
        stream_version=3,
        body=orjson.dumps(event, option=orjson.OPT_SORT_KEYS),
    )


CASES = {
    "as a client sends it": recorded(),
    "imported by the client's own word": recorded("imported", provenance="imported"),
    "derived, as the system wrote it": recorded("derived", provenance="derived"),
    "inspected, which the client did not say": recorded("inspected"),
    "inspected, though the client said otherwise": recorded("inspected", provenance="self_reported"),
    "with a key of that name in the data": recorded(data={"provenance": "imported"}),
    "without data": recorded(data={}),
}


@pytest.mark.parametrize("event", CASES.values(), ids=CASES.keys())
def test_an_event_survives_the_wire(event):
    assert from_wire(orjson.loads(to_wire(event))) == event


@pytest.mark.parametrize("event", CASES.values(), ids=CASES.keys())
def test_the_wire_shows_the_recorded_provenance(event):
    assert orjson.loads(to_wire(event)).get("provenance", "self_reported") == event.provenance


def test_the_log_s_own_attributes_are_added_with_names_that_cloudevents_allows():
    added = orjson.loads(to_wire(recorded()))
    assert {name: added[name] for name in added if name not in recorded().cloud_event} == {
        "asserter": "agency-0",
        "service": "documents",
        "partition": 0,
        "position": 42,
        "streamversion": 3,
        "receivedat": "2026-01-01T00:00:00.000055Z",
        "recordedat": "2026-01-01T00:00:00.000077Z",
    }
    assert all(name.isalnum() and name.islower() for name in added)


def test_the_agency_that_a_fact_is_about_comes_from_its_data():
    event = replace(recorded(data={"agency_id": "agency-9"}), agency_id="agency-9")
    assert from_wire(orjson.loads(to_wire(event))).agency_id == "agency-9"


@pytest.mark.parametrize("missing", ["position", "service", "recordedat", "type", "time", "id"])
def test_what_lacks_an_attribute_is_no_event_of_a_log(missing):
    wire = orjson.loads(to_wire(recorded()))
    del wire[missing]
    with pytest.raises(KeyError):
        from_wire(wire)


def test_an_event_tells_its_parts():
    event = recorded()
    assert (event.aggregate, event.name, event.data["days"]) == ("procedure", "revised", 15)
    assert event.day == NEW_YEAR // 86_400_000_000
