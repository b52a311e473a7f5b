"""Rule A25: overdue from the day on which the service said so, until it says how it ended."""

from __future__ import annotations

from typing import Any

import pytest

from services.notify.domain.evaluators.evaluator import Seen
from services.notify.domain.evaluators.overdue_waiting import EVALUATOR
from services.notify.domain.rule import Level, Rule, Standing, Step, judge
from shared import clock
from shared.testing.world import fact

OVERDUE = {
    "event_id": "e-17",
    "event_type": "qms.nonconformity.accepted",
    "code": "PREDECESSOR_MISSING",
    "reason_vi": "Chưa có hồ sơ “KPH-17”.",
    "reason_en": "There is no record “KPH-17” yet.",
    "pushed_by": "xa-1",
    "waiting_since": "2026-03-02T23:30:00Z",
}
RULE = Rule(
    "A25",
    1,
    "a",
    "b",
    (Step("warning", "overdue", 0), Step("serious", "overdue", 30)),
    ("iso_officer",),
    (Level(7, "operator"),),
)


def said(name: str, on: str, subject: str = "abc", **data: Any) -> Seen:
    told = fact(f"audit_intake.{name}", subject, data, on=on, source="xa-1")
    return Seen(told, "audit", clock.day_of(on))


def standing(*history: Seen) -> Standing | None:
    memory = None
    for one in history:
        assert EVALUATOR.key(one) == "audit/abc"
        memory = EVALUATOR.fold(memory, one)
    return EVALUATOR.standing(memory) if memory else None


FIRST = said("waiting_overdue", "2026-03-10", **OVERDUE)
ENDED = said("waiting_ended", "2026-03-12", event_id="e-17", how="applied")


@pytest.mark.parametrize(
    ("history", "day", "severity"),
    [
        ((FIRST,), "2026-03-10", "warning"),
        ((FIRST,), "2026-04-09", "serious"),
        ((FIRST, ENDED), "2026-03-12", None),
        ((FIRST, ENDED, said("waiting_overdue", "2026-05-01", **OVERDUE)), "2026-05-01", "warning"),
        ((ENDED,), "2026-03-12", None),
    ],
)
def test_the_alert_stands_while_the_item_is_overdue(history, day, severity):
    assert judge(RULE, standing(*history), clock.day_of(day)).severity == severity


def test_the_alert_says_what_is_waited_for_and_since_when():
    found = standing(FIRST)
    assert found is not None
    assert (found.agency_id, found.subject["aggregate"], found.subject["id"]) == ("xa-1", "audit_intake", "abc")
    assert found.facts["waits_for"] == "Chưa có hồ sơ “KPH-17”."
    # Half past eleven at night in Greenwich is the next morning in Viet Nam.
    assert found.facts["waiting_since"] == "2026-03-03"


def test_other_records_are_not_watched():
    assert EVALUATOR.key(Seen(fact("nonconformity.raised", "abc", {}, on="2026-03-02", source="x"), "audit", 1)) is None
