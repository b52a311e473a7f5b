"""Rules on records of the agencies and of the inspections, as tables of histories: how urgent on which day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.notify.domain.evaluators import Seen, evaluator_of
from services.notify.domain.rule import Standing, judge
from services.notify.messages import FACTS
from services.notify.rules import load_rules
from shared import clock
from tests.unit.notify.test_evaluators import seen

RULES = load_rules()

History = list[Seen]


def standing(rule: str, history: History) -> Standing | None:
    evaluator = evaluator_of(RULES[rule])
    memory = None
    for item in history:
        if evaluator.key(item) is not None or evaluator.spread(item) is not None:
            memory = evaluator.fold(memory, item)
    return evaluator.standing(memory) if memory else None


def severity(rule: str, history: History, day: str) -> str | None:
    found = standing(rule, history)
    if found is not None:
        assert set(found.facts) <= set(FACTS), "words are missing"
    return judge(RULES[rule], found, clock.day_of(day)).severity


DECLARED = seen(
    "2025-01-02",
    "declaration.declared",
    {"declared_on": "2025-01-02", "standard_version": "TCVN ISO 9001:2015"},
    subject="iso",
)
RESCINDED = seen("2025-06-01", "declaration.rescinded", {"by": "x", "reason": "x"}, subject="iso")


def audited(on: str, kind: str = "internal", subject: str = "DG-1") -> History:
    return [
        seen(on, "audit.planned", {"kind": kind}, subject=subject),
        seen(on, "audit.completed", {"completed_on": on}, subject=subject),
    ]


def reviewed(on: str) -> Seen:
    return seen(on, "management_review.held", {"held_on": on}, subject="XX-1")


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([DECLARED], "2025-11-27", None),
        ([DECLARED], "2025-11-28", "info"),
        ([DECLARED], "2026-01-01", "info"),
        ([DECLARED], "2026-01-02", "warning"),
        # The older of the two counts.
        ([DECLARED, *audited("2025-10-01")], "2026-01-02", "warning"),
        ([DECLARED, *audited("2025-10-01"), reviewed("2025-12-01")], "2026-08-26", None),
        ([DECLARED, *audited("2025-10-01"), reviewed("2025-12-01")], "2026-08-27", "info"),
        # An audit by others is none of its own.
        ([DECLARED, *audited("2025-10-01", "second_party"), reviewed("2025-12-01")], "2026-01-02", "warning"),
        ([DECLARED, RESCINDED], "2026-06-01", None),
        (audited("2020-01-01"), "2026-06-01", None),
    ],
)
def test_a5_counts_from_the_older_of_audit_and_review(history, day, expected):
    assert severity("A5", history, day) == expected


CHANGED = seen("2026-03-02", "declaration.scope_changed", {"change": "x", "changed_on": "2026-03-01"}, subject="iso")
MERGED = seen(
    "2025-07-01",
    "agency.merged",
    {"sources": ["a", "b"], "target": "so-khcn", "effective": "2025-07-01"},
    subject="so-khcn",
)


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([DECLARED, CHANGED], "2026-04-29", None),
        ([DECLARED, CHANGED], "2026-04-30", "serious"),
        (
            [DECLARED, CHANGED, seen("2026-04-01", "declaration.redeclared", {"decision_no": "1"}, subject="iso")],
            "2026-12-01",
            None,
        ),
        ([MERGED], "2025-08-30", "serious"),
        (
            [MERGED, seen("2025-08-01", "declaration.declared", {"declared_on": "2025-08-01"}, subject="iso")],
            "2026-01-01",
            None,
        ),
    ],
)
def test_a6_waits_sixty_days_for_a_new_declaration(history, day, expected):
    assert severity("A6", history, day) == expected


OLD = seen(
    "2014-06-01",
    "declaration.declared",
    {"declared_on": "2014-06-01", "standard_version": "TCVN ISO 9001:2008"},
    subject="iso",
)
MOVED = seen(
    "2021-05-01",
    "declaration.standard_transition_completed",
    {"from_version": "TCVN ISO 9001:2008", "to_version": "TCVN ISO 9001:2015", "completed_on": "2021-05-01"},
    subject="iso",
)


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([OLD], "2021-03-31", None),
        ([OLD], "2021-04-01", "warning"),
        ([OLD], "2021-06-30", "serious"),
        ([OLD], "2021-09-28", "critical"),
        ([OLD, MOVED], "2021-09-28", None),
        ([DECLARED], "2026-01-01", None),
    ],
)
def test_a7_grows_around_the_deadline_of_the_move(history, day, expected):
    assert severity("A7", history, day) == expected


def case(
    on: str, subject: str, clause: str = "7.5.3", version: str = "TCVN ISO 9001:2015", grade: str = "minor_nc"
) -> Seen:
    data = {"class": grade, "raised_on": on, "clause": clause, "standard_version": version}
    return seen(on, "nonconformity.raised", data, subject=subject, event_id=subject)


TWICE = [case("2024-06-01", "1"), case("2025-03-01", "2")]


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        (TWICE, "2025-03-01", None),
        ([*TWICE, case("2026-05-31", "3")], "2026-05-31", "serious"),
        # 731 days are more than 24 months.
        ([*TWICE, case("2026-06-02", "3")], "2026-06-02", None),
        # A year without a new case.
        ([*TWICE, case("2026-05-31", "3")], "2027-05-30", "serious"),
        ([*TWICE, case("2026-05-31", "3")], "2027-05-31", None),
        ([*TWICE, case("2026-05-31", "3"), case("2027-05-01", "4")], "2027-05-31", "serious"),
        ([*TWICE, case("2026-05-31", "3", grade="observation")], "2026-06-01", None),
        # 4.2.3 of :2008 went into 7.5.3.
        ([*TWICE, case("2026-05-31", "3", clause="4.2.3", version="TCVN ISO 9001:2008")], "2026-06-01", "serious"),
        (
            [*TWICE, case("2026-05-31", "3"), seen("2026-06-02", "nonconformity.withdrawn", {}, subject="2")],
            "2026-06-02",
            None,
        ),
    ],
)
def test_a8_counts_cases_of_a_clause_over_two_years(history, day, expected):
    assert severity("A8", history, day) == expected


ISSUED = seen(
    "2026-01-05", "recommendation.issued", {"agency_id": "xa", "due_on": "2026-03-01"}, subject="KN-1", source="so"
)


def answered(on: str, name: str, **data: Any) -> Seen:
    return seen(on, f"recommendation.{name}", {"record_of": "so", **data}, subject="KN-1", source="xa")


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([ISSUED], "2026-03-01", None),
        ([ISSUED], "2026-03-02", "warning"),
        ([ISSUED], "2026-03-31", "serious"),
        ([ISSUED], "2026-05-30", "critical"),
        ([ISSUED, answered("2026-02-01", "agreed")], "2026-03-02", "warning"),
        ([ISSUED, answered("2026-02-01", "due_changed", to="2026-06-01", reason="x")], "2026-06-01", None),
        ([ISSUED, answered("2026-02-01", "due_changed", to="2026-06-01", reason="x")], "2026-06-02", "warning"),
        (
            [ISSUED, seen("2026-03-05", "recommendation.implemented", {}, subject="KN-1", source="so")],
            "2026-06-01",
            None,
        ),
        ([ISSUED, answered("2026-02-03", "decided", outcome="withdrawn", reason="x")], "2026-06-01", None),
    ],
)
def test_a9_follows_the_present_due_date_of_a_recommendation(history, day, expected):
    assert severity("A9", history, day) == expected


REPORT = seen("2026-01-02", "periodic_report.opened", {"due_on": "2026-03-10"}, subject="BC-1")


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([REPORT], "2026-03-02", None),
        ([REPORT], "2026-03-03", "info"),
        ([REPORT], "2026-03-10", "warning"),
        ([REPORT], "2026-03-17", "serious"),
        ([REPORT, seen("2026-03-04", "periodic_report.submitted", {}, subject="BC-1")], "2026-03-17", None),
        (
            [
                REPORT,
                seen("2026-03-04", "periodic_report.submitted", {}, subject="BC-1"),
                seen("2026-03-06", "periodic_report.returned", {"reason": "x"}, subject="BC-1"),
            ],
            "2026-03-17",
            "serious",
        ),
    ],
)
def test_a10_begins_a_week_before_the_due_date(history, day, expected):
    assert severity("A10", history, day) == expected


def verdict(on: str, word: str) -> Seen:
    data = {"agency_id": "xa", "event_id": {"source": "/agencies/xa", "id": "e-1"}, "verdict": word}
    return seen(on, "inspection.claim_verified", data, source="so", subject="KT-1")


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([verdict("2026-03-02", "contradicted")], "serious"),
        ([verdict("2026-03-02", "confirmed")], None),
        ([verdict("2026-03-02", "contradicted"), verdict("2026-03-05", "confirmed")], None),
        ([verdict("2026-03-02", "contradicted"), verdict("2026-02-05", "confirmed")], "serious"),
        (
            [
                verdict("2026-03-02", "contradicted"),
                seen("2026-03-09", "action.retracted", {}, source="xa", corrects={"source": "xa", "id": "e-1"}),
            ],
            None,
        ),
    ],
)
def test_a14_holds_until_the_claim_is_confirmed_or_taken_back(history, expected):
    assert severity("A14", history, "2026-03-10") == expected


def visit(body: str, first: str, last: str, scope: list[str] | None = None, on: str = "2026-03-02") -> Seen:
    data: dict[str, Any] = {"agency_id": "so-khcn", "window": {"from": first, "to": last}}
    if scope:
        data["scope"] = {"procedures": scope}
    return seen(on, "inspection.planned", data, source=body, subject="KT-1")


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        # 3-4 June and 20 June, the same procedures: a gap of 16 days.
        ([visit("a", "2026-06-03", "2026-06-04", ["QT-1"]), visit("b", "2026-06-20", "2026-06-20", ["QT-1"])], "info"),
        ([visit("a", "2026-06-03", "2026-06-04", ["QT-1"]), visit("b", "2026-06-20", "2026-06-20", ["QT-2"])], None),
        ([visit("a", "2026-06-03", "2026-06-04"), visit("b", "2026-07-04", "2026-07-04")], "info"),
        ([visit("a", "2026-06-03", "2026-06-04"), visit("b", "2026-07-05", "2026-07-05")], None),
        (
            [
                visit("a", "2026-06-03", "2026-06-04"),
                visit("b", "2026-06-20", "2026-06-20"),
                seen("2026-03-05", "inspection.cancelled", {"reason": "x"}, source="b", subject="KT-1"),
            ],
            None,
        ),
    ],
)
def test_a16_sees_visits_that_come_too_close(history, expected):
    assert severity("A16", history, "2026-03-10") == expected


LEFT = seen("2026-03-02", "focal_point.left", {"left_on": "2026-03-01", "reason": "rotation"}, subject="dau-moi")
APPOINTED = {"role": "officer", "part_time": True, "trained": True}


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([LEFT], "2026-03-14", None),
        ([LEFT], "2026-03-15", "warning"),
        (
            [
                LEFT,
                seen(
                    "2026-03-10", "focal_point.appointed", {**APPOINTED, "appointed_on": "2026-03-10"}, subject="khac"
                ),
            ],
            "2026-04-01",
            None,
        ),
    ],
)
def test_a17_gives_fourteen_days_to_appoint_somebody(history, day, expected):
    assert severity("A17", history, day) == expected


def test_a18_holds_from_the_day_after_the_reorganisation_until_it_is_settled():
    effective = seen("2025-07-01", "reorganisation.took_effect", {"effective": "2025-07-01"}, subject="SX-1")
    settled = seen("2025-09-01", "reorganisation.settled", {"sources": 2, "counts": []}, subject="SX-1")
    assert severity("A18", [effective], "2025-07-01") is None
    assert severity("A18", [effective], "2025-07-02") == "serious"
    assert severity("A18", [effective, settled], "2025-09-02") is None


def test_a19_counts_from_the_signing_of_the_record():
    window = {"agency_id": "xa", "window": {"from": "2026-03-02", "to": "2026-03-04"}}
    planned = seen("2026-02-02", "inspection.planned", window, source="so", subject="KT-1")
    started = seen("2026-03-02", "inspection.started", {}, source="so", subject="KT-1")
    signed = seen("2026-03-05", "inspection.record_signed", {"signed_on": "2026-03-05"}, source="so", subject="KT-1")
    concluded = seen("2026-03-25", "inspection.concluded", {}, source="so", subject="KT-1")
    assert severity("A19", [planned], "2026-06-01") is None
    assert severity("A19", [planned, started], "2026-03-20") == "warning"
    assert severity("A19", [planned, started, signed], "2026-03-20") is None
    assert severity("A19", [planned, started, signed], "2026-03-21") == "warning"
    assert severity("A19", [planned, started, signed, concluded], "2026-04-21") is None


@pytest.mark.parametrize("rule", ["A20", "A21"])
def test_signals_of_monitoring_are_raised_and_cleared(rule):
    data = {"rule": rule, "signal": "OversightProjectionLag"}
    raised = seen("2026-03-02", "system_signal.raised", data, source="system", subject="f")
    cleared = seen("2026-03-03", "system_signal.cleared", data, source="system", subject="f")
    assert severity(rule, [raised], "2026-03-02") == {"A20": "critical", "A21": "serious"}[rule]
    assert severity(rule, [raised, cleared], "2026-03-03") is None


DRAFTED = seen(
    "2026-01-05", "procedure.drafted", {"tthc_code": "1.001", "regulated_days": 15, "committed_days": 12}, subject="QT"
)
SHORTENED = seen(
    "2026-03-02", "tthc.amended", {"regulated_days": 10, "effective_from": "2026-04-01"}, source="bo", subject="1.001"
)


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([DRAFTED, SHORTENED], "2026-03-31", None),
        ([DRAFTED, SHORTENED], "2026-04-01", "serious"),
        (
            [DRAFTED, SHORTENED, seen("2026-04-02", "procedure.committed_time_changed", {"to_days": 9}, subject="QT")],
            "2026-05-01",
            None,
        ),
        (
            [DRAFTED, SHORTENED, seen("2026-04-02", "procedure.withdrawn", {"reason": "x"}, subject="QT")],
            "2026-05-01",
            None,
        ),
    ],
)
def test_a23_sees_a_promise_that_the_law_has_overtaken(history, day, expected):
    assert severity("A23", history, day) == expected


# -- on indicators --------------------------------------------------------------------------------------


def crossed(on: str, threshold: str, direction: str) -> Seen:
    data = {
        "threshold_id": threshold,
        "indicator": threshold.split("-", maxsplit=1)[0],
        "scope": "so-khcn",
        "direction": direction,
        "value": 0.5,
        "threshold": 0.2,
        "as_of": on,
    }
    return seen(on, "indicator.crossed", data, subject=threshold, event_id=f"{threshold}-{direction}-{on}")


UP_20, UP_15 = crossed("2026-03-01", "I6-20", "up"), crossed("2026-03-01", "I6-15", "up")


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([UP_15, UP_20], "2026-03-14", None),
        ([UP_15, UP_20], "2026-03-15", "serious"),
        # Not long enough above.
        ([UP_15, UP_20, crossed("2026-03-10", "I6-20", "down")], "2026-04-01", None),
        # Below the upper threshold is not yet below the lower one.
        ([UP_15, UP_20, crossed("2026-03-20", "I6-20", "down")], "2026-06-01", "serious"),
        (
            [UP_15, UP_20, crossed("2026-03-20", "I6-20", "down"), crossed("2026-04-01", "I6-15", "down")],
            "2026-04-07",
            "serious",
        ),
        (
            [UP_15, UP_20, crossed("2026-03-20", "I6-20", "down"), crossed("2026-04-01", "I6-15", "down")],
            "2026-04-08",
            None,
        ),
        # Above again before the seven days are over: the same alert goes on.
        (
            [
                *(UP_15, UP_20, crossed("2026-03-20", "I6-20", "down"), crossed("2026-04-01", "I6-15", "down")),
                crossed("2026-04-05", "I6-15", "up"),
            ],
            "2026-05-01",
            "serious",
        ),
        # Above once more after it had ended: another fourteen days.
        (
            [
                *(UP_15, UP_20, crossed("2026-03-20", "I6-20", "down"), crossed("2026-04-01", "I6-15", "down")),
                *(crossed("2026-05-01", "I6-15", "up"), crossed("2026-05-01", "I6-20", "up")),
            ],
            "2026-05-14",
            None,
        ),
        (
            [
                *(UP_15, UP_20, crossed("2026-03-20", "I6-20", "down"), crossed("2026-04-01", "I6-15", "down")),
                *(crossed("2026-05-01", "I6-15", "up"), crossed("2026-05-01", "I6-20", "up")),
            ],
            "2026-05-15",
            "serious",
        ),
    ],
)
def test_a4_has_hysteresis(history, day, expected):
    assert severity("A4", history, day) == expected


@pytest.mark.parametrize(
    ("rule", "history", "day", "expected"),
    [
        ("A12", [crossed("2026-03-01", "I7-drop-10", "up")], "2026-03-01", "warning"),
        ("A12", [crossed("2026-03-01", "I7-95-two-months", "down")], "2026-03-01", "warning"),
        ("A12", [crossed("2026-03-01", "I7-95", "down")], "2026-03-01", None),
        (
            "A12",
            [crossed("2026-03-01", "I7-drop-10", "up"), crossed("2026-04-01", "I7-drop-10", "down")],
            "2026-04-01",
            "warning",
        ),
        ("A12", [crossed("2026-03-01", "I7-drop-10", "up"), crossed("2026-04-01", "I7-95", "up")], "2026-04-01", None),
        ("A13", [crossed("2026-03-01", "I17-lower-80", "down")], "2026-03-01", "warning"),
        (
            "A13",
            [crossed("2026-03-01", "I17-lower-80", "down"), crossed("2026-03-09", "I17-lower-80", "up")],
            "2026-03-09",
            None,
        ),
        ("A15", [crossed("2026-03-01", "I28-off-track", "up")], "2026-03-01", "warning"),
        (
            "A15",
            [crossed("2026-03-01", "I28-off-track", "up"), crossed("2026-04-01", "I28-milestone-missed", "up")],
            "2026-04-01",
            "serious",
        ),
        (
            "A15",
            [crossed("2026-03-01", "I28-off-track", "up"), crossed("2026-04-01", "I28-off-track", "down")],
            "2026-04-30",
            "warning",
        ),
        (
            "A15",
            [crossed("2026-03-01", "I28-off-track", "up"), crossed("2026-04-01", "I28-off-track", "down")],
            "2026-05-01",
            None,
        ),
        ("A22", [crossed("2026-03-01", "I22-back-dated", "up")], "2026-03-01", "warning"),
        ("A24", [crossed("2026-03-01", "zero-variance", "up")], "2026-03-01", "info"),
    ],
)
def test_rules_on_indicators_follow_the_crossings(rule, history, day, expected):
    assert severity(rule, history, day) == expected


def test_every_threshold_that_a_rule_names_is_watched_by_the_service_that_computes():
    text = (Path(__file__).parents[3] / "services/inspection/crossings/thresholds.yaml").read_text("utf-8")
    watched = {one["id"] for one in yaml.safe_load(text)["thresholds"]}
    named = {
        one.threshold
        for rule in RULES.values()
        if rule.crossings
        for one in (*rule.crossings.opens, rule.crossings.clears)
    }
    assert named == watched
