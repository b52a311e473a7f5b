"""Rules on inspections, recommendations and reports, as tables of histories: how urgent on which day."""

from __future__ import annotations

from typing import Any

import pytest

from services.notify.domain.evaluators import Seen
from tests.unit.notify.judging import severity
from tests.unit.notify.test_evaluators import seen

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
