"""Rules on records of the agencies, as tables of histories: how urgent on which day."""

from __future__ import annotations

import pytest

from services.notify.domain.evaluators import Seen
from tests.unit.notify.judging import History, severity
from tests.unit.notify.test_evaluators import seen

DECLARED = seen(
    "2025-01-02",
    "declaration.declared",
    {"declared_on": "2025-01-02", "standard_version": "TCVN ISO 9001:2015"},
    subject="iso",
)
ENDED = seen(
    "2021-02-01",
    "agency.ended",
    {"how": "level_abolished", "effective": "2021-02-01", "successors": ["ubnd-xa"]},
    subject="so-khcn",
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
        # Of an agency that is no more nothing is due, in whatever order the logs are read.
        ([DECLARED, ENDED], "2026-06-01", None),
        ([ENDED, DECLARED, *audited("2025-10-01")], "2027-06-01", None),
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
        ([MERGED, ENDED], "2025-08-30", None),
        ([ENDED, DECLARED, CHANGED], "2026-12-01", None),
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
        ([OLD, ENDED], "2021-09-28", None),
        ([ENDED, OLD], "2021-09-28", None),
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
