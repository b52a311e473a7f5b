"""Worked examples of inspections over HTTP: verdicts, overlaps, targets, recommendations, selections, reports."""

from __future__ import annotations

import json

import pytest

from shared import clock
from shared.contracts.evidence import EVIDENCE_EXAMPLE
from shared.testing.running_system import RunningSystem, agency, event, province, unique

FAR = "2040-01-01"
TODAY = clock.to_date(clock.vietnam_day(clock.now())).isoformat()


@pytest.fixture
def land(system: RunningSystem) -> tuple[str, str, str]:
    """A province, its department that inspects, and one commune."""
    top, body, commune = unique("tinh"), unique("so"), unique("xa")
    system.accept(
        province(top),
        agency(body, top, kind="provincial_department", level="province", inspection_rights=True),
        agency(commune, top),
    )
    return top, body, commune


def planned(body: str, subject: str, commune: str, first: str, last: str, **fields) -> dict:
    data = {"agency_id": commune, "mode": "on_site", "kind": "planned", "window": {"from": first, "to": last}, **fields}
    return event("inspection.planned", body, subject, data, on="2026-01-12")


def inspected(
    body: str, subject: str, commune: str, *, first: str = "2026-03-01", on: str = "2026-03-01"
) -> list[dict]:
    """An unplanned inspection that has begun."""

    def fact(name: str, data: dict, day: str) -> dict:
        return event(f"inspection.{name}", body, subject, {"agency_id": commune, **data}, on=day)

    team = [{"role": "head", "person_ref": "truong-doan"}]
    return [
        planned(body, subject, commune, first, first, kind="unplanned", team=team),
        fact("decided", {"decision_no": "1/QĐ", "decided_on": "2026-02-20"}, "2026-02-20"),
        fact("announced", {"announced_on": "2026-02-20"}, "2026-02-20"),
        fact("started", {}, on),
    ]


def nonconformity(source: str, subject: str) -> list[dict]:
    raised = {
        "source": "self",
        "class": "observation",
        "clause": "7.5",
        "statement": "Thiếu phiếu hẹn",
        "raised_on": "2025-12-01",
    }
    minor = {**raised, "class": "minor_nc", "state": "closed", "state_since": "2026-01-10", "closed_on": "2026-01-10"}
    return [event("nonconformity.baselined", source, subject, minor, on="2026-01-10", provenance="imported")]


def test_a_claim_that_an_inspection_contradicts_is_seen_where_it_was_counted(system, land):
    _, body, commune = land
    (closed,) = nonconformity(commune, "kph-1")
    system.accept(closed)
    system.settle()
    asked = {"scope": commune, "as_of": "2026-03-31"}
    before = system.get("/v1/indicators/I23", **asked).json
    assert (before["rows"][0]["numerator"], before["rows"][0]["denominator"]) == (0, 0)
    claim = {"agency_id": commune, "event_id": {"source": closed["source"], "id": closed["id"]}}
    verdict = event("inspection.claim_verified", body, "kt-1", {**claim, "verdict": "contradicted"}, on="2026-03-01")
    key = system.key(body)
    system.accept(*inspected(body, "kt-1", commune), verdict, key=key)
    system.settle()
    (row,) = system.get("/v1/indicators/I23", **asked).json["rows"]
    assert (row["numerator"], row["denominator"], row["rate"]) == (0, 1, 0)
    again = system.get("/v1/indicators/I23", **asked, known_at=before["known_at"]).json
    assert again["rows"] == before["rows"]

    def shown(**moment: str) -> str | None:
        events = system.get(f"/v1/agencies/{commune}/timeline", limit=100, **moment).json["events"]
        return next(one["verdict"] for one in events if one["id"] == closed["id"])

    assert shown() == "contradicted"
    assert shown(known_at=before["known_at"]) is None
    assert shown(as_of="2026-02-28") is None
    told = system.get("/v1/indicators/I12/explain", **asked, **{"from": "2026-01-01", "to": "2026-03-31"}).json
    assert [one.get("verdict") for one in told["events"] if one["id"] == closed["id"]] == ["contradicted"]
    # The verdict is taken back: nobody has verified the event any more.
    taken_back = event(
        "inspection.retracted", body, "kt-1", {"reason": "Ghi nhầm hồ sơ"}, on="2026-03-02", corrects=verdict["id"]
    )
    system.accept(taken_back, key=key)
    system.settle()
    assert shown() is None


