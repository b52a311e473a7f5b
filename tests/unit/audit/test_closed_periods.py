"""What is told of a period after it was closed needs a reason; what was told in time, or imported, needs none."""

from __future__ import annotations

from typing import Any

import pytest

from services.audit.domain import AGGREGATES
from services.audit.domain.closing import Closing, Closings, closed_after
from services.audit.domain.periods import last_day
from shared import clock
from shared.contracts.catalogue import load
from shared.testing.world import World

CATALOGUE = load()


def ex(kind: str, /, **changes: Any) -> dict[str, Any]:
    return {**CATALOGUE[f"qms.{kind}"].example, **changes}


STATISTICS = ex("dossier_stats.submitted", period="2026-03")
LINE = {"year": 2026, "purpose": "training", "amount": 1_000_000}
#: Fact about a period of 2026, with what must be there before it.
FACTS: dict[str, tuple[str, dict[str, Any], list[tuple[str, dict[str, Any]]]]] = {
    "dossier_stats.submitted": (
        CATALOGUE["qms.dossier_stats.submitted"].example_subject,
        STATISTICS,
        [],
    ),
    "feedback.none_in_period": ("none-2026", {"period": "2026"}, []),
    "survey.results_recorded": (
        "KS-1",
        ex("survey.results_recorded"),
        [("survey.opened", ex("survey.opened", period="2026-Q2", channel="paper"))],
    ),
    "budget.requested": ("2026:training", LINE, []),
    "budget.allocated": ("2026:training", LINE, []),
    "budget.spent": ("2026:training", LINE, [("budget.allocated", LINE)]),
}


def push(name: str, on: str, **more: Any) -> str:
    subject, data, before = FACTS[name]
    world = World(AGGREGATES)
    for kind, given in before:
        assert world.push(kind, subject, given, on="2026-07-01") == "accepted"
    provenance = more.pop("provenance", "self_reported")
    return world.push(name, subject, {**data, **more}, on=on, provenance=provenance)


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_about_a_period_is_held_to_its_closing(name):
    assert push(name, "2027-02-15") == "accepted"
    assert push(name, "2027-02-16") == "PERIOD_CLOSED"
    assert push(name, "2027-02-16", late_reason="Sáp nhập đơn vị, chờ đối chiếu số liệu") == "accepted"
    assert push(name, "2027-02-16", provenance="imported") == "accepted"


ROWS = (
    Closings("2020-01-01", dict.fromkeys(("year", "quarter", "month"), Closing("year", 46))),
    Closings(
        "2028-01-01", {"year": Closing("year", 31), "quarter": Closing("period", 20), "month": Closing("period", 10)}
    ),
)


@pytest.mark.parametrize(
    ("period", "told_on", "closed"),
    [
        ("2027", "2027-12-31", "2028-02-15"),
        ("2027-Q1", "2027-12-31", "2028-02-15"),
        ("2027-03", "2027-12-31", "2028-02-15"),
        ("2027", "2028-01-01", "2028-01-31"),
        ("2027-Q1", "2028-01-01", "2027-04-20"),
        ("2028-02", "2028-03-01", "2028-03-10"),
        ("2019", "2019-12-31", None),
    ],
)
def test_the_row_in_force_on_the_day_of_the_fact_decides(period, told_on, closed):
    found = closed_after(period, last_day(period), clock.day_of(told_on), ROWS)
    assert (None if found is None else clock.to_date(found).isoformat()) == closed
