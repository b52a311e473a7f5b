"""A CloudEvents SDK that the project did not write pushes in every mode, and reads what the system serves."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from cloudevents.core.bindings.http import to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.testing.running_system import BATCH, RunningSystem, province, unique

FORMAT = JSONFormat()
DATA = {
    "source": "internal_audit",
    "class": "minor_nc",
    "clause": "7.5.3",
    "standard_version": "TCVN ISO 9001:2015",
    "statement": "Không lưu phiếu hẹn trả kết quả",
    "raised_on": "2026-02-26",
}


@pytest.fixture(scope="module")
def agency_id(system: RunningSystem) -> str:
    name = unique("sdk")
    system.accept(province(name))
    return name


@pytest.fixture(scope="module")
def key(system: RunningSystem, agency_id: str) -> str:
    return system.key(agency_id)


def raised(agency_id: str, data: object = None, **attributes: object) -> CloudEvent:
    given = {
        "id": unique("e"),
        "source": f"/agencies/{agency_id}",
        "type": "qms.nonconformity.raised",
        "specversion": "1.0",
        "subject": unique("Phiếu số 4 (100%) "),
        "time": datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=7))),
        "datacontenttype": "application/json",
        **attributes,
    }
    return CloudEvent(attributes=given, data=DATA if data is None else data)


def assert_stored(system: RunningSystem, sent: CloudEvent, result: dict) -> None:
    assert (result["id"], result["status"]) == (sent.get_id(), "accepted")
    page = system.get("/v1/log/audit/feed", after=result["position"] - 1, limit=1)
    (wire,) = page.json["events"]
    stored = FORMAT.read(None, json.dumps(wire))
    assert stored.get_data() == DATA
    for name in ("id", "source", "type", "subject"):
        assert stored.get_attributes()[name] == sent.get_attributes()[name]
    assert stored.get_time() == sent.get_time()


def test_structured(system, agency_id, key):
    sent = raised(agency_id)
    message = to_structured(sent, FORMAT)
    answer = system.request("POST", "/v1/events", body=message.body, headers=message.headers, key=key)
    assert answer.status == 200, answer.body
    assert_stored(system, sent, answer.result)


def test_structured_with_data_as_bytes(system, agency_id, key):
    sent = raised(agency_id, json.dumps(DATA).encode())
    message = to_structured(sent, FORMAT)
    assert b"data_base64" in message.body
    answer = system.request("POST", "/v1/events", body=message.body, headers=message.headers, key=key)
    assert answer.status == 200, answer.body
    assert_stored(system, sent, answer.result)


def test_binary(system, agency_id, key):
    sent = raised(agency_id, sequence="17")
    message = to_binary(sent, FORMAT)
    answer = system.request("POST", "/v1/events", body=message.body, headers=message.headers, key=key)
    assert answer.status == 200, answer.body
    assert_stored(system, sent, answer.result)


def test_the_modes_are_one_event(system, agency_id, key):
    sent = raised(agency_id)
    results = []
    for message in (to_binary(sent, FORMAT), to_structured(sent, FORMAT), to_binary(sent, FORMAT)):
        answer = system.request("POST", "/v1/events", body=message.body, headers=message.headers, key=key)
        results.append(answer.result)
    assert [result["status"] for result in results] == ["accepted", "duplicate", "duplicate"]
    assert len({result["position"] for result in results}) == 1


def test_batched(system, agency_id, key):
    sent = [raised(agency_id) for _ in range(20)]
    body = b"[" + b",".join(FORMAT.write(one) for one in sent) + b"]"
    answer = system.raw(body, BATCH, key=key)
    for one, result in zip(sent, answer.json["results"], strict=True):
        assert_stored(system, one, result)


def binary(system: RunningSystem, agency_id: str, key: str, **headers: str | None):
    message = to_binary(raised(agency_id), FORMAT)
    sent = {**message.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
    given = {name: value for name, value in sent.items() if value is not None}
    return system.request("POST", "/v1/events", body=message.body, headers=given, key=key)


@pytest.mark.parametrize("subject", ["%", "%zz", "%ff", "%ED%A0%80", "quy tr\xecnh"])
def test_a_header_that_says_nothing_readable_is_pointed_at(system, agency_id, key, subject):
    answer = binary(system, agency_id, key, ce_subject=subject)
    assert (answer.status, answer.json["code"], answer.json["pointer"]) == (400, "HEADER_MALFORMED", "/subject")


def test_attributes_in_headers_are_checked_like_those_in_bodies(system, agency_id, key):
    for name, value in (("type", None), ("id", None), ("time", "x"), ("position", "5"), ("subject", "x" * 300)):
        answer = binary(system, agency_id, key, **{f"ce_{name}": value})
        assert (answer.status, answer.json["pointer"]) == (422, f"/{name}"), name
    assert binary(system, agency_id, key, ce_specversion=None).status == 415
    refused = binary(system, agency_id, key, content_type="application/x-www-form-urlencoded").json
    assert (refused["code"], refused["pointer"]) == ("SCHEMA_VIOLATION", "/datacontenttype")
    assert all("send the header" in words or "gửi tiêu đề" in words for words in refused["hint"].values())
    assert all("Content-Type: application/json" in words for words in refused["hint"].values())
    assert binary(system, agency_id, key, content_type="application/json; charset=utf-8").status == 200
