"""What bad input gets: a clear answer each, nothing lost, good items of the same batch accepted, no worker leaked."""

from __future__ import annotations

import gzip
import json
import os
import socket
import time
from base64 import b64decode
from pathlib import Path

import pytest

from shared.testing.running_system import BATCH, STRUCTURED, Answer, RunningSystem, event, province, unique

#: What the system takes at most (`GET` of nothing tells it; every 413 does).
BODY_LIMIT = 8 * 1024 * 1024
BATCH_LIMIT = 5000
EVENT_LIMIT = 256 * 1024
STATEMENT = b'"Kh\xc3\xb4ng l\xc6\xb0u phi\xe1\xba\xbfu h\xe1\xba\xb9n"'


@pytest.fixture(scope="module")
def agency_id(system: RunningSystem) -> str:
    name = unique("xau")
    system.accept(province(name))
    return name


@pytest.fixture(scope="module")
def key(system: RunningSystem, agency_id: str) -> str:
    return system.key(agency_id)


def good(agency_id: str, **attributes: object) -> dict:
    data = {
        "source": "internal_audit",
        "class": "minor_nc",
        "clause": "7.5.3",
        "standard_version": "TCVN ISO 9001:2015",
        "statement": "Không lưu phiếu hẹn",
        "raised_on": "2026-02-26",
    }
    return {**event("nonconformity.raised", agency_id, unique("kph"), data), **attributes}


def text(agency_id: str, statement: bytes = STATEMENT) -> bytes:
    """Return an event as bytes, with any bytes for its statement."""
    written = json.dumps(good(agency_id), ensure_ascii=False).encode()
    assert STATEMENT in written
    return written.replace(STATEMENT, statement)


