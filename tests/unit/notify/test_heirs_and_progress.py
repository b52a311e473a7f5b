"""Whose matter it is once an agency has ended, and what the rules take for work on it."""

from __future__ import annotations

from typing import Any

import pytest

from services.notify.domain.condition import Condition, advance
from services.notify.domain.evaluators import Seen, evaluator_of
from services.notify.domain.rule import judge
from shared import clock
from shared.contracts import catalogue
from tests.unit.notify.judging import RULES, severity, standing
from tests.unit.notify.test_evaluators import seen
from tests.unit.notify.test_watched_inspections import ISSUED


def inherited(kind: str, thing: Any, effective: str, giver: str = "xa", to: str = "xa-moi") -> Seen:
    data = {"kind": kind, "id": thing, "from": giver, "to": to, "effective": effective}
    return seen("2026-01-20", "obligation.inherited", data, source=giver, subject=f"{kind}:x")


def lapsed(kind: str, thing: Any, effective: str) -> Seen:
    data = {"kind": kind, "id": thing, "effective": effective, "reason": "x", "decision_no": "1"}
    return seen("2026-01-20", "obligation.lapsed", data, source="xa", subject=f"{kind}:x")


def test_a9_is_the_addressees_and_goes_with_whoever_inherits_it():
    found = standing("A9", [ISSUED])
    assert found is not None
    assert (found.agency_id, found.subject["source"]) == ("xa", "so")
    moved = standing("A9", [ISSUED, inherited("recommendation", {"source": "so", "id": "KN-1"}, "2026-02-01")])
    assert moved is not None
    assert [moved.holder_on(clock.day_of(day)) for day in ("2026-01-31", "2026-02-01")] == ["xa", "xa-moi"]


OWED = {
    "A1": (
        "nc",
        seen("2026-01-05", "nonconformity.raised", {"class": "major_nc", "raised_on": "2026-01-05"}, source="xa"),
    ),
    "A2": ("action", seen("2026-01-05", "action.planned", {"due_on": "2026-01-10"}, source="xa")),
    "A10": ("report_duty", seen("2026-01-05", "periodic_report.opened", {"due_on": "2026-01-10"}, source="xa")),
}


@pytest.mark.parametrize("rule", OWED)
def test_what_an_ended_agency_owed_goes_to_its_heir_on_the_day_of_effect(rule):
    kind, opened = OWED[rule]
    decided = inherited(kind, "X-1", "2026-02-01")
    again = inherited(kind, {"source": "xa", "id": "X-1"}, "2026-03-01", "xa-moi", "xa-khac")
    evaluator = evaluator_of(RULES[rule])
    assert {evaluator.key(one) for one in (opened, decided, again)} == {"xa/X-1"}
    days = [clock.day_of(day) for day in ("2026-01-31", "2026-02-01", "2026-03-01")]
    # Logs come one by one: the decision may be read before the record.
    for history in ([opened, decided, again], [decided, again, opened], [again, opened, decided]):
        found = standing(rule, history)
        assert found is not None
        assert [found.holder_on(day) for day in days] == ["xa", "xa-moi", "xa-khac"]
        assert clock.day_of("2026-03-01") >= (judge(RULES[rule], found, days[1]).next_day or 0) > days[1]


@pytest.mark.parametrize("rule", OWED)
def test_what_lapsed_by_decision_is_owed_by_nobody_from_that_day_on(rule):
    kind, opened = OWED[rule]
    history = [opened, lapsed(kind, "X-1", "2026-02-01")]
    assert severity(rule, history, "2026-01-31") is not None
    assert severity(rule, history, "2026-02-01") is None
    assert severity(rule, [lapsed(kind, "X-1", "2026-02-01")], "2026-02-01") is None


def orphaned(told: str, name: str, kind: str = "ended_with_open_obligations", **data: str) -> Seen:
    claim = {"source": "xa", "id": "giai-the"}
    return seen(told, f"inconsistency.{name}", {"kind": kind, "claim": claim, "against": [], **data}, source="xa")