def test_a_surveillance_and_a_reform_inspection_of_the_same_procedures_overlap(system, land):
    _, body, commune = land
    audit = {
        "kind": "legacy_surveillance",
        "scope": {"procedures": ["QT-05", "QT-07"]},
        "criteria": ["TCVN ISO 9001:2015"],
        "planned_from": "2026-06-03",
        "planned_to": "2026-06-04",
        "team": [{"role": "lead", "person_ref": "dgv-1"}],
        "person_days": 4,
    }
    scope = {"procedures": ["QT-07"]}
    system.accept(
        event("audit.planned", commune, "gs-1", audit, on="2026-01-05"),
        planned(body, "kt-cchc", commune, "2026-06-20", "2026-06-20", scope=scope, person_days=5),
    )
    system.settle()
    period = {"from": "2026-06-01", "to": "2026-06-30"}
    found = system.get("/v1/overlaps", scope=commune, as_of="2026-05-01", **period).json
    (pair,) = found["pairs"]
    assert (pair["gap_days"], pair["common_scope"], pair["joint"]) == (16, ["p:QT-07"], False)
    assert (pair["first"]["subject"], pair["second"]["subject"]) == ("gs-1", "kt-cchc")
    assert (pair["savable_person_days"], found["savable_person_days"]) == (1.6, 1.6)
    assert "gs-1" in pair["proposal"]["vi"]
    assert "kt-cchc" in pair["proposal"]["vi"]
    (row,) = system.get("/v1/indicators/I20", scope=commune, as_of="2026-05-01", **period).json["rows"]
    assert (row["numerator"], row["denominator"], row["values"]["pairs"]) == (2, 2, 1)
    # Another body that comes within 30 days must join.
    other = planned(body, "kt-2", commune, "2026-07-10", "2026-07-10")
    (refused,) = system.push([other])
    assert (refused["status"], refused["code"]) == ("refused", "QUIET_PERIOD")
    system.accept(planned(body, "kt-3", commune, "2026-07-10", "2026-07-10", joint_with="kt-cchc"))


def declared(source: str) -> dict:
    data = {
        "state_since": "2017-06-01",
        "status": "declared",
        "standard_version": "TCVN ISO 9001:2015",
        "decision_no": "1/QĐ",
        "declared_on": "2017-06-01",
        "scope_fields": ["Tư pháp"],
    }
    return event("declaration.baselined", source, source, data, on="2017-06-01", provenance="imported")


def test_eleven_communes_of_222_a_month_before_the_milestone_are_off_track(system):
    top = unique("gl")
    communes = [unique("xa") for _ in range(222)]
    target = {
        "scope": {"kind": "commune_pc", "territory": top},
        "metric": "I2",
        "comparator": "at_least",
        "set_on": "2017-06-01",
        "baseline": 0,
        "milestones": [{"date": "2017-12-31", "value": 0.9}, {"date": "2018-06-30", "value": 1}],
        "basis": "Quyết định 658/QĐ-UBND",
    }
    system.accept(province(top, obligation="exempt"), *(agency(one, top, obligation="encouraged") for one in communes))
    system.accept(*(declared(one) for one in communes[:11]), event("target.set", top, "ct-1", target, on="2017-06-01"))
    system.settle()
    (row,) = system.get("/v1/indicators/I28", scope=top, as_of="2017-12-01").json["rows"]
    (found,) = row["values"]["targets"]
    assert (found["done"], found["of"], found["missing"]) == (11, 222, 189)
    assert found["needed_per_month"] == pytest.approx(189 / (30 / 30.4375))
    assert (found["status"], row["values"]["off_track"]) == ("off_track", 1)