def assert_clear(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["pointer"] is not None
    assert answer.json["hint"]["vi"]
    assert answer.json["hint"]["en"]


def kept(system: RunningSystem, key: str) -> list[dict]:
    return system.get("/v1/quarantine", key=key, limit=500).json["items"]


MALFORMED = {
    "nothing": (b"", "MALFORMED_JSON"),
    "a number that is none": (b"NaN", "MALFORMED_JSON"),
    "a number beyond all": (b"1e400", "MALFORMED_JSON"),
    "four hundred digits": (b"1" + b"0" * 400, "MALFORMED_JSON"),
    "half of a pair": (rb'"\ud800"', "MALFORMED_JSON"),
    "a control character": (b'"a\0b"', "MALFORMED_JSON"),
    "bytes that are no UTF-8": (b'"\xff\xfe"', "INVALID_UTF8"),
    "nesting": (b"[" * 100_000 + b"]" * 100_000, "TOO_DEEP"),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_what_cannot_be_read_gets_400_and_is_kept_byte_by_byte(system, agency_id, key, what):
    bad, code = MALFORMED[what]
    body = text(agency_id, bad) if bad else b""
    assert_clear(system.raw(body, STRUCTURED, key=key), 400, code)
    assert body in [b64decode(item["raw_base64"]) for item in kept(system, key) if "raw_base64" in item]


@pytest.mark.parametrize("what", [name for name in MALFORMED if name != "nothing"])
def test_an_unreadable_item_leaves_the_rest_of_its_batch_alone(system, agency_id, key, what):
    bad, code = MALFORMED[what]
    broken = text(agency_id, bad)
    batch = b"[" + b",".join([text(agency_id), broken, text(agency_id)]) + b"]"
    answer = system.raw(batch, BATCH, key=key)
    assert answer.status == 200
    results = answer.json["results"]
    assert [result["status"] for result in results] == ["accepted", "refused", "accepted"]
    assert results[1]["code"] == code
    assert broken in [b64decode(item["raw_base64"]) for item in kept(system, key) if "raw_base64" in item]


@pytest.mark.parametrize("tail", [b"", b",]", b"]]", b"] x", b",,{}]", b'{"]'])
def test_an_array_that_is_itself_malformed_is_turned_down_whole(system, agency_id, key, tail):
    pushed = text(agency_id)
    assert_clear(system.raw(b"[" + pushed + tail, BATCH, key=key), 400, "MALFORMED_JSON")
    assert system.receipt(json.loads(pushed)).status == 404


@pytest.mark.parametrize("wrong", [b"null", b"5", b'"text"', b"[]", b"{}"])
def test_what_is_no_event_is_refused_beside_good_ones(system, agency_id, key, wrong):
    answer = system.raw(b"[" + wrong + b"," + text(agency_id) + b"]", BATCH, key=key)
    assert [result["status"] for result in answer.json["results"]] == ["refused", "accepted"]
    assert system.raw(wrong, STRUCTURED, key=key).status == 422


def test_an_object_is_no_batch(system, agency_id, key):
    assert_clear(system.raw(text(agency_id), BATCH, key=key), 400, "NOT_A_BATCH")


def test_a_byte_order_mark_is_named(system, agency_id, key):
    assert_clear(system.raw(b"\xef\xbb\xbf" + text(agency_id), STRUCTURED, key=key), 400, "MALFORMED_JSON")


@pytest.mark.parametrize("repeated", [b'"specversion":"1.0","specversion"', rb'"specversio\u006e":"1.0","specversion"'])
def test_a_key_given_twice_is_refused_and_kept_as_it_came(system, agency_id, key, repeated):
    body = text(agency_id).replace(b'"specversion"', repeated)
    assert_clear(system.raw(body, STRUCTURED, key=key), 422, "DUPLICATE_KEYS")
    batch = system.raw(b"[" + text(agency_id) + b"," + body + b"]", BATCH, key=key)
    assert [result["status"] for result in batch.json["results"]] == ["accepted", "refused"]
    assert body in [b64decode(item["raw_base64"]) for item in kept(system, key) if "raw_base64" in item]


def test_text_with_a_nul_is_refused(system, agency_id, key):
    assert_clear(system.raw(text(agency_id, rb'"a\u0000b"'), STRUCTURED, key=key), 422, "NUL_CHARACTER")


WRONG_ATTRIBUTES = {
    "id": [5, "", " ", "x" * 129, None],
    "source": ["urn:x", "/agencies/", "/agencies/a/b", 7],
    "specversion": ["0.3", 1.0],
    "time": ["2026-03-02", "2026-03-02T08:00:00", "2026-06-30T23:59:60Z", "2026-02-30T00:00:00Z", 1_770_000_000],
    "subject": ["", None, {}, "x" * 257],
    "sequence": [-1, 1.5, "1a", "", None, True],
    "provenance": ["inspected", "derived", "other"],
    "datacontenttype": ["text/xml", "application/jsonp", 5],
    "position": [5],
    "recordedat": ["2026-03-02T08:00:00Z"],
    "myextension": [None, 1.5, {}, []],
    "my_extension": ["x"],
    "data_base64": ["e30="],
    "data": [None, "x", 5, []],
}


@pytest.mark.parametrize("attribute", WRONG_ATTRIBUTES)
def test_a_wrong_attribute_is_pointed_at(system, agency_id, key, attribute):
    for wrong in WRONG_ATTRIBUTES[attribute]:
        answer = system.single(good(agency_id, **{attribute: wrong}), key)
        assert_clear(answer, 422, "SCHEMA_VIOLATION")
        assert answer.json["pointer"] == f"/{attribute}", wrong


@pytest.mark.parametrize("missing", ["specversion", "id", "source", "type", "subject", "time", "data"])
def test_a_missing_attribute_is_pointed_at(system, agency_id, key, missing):
    pushed = good(agency_id)
    del pushed[missing]
    answer = system.single(pushed, key)
    assert_clear(answer, 422, "SCHEMA_VIOLATION")
    assert answer.json["pointer"] == f"/{missing}"


SCHEMA = "https://example.gov.vn/iso/v1/event-types/qms.nonconformity.raised/schema"


@pytest.mark.parametrize(
    "attributes",
    [
        {"sequence": "00012"},
        {"sequence": 12},
        {"dataschema": SCHEMA},
        {"dataschema": SCHEMA + "?version=1"},
        {"dataschema": "urn:oversight:qms.nonconformity.raised:1"},
        {"datacontenttype": "application/json; charset=utf-8"},
        {"time": "2026-03-02t08:00:00z"},
        {"time": "2026-03-02T08:00:00.123456789+07:00"},
        {"time": "2026-03-02T00:00:00+07:00", "day_only": True},
        {"provenance": "imported"},
        {"correlationid": "a", "causationid": "b", "myextension": "c"},
    ],
)
def test_every_form_of_the_envelope_that_is_allowed_is_accepted(system, agency_id, key, attributes):
    pushed = good(agency_id, **attributes)
    if pushed.pop("day_only", False):
        pushed["data"]["occurred_on"] = "2026-03-02"
    assert system.single(pushed, key).json["results"][0]["status"] == "accepted"


@pytest.mark.parametrize(
    "dataschema",
    [
        SCHEMA + "?version=2",
        "urn:oversight:qms.nonconformity.raised:2",
        SCHEMA.replace("raised", "closed"),
        "http://[",
        "x",
    ],
)
def test_another_schema_than_the_types_own_is_refused(system, agency_id, key, dataschema):
    answer = system.single(good(agency_id, dataschema=dataschema), key)
    assert_clear(answer, 422, "UNKNOWN_VERSION")
    assert answer.json["pointer"] == "/dataschema"


def test_an_unknown_type_names_the_nearest_ones(system, agency_id, key):
    answer = system.single(good(agency_id, type="qms.nonconformity.rased"), key)
    assert_clear(answer, 422, "UNKNOWN_TYPE")
    assert "qms.nonconformity.raised" in answer.json["hint"]["en"]


def test_the_future_is_refused_from_a_day_ahead(system, agency_id, key):
    answer = system.single(good(agency_id, time="2099-01-01T00:00:00Z"), key)
    assert_clear(answer, 422, "OCCURRED_IN_FUTURE")
    tomorrow = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 20 * 3600))
    assert system.single(good(agency_id, time=tomorrow), key).json["results"][0]["status"] == "accepted"


