"""The rules as tables of histories: what is remembered, and how urgent it is on which day."""

from __future__ import annotations

from typing import Any

import pytest

from services.notify.domain.evaluators import EVALUATORS, Seen
from services.notify.domain.rule import Standing, judge
from services.notify.rules import load_rules
from shared import clock
from shared.contracts import catalogue
from shared.testing.world import fact

RULES = load_rules()
OWNER = {event_type.aggregate: event_type.owner for event_type in catalogue.load().values()}
CHANGE = {
    "legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23",
    "cause": "replaced",
    "change": {"source": "vpcp", "id": "vb-1"},
    "announced_on": "2026-03-02",
    "since": "2026-04-01",
    "due_on": "2026-05-01",
}
CLEARED = {"legal_text_id": CHANGE["legal_text_id"], "change": CHANGE["change"], "by": "revised"}

Event = tuple[str, str, dict[str, Any]]


def seen(on: str, name: str, data: dict[str, Any], **more: Any) -> Seen:
    recorded = more.pop("recorded", on)
    subject = more.pop("subject", "X-1")
    told = fact(name, subject, data, on=on, source=more.pop("source", "so-khcn"), **more)
    return Seen(told, OWNER.get(told.aggregate, "audit"), clock.day_of(recorded))


def standing(rule: str, history: list[Seen]) -> Standing | None:
    evaluator = EVALUATORS[rule]
    memory = None
    for item in history:
        if evaluator.key(item) is not None:
            memory = evaluator.fold(memory, item)
    return evaluator.standing(memory) if memory else None


def severity(rule: str, history: list[Seen], day: str) -> str | None:
    return judge(RULES[rule], standing(rule, history), clock.day_of(day)).severity


def nc(*events: Event) -> list[Seen]:
    return [seen(on, f"nonconformity.{name}", data) for on, name, data in events]


RAISED = ("2026-03-02", "raised", {"class": "major_nc", "raised_on": "2026-03-01", "clause": "7.5.3"})
MINOR = ("2026-03-02", "raised", {"class": "minor_nc", "raised_on": "2026-03-01"})


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (nc(RAISED), "serious"),
        (nc(MINOR), None),
        (nc(MINOR, ("2026-03-03", "regraded", {"from": "minor_nc", "to": "major_nc", "reason": "x"})), "serious"),
        (nc(RAISED, ("2026-03-03", "regraded", {"from": "major_nc", "to": "minor_nc", "reason": "x"})), None),
        (nc(RAISED, ("2026-03-03", "accepted", {})), "serious"),
        (nc(RAISED, ("2026-03-03", "closed", {})), None),
        (nc(RAISED, ("2026-03-03", "withdrawn", {})), None),
        (nc(RAISED, ("2026-03-03", "dispute_resolved", {"outcome": "withdrawn"})), None),
        (nc(RAISED, ("2026-03-03", "dispute_resolved", {"outcome": "upheld"})), "serious"),
        (nc(RAISED, ("2026-03-03", "closed", {}), ("2026-03-09", "reopened", {})), "serious"),
        # The closing came late, but it is the older of the two.
        (nc(RAISED, ("2026-03-09", "reopened", {}), ("2026-03-03", "closed", {})), "serious"),
        (nc(("2020-01-01", "baselined", {"class": "major_nc", "raised_on": "2019-12-01", "state": "closed"})), None),
        (
            nc(("2020-01-01", "baselined", {"class": "major_nc", "raised_on": "2019-12-01", "state": "raised"})),
            "serious",
        ),
        (nc(("2026-03-03", "closed", {})), None),
    ],
)
def test_a1_holds_while_a_major_nonconformity_is_open(history, expected):
    assert severity("A1", history, "2026-03-10") == expected


def test_a1_marks_a_planned_action_so_that_nobody_higher_is_told():
    planned = nc(RAISED, ("2026-03-05", "action_planned", {"action_ids": ["HD-1"]}))
    found = standing("A1", planned)
    assert found is not None
    assert found.marks == {"planned"}
    again = standing("A1", [*planned, *nc(("2026-03-06", "closed", {}), ("2026-03-09", "reopened", {}))])
    assert again is not None
    assert again.marks == frozenset()


def action(*events: Event) -> list[Seen]:
    return [seen(on, f"action.{name}", data) for on, name, data in events]