def issued(body: str, subject: str, commune: str, **fields) -> dict:
    data = {
        "agency_id": commune,
        "text": "Đánh giá nội bộ đủ hồ sơ",
        "priority": "normal",
        "kind": "fix",
        "due_on": "2026-06-30",
        **fields,
    }
    return event("recommendation.issued", body, subject, data, on="2026-03-02")


def test_a_recommendation_is_answered_by_its_addressee_and_verified_by_its_issuer(system, land):
    _, body, commune = land
    issuer, addressee = system.key(body), system.key(commune)
    system.accept(issued(body, "kn-1", commune), key=issuer)

    def answer(name: str, data: dict, *, key: str, source: str = commune) -> dict:
        data = {"record_of": body, **data}
        (result,) = system.push([event(f"recommendation.{name}", source, "kn-1", data, on="2026-04-01")], key)
        return result

    evidence = {"evidence": [EVIDENCE_EXAMPLE]}
    assert answer("evidence_submitted", evidence, key=addressee)["code"] == "TRANSITION_NOT_ALLOWED"
    assert answer("agreed", {}, key=addressee)["status"] == "accepted"
    assert answer("evidence_submitted", evidence, key=addressee)["status"] == "accepted"
    verified = {"verifier": "kiem-tra-vien"}
    assert answer("implemented", verified, key=addressee)["code"] == "NOT_ENTITLED"
    assert answer("implemented", verified, key="staff")["code"] == "VERIFIER_IS_ADDRESSEE"
    assert answer("implemented", verified, key=issuer, source=body)["status"] == "accepted"
    system.settle()
    for variant in ("reported", "verified"):
        (row,) = system.get("/v1/indicators/I21", scope=commune, as_of="2026-12-31", variant=variant).json["rows"]
        assert (row["numerator"], row["denominator"]) == (1, 1)
    told = system.get(f"/v1/agencies/{commune}/timeline", limit=100).json["events"]
    known = {one["type"].rpartition(".")[2]: one["provenance"] for one in told}
    assert (known["issued"], known["agreed"]) == ("inspected", "self_reported")


def test_a_selection_asked_for_twice_is_the_same_and_becomes_the_programme(system, land):
    top, body, commune = land
    others = [unique("xa") for _ in range(9)]
    year = int(TODAY[:4]) + 1
    system.accept(*(agency(one, top, valid_from="2024-01-01") for one in others))
    drafted = {"year": year, "capacity_days": 40}
    system.accept(event("inspection_programme.drafted", body, f"programme-{year}", drafted, on=TODAY))
    system.settle()
    path, key = f"/v1/inspection-programmes/{body}/{year}/selection", system.key(body)
    # Without a scope a body selects within its own province.
    asked = {"capacity": 5, "instructed": {others[3]: "UBND tỉnh yêu cầu"}, "capacity_days": 30}
    first = system.json("POST", path, asked, key=key)
    picked = first["selection"]["picked"]
    assert picked[:2] == sorted([commune, others[3]], key=picked.index)
    assert body not in picked
    assert first["person_days"] <= 30
    grounds = {one["agency_id"]: one["ground"] for one in first["selection"]["reasons"]}
    assert grounds[others[3]] == grounds[commune] == "must_pick"
    assert first["selection"]["random_picks"] == [one for one in picked if grounds[one] == "random"]
    # New facts come; the same question about the same moment has the same answer.
    system.accept(*nonconformity(others[0], "kph-1"))
    system.settle()
    repeated = {**asked, "as_of": first["selection"]["as_of"], "known_at": first["selection"]["known_at"]}
    again = system.json("POST", path, {**repeated, "confirm": True}, key=key)
    assert again["selection"] == first["selection"]
    assert system.json("POST", path, {**repeated, "confirm": True}, key=key)["selection_id"] == again["selection_id"]
    other = json.dumps({**repeated, "confirm": True, "capacity": 1, "selection_id": again["selection_id"]}).encode()
    taken = system.request("POST", path, body=other, key=key)
    assert (taken.status, taken.json["code"]) == (409, "ALREADY_EXISTS")
    consulted = {"consulted_on": TODAY, "consulted": ["so-noi-vu"]}
    check = {"checked_on": TODAY, "overlaps_found": 0}
    approved = {"decision_no": "45/QĐ", "approved_on": TODAY, "conflict_check": check}
    system.accept(
        event("inspection_programme.consulted", body, f"programme-{year}", consulted, on=TODAY),
        event("inspection_programme.approved", body, f"programme-{year}", approved, on=TODAY),
        key=key,
    )
    stranger = system.request("POST", path, body=b'{"capacity": 1}', key=system.key(commune))
    assert stranger.status == 403
    elsewhere = unique("tinh")
    system.accept(province(elsewhere))
    outside = system.request("POST", path, body=f'{{"capacity": 1, "scope": "{elsewhere}"}}'.encode(), key=key)
    assert (outside.status, outside.json["code"]) == (403, "OUTSIDE_SCOPE")
    ahead = {**repeated, "known_at": "2039-01-01T00:00:00+07:00", "confirm": True}
    behind = system.request("POST", path, body=json.dumps(ahead).encode(), key=key)
    assert (behind.status, behind.json["code"]) == (503, "VIEWS_BEHIND")
    wrong = system.request("POST", path, body=b'{"capacity": "five"}', key=key)
    assert (wrong.status, wrong.json["pointer"]) == (400, "/body/capacity")


