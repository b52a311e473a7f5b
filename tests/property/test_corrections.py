"""Corrections and retractions of every kind of record: what counts afterwards, what is flagged, and what stays for ever."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.domain import AGGREGATES as AUDIT
from services.documents.domain import AGGREGATES as DOCUMENTS
from shared import clock
from tests.property.records import HISTORIES, TABLES, Record

PLACES = [(kind, place) for kind, labels in HISTORIES.items() for place in range(len(labels))]
LONGER = [kind for kind, labels in HISTORIES.items() if len(labels) > 1]

#: For a fact that is retracted, by its place: the later ones that then no longer follow. Nothing else is flagged.
LEFT_HANGING = {
    ("procedure", 1): ["e2"],  # approved without having been submitted
    ("procedure", 2): ["e3"],  # issued without approval
    ("procedure", 3): ["e4"],  # published without having been issued
    ("declaration", 1): ["e2"],
    ("declaration", 2): ["e3"],
    ("declaration", 3): ["e4"],
    ("declaration", 4): ["e5"],  # declared again though nothing had changed
    ("audit", 2): ["e3", "e4"],  # answered and reported without having begun
    ("audit", 3): ["e4"],  # reported with an item that nobody answered
    ("audit", 4): ["e5"],
    ("audit_programme", 1): ["e2"],
    ("nonconformity", 1): ["e2"],
    ("nonconformity", 2): ["e3"],
    ("nonconformity", 3): ["e4"],
    ("nonconformity", 4): ["e5"],
    ("nonconformity", 5): ["e6"],
    ("action", 3): ["e4"],
    ("objective", 2): ["e3"],
    ("management_review", 1): ["e2"],
    ("management_review", 2): ["e3", "e4"],  # minutes of what was not held, decisions that nobody took
    ("management_review", 3): ["e4"],
    ("survey", 1): ["e2"],
    ("feedback", 1): ["e2"],
    ("feedback", 2): ["e3"],
    ("dossier_step", 1): ["e2"],
    ("focal_point", 1): ["e2"],
    ("budget", 1): ["e2"],
    ("risk", 1): ["e2"],
}


def told(kind: str) -> tuple[Record, list[str]]:
    record = Record(kind)
    return record, record.tell_history()


def same(state: dict[str, Any] | None, *, but_for: tuple[str, ...] = ("event_id",)) -> dict[str, Any] | None:
    """Return a state without what names events."""
    return None if state is None else {name: value for name, value in state.items() if name not in but_for}


def test_every_kind_of_record_has_a_history_and_a_table():
    assert set(HISTORIES) == set(TABLES)
    assert set(HISTORIES) == {name for own in (DOCUMENTS, AUDIT) for name, kind in own.items() if kind.opens}


@pytest.mark.parametrize(("kind", "place"), PLACES, ids=str)
def test_a_correction_takes_the_place_of_the_fact_that_it_names(kind, place):
    record, labels = told(kind)
    before = record.kept()
    item = record.tell(labels[place], "c", place, corrects=f"e{place}")

    assert item.status == "accepted", item.refusal
    # Said again, word for word, nothing changes: the first fact, one in the middle, or the last.
    assert same(record.kept()) == same(before)
    hanging = kind == "dossier_stats" and place == 0
    assert record.flags() == ([("marked_inconsistent", ["e1"])] if hanging else [])
    again = record.tell(labels[place], "d", place, corrects=f"e{place}")
    assert again.refusal.code == "ALREADY_CORRECTED"


# An amendment of dossier statistics names the version that it replaces, which a correction of that version renames.
@pytest.mark.parametrize("kind", [kind for kind in LONGER if kind != "dossier_stats"])
def test_a_correction_keeps_its_place_among_the_facts_of_one_day(kind):
    record = Record(kind)
    labels = HISTORIES[kind]
    for number, label in enumerate(labels):
        assert record.tell(label, f"e{number}").status == "accepted"
    before = record.kept()
    for place, label in enumerate(labels):
        assert record.tell(label, f"c{place}", corrects=f"e{place}").status == "accepted"
    assert record.flags() == []
    assert same(record.kept()) == same(before)


@pytest.mark.parametrize(("kind", "place"), PLACES, ids=str)
def test_a_retracted_fact_no_longer_counts_and_what_rested_on_it_is_flagged_until_it_is_told_again(kind, place):
    record, labels = told(kind)
    before = record.kept()
    item = record.retract(f"e{place}", "r")
    if place == 0 and len(labels) > 1:
        rules = (DOCUMENTS | AUDIT)[kind]
        expected = "accepted" if labels[1].partition(":")[0] in rules.opens else "OPENING_IS_NEEDED"
        assert (item.refusal.code if item.refusal else item.status) == expected
        return
    assert item.status == "accepted", item.refusal
    if len(labels) == 1:
        assert record.kept() is None
        assert record.tell(labels[0], "again", 40).status == "accepted"
        return
    hanging = LEFT_HANGING.get((kind, place), [])
    assert record.flags() == ([("marked_inconsistent", hanging)] if hanging else [])
    assert record.kept() == record.folded(record.log())[0]

    repaired = record.tell(labels[place], "again", place)
    assert repaired.status == "accepted", repaired.refusal
    assert same(record.kept()) == same(before)
    cleared = [("marked_inconsistent", hanging), ("marked_consistent", [])]
    assert record.flags() == (cleared if hanging else [])


steps = st.lists(
    st.tuples(
        st.sampled_from(("tell", "tell", "tell", "correct", "retract")),
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(-3, 12),
    ),
    min_size=3,
    max_size=12,
)


@pytest.mark.parametrize("kind", HISTORIES)
def test_what_was_known_of_a_day_at_a_moment_never_changes(kind):
    """Random histories: facts in any order of days, corrections and retractions of any of them."""

    @settings(max_examples=25, deadline=None)
    @given(steps=steps)
    def holds(steps):
        record = Record(kind)
        labels = HISTORIES[kind]
        answers = []
        for number, (what, which, target, offset) in enumerate(steps):
            label, name = labels[which % len(labels)], f"e{target % (number + 1)}"
            if what == "tell":
                record.tell(label, f"e{number}", offset)
            elif what == "correct":
                record.tell(label, f"e{number}", offset, corrects=name)
            else:
                record.retract(name, f"e{number}", 20)
            log = record.log()
            known = {day: record.folded(log, day)[0] for day in days_of(record)}
            answers.append((len(log), [event.body for event in log], record.kept(), known))
            # What is kept from fact to fact is what the log alone says, and whether it is flagged too.
            state, conflicts = record.folded(log)
            assert state == record.kept()
            assert bool(conflicts) == (bool(record.flags()) and record.flags()[-1][0] == "marked_inconsistent")
        final = record.log()
        for length, bodies, kept, known in answers:
            then = final[:length]
            assert [event.body for event in then] == bodies
            assert record.folded(then)[0] == kept
            assert {day: record.folded(then, day)[0] for day in known} == known

    holds()


def days_of(record: Record) -> list[int]:
    """Return some days around those of the facts."""
    first = clock.day_of(record.table.on)
    return [first - 4, first, first + 5, first + 30]
