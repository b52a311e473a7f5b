"""Every indicator over HTTP: the figures of past years as they round, and one agency's year seen by all of them."""

from __future__ import annotations

import pytest

from shared.testing.running_system import RunningSystem, agency, event, province, unique

pytestmark = pytest.mark.timeout(240)

VERSION = "TCVN ISO 9001:2015"
YEAR = {"from": "2026-01-01", "to": "2026-06-30", "as_of": "2026-06-30"}
#: Ho Chi Minh City 2018: kind, how many there are, how many declared, the share as it rounds half-up.
CITY_2018 = (
    ("provincial_department", "province", 45, 43, "95.56"),
    ("sub_department", "province", 9, 8, "88.89"),
    ("commune_pc", "commune", 322, 307, "95.34"),
)
SCORES = {"very_satisfied": 20, "satisfied": 15, "neutral": 3, "dissatisfied": 1, "very_dissatisfied": 1}
INPUTS = ("a", "b", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "d", "e", "f")


def declared(name: str, on: str = "2018-03-01") -> dict:
    data = {
        "state_since": on,
        "status": "declared",
        "standard_version": VERSION,
        "decision_no": "1/QĐ",
        "declared_on": on,
    }
    return event("declaration.baselined", name, name, data, on=on, provenance="imported")


def test_the_shares_of_2018_round_half_up_and_add_up(system: RunningSystem):
    city = unique("tp")
    system.accept(province(city, obligation="exempt"))
    for kind, level, size, done, _share in CITY_2018:
        units = [unique("dv") for _ in range(size)]
        system.accept(*(agency(unit, city, kind=kind, level=level) for unit in units))
        system.accept(*(declared(unit) for unit in units[:done]))
    system.settle()
    asked = {"scope": city, "as_of": "2018-09-30", "obligation": "mandatory"}
    rows = {row["key"]: row for row in system.get("/v1/indicators/I2", by="kind", **asked).json["rows"]}
    shown = {kind: (row["numerator"], row["denominator"], row["values"]["percent"]) for kind, row in rows.items()}
    assert shown == {kind: (done, size, share) for kind, _level, size, done, share in CITY_2018}
    (total,) = system.get("/v1/indicators/I2", **asked).json["rows"]
    assert (total["numerator"], total["denominator"]) == (358, 376)


def told(name: str, kind: str, subject: str, data: dict, on: str) -> dict:
    return event(f"{kind}", name, subject, data, on=on)


def brought(name: str, kind: str, subject: str, data: dict, on: str) -> dict:
    return event(f"{kind}.baselined", name, subject, {**data, "state_since": on}, on=on, provenance="imported")


def records_of_before(name: str) -> list[dict]:
    """Return what the agency brings along: declaration, procedure, audit, nonconformity, action, review."""
    procedure = {
        "code": "QT-01", "title": "Chứng thực", "kind": "tthc", "tthc_code": "1.001612", "edition": 1, "revision": 0,
        "effective_from": "2026-01-10", "electronic": True, "regulated_days": 10, "committed_days": 8,
        "steps": [{"no": 1, "title": "Tiếp nhận", "role": "Công chức một cửa", "max_hours": 2}],
    }  # fmt: skip
    audit = {
        "state": "completed", "kind": "internal", "scope": {"procedures": ["qt-01", "qt-02"]},
        "planned_from": "2026-03-02", "planned_to": "2026-03-03", "started_on": "2026-03-02",
        "completed_on": "2026-03-10", "person_days": 4,
        "findings": [{"finding_id": "f1", "class": "major_nc"}, {"finding_id": "f2", "class": "minor_nc"},
                     {"finding_id": "f3", "class": "observation"}],
    }  # fmt: skip
    ncs = {"source": "internal_audit", "clause": "9.2", "standard_version": VERSION, "statement": "Thiếu hồ sơ",
           "procedure_id": "qt-01", "class": "minor_nc"}  # fmt: skip
    closed = {**ncs, "state": "closed", "raised_on": "2026-02-01", "completed_on": "2026-02-10",
              "closed_on": "2026-03-21", "effective": True}  # fmt: skip
    again = {**ncs, "state": "accepted", "raised_on": "2026-05-04"}
    action = {"state": "in_progress", "source": "improvement", "type": "improvement", "owner": "van-thu",
              "planned_on": "2026-04-01", "due_on": "2026-06-01", "original_due_on": "2026-05-01"}  # fmt: skip
    review = {"state": "held", "period": "2026", "held_on": "2026-04-20", "chair": "head",
              "inputs": {one: {"status": "presented"} for one in INPUTS}}  # fmt: skip
    return [
        declared(name, "2026-02-02"),
        brought(name, "procedure", "qt-01", procedure, "2026-01-10"),
        brought(name, "audit", "dg-1", audit, "2026-03-10"),
        brought(name, "nonconformity", "kph-1", closed, "2026-03-21"),
        brought(name, "nonconformity", "kph-2", again, "2026-05-05"),
        brought(name, "action", "hd-1", action, "2026-05-10"),
        brought(name, "management_review", "xx-1", review, "2026-04-20"),
    ]


