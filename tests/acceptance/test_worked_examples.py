"""Worked examples over HTTP: law changes, reorganisations, duplicates, the figures of past deployments."""

from __future__ import annotations

import pytest

from shared.testing.running_system import RunningSystem, agency, event, province, unique

STEPS = [{"no": 1, "title": "Tiếp nhận hồ sơ", "role": "Công chức một cửa", "max_hours": 2}]


def text_of(number: str) -> str:
    return f"{number}|Chính phủ|2025-01-10"


def registered(source: str, number: str, effective: str) -> dict:
    data = {
        "number": number,
        "issuer": "Chính phủ",
        "issued_on": "2025-01-10",
        "doc_type": "Nghị định",
        "title": "Về cơ chế một cửa",
        "effective_from": effective,
    }
    return event("legal_text.registered", source, text_of(number), data, on="2025-01-10")


def in_force(source: str, number: str) -> dict:
    data = {
        "state_since": "2025-02-10",
        "code": "QT-07",
        "kind": "internal",
        "status": "in_force",
        "edition": 1,
        "revision": 1,
        "effective_from": "2025-02-10",
        "title": "Quy trình giải quyết thủ tục",
        "steps": STEPS,
        "legal_basis": [{"legal_text_id": text_of(number), "articles": ["Điều 5"]}],
    }
    return event("procedure.baselined", source, "qt-07", data, on="2025-02-10", provenance="imported")


def replaced(source: str, old: str, new: str) -> dict:
    data = {"by": text_of(new), "announced_on": "2026-02-01", "effective_from": "2026-03-01"}
    return event("legal_text.replaced", source, text_of(old), data, on="2026-02-01")


def stale(system: RunningSystem, agency_id: str, day: str) -> tuple[int, int]:
    (row,) = system.get("/v1/indicators/I6", scope=agency_id, as_of=day).json["rows"]
    return row["numerator"], row["denominator"]


@pytest.fixture
def under_new_law(system: RunningSystem) -> tuple[str, str, str]:
    """An agency whose procedure rests on a decree that another one replaces from 1 March 2026."""
    name, old, new = unique("xa"), unique("61"), unique("118")
    system.accept(province(name), registered(name, old, "2025-02-01"), registered(name, new, "2026-03-01"))
    system.accept(in_force(name, old), replaced(name, old, new))
    return name, old, new


def expect_stale(system, name: str, day: str, figures: tuple[int, int]) -> None:
    """Wait for figures that follow from a derived event: it is decided and published a moment after its cause."""
    assert system.eventually(lambda: stale(system, name, day) == figures), stale(system, name, day)


def test_a_procedure_is_stale_from_the_day_of_the_new_law_until_it_follows(system, under_new_law):
    name, _, new = under_new_law
    revised = {
        "from_edition": 1,
        "from_revision": 1,
        "edition": 1,
        "revision": 2,
        "trigger": "legal_change",
        "legal_text_id": text_of(new),
        "changes": ["Thay căn cứ pháp lý"],
        "effective_from": "2026-04-20",
        "legal_basis": [{"legal_text_id": text_of(new), "articles": ["Điều 14"]}],
    }
    system.accept(event("procedure.revised", name, "qt-07", revised, on="2026-04-20"))
    system.settle()
    expect_stale(system, name, "2026-02-28", (0, 1))
    expect_stale(system, name, "2026-03-01", (1, 1))
    expect_stale(system, name, "2026-04-15", (1, 1))
    expect_stale(system, name, "2026-04-20", (0, 1))

    def cleared() -> list[dict]:
        events = system.get(f"/v1/agencies/{name}/timeline", limit=100).json["events"]
        return [one for one in events if one["type"] == "qms.procedure.staleness_cleared"]

    (found,) = system.eventually(cleared)
    assert found["data"]["lead_time_days"] == 50
    assert found["provenance"] == "derived"


def test_a_procedure_that_was_reviewed_before_the_new_law_is_never_stale(system, under_new_law):
    name, _, new = under_new_law
    reviewed = {"legal_text_id": text_of(new), "reviewer_ref": "thu-ky-iso", "reason": "Không làm thay đổi trình tự"}
    system.accept(event("procedure.reviewed_no_change", name, "qt-07", reviewed, on="2026-02-20"))
    system.settle()
    for day in ("2026-02-28", "2026-03-01", "2026-04-15", "2026-10-01"):
        expect_stale(system, name, day, (0, 1))


def test_a_correction_of_time_reaches_old_days_and_leaves_old_answers(system, under_new_law):
    name, _, new = under_new_law
    system.settle()
    expect_stale(system, name, "2026-03-10", (1, 1))
    before = system.get("/v1/indicators/I6", scope=name, as_of="2026-03-10").json
    assert before["rows"][0]["numerator"] == 1
    late = {"legal_text_id": text_of(new), "reviewer_ref": "thu-ky-iso", "reason": "Không làm thay đổi trình tự"}
    system.accept(event("procedure.reviewed_no_change", name, "qt-07", late, on="2026-03-05"))
    system.settle()
    expect_stale(system, name, "2026-03-10", (0, 1))
    again = system.get("/v1/indicators/I6", scope=name, as_of="2026-03-10", known_at=before["known_at"]).json
    assert again["rows"] == before["rows"]