def test_an_impossible_transition_says_what_stands_against_it(system, agency_id, key):
    raised = good(agency_id)
    system.accept(raised)
    closed = event("nonconformity.closed", agency_id, raised["subject"], {"closed_on": "2026-03-03"}, on="2026-03-03")
    answer = system.single(closed, key)
    assert answer.status == 422
    assert answer.json["code"] not in ("SCHEMA_VIOLATION", "DECISION_FAILED")
    assert answer.json["hint"]["vi"]


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/cloudevents+xml", "a", ""])
def test_other_content_types_are_named(system, agency_id, key, content_type):
    assert_clear(system.raw(text(agency_id), content_type, key=key), 415, "UNSUPPORTED_CONTENT_TYPE")


def test_too_much_says_how_much_is_taken(system, agency_id, key):
    item = text(agency_id)
    for body in (b"[" + b",".join([b"{}"] * 100_000) + b"]", b"[" + b"1," * 3_900_000 + b"1]"):
        answer = system.raw(body, BATCH, key=key)
        assert_clear(answer, 413, "BATCH_TOO_LARGE")
        assert answer.json["limit"] == BATCH_LIMIT
    for body in (b"[" + b" " * 50_000_000 + item + b"]", b"[" + b",".join([item] * 100_000) + b"]"):
        answer = system.raw(body, BATCH, key=key)
        assert_clear(answer, 413, "BODY_TOO_LARGE")
        assert answer.json["limit"] == BODY_LIMIT


def test_one_large_event_does_not_take_the_others_with_it(system, agency_id, key):
    large = text(agency_id, b'"' + b"x" * EVENT_LIMIT + b'"')
    assert_clear(system.raw(large, STRUCTURED, key=key), 422, "EVENT_TOO_LARGE")
    answer = system.raw(b"[" + text(agency_id) + b"," + large + b"]", BATCH, key=key)
    assert [result["status"] for result in answer.json["results"]] == ["accepted", "refused"]