def months_of(name: str) -> list[dict]:
    """Return what it reports of its half year: dossiers, answers, feedback, money, objectives, people."""
    dossiers = {
        "period": "2026-05", "tthc_code": "1.001612", "channel": "one_stop", "opening": 0, "received": 40,
        "resolved_early": 20, "resolved_on_time": 8, "resolved_late": 2, "pending_in_time": 7, "pending_overdue": 3,
        "returned_incomplete": 0, "withdrawn": 0,
    }  # fmt: skip
    survey = {"sent": 50, "received": 45, "valid": 40, "scores": SCORES}
    complaint = {"kind": "complaint", "channel": "one_stop", "received_on": "2026-04-01"}
    line = {"year": 2026, "purpose": "training"}
    objective = {
        "year": 2026,
        "statement": "Đúng hạn",
        "measure": "Tỷ lệ",
        "unit": "%",
        "direction": "higher",
        "target": 98,
    }
    focal = {"role": "officer", "part_time": True, "trained": True, "appointed_on": "2026-01-05"}
    assessed = {"result": "met", "assessed_on": "2026-06-20"}
    return [
        told(name, "dossier_stats.submitted", "2026-05:1.001612:one_stop", dossiers, "2026-06-03"),
        told(name, "survey.opened", "ks-1", {"period": "2026-Q1", "channel": "paper"}, "2026-01-05"),
        told(name, "survey.results_recorded", "ks-1", survey, "2026-04-05"),
        told(name, "feedback.received", "pa-1", {**complaint, "due_on": "2026-04-10"}, "2026-04-01"),
        told(name, "feedback.assigned", "pa-1", {"assignee": "van-thu"}, "2026-04-02"),
        told(name, "feedback.answered", "pa-1", {"answered_on": "2026-04-09", "result": "explained"}, "2026-04-09"),
        told(name, "feedback.received", "pa-2", {**complaint, "due_on": "2026-04-10"}, "2026-04-01"),
        told(name, "focal_point.appointed", "dm-1", focal, "2026-01-05"),
        told(name, "budget.requested", "2026:training", {**line, "amount": 100_000_000}, "2026-01-08"),
        told(name, "budget.allocated", "2026:training", {**line, "amount": 60_000_000}, "2026-02-08"),
        told(name, "budget.spent", "2026:training", {**line, "amount": 30_000_000}, "2026-03-08"),
        told(name, "objective.set", "mt-1", {**objective, "weight": 60}, "2026-01-09"),
        told(name, "objective.measured", "mt-1", {"value": 99, "measured_on": "2026-06-19"}, "2026-06-19"),
        told(name, "objective.assessed", "mt-1", assessed, "2026-06-20"),
        told(name, "objective.set", "mt-2", {**objective, "weight": 40}, "2026-01-09"),
        told(name, "objective.measured", "mt-2", {"value": 90, "measured_on": "2026-06-19"}, "2026-06-19"),
        told(
            name, "objective.assessed", "mt-2", {**assessed, "result": "not_met", "reason": "Hồ sơ tăng"}, "2026-06-20"
        ),
    ]


