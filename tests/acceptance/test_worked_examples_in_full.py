"""Worked examples over HTTP to the end: days and alerts of a law change, late truth, clashing pushes, remaining weight."""

from __future__ import annotations

import pytest

from shared.testing.running_system import RunningSystem, agency, event, province, unique
from tests.acceptance.test_worked_examples import in_force, registered, replaced, text_of

SUGGESTED = ("TCVN ISO 9001:2015", "TCVN ISO 9001:2008", "TCVN ISO 9001:2000")


def values(system: RunningSystem, indicator: str, scope: str, **moment: str) -> dict:
    (row,) = system.get(f"/v1/indicators/{indicator}", scope=scope, **moment).json["rows"]
    return dict(row["values"])


# --- 1: a law changes


@pytest.fixture
def left_behind(system: RunningSystem) -> tuple[str, str, str]:
    """An agency whose procedure still cites a decree that another one replaced from 1 March 2026."""
    name, old, new = unique("xa"), unique("61"), unique("118")
    system.accept(province(name), registered(name, old, "2025-02-01"), registered(name, new, "2026-03-01"))
    system.accept(in_force(name, old), replaced(name, old, new))
    system.settle()
    system.eventually(lambda: system.get("/v1/indicators/I6", scope=name).json["rows"][0]["numerator"] == 1)
    return name, old, new


@pytest.mark.parametrize(
    ("day", "stale_days", "over_grace"),
    [("2026-03-01", 0, 0), ("2026-03-31", 30, 0), ("2026-04-01", 31, 1), ("2026-04-15", 45, 1)],
)
def test_the_days_of_staleness_are_counted_from_the_day_of_the_law(system, left_behind, day, stale_days, over_grace):
    found = values(system, "I6", left_behind[0], as_of=day)
    assert (found["stale_days_mean"], found["stale_over_grace"]) == (stale_days, over_grace)


def alerts(system: RunningSystem, name: str, rule: str) -> list[dict]:
    listed = system.get("/v1/alerts", agency=name, rule=rule, limit=10)
    assert listed.status == 200, listed.body
    return list(listed.json["alerts"])


def test_a_procedure_left_behind_alerts_seriously_until_it_follows(system, left_behind):
    name, _, new = left_behind

    def state() -> tuple[str, str] | None:
        found = alerts(system, name, "A3")
        return (found[0]["severity"], found[0]["state"]) if found else None

    # More than thirty days have passed since the first of March 2026.
    assert system.eventually(lambda: state() == ("serious", "opened")), state()
    revised = {
        "edition": 1,
        "revision": 2,
        "trigger": "legal_change",
        "legal_text_id": text_of(new),
        "effective_from": "2026-04-20",
        "legal_basis": [{"legal_text_id": text_of(new)}],
    }
    system.accept(event("procedure.revised", name, "qt-07", revised, on="2026-04-20"))
    assert system.eventually(lambda: (state() or ("", ""))[1] in ("resolved", "closed")), state()
    system.settle()
    found = values(system, "I6", name, as_of="2026-04-30", **{"from": "2026-04-01", "to": "2026-04-30"})
    assert (found["updates"], found["lead_time_median"]) == (1, 50)


# --- 3: the truth comes late


def test_a_nonconformity_that_is_opened_again_was_closed_as_far_as_was_known_before(system):
    name = unique("xa")
    closed = {
        "source": "internal_audit",
        "class": "minor_nc",
        "clause": "7.5.3",
        "statement": "Thiếu giấy tiếp nhận hồ sơ",
        "raised_on": "2025-12-01",
        "state": "closed",
        "state_since": "2026-01-10",
        "completed_on": "2025-12-05",
        "effective": True,
        "closed_on": "2026-01-10",
    }
    system.accept(
        province(name), event("nonconformity.baselined", name, "k1", closed, on="2026-01-10", provenance="imported")
    )
    system.settle()
    asked = {"as_of": "2026-03-31", "from": "2026-01-01", "to": "2026-03-31"}
    before = system.get("/v1/indicators/I12", scope=name, **asked).json
    assert (before["rows"][0]["values"]["closed"], before["rows"][0]["values"]["open"]) == (1, 0)

    told = {"cause": "Đoàn kiểm tra ngày 01/3 ghi nhận hồ sơ vẫn thiếu", "reopened_on": "2026-03-01"}
    system.accept(event("nonconformity.reopened", name, "k1", told, on="2026-03-01"))
    system.settle()
    after = system.get("/v1/indicators/I12", scope=name, **asked).json
    assert (after["rows"][0]["values"]["closed"], after["rows"][0]["values"]["open"]) == (0, 1)
    # On the last day of February it still was closed, whoever asks.
    assert values(system, "I12", name, **{**asked, "as_of": "2026-02-28", "to": "2026-02-28"})["open"] == 0
    for known_at, rows in ((before["known_at"], before["rows"]), (after["known_at"], after["rows"])):
        again = system.get("/v1/indicators/I12", scope=name, **asked, known_at=known_at).json
        assert again["rows"] == rows