def test_compressed_bodies_are_taken_and_bombs_are_not(system, agency_id, key):
    packed = gzip.compress(text(agency_id))
    headers = {"Content-Encoding": "gzip"}
    assert system.raw(packed, STRUCTURED, key=key, **headers).status == 200
    assert_clear(system.raw(packed[:-9], STRUCTURED, key=key, **headers), 400, "BODY_NOT_GZIP")
    bomb = gzip.compress(b"[" + b" " * 200_000_000 + b"]", 1)
    assert_clear(system.raw(bomb, BATCH, key=key, **headers), 413, "BODY_TOO_LARGE")
    answer = system.raw(packed, STRUCTURED, key=key, **{"Content-Encoding": "br"})
    assert_clear(answer, 415, "ENCODING_NOT_SUPPORTED")


@pytest.mark.parametrize(
    "attack",
    [
        b'[{"a":' + b"{" * 2_000_000,
        b"[" + b'"\\"' * 2_000_000,
        b'{"a":{' + b",".join(b'"k%d":1' % number for number in range(400_000)) + b',"k1":1}}',
        b"[" + b"[]," * 2_000_000 + b"]",
    ],
    ids=["braces", "quotes", "many keys", "many arrays"],
)
def test_no_text_stops_the_service(system, agency_id, key, attack):
    # Its own seconds, not those of the clock on the wall: other tests run beside.
    begun = worked(system)
    answer = system.raw(attack, BATCH, key=key)
    assert answer.status in (400, 413, 422)
    assert worked(system) - begun < 5
    assert system.request("GET", "/healthz").status == 200


def worked(system: RunningSystem) -> float:
    """Return the seconds that the front door has used of a processor (proc(5): 14 utime, 15 stime)."""
    status = Path(f"/proc/{system.supervisor.pids['inspection']}/stat").read_text()
    return sum(map(int, status.rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")


def memory(system: RunningSystem) -> int:
    """Return the resident memory of the front door in MB."""
    status = Path(f"/proc/{system.supervisor.pids['inspection']}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def open_connections(system: RunningSystem) -> int:
    address = system.connect()
    port = f":{address.port:04X} "
    lines = Path("/proc/net/tcp").read_text().splitlines()
    # Column 3 is the local address, 01 an established connection.
    return sum(1 for line in lines if port in " ".join(line.split()[1:2]) + " " and line.split()[3] == "01")


def test_slow_and_broken_senders_leave_nothing_behind(system, agency_id, key):
    before = open_connections(system)
    head = f"POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: {BATCH}\r\n"
    lines = []
    for number in range(50):
        line = socket.create_connection((system.connect().host, system.connect().port))
        line.sendall(f"{head}Content-Length: 100000\r\n\r\n[".encode() + b" " * number)
        lines.append(line)
    pushed = [system.single(good(agency_id), key).json["results"][0]["status"] for _ in range(200)]
    assert set(pushed) == {"accepted"}
    for line in lines:
        line.close()
    RunningSystem.eventually(lambda: open_connections(system) <= before, 10)


def test_a_flood_of_bad_pushes_leaves_the_service_as_fast_and_as_small_as_before(system, agency_id, key):
    def seconds_of_good_pushes() -> float:
        begun = time.monotonic()
        for _ in range(50):
            assert system.single(good(agency_id), key).status == 200
        return time.monotonic() - begun

    bodies = [text(agency_id, bad) for bad, _ in MALFORMED.values()] + [b"[" + b"5," * 4_000 + b"5]"]
    # As staff: an agency's key would be told to slow down.
    for body in bodies:
        system.raw(body, BATCH)
    usual, size = seconds_of_good_pushes(), memory(system)
    for _ in range(15):
        for body in bodies:
            assert system.raw(body, BATCH).status in (200, 400, 413)
    assert memory(system) - size < 60
    assert min(seconds_of_good_pushes() for _ in range(3)) < 3 * usual + 1
    assert system.get("/readyz").status == 200
