"""Conditions over several services, as outsiders see them: accepted, found, listed, alerted, taken back."""

from __future__ import annotations

from typing import Any

from shared.contracts.catalogue import load
from shared.testing.running_system import RunningSystem, event, province, unique


def listed(system: RunningSystem, agency_id: str, **asked: str) -> list[dict[str, Any]]:
    # Not found while the views have not read the registration.
    return list(system.get("/v1/inconsistencies", scope=agency_id, **asked).json.get("inconsistencies", ()))


def data(kind: str, **changes: Any) -> dict[str, Any]:
    return {**load()[f"qms.{kind}"].example, **changes}


def test_a_declaration_without_an_audit_is_accepted_and_shown_until_a_late_audit_comes(system: RunningSystem):
    agency_id, other = unique("tinh"), unique("tinh")
    declared = event(
        "declaration.declared",
        agency_id,
        "iso",
        data("declaration.declared", declared_on="2026-03-20", procedure_revisions=[], exclusions=[]),
        on="2026-03-20",
    )
    inputs = load()["qms.management_review.held"].example["inputs"]
    review = [
        event(
            "management_review.planned",
            agency_id,
            "XX-1",
            {"period": "2026", "planned_for": "2026-02-10"},
            on="2026-02-01",
        ),
        event("management_review.prepared", agency_id, "XX-1", {}, on="2026-02-05"),
        event(
            "management_review.held",
            agency_id,
            "XX-1",
            {"held_on": "2026-02-10", "chair": "head", "inputs": inputs},
            on="2026-02-10",
        ),
    ]
    system.accept(
        province(agency_id),
        province(other),
        event("declaration.plan_approved", agency_id, "iso", {"plan_no": "12/KH-UBND"}, on="2025-05-01"),
        event("declaration.building_started", agency_id, "iso", {}, on="2025-05-10"),
        event("declaration.applied", agency_id, "iso", {"applied_from": "2025-06-01"}, on="2025-06-01"),
        *review,
        declared,
    )
    (found,) = system.eventually(lambda: listed(system, agency_id))
    assert (found["kind"], found["on"], found["ended_on"]) == ("declared_without_audit", "2026-03-20", None)
    assert found["claim"] == {"source": agency_id, "id": declared["id"]}
    assert listed(system, other) == []
    assert listed(system, agency_id, as_of="2026-03-19") == []
    assert listed(system, agency_id, state="ended") == []
    known = system.get("/v1/inconsistencies", scope=agency_id).json["known_at"]
    alerts = system.eventually(lambda: system.get("/v1/alerts", agency=agency_id).json["alerts"])
    assert "A26" in {alert["rule"] for alert in alerts}
    key = system.key(other)
    assert system.get("/v1/inconsistencies", key=key, scope=agency_id).status == 403
    audit = data(
        "audit.baselined",
        state="completed",
        completed_on="2026-01-15",
        planned_from="2026-01-14",
        planned_to="2026-01-15",
    )
    audit |= {"started_on": "2026-01-14", "state_since": "2026-01-15"}
    system.accept(event("audit.baselined", agency_id, "DG-1", audit, on="2026-01-15", provenance="imported"))
    system.eventually(lambda: not listed(system, agency_id))
    assert [one["kind"] for one in listed(system, agency_id, known_at=known)] == ["declared_without_audit"]
