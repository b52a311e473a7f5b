"""Who sees and touches what was refused: through the front door, at the service behind it, and in receipts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete

from services.audit.service import AuditService
from services.inspection.service import InspectionService
from shared.database.bulk import insert_rows
from shared.eventstore.tables import quarantine, registry_credentials
from shared.testing.in_process import SERVICE, STAFF, InProcess, bearer
from shared.testing.intake_service import IntakeService
from shared.web.auth import new_key

KEYS = {agency_id: new_key() for agency_id in ("tinh-a", "xa-a1", "tinh-b", "xa-b1")}
KEY = {agency_id: bearer(key.key) for agency_id, key in KEYS.items()}
MINISTRY = bearer(STAFF)
NC = {
    "source": "internal_audit",
    "class": "minor_nc",
    "clause": "7.5.3",
    "standard_version": "TCVN ISO 9001:2015",
    "statement": "Không lưu phiếu hẹn trả kết quả",
    "raised_on": "2026-02-02",
}


@pytest.fixture
def system(running: InProcess) -> InProcess:
    """Give the services with nothing refused; tests name their events apart."""
    for context in running.contexts.values():
        context.database.write(lambda connection: connection.execute(delete(quarantine)))
    return running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    """Give the front door and one service behind it; two provinces with a commune each."""
    folder = tmp_path_factory.mktemp("services")
    system = InProcess()
    made = [("inspection", InspectionService), ("audit", AuditService)]
    services = []
    for name, service_class in made:
        tokens = {"staff_token": STAFF, "service_token": SERVICE}
        service = IntakeService(name, f"sqlite:///{folder / name}.db", **tokens)
        _fill_registry(service)
        system.add(service_class, service.context)
        services.append(service)
    yield system
    for service in services:
        service.stop()


def _fill_registry(service: IntakeService) -> None:
    service.register("tinh-a", "tinh-b", kind="provincial_pc", level="province")
    for commune in ("xa-a1", "xa-b1"):
        service.register(commune, parent_id=commune.replace("xa", "tinh")[:6])
    columns = ("key_id", "agency_id", "key_hash", "amqp_user", "revoked_at", "position")
    rows = [(key.key_id, agency_id, key.key_hash, None, None, 1) for agency_id, key in KEYS.items()]
    service.context.database.write(lambda connection: insert_rows(connection, registry_credentials, columns, rows))


def event(
    kind: str, event_id: str, data: dict[str, Any], source: str = "xa-a1", on: str = "2026-02-03"
) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/agencies/{source}",
        "type": f"qms.{kind}",
        "subject": f"KPH-{event_id}",
        "time": f"{on}T08:00:00+07:00",
        "data": data,
    }


def push(system: InProcess, who: dict[str, str], sent: dict[str, Any]) -> str:
    answer = system.ask("/v1/events", who, sent)[1]
    return str(answer["results"][0]["status"])


def items(system: InProcess, who: dict[str, str], query: str = "") -> list[dict[str, Any]]:
    status, answer = system.ask(f"/v1/quarantine{query}", who)
    assert status == 200, answer
    return list(answer["items"])


def receipt(system: InProcess, who: dict[str, str], event_id: str, source: str = "xa-a1") -> tuple[int, Any, Any]:
    status, answer = system.ask(f"/v1/receipts?source={source}&id={event_id}", who)
    return status, answer.get("status"), answer.get("code")


def test_an_officer_of_an_agency_above_reaches_nothing_of_the_agency_below(system):
    wrong = event("nonconformity.raised", "e-1", {"source": "self"})
    assert push(system, KEY["xa-a1"], wrong) == "refused"
    (item,) = items(system, KEY["xa-a1"])
    officer, inspector = (
        system.signed_in("agency_officer", "tinh-a"),
        system.signed_in("provincial_inspector", "tinh-a"),
    )
    assert items(system, officer) == []
    for what in ("discard", "replay"):
        status, refusal = system.ask(f"/v1/quarantine/{item['id']}/{what}", officer, b"")
        assert (status, refusal["code"]) == (403, "OUTSIDE_SCOPE"), what
    assert receipt(system, officer, "e-1") == (403, 403, "OUTSIDE_SCOPE")
    assert receipt(system, inspector, "e-1") == (200, "refused", "SCHEMA_VIOLATION")
    assert system.ask(f"/v1/quarantine/{item['id']}/discard", inspector, b"")[0] == 200


def test_the_service_behind_decides_itself_on_what_the_front_door_names(system):
    push(system, KEY["xa-a1"], event("nonconformity.raised", "e-1", {"source": "self"}))
    (item,) = items(system, KEY["xa-a1"])
    narrowed = {**MINISTRY, "Oversight-For-Agency": "tinh-a"}
    path = f"/v1/quarantine/{item['id']}/discard"
    for role in ("agency_officer", "ministry_inspector", "no role at all"):
        officer = {**narrowed, "Oversight-For-Role": role}
        assert system.ask(path, officer, b"", service="audit")[0] == 403, role
    # Neither does it give anything to whoever has less.
    stranger = {**KEY["xa-b1"], "Oversight-For-Role": "provincial_inspector", "Oversight-Oversees": "tinh-a"}
    assert system.ask(path, stranger, b"", service="audit")[0] == 403
    assert system.ask(path, {**narrowed, "Oversight-For-Role": "provincial_inspector"}, b"", service="audit")[0] == 200


FOREIGN = {
    "a type that there is not": {"type": "qms.nope"},
    "a faulty field": {"data": {"source": "self"}},
    "another's agency": {},
    "a time to come": {"time": "2027-02-03T08:00:00+07:00"},
    "a type of the system": {"type": "qms.nonconformity.marked_inconsistent", "data": {"late_event_id": "e-1"}},
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_is_refused_to_a_stranger_is_in_the_strangers_part_alone(system, what):
    sent = {**event("nonconformity.raised", "e-1", NC), **FOREIGN[what]}
    assert push(system, KEY["xa-b1"], sent) == "refused"
    for none_of_theirs in ("xa-a1", "tinh-a", "tinh-b"):
        assert items(system, KEY[none_of_theirs]) == []
        assert system.ask("/v1/quarantine/counts", KEY[none_of_theirs])[1]["counts"] == []
    (item,) = items(system, KEY["xa-b1"])
    (counted,) = system.ask("/v1/quarantine/counts", KEY["xa-b1"])[1]["counts"]
    assert counted["agency_id"] == "xa-b1"
    path = f"/v1/quarantine/{item['id']}/discard"
    assert [system.ask(path, KEY[agency], b"")[0] for agency in ("xa-a1", "tinh-a")] == [403, 403]
    assert receipt(system, KEY["xa-a1"], "e-1") == (404, 404, "RECEIPT_NOT_FOUND")
    # The ministry sees who claimed to be whom, as before.
    (shown,) = items(system, MINISTRY, "?agency=xa-a1")
    assert (shown["id"], shown["source"], shown["code"]) == (item["id"], "xa-a1", item["code"])
    assert receipt(system, MINISTRY, "e-1") == (200, "refused", item["code"])
    assert system.ask(path, KEY["tinh-b"], b"")[0] == 200


def test_a_strangers_copy_changes_nothing_of_what_an_agency_is_told_of_its_event(system):
    waits = event("nonconformity.accepted", "e-2", {"by": "truong-phong"})
    assert push(system, KEY["xa-a1"], waits) == "waiting"
    late = {"time": "2027-02-03T08:00:00+07:00"}
    for sent in ({**waits, "data": {"junk": 1}}, {**waits, "type": "qms.nope"}, {**waits, **late}):
        assert push(system, KEY["xa-b1"], sent) == "refused"
    for who in (KEY["xa-a1"], KEY["tinh-a"], MINISTRY):
        assert receipt(system, who, "e-2")[:2] == (200, "waiting")
    # Its own faults stand beside it, and are not replaced by the stranger's.
    assert push(system, KEY["xa-a1"], {**waits, "id": "e-3", **late}) == "refused"
    assert push(system, KEY["xa-b1"], {**waits, "id": "e-3", "time": "2027-02-04T08:00:00+07:00"}) == "refused"
    (own,) = [item for item in items(system, KEY["xa-a1"]) if item["event_id"] == "e-3"]
    assert own["event"]["time"].startswith("2027-02-03")


def test_a_stranger_is_not_told_what_the_log_has(system):
    assert push(system, KEY["xa-a1"], event("nonconformity.raised", "e-4", NC)) == "accepted"
    late = event("nonconformity.raised", "e-4", NC, on="2027-02-03")
    answer = system.ask("/v1/events", KEY["xa-b1"], late)[1]
    assert answer["code"] == "OCCURRED_IN_FUTURE"
    assert system.ask("/v1/events", KEY["xa-a1"], late)[1]["code"] == "ID_REUSED"


def test_a_receipt_says_what_is_best_of_all_services(system):
    mistyped = {**event("nonconformity.raised", "e-5", NC), "type": "qms.nonconformity.raisd"}
    assert push(system, KEY["xa-a1"], mistyped) == "refused"
    assert receipt(system, KEY["xa-a1"], "e-5") == (200, "refused", "UNKNOWN_TYPE")
    assert push(system, KEY["xa-a1"], {**mistyped, "type": "qms.nonconformity.raised"}) == "accepted"
    for who in (KEY["xa-a1"], KEY["tinh-a"], MINISTRY, system.signed_in("agency_officer", "xa-a1")):
        assert receipt(system, who, "e-5")[:2] == (200, "accepted")