def test_a_report_is_filled_in_from_events_explained_accepted_and_rolled_up(system, land):
    top, body, commune = land
    report = "qd19-year.1:2025"
    opened = {"template_version": "qd19-year.1", "period": "2025", "due_on": FAR}
    system.accept(
        event(
            "periodic_report.opened", body, report, {**opened, "agency_id": commune, "receiver": body}, on="2026-01-05"
        ),
        event("periodic_report.opened", body, report, {**opened, "receiver": top}, on="2026-01-05"),
        *nonconformity(commune, "kph-1"),
    )
    system.settle()
    path = f"/v1/periodic-reports/{commune}/{report}"
    mine, theirs = system.key(commune), system.key(body)
    filled = system.json("POST", f"{path}/prefill", {}, key=mine)
    assert filled["status"] == "prefilled"
    assert (filled["prefilled"]["nonconformities.open"], filled["prefilled"]["agencies.in_duty"]) == (0, 1)
    values = [{"field": "nonconformities.open", "value": 2}, {"field": "agencies.in_duty", "value": 1}]

    def submit(*differences: dict) -> dict:
        data = {"values": values, "differences": list(differences)}
        (result,) = system.push([event("periodic_report.submitted", commune, report, data, on=TODAY)], mine)
        return result

    def receive(name: str, **data: str) -> dict:
        data = {"agency_id": commune, **data}
        (result,) = system.push([event(f"periodic_report.{name}", body, report, data, on=TODAY)], theirs)
        return result

    assert submit()["status"] == "accepted"
    assert receive("accepted")["code"] == "UNEXPLAINED_DIFFERENCE"
    (difference,) = system.get(path, key="staff").json["differences"]
    assert (difference["field"], difference["must_be_explained"]) == ("nonconformities.open", True)
    assert receive("returned", reason="Giải trình số điểm còn mở")["status"] == "accepted"
    explained = {"field": "nonconformities.open", "prefilled": 0, "submitted": 2, "reason": "Phát sinh cuối tháng 12"}
    assert submit(explained)["status"] == "accepted"
    preview = system.get(f"/v1/periodic-reports/{body}/{report}/roll-up", key=theirs).json
    assert preview["missing"] == [{"agency_id": commune, "status": "submitted"}]
    assert receive("accepted")["status"] == "accepted"
    rolled = system.json("POST", f"/v1/periodic-reports/{body}/{report}/roll-up", {}, key=theirs)
    assert (rolled["included"], rolled["missing"]) == ([commune], [])
    assert (rolled["values"]["nonconformities.open"], rolled["values"]["agencies.in_duty"]) == (2, 2)
    assert rolled["differences"][0]["reason"] == "Phát sinh cuối tháng 12"
    assert system.get(path).json["status"] == "rolled_up"
    assert system.get(f"/v1/periodic-reports/{body}/{report}").json["prefilled"]["agencies.in_duty"] == 2
