"""The catalogue as outsiders read it: schemas that are schemas, examples that are accepted, invalid data pointed at."""

from __future__ import annotations

import json
from collections.abc import Mapping

import jsonschema_rs
import pytest

from shared.contracts.catalogue import load
from shared.testing.running_system import RunningSystem, agency, province, unique

LEGAL_NUMBER = "61/2018/NĐ-CP"


@pytest.fixture(scope="module")
def documents(system: RunningSystem) -> Mapping[str, dict]:
    """The schema document of every type, by type; read without a credential."""
    listed = system.get("/v1/event-types", key=None).json["event_types"]
    connection = system.connect()
    found = {}
    for entry in listed:
        connection.request("GET", entry["schema"])
        found[entry["type"]] = {**entry, "document": json.loads(connection.getresponse().read())}
    connection.close()
    return found


def test_the_catalogue_lists_every_type_with_its_owner_and_meaning(documents):
    assert documents.keys() == load().keys()
    for entry in documents.values():
        assert entry["service"] in ("inspection", "documents", "audit", "notify")
        assert entry["description"]["vi"]
        assert entry["description"]["en"]
        assert entry["version"] == 1


def test_every_schema_is_json_schema_and_takes_its_example(documents):
    for entry in documents.values():
        document = entry["document"]
        jsonschema_rs.meta.validate(document)
        (example,) = document["examples"]
        jsonschema_rs.validator_for(document, validate_formats=True).validate(example)
        assert example["type"] == entry["type"]


@pytest.mark.parametrize("path", ["qms.no.such/schema", "qms.audit.planned/schema?version=2"])
def test_what_the_catalogue_has_not_is_not_found(system, path):
    answer = system.get(f"/v1/event-types/{path}", key=None)
    assert answer.status == 404
    assert answer.json["code"] in ("UNKNOWN_TYPE", "UNKNOWN_VERSION")


@pytest.mark.parametrize("version", ["x", "0", "-1"])
def test_a_version_is_a_number(system, version):
    answer = system.get(f"/v1/event-types/qms.audit.planned/schema?version={version}", key=None)
    assert (answer.status, answer.json["code"]) == (400, "BAD_PARAMETER")


def own(example: Mapping[str, object], agency_id: str) -> dict:
    """Return an example as the event of an agency, beside those of others."""
    text = json.dumps(example, ensure_ascii=False).replace(LEGAL_NUMBER, f"{agency_id}/NĐ-CP")
    pushed = json.loads(text)
    subject = agency_id if pushed["type"].startswith("qms.agency.") else pushed["subject"]
    return {**pushed, "source": f"/agencies/{agency_id}", "subject": subject, "id": unique("vd")}


def test_no_example_is_refused_and_those_that_open_a_record_are_accepted(system, documents):
    top = unique("tinh")
    pushable = {name: entry for name, entry in documents.items() if entry["asserter"] != "system"}
    agencies = {name: unique("xa") for name in pushable}
    opened_here = {"qms.agency.registered", "qms.agency.baselined"}
    system.accept(
        province(top),
        *(agency(agencies[name], top, inspection_rights=True) for name in pushable if name not in opened_here),
    )
    events = []
    for name, entry in pushable.items():
        pushed = own(entry["document"]["examples"][0], agencies[name])
        if name in opened_here:
            pushed["data"]["parent_id"] = top
        events.append(pushed)
    results = dict(zip(pushable, system.push(events), strict=True))
    refused = {
        name: result["code"]
        for name, result in results.items()
        if result["status"] == "refused" and not (name.startswith("qms.agency.") and name not in opened_here)
    }
    assert not refused
    openings = [name for name in pushable if name.endswith(("baselined", "registered", "raised", "drafted"))]
    waiting = {name: results[name]["code"] for name in openings if results[name]["status"] != "accepted"}
    # What waits names a record of another agency that the example has made up.
    assert set(waiting.values()) <= {"REFERENCE_MISSING"}


def test_invalid_data_of_every_type_is_refused_with_a_pointer_to_it(system, documents):
    top = unique("tinh")
    system.accept(province(top))
    events, expected = [], []
    for name, kind in load().items():
        if documents[name]["asserter"] == "system":
            continue
        for wrong, data in kind.invalid.items():
            events.append({**own(documents[name]["document"]["examples"][0], top), "data": data})
            expected.append((name, wrong))
    assert len(events) > 50
    for (name, wrong), result in zip(expected, system.push(events), strict=True):
        assert (result["status"], result["code"]) == ("refused", "SCHEMA_VIOLATION"), (name, wrong)
        assert result["pointer"].startswith("/data"), (name, wrong)