@pytest.fixture(scope="module")
def half_year(system: RunningSystem) -> str:
    """An agency with half a year behind it."""
    name = unique("xa")
    system.accept(province(name))
    system.accept(*records_of_before(name))
    system.accept(*months_of(name))
    system.settle()
    return name


#: Numerator and denominator, as the formulas give them for that half year.
RATIOS = {
    "I2": (1, 1), "I3a": (1, 1), "I4": (1, 1), "I6": (0, 1), "I6a": (0, 1), "I7": (28, 30), "I7a": (3, 10),
    "I7b": (0, 1), "I8": (80, 400), "I9": (1, 1), "I10": (2, 2), "I11": (1, 1), "I13": (1, 1), "I14": (1, 2),
    "I15": (1, 1), "I16": (60, 100), "I17": (35, 40), "I18": (1, 2), "I19": (0, 1), "I20": (0, 1), "I21": (0, 0),
    "I22": (0, 0), "I23": (0, 0), "I25": (1, 1), "I27": (60_000_000, 100_000_000),
}  # fmt: skip


def row_of(system: RunningSystem, indicator: str, name: str, **asked: str) -> dict:
    (row,) = system.get(f"/v1/indicators/{indicator}", scope=name, **{**YEAR, **asked}).json["rows"]
    return dict(row)


@pytest.mark.parametrize("indicator", RATIOS)
def test_a_ratio_is_that_of_its_formula_and_explained_by_events(system, half_year, indicator):
    row = row_of(system, indicator, half_year)
    assert (row["numerator"], row["denominator"]) == RATIOS[indicator]
    assert row["rate"] == (row["numerator"] / row["denominator"] if row["denominator"] else None)
    explained = system.get(f"/v1/indicators/{indicator}/explain", scope=half_year, **YEAR).json
    assert (explained["numerator"], explained["denominator"]) == RATIOS[indicator]
    causes = [cause for cause in explained["events"] if cause["measures"] != ["registry"]]
    assert bool(causes) == bool(row["denominator"]) or indicator in ("I19", "I22")
    # Nobody has checked any of it.
    assert row_of(system, indicator, half_year, variant="verified")["numerator"] == 0


def test_what_is_no_ratio_is_told_by_its_values(system, half_year):
    closing = row_of(system, "I12", half_year)["values"]
    assert (closing["median_days"], closing["p90_days"], closing["open_by_age"]["31-60"]) == (48, 48, 1)
    posts = row_of(system, "I26", half_year)["values"]
    assert (posts["posts"], posts["vacant"], posts["present_tenure_median_days"]) == (1, 0, 176)
    satisfaction = row_of(system, "I17", half_year)["values"]
    assert (satisfaction["small_sample"], satisfaction["response"]["percent"]) == (False, "90.00")
    assert 0.73 < satisfaction["wilson_lower"] < 0.74
    assert 0.94 < satisfaction["wilson_upper"] < 0.95
    score = row_of(system, "I29", half_year)["values"]
    assert score["parts"]["I3"]["value"] is None
    assert score["weight_present"] == 75
    assert row_of(system, "I30", half_year)["values"]["enough_data"] is True
    for indicator in ("I24", "I28", "I31"):
        assert row_of(system, indicator, half_year)["numerator"] is None


def test_every_indicator_says_what_it_is(system):
    listed = system.get("/v1/indicators").json["indicators"]
    assert len(listed) == 36
    for one in listed:
        assert all(one["name"][language] and one["formula"][language] for language in ("vi", "en"))
        assert one["source"]
        assert all(one["unit_label"].values())
