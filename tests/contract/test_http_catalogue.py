"""The catalogue as outsiders read it: schemas that are schemas, examples that are accepted, invalid data pointed at."""

from __future__ import annotations

import json
from collections.abc import Mapping

import jsonschema_rs
import pytest

from shared.contracts.catalogue import load
from shared.testing.running_system import RunningSystem, agency, event, province, unique

LEGAL_NUMBER = "61/2018/NĐ-CP"
#: Held by one agency at a time.
OFFICIAL_CODE = "H44.158"


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
        assert entry["versions"] == list(range(1, entry["version"] + 1))


def test_every_schema_is_json_schema_and_takes_its_example(documents):
    for entry in documents.values():
        document = entry["document"]
        jsonschema_rs.meta.validate(document)
        (example,) = document["examples"]
        jsonschema_rs.validator_for(document, validate_formats=True).validate(example)
        assert example["type"] == entry["type"]


ABOLISHED = "qms.tthc.abolished"


def test_an_earlier_version_has_its_own_schema_and_example(system):
    answers = [
        system.get(f"/v1/event-types/{ABOLISHED}/schema", key=None, **asked).json
        for asked in ({"version": 1}, {"version": 2}, {})
    ]
    first, second, latest = answers
    assert latest == second
    assert (first["$id"], second["$id"]) == (f"urn:oversight:{ABOLISHED}:1", f"urn:oversight:{ABOLISHED}:2")
    assert "dataschema" not in first["examples"][0]
    assert second["examples"][0]["dataschema"] == second["$id"]
    for document in (first, second):
        jsonschema_rs.validator_for(document, validate_formats=True).validate(document["examples"][0])


def test_a_push_of_version_1_stays_as_it_came_and_is_read_as_version_2(system):
    publisher, code = unique("tinh"), unique("1.00")
    entry = {"name": "Thủ tục sẽ bãi bỏ", "levels": ["province"]}
    old = event("tthc.abolished", publisher, code, {"decision_no": "12/QĐ-UBND"}, on="2026-03-05")
    new = event("tthc.abolished", publisher, f"{code}-2", {"effective_from": "2026-07-01"}, on="2026-03-05")
    new["dataschema"] = f"https://noi-gui.gov.vn/v1/event-types/{ABOLISHED}/schema?version=2"
    system.accept(
        province(publisher),
        *(event("tthc.published", publisher, subject, entry) for subject in (code, f"{code}-2")),
        *(old, new),
    )
    # Nothing but version 1 may leave the day to be understood.
    refused = {**old, "id": unique("e"), "subject": f"{code}-2", "dataschema": f"urn:oversight:{ABOLISHED}:2"}
    assert system.push([refused])[0]["pointer"] == "/data/effective_from"
    position = system.receipt(old).json["position"]
    (published,) = system.get("/v1/log/documents/feed", after=position - 1, limit=1).json["events"]
    assert published["data"] == old["data"]
    assert "dataschema" not in published
    system.settle()
    told = system.get(f"/v1/agencies/{publisher}/timeline").json["events"]
    shown = {line["subject"]: line["data"] for line in told if line["type"] == ABOLISHED}
    assert shown[code] == {"decision_no": "12/QĐ-UBND", "effective_from": "2026-03-05"}
    assert shown[f"{code}-2"] == {"effective_from": "2026-07-01"}
    for day, covered in (("2026-03-04", 2), ("2026-03-05", 1), ("2026-07-01", 0)):
        (row,) = system.get("/v1/indicators/I3", scope=publisher, as_of=day).json["rows"]
        assert row["denominator"] == covered, day


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
    text = text.replace(OFFICIAL_CODE, agency_id)
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
    # What waits names an agency, or a record of one, that the example has made up.
    assert set(waiting.values()) <= {"REFERENCE_MISSING", "AGENCY_UNKNOWN"}


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