@pytest.mark.parametrize("version", ["TCVN ISO 9001:2009", "ISO 2001:2008"])
def test_a_standard_that_never_was_is_refused_with_those_that_are(system, version):
    name = unique("xa")
    declared = {
        "state_since": "2019-12-16",
        "status": "declared",
        "standard_version": version,
        "decision_no": "2156/QĐ-UBND",
        "declared_on": "2019-12-16",
        "scope_fields": ["Tư pháp"],
    }
    system.accept(province(name))
    pushed = event("declaration.baselined", name, name, declared, on="2019-12-16", provenance="imported")
    (result,) = system.push([pushed])
    assert result["status"] == "refused"
    assert result["pointer"] == "/data/standard_version"
    for language in ("vi", "en"):
        assert "9001:2015" in result["hint"][language]


def certificate(source: str) -> dict:
    data = {
        "certificate_no": unique("HT"),
        "kind": "new",
        "standard_version": "TCVN ISO 9001:2008",
        "issued_on": "2013-08-15",
        "valid_to": "2016-08-14",
    }
    return event("declaration.certificate_recorded", source, source, data, on="2013-08-15", provenance="imported")


def test_one_of_122_units_waits_for_its_certificate(system):
    city, units = unique("ct"), [unique("dv") for _ in range(122)]
    system.accept(
        province(city, obligation="exempt", has_tthc=False),
        *(agency(unit, city, kind="public_unit") for unit in units),
    )
    building = event(
        "declaration.building_started", units[121], units[121], {"started_on": "2013-09-01"}, on="2013-09-01"
    )
    system.accept(*(certificate(unit) for unit in units[:121]), {**building, "provenance": "imported"})
    system.settle()
    asked = {"scope": city, "as_of": "2014-04-01", "obligation": "mandatory"}
    (row,) = system.get("/v1/indicators/I2", **asked).json["rows"]
    assert (row["numerator"], row["denominator"], round(100 * row["rate"], 2)) == (121, 122, 99.18)
    (funnel,) = system.get("/v1/indicators/I2a", **asked).json["rows"]
    shares = {name: state["count"] for name, state in funnel["values"].items() if isinstance(state, dict)}
    assert {name: count for name, count in shares.items() if count} == {"certified": 121, "building": 1}
    assert sum(shares.values()) == 122
    # A certificate counts for its validity and not longer.
    (later,) = system.get("/v1/indicators/I2", **{**asked, "as_of": "2016-08-15"}).json["rows"]
    assert later["numerator"] == 0


def test_an_office_without_procedures_has_no_coverage_instead_of_none(system):
    office = unique("vp")
    system.accept(agency(office, kind="public_unit", level="province", obligation="voluntary", has_tthc=False))
    system.settle()
    (row,) = system.get("/v1/indicators/I3", scope=office, as_of="2026-03-01").json["rows"]
    assert (row["numerator"], row["denominator"], row["rate"]) == (0, 0, None)


def test_a_plan_that_came_later_is_absent_before_and_there_after(system):
    ministry = unique("bo")
    data = {"plan_no": "87/KH", "approved_by": "Bộ trưởng", "approved_on": "2015-06-01"}
    system.accept(
        agency(ministry, kind="ministry", level="central"),
        event("declaration.plan_approved", ministry, ministry, data, on="2015-06-01", provenance="imported"),
    )
    system.settle()
    rates = [
        system.get("/v1/indicators/I1", scope=ministry, as_of=day).json["rows"][0]["rate"]
        for day in ("2013-11-30", "2021-04-12")
    ]
    assert rates == [0, 1]


def test_the_same_event_twice_has_one_effect(system):
    name = unique("xa")
    planned = {
        "source": "improvement",
        "type": "improvement",
        "what": "Bổ sung bước đối chiếu",
        "owner": "van-phong",
        "planned_on": "2026-01-05",
        "due_on": "2026-02-27",
    }
    pushed = event("action.planned", name, "hd-1", planned, on="2026-01-05")
    system.accept(province(name), pushed, pushed)
    system.push([pushed, {**pushed, "data": {**planned, "owner": "khac"}}])
    system.settle()
    (row,) = system.get("/v1/indicators/I11", scope=name, as_of="2026-03-01").json["rows"]
    assert (row["numerator"], row["denominator"]) == (1, 1)


def test_audits_count_for_the_day_that_was_promised(system):
    name = unique("xa")
    system.accept(province(name))
    for number, completed in enumerate(("2026-02-20", "2026-03-20", None)):
        subject = f"dg-{number}"
        planned = {
            "kind": "internal",
            "scope": {"clauses": ["7.5"]},
            "criteria": ["TCVN ISO 9001:2015"],
            "planned_from": "2026-02-09",
            "planned_to": "2026-02-10",
            "team": [{"role": "lead", "person_ref": f"dgv-{number}", "own_areas": ["van-phong"]}],
        }
        baseline = {
            "state": "completed" if completed else "planned",
            "state_since": completed or "2026-01-05",
            "kind": "internal",
            "planned_from": "2026-02-09",
            "planned_to": "2026-02-10",
            **({"started_on": "2026-02-09", "completed_on": completed} if completed else {}),
        }
        on = completed or "2026-01-05"
        kind, data = ("audit.baselined", baseline) if completed else ("audit.planned", planned)
        extra = {"provenance": "imported"} if completed else {}
        system.accept(event(kind, name, subject, data, on=on, **extra))
    system.settle()
    (row,) = system.get(
        "/v1/indicators/I9", scope=name, as_of="2026-12-31", **{"from": "2026-01-01", "to": "2026-12-31"}
    ).json["rows"]
    # Planned for 10 February: 20 February is within the 15 days of grace, 20 March is not, one was never held.
    assert (row["numerator"], row["denominator"]) == (1, 3)