def test_a18_holds_for_what_a_dissolved_agency_owed_and_a26_for_all_else():
    found = orphaned("2025-08-20", "found", on="2025-07-01")
    ended = orphaned("2025-09-10", "ended", ended_on="2025-09-10")
    other = orphaned("2025-08-20", "found", "declared_without_audit", on="2025-07-01")
    assert severity("A18", [found], "2025-08-20") == "serious"
    assert severity("A18", [found, ended], "2025-09-10") is None
    assert severity("A26", [found], "2025-08-20") is severity("A18", [other], "2025-08-20") is None
    assert severity("A26", [other], "2025-08-20") == "warning"
    decision = inherited("action", "X-1", "2025-07-01")
    a18 = evaluator_of(RULES["A18"])
    assert a18.spread(decision) == a18.topic(found) == "xa"


@pytest.mark.parametrize(
    ("rule", "name"), [(rule, name) for rule in RULES for name in sorted(evaluator_of(RULES[rule]).progress)]
)
def test_what_counts_as_progress_reaches_the_alert_and_changes_nothing_else(rule, name):
    """A name among `progress` that no key leads to would never be noticed: escalation would go on over work that is seen."""
    evaluator, kind = evaluator_of(RULES[rule]), catalogue.load()[f"qms.{name}"]
    told = seen("2026-03-02", name, dict(kind.example), source="so-khcn")
    assert evaluator.key(told) is not None or evaluator.spread(told) is not None
    assert evaluator.aggregates is not None
    assert name.partition(".")[0] in evaluator.aggregates
    assert evaluator.names is None or name in evaluator.names
    assert severity(rule, [told], "2026-03-02") is None, "work alone is no ground for an alert"


def test_every_rule_that_escalates_more_than_once_knows_what_progress_is():
    """Acknowledging stops escalation, which goes on where no progress follows: without any it always would."""
    silent = {rule.id for rule in RULES.values() if rule.escalation and not evaluator_of(rule).progress}
    assert silent == set()


def test_the_heirs_alert_begins_where_that_of_the_ended_agency_ends():
    _kind, opened = OWED["A2"]
    found = standing("A2", [opened, inherited("action", "X-1", "2026-02-01")])
    condition = Condition("A2", "xa/X-1")
    told = {
        day: [(one.name, one.agency_id) for one in advance(RULES["A2"], condition, found, clock.day_of(day)).happenings]
        for day in ("2026-01-11", "2026-01-31", "2026-02-01", "2026-02-02")
    }
    assert told == {
        "2026-01-11": [("opened", "xa")],
        "2026-01-31": [],
        "2026-02-01": [("resolved", "xa"), ("opened", "xa-moi")],
        "2026-02-02": [],
    }


CROSSED = {"threshold_id": "zero-variance", "indicator": "I17", "scope": "xa", "value": 1.0, "threshold": 1.0}


def test_a24_ends_with_an_inspection_and_comes_back_only_if_it_is_crossed_again():
    crossed = seen(
        "2026-03-02", "indicator.crossed", {**CROSSED, "direction": "up", "as_of": "2026-03-02"}, source="xa"
    )
    body = {"agency_id": "xa", "conclusion_no": "1", "concluded_on": "2026-03-20"}
    concluded = seen("2026-03-20", "inspection.concluded", body, source="so", subject="KT-1")
    down = seen("2026-04-01", "indicator.crossed", {**CROSSED, "direction": "down", "as_of": "2026-04-01"}, source="xa")
    again = seen("2026-05-01", "indicator.crossed", {**CROSSED, "direction": "up", "as_of": "2026-05-01"}, source="xa")
    assert evaluator_of(RULES["A24"]).key(crossed) == evaluator_of(RULES["A24"]).key(concluded) == "xa"
    assert severity("A24", [crossed], "2026-03-19") == "info"
    assert severity("A24", [crossed, concluded], "2026-03-20") is None
    assert severity("A24", [concluded, crossed], "2026-03-21") is None
    assert severity("A24", [crossed, concluded, down, again], "2026-05-01") == "info"
    # Rules that do not ask for it do not see the inspection.
    assert evaluator_of(RULES["A13"]).key(concluded) is None


def test_a14_names_the_record_that_was_contradicted_where_the_verdict_does():
    data = {"agency_id": "xa", "event_id": "e-1", "verdict": "contradicted", "record": "action/HDKP-2026-011"}
    found = standing("A14", [seen("2026-03-02", "inspection.claim_verified", data, source="so", subject="KT-1")])
    assert found is not None
    assert (found.facts["claim"], found.facts["record"]) == ("xa/e-1", "action/HDKP-2026-011")
