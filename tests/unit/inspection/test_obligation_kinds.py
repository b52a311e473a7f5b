"""When a thing is open: by kind, whatever the order in which its facts came, corrections included."""

from __future__ import annotations

import pytest

from services.inspection.obligations.kinds import Step, open_after, spans


def steps(*facts: tuple[int, str] | tuple[int, str, str | None]) -> list[Step]:
    """Return facts of days in the order in which they were recorded; each may say something."""
    return [
        Step(fact[0], position, f"e{position}", None, fact[1], fact[2] if len(fact) > 2 else None)
        for position, fact in enumerate(facts, start=1)
    ]


@pytest.mark.parametrize(
    ("aggregate", "facts", "expected"),
    [
        ("nonconformity", [(1, "raised")], [[1, None]]),
        ("nonconformity", [(1, "raised"), (5, "closed")], [[1, 5]]),
        ("nonconformity", [(1, "raised"), (5, "closed"), (9, "reopened")], [[1, 5], [9, None]]),
        ("nonconformity", [(1, "raised"), (3, "dispute_resolved", "withdrawn")], [[1, 3]]),
        ("nonconformity", [(1, "raised"), (3, "dispute_resolved", "upheld")], [[1, None]]),
        ("nonconformity", [(1, "baselined", "closed")], []),
        ("action", [(1, "planned"), (4, "done"), (6, "rejected")], [[1, 4], [6, None]]),
        ("action", [(1, "planned"), (4, "cancelled")], [[1, 4]]),
        ("recommendation", [(1, "issued"), (2, "decided", "upheld"), (9, "partly_implemented")], [[1, 9]]),
        ("recommendation", [(1, "issued"), (2, "decided", "withdrawn")], [[1, 2]]),
        ("procedure", [(1, "issued"), (8, "withdrawn")], [[1, 8]]),
        ("declaration", [(1, "declared"), (5, "redeclared")], [[1, None]]),
        ("declaration", [(1, "baselined", "certified")], []),
        ("target", [(1, "set", "2017-12-31"), (5, "milestone_assessed", "2017-06-30")], [[1, None]]),
        ("target", [(1, "set", "2017-12-31"), (5, "milestone_assessed", "2017-12-31")], [[1, 5]]),
        (
            "target",
            [(1, "set", "2017-12-31"), (2, "amended", "2018-06-30"), (5, "milestone_assessed", "2017-12-31")],
            [[1, None]],
        ),
        ("periodic_report", [(1, "opened"), (5, "submitted"), (7, "returned"), (9, "submitted")], [[1, 5], [7, 9]]),
    ],
)
def test_a_thing_is_open_until_it_is_settled(aggregate, facts, expected):
    assert spans(aggregate, steps(*facts)) == expected


def test_late_facts_take_their_place_by_their_day():
    assert spans("action", steps((1, "planned"), (8, "rejected"), (4, "done"))) == [[1, 4], [8, None]]


def test_a_fact_that_was_taken_back_does_not_count():
    told = steps((1, "raised"), (5, "closed"))
    taken_back = Step(6, 3, "e3", "e2", "retracted", None)
    assert spans("nonconformity", [*told, taken_back]) == [[1, None]]


def test_a_correction_counts_instead_of_what_it_corrects():
    told = steps((1, "raised"), (5, "closed"))
    assert spans("nonconformity", [*told, Step(9, 3, "e3", "e2", "closed", None)]) == [[1, 9]]


def test_a_thing_closed_on_a_day_is_not_open_at_its_end():
    periods = [[3, 5], [9, None]]
    assert [open_after(periods, day) for day in (2, 3, 4, 5, 8, 9)] == [False, True, True, False, False, True]
