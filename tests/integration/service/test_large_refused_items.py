"""What is refused for its size, or cannot be read and is large: its beginning is kept, lists stay small, nothing hides that it was cut."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from services.audit.service import AuditService
from services.inspection.service import InspectionService
from shared.eventstore.tables import quarantine
from shared.intake.quarantine_queries import TEXT_BYTES
from shared.testing.in_process import SERVICE, STAFF, InProcess, bearer
from shared.testing.intake_service import IntakeService

MINISTRY = bearer(STAFF)
LIMIT = 256 * 1024


@pytest.fixture
def system(database_url: str, tmp_path: Any) -> Iterator[InProcess]:
    """Give the front door, and a service behind it on each kind of database."""
    system, tokens = InProcess(), {"staff_token": STAFF, "service_token": SERVICE}
    audit = IntakeService("audit", database_url, **tokens)
    front = IntakeService("inspection", f"sqlite:///{tmp_path / 'inspection.db'}", **tokens)
    system.add(InspectionService, front.context)
    system.add(AuditService, audit.context)
    yield system
    front.stop()
    audit.stop()


def event(event_id: str, text: str) -> dict[str, Any]:
    data = {"statement": text}
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "/agencies/XA",
        "type": "qms.nonconformity.raised",
        "subject": "KPH-1",
        "time": "2026-02-03T08:00:00+07:00",
        "data": data,
    }


def kept_bytes(system: InProcess, service: str) -> int:
    query = select(func.max(func.length(quarantine.c.raw)))
    return int(system.contexts[service].database.read(lambda connection: connection.execute(query).scalar_one()))


def items(system: InProcess) -> list[dict[str, Any]]:
    return list(system.ask("/v1/quarantine?limit=500", MINISTRY)[1]["items"])


def test_of_a_large_event_the_beginning_is_kept_with_size_and_digest_and_it_is_tried_again_repaired_alone(system):
    sent = event("lon", "A" * 2_000_000)
    canonical = orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)
    assert system.ask("/v1/events", MINISTRY, sent)[1]["code"] == "EVENT_TOO_LARGE"
    assert kept_bytes(system, "audit") < LIMIT + 200
    (item,) = items(system)
    one = system.ask(f"/v1/quarantine/{item['id']}", MINISTRY)[1]
    for shown in (item, one):
        told = (shown["truncated"], shown["omitted"], shown["size"], shown["sha256"])
        assert told == (True, False, len(canonical), sha256(canonical).hexdigest())
        assert b64decode(shown["raw_base64"]) == canonical[:LIMIT]
        assert (shown["event_id"], shown["type"]) == ("lon", "qms.nonconformity.raised")
    people = {**system.signed_in("operator"), "Accept": "text/html"}
    page = system.request("GET", "inspection", f"/submissions/{item['id']}", headers=people)
    assert (page.status, b'value="repaired"' in page.body, b'value="again"' in page.body) == (200, True, False)
    path = f"/v1/quarantine/{item['id']}/replay"
    status, refusal = system.ask(path, MINISTRY, b"")
    assert (status, refusal["code"], bool(refusal["hint"]["vi"])) == (422, "QUARANTINE_ITEM_TRUNCATED", True)
    assert system.ask(path, MINISTRY, event("lon", "ngắn"))[1]["results"][0]["code"] == "SCHEMA_VIOLATION"


def test_of_a_large_body_that_cannot_be_read_the_beginning_is_kept_and_a_small_one_stays_whole(system):
    large, small = b'{"a": "' + b"x" * 1_000_000, b'{"a": '
    for body in (large, small):
        assert system.ask("/v1/events", MINISTRY, body)[0] == 400
    assert kept_bytes(system, "inspection") < LIMIT + 200
    found = {item["truncated"]: b64decode(item["raw_base64"]) for item in items(system)}
    assert found == {True: large[:LIMIT], False: small}


def test_nobody_sends_what_is_taken_for_cut(system):
    cut_already = b"oversight-cut 99 " + sha256(b"x").hexdigest().encode() + b"\n{}"
    for body in (cut_already, b"oversight-cut x"):
        assert system.ask("/v1/events", MINISTRY, body)[0] == 400
    found = items(system)
    assert [item["truncated"] for item in found] == [False, False]
    assert {b64decode(item["raw_base64"]) for item in found} == {cut_already, b"oversight-cut x"}


def test_a_list_has_the_texts_that_fit_and_says_of_the_others_that_they_are_left_out(system):
    text = "A" * (LIMIT - 1000)
    for number in range(6):
        assert system.ask("/v1/events", MINISTRY, event(f"vua-{number}", text))[1]["code"] == "SCHEMA_VIOLATION"
    system.ask("/v1/events", MINISTRY, event("nho", "A"))
    found = items(system)
    assert len(found) == 7
    assert len(orjson.dumps(found)) < TEXT_BYTES + 100_000
    assert sum(not item["omitted"] for item in found) == 1 + TEXT_BYTES // LIMIT
    left_out = [item for item in found if item["omitted"]]
    assert {(item["event"], item["truncated"], "raw_base64" in item) for item in left_out} == {(None, False, False)}
    for item in left_out:
        assert system.ask(f"/v1/quarantine/{item['id']}", MINISTRY)[1]["event"] == event(item["event_id"], text)
        assert system.ask(f"/v1/quarantine/{item['id']}/replay", MINISTRY, b"")[0] == 200