# --- 5: pushed twice


def test_the_same_id_with_another_body_is_kept_apart_and_the_first_one_stands(system):
    name = unique("xa")
    planned = {
        "source": "improvement",
        "type": "improvement",
        "owner": "van-phong",
        "planned_on": "2026-01-05",
        "due_on": "2026-02-27",
    }
    first = event("action.planned", name, "hd-1", planned, on="2026-01-05")
    (accepted,) = system.accept(province(name), first)[1:]
    (again,) = system.push([first])
    assert (again["status"], again["position"]) == ("duplicate", accepted["position"])

    other = {**first, "data": {**planned, "due_on": "2026-12-31"}}
    answer = system.single(other)
    assert answer.status == 422
    assert answer.result["code"] == "ID_REUSED"
    key = system.key(name)
    (kept,) = [item for item in system.get("/v1/quarantine", key=key).json["items"] if item["event_id"] == first["id"]]
    assert (kept["status"], kept["code"]) == ("refused", "ID_REUSED")
    assert kept["event"]["data"]["due_on"] == "2026-12-31"
    # A batch that holds both is told the same, item by item.
    second = event("action.planned", name, "hd-2", planned, on="2026-01-05")
    results = system.push([second, second, {**second, "data": {**planned, "owner": "khac"}}])
    assert [result["status"] for result in results] == ["accepted", "duplicate", "refused"]
    system.settle()
    (row,) = system.get("/v1/indicators/I11", scope=name, as_of="2026-03-01").json["rows"]
    assert (row["numerator"], row["denominator"]) == (2, 2)


# --- 8: an office without public procedures


def test_the_score_of_an_office_without_procedures_rests_on_the_remaining_weight(system):
    office = unique("vp")
    system.accept(agency(office, kind="public_unit", level="province", obligation="voluntary", has_tthc=False))
    system.settle()
    found = values(system, "I29", office, as_of="2026-03-01")
    coverage = {name: part for name, part in found["parts"].items() if part["value"] is None}
    assert "I3" in coverage
    present = sum(part["weight"] for part in found["parts"].values() if part["value"] is not None)
    assert found["weight_present"] == present
    assert present < sum(part["weight"] for part in found["parts"].values()) == 100


# --- 10: versions of the standard that never were


@pytest.fixture
def applying(system: RunningSystem) -> str:
    name = unique("xa")
    started = event("declaration.building_started", name, name, {"started_on": "2026-01-05"}, on="2026-01-05")
    system.accept(province(name), started, event("declaration.applied", name, name, {}, on="2026-02-02"))
    return name


@pytest.mark.parametrize("version", ["TCVN ISO 9001:2009", "ISO 2001:2008"])
def test_nobody_declares_training_or_findings_by_a_standard_that_never_was(system, applying, version):
    declared = {
        "standard_version": version,
        "decision_no": "12/QĐ-UBND",
        "signed_by": "head",
        "declared_on": "2026-03-02",
        "scope_fields": ["Tư pháp - Hộ tịch"],
    }
    held = {
        "topic": "Nhận thức chung",
        "standard_version": version,
        "held_on": "2026-03-02",
        "hours": 8,
        "organiser": applying,
        "audience": "staff",
        "attendees": [{"agency_id": applying, "people": 12}],
    }
    raised = {
        "source": "self",
        "class": "minor_nc",
        "clause": "8.2.2",
        "standard_version": version,
        "statement": "Thiếu hồ sơ",
        "raised_on": "2026-03-02",
    }
    for pushed in (
        event("declaration.declared", applying, applying, declared),
        event("training.held", applying, "lop-1", held),
        event("nonconformity.raised", applying, "kph-1", raised),
    ):
        answer = system.single(pushed)
        assert answer.status == 422
        assert (answer.result["code"], answer.result["pointer"]) == (
            "UNKNOWN_STANDARD_VERSION",
            "/data/standard_version",
        )
        for known in SUGGESTED:
            assert known in answer.result["hint"]["vi"]
            assert known in answer.result["hint"]["en"]
    right = {**declared, "standard_version": SUGGESTED[0]}
    system.accept(event("declaration.declared", applying, applying, right))
