"""Who sees and touches what was refused: through the front door, at the service behind it, and in receipts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.audit.service import AuditService
from services.inspection.service import InspectionService
from shared.database.bulk import insert_rows
from shared.eventstore.tables import registry_credentials
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
def system(tmp_path: Any) -> Iterator[InProcess]:
    """Give the front door and one service behind it; two provinces with a commune each."""
    system = InProcess()
    made = [("inspection", InspectionService), ("audit", AuditService)]
    services = []
    for name, service_class in made:
        tokens = {"staff_token": STAFF, "service_token": SERVICE}
        service = IntakeService(name, f"sqlite:///{tmp_path / name}.db", **tokens)
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
        "subject": "KPH-1",
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