PLANNED = ("2026-01-05", "planned", {"due_on": "2026-03-01"})
EXTENDED = ("2026-02-20", "due_changed", {"from": "2026-03-01", "to": "2026-09-01"})


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        (action(PLANNED), "2026-03-01", None),
        (action(PLANNED), "2026-03-02", "warning"),
        (action(PLANNED), "2026-03-30", "warning"),
        (action(PLANNED), "2026-03-31", "serious"),
        (action(PLANNED), "2026-05-29", "serious"),
        (action(PLANNED), "2026-05-30", "critical"),
        # An extension does not quieten: the original due date counts.
        (action(PLANNED, EXTENDED), "2026-03-02", "warning"),
        # A date moved forward does count.
        (action(PLANNED, ("2026-01-10", "due_changed", {"to": "2026-02-01"})), "2026-02-02", "warning"),
        (action(PLANNED, ("2026-02-27", "done", {"done_on": "2026-02-27"})), "2026-04-01", None),
        (action(PLANNED, ("2026-03-10", "cancelled", {"reason": "x"})), "2026-04-01", None),
        (action(PLANNED, ("2026-03-10", "done", {}), ("2026-03-12", "verified", {})), "2026-04-01", None),
        (action(PLANNED, ("2026-03-10", "done", {}), ("2026-03-12", "rejected", {})), "2026-04-01", "serious"),
        (
            action(
                ("2015-06-01", "baselined", {"due_on": "2015-03-01", "original_due_on": "2015-02-01", "state": "done"})
            ),
            "2026-03-02",
            None,
        ),
        (
            action(
                (
                    "2026-06-01",
                    "baselined",
                    {"due_on": "2026-09-01", "original_due_on": "2026-03-01", "state": "planned"},
                )
            ),
            "2026-03-31",
            "serious",
        ),
    ],
)
def test_a2_counts_days_from_the_original_due_date(history, day, expected):
    assert severity("A2", history, day) == expected


def test_a2_says_when_it_must_be_looked_at_again():
    found = standing("A2", action(PLANNED))
    days = ["2026-03-01", "2026-03-02", "2026-03-31", "2026-05-30"]
    following = [judge(RULES["A2"], found, clock.day_of(day)).next_day for day in days]
    assert following == [clock.day_of(day) for day in days[1:]] + [None]


def flag(subject: str, on: str = "2026-03-02", **changes: Any) -> Seen:
    return seen(on, "procedure.flagged_stale", {**CHANGE, **changes}, subject=subject, event_id=f"flag-{subject}")


def cover(subject: str, on: str = "2026-03-20") -> Seen:
    return seen(on, "procedure.staleness_cleared", {**CLEARED, "cleared_on": on}, subject=subject)


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([flag("QT-1")], "2026-03-02", "warning"),
        ([flag("QT-1")], "2026-04-30", "warning"),
        ([flag("QT-1")], "2026-05-01", "serious"),
        ([flag("QT-1"), flag("QT-2"), cover("QT-1")], "2026-05-01", "serious"),
        ([flag("QT-1"), flag("QT-2"), cover("QT-1"), cover("QT-2")], "2026-05-01", None),
        ([flag("QT-1"), cover("QT-1"), flag("QT-1", on="2026-04-02")], "2026-04-02", "warning"),
    ],
)
def test_a3_holds_until_all_procedures_are_covered(history, day, expected):
    assert severity("A3", history, day) == expected


def test_a3_has_one_key_per_change_and_agency_and_counts_its_procedures():
    keys = {
        EVALUATORS["A3"].key(flag("QT-1")),
        EVALUATORS["A3"].key(flag("QT-2")),
        EVALUATORS["A3"].key(seen("2026-03-02", "procedure.flagged_stale", CHANGE, source="so-yte")),
        EVALUATORS["A3"].key(seen("2026-03-02", "procedure.flagged_stale", {**CHANGE, "change": "vb-2"})),
    }
    assert len(keys) == 3
    found = standing("A3", [flag("QT-1"), flag("QT-2")])
    assert found is not None
    assert (found.count, found.facts["procedures"]) == (2, "QT-1, QT-2")


REGISTERED = seen("2014-01-01", "agency.registered", {}, subject="so-khcn", recorded="2026-01-01", source="bo-khcn")


def report(recorded: str, **more: Any) -> Seen:
    return seen(more.pop("on", recorded), "action.started", {}, recorded=recorded, **more)


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([REGISTERED], "2026-03-31", None),
        ([REGISTERED], "2026-04-01", "warning"),
        ([REGISTERED, report("2026-02-01", asserter="staff")], "2026-05-01", None),
        ([REGISTERED, report("2026-02-01", asserter="staff")], "2026-05-02", "warning"),
        # Connected by its own credential: 60 days.
        ([REGISTERED, report("2026-02-01")], "2026-04-01", None),
        ([REGISTERED, report("2026-02-01")], "2026-04-02", "warning"),
        # What counts is when we took it, not what day it is about.
        ([REGISTERED, report("2026-02-01", on="2013-05-01", asserter="staff")], "2026-05-01", None),
        ([REGISTERED, report("2026-03-20", provenance="imported")], "2026-04-01", "warning"),
        ([REGISTERED, report("2026-03-20", provenance="derived")], "2026-04-01", "warning"),
        ([REGISTERED, seen("2026-02-01", "agency.suspended", {}, subject="so-khcn")], "2026-08-01", None),
        ([REGISTERED, seen("2026-02-01", "agency.ended", {}, subject="so-khcn")], "2026-08-01", None),
        ([REGISTERED, seen("2026-02-01", "agency.renamed", {}, subject="so-khcn")], "2026-04-01", "warning"),
        ([report("2026-02-01", asserter="staff")], "2026-08-01", None),
    ],
)
def test_a11_counts_from_the_last_sign_of_life(history, day, expected):
    assert severity("A11", history, day) == expected


def test_a_rule_that_is_off_says_nothing():
    from dataclasses import replace

    off = replace(RULES["A1"], enabled=False)
    assert judge(off, standing("A1", nc(RAISED)), clock.day_of("2026-03-10")).severity is None
