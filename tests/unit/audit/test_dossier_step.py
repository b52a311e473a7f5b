"""The step confirmation: received and completed, keyed by the dossier's digest and the step."""

from __future__ import annotations

import pytest

from tests.unit.audit.table import Table

HASH = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
STEP = {"procedure_id": "QT-07", "step_no": 2, "dossier_hash": HASH}
TABLE = Table(
    "dossier_step",
    f"{HASH}:2",
    data={
        "received": {**STEP, "at": "2026-03-02T09:15:00+07:00"},
        "completed": {**STEP, "at": "2026-03-02T09:15:00+07:00"},
    },
    paths={
        "received": ["received"],
        "completed": ["received", "completed"],
    },
    allowed={"received": {"completed": "completed"}, "completed": {"received": "received"}},
    on="2026-03-02",
)


@pytest.mark.parametrize(("state", "event", "after"), TABLE.cells())
def test_each_event_in_each_state(state, event, after):
    TABLE.check(state, event, after)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"at": "2026-03-02T09:14:59+07:00"}, "DATES_REVERSED"),
        ({"at": "2026-03-02T02:15:00Z"}, "accepted"),
        ({"at": "2026-03-03T00:00:00+07:00"}, "DATE_IN_FUTURE"),
        ({"step_no": 3}, "SUBJECT_DIFFERS"),
        ({"step_no": 2.0}, "accepted"),
        ({"dossier_hash": "0" * 64}, "SUBJECT_DIFFERS"),
    ],
)
def test_a_step_is_completed_after_it_was_received(changes, code):
    assert TABLE.push(TABLE.world("received"), "completed", **changes) == code


def test_a_dossier_that_comes_back_is_counted():
    world = TABLE.world("received", "completed", "received")
    assert world.state("dossier_step", f"{HASH}:2").rounds == 2
