"""The order of states of every record of the documents service, cell by cell."""

from __future__ import annotations

from functools import partial

import pytest

from services.documents.domain import AGGREGATES, declaration, law_change, legal_text, procedure, tthc
from tests.unit.documents.test_declaration import DATA as DECLARATION
from tests.unit.documents.test_procedure import DATA as PROCEDURE
from tests.unit.documents.test_procedure import IN_FORCE
from tests.unit.documents.test_tthc import DATA as TTHC
from tests.unit.transition_table import TransitionTable, cells_of, missing_cells

Table = partial(TransitionTable, AGGREGATES)

#: Staleness is computed elsewhere and remembered in any state.
_STALENESS = ("flagged_stale", "staleness_cleared")
_REVIEWED = ("drafted", "submitted")
_PROCEDURE = Table(
    "procedure",
    "qt-07",
    data={**PROCEDURE, "submitted": {}},
    paths={
        "draft": ["drafted"],
        "in_review": _REVIEWED,
        "rejected": [*_REVIEWED, "rejected"],
        "approved": [*_REVIEWED, "approved"],
        "in_force": IN_FORCE,
        "withdrawn": [*IN_FORCE, "withdrawn"],
    },
    allowed={
        "draft": {"submitted": "in_review", "withdrawn": "withdrawn", **dict.fromkeys(_STALENESS, "draft")},
        "in_review": {
            "returned": "draft",
            "rejected": "rejected",
            "approved": "approved",
            **dict.fromkeys(_STALENESS, "in_review"),
        },
        "rejected": {"submitted": "in_review", "withdrawn": "withdrawn", **dict.fromkeys(_STALENESS, "rejected")},
        "approved": {"issued": "in_force", "withdrawn": "withdrawn", **dict.fromkeys(_STALENESS, "approved")},
        "in_force": {
            "revised": "in_force",
            "reviewed_no_change": "in_force",
            "committed_time_changed": "in_force",
            "published": "in_force",
            "acknowledged": "in_force",
            "withdrawn": "withdrawn",
            **dict.fromkeys(_STALENESS, "in_force"),
        },
        "withdrawn": dict.fromkeys(_STALENESS, "withdrawn"),
    },
    on="2026-03-10",
)

_APPLYING = ("plan_approved", "building_started", "applied")
_DECLARED = (*_APPLYING, "declared")
#: What follows a declaration that stands, whether it needs to be declared again or not.
_KEPT = {"published", "notified", "standard_transition_completed", "certificate_recorded"}
_DECLARATION = Table(
    "declaration",
    "qms",
    data={
        **DECLARATION,
        "building_started": {},
        "applied": {},
        "inherited": {"from": "xa-cu", "declaration": "cong-bo", "effective": "2021-06-01"},
    },
    paths={
        "planned": ["plan_approved"],
        "building": ["building_started"],
        "applying": _APPLYING,
        "certified": ["certificate_recorded"],
        "declared": _DECLARED,
        "needs_redeclaration": [*_DECLARED, "scope_changed"],
        "rescinded": [*_DECLARED, "rescinded"],
    },
    allowed={
        "planned": {"plan_approved": "planned", "building_started": "building", "certificate_recorded": "certified"},
        "building": {"plan_approved": "building", "applied": "applying", "certificate_recorded": "certified"},
        "applying": {
            "plan_approved": "applying",
            "declared": "declared",
            "standard_transition_completed": "applying",
            "certificate_recorded": "certified",
        },
        "certified": {
            "plan_approved": "certified",
            "building_started": "building",
            "applied": "applying",
            "declared": "declared",
            "standard_transition_completed": "certified",
            "certificate_recorded": "certified",
        },
        "declared": {
            **dict.fromkeys(_KEPT, "declared"),
            "scope_changed": "needs_redeclaration",
            # What was declared still holds, word for word.
            "redeclared": "NOTHING_TO_REDECLARE",
            "rescinded": "rescinded",
        },
        "needs_redeclaration": {
            **dict.fromkeys(_KEPT, "needs_redeclaration"),
            "scope_changed": "needs_redeclaration",
            "redeclared": "declared",
            "rescinded": "rescinded",
        },
        "rescinded": {
            "plan_approved": "planned",
            "building_started": "building",
            "applied": "applying",
            "certificate_recorded": "rescinded",
        },
    },
    on="2021-06-01",
)

_TODAY = "2024-01-01"
_OLD, _NEW = "61/2018/NĐ-CP|Chính phủ|2018-04-23", "118/2023/NĐ-CP|Chính phủ|2023-06-09"


def _described(key: str, effective_from: str, **more: object) -> dict[str, object]:
    number, issuer, issued_on = key.split("|")
    return {"number": number, "issuer": issuer, "issued_on": issued_on, "effective_from": effective_from, **more}


_CHANGE = {"by": _NEW, "effective_from": _TODAY}
_EARLIER = {"by": _NEW, "effective_from": "2023-07-01"}
#: The status on the day on which the change would take effect decides.
_LEGAL_TEXT = Table(
    "legal_text",
    _OLD,
    data={
        "registered": _described(_OLD, "2018-06-21"),
        "baselined": _described(_OLD, "2018-06-21", status="in_force", state_since="2018-06-21"),
        "amended": _CHANGE,
        "replaced": _CHANGE,
        "repealed": _CHANGE,
        "suspended": {"effective_from": _TODAY},
        "resumed": {"effective_from": _TODAY},
        "impact_assessed": {"due_on": "2024-02-01"},
    },
    setup={
        "registered:for later": _described(_OLD, "2025-01-01"),
        "registered:for a time": _described(_OLD, "2018-06-21", effective_to="2022-12-31"),
        "amended:earlier": _EARLIER,
        "replaced:earlier": _EARLIER,
        "repealed:earlier": _EARLIER,
        "suspended:earlier": {"effective_from": "2023-07-01"},
    },
    paths={
        "announced": ["registered:for later"],
        "in_force": ["registered"],
        "partly_amended": ["registered", "amended:earlier"],
        "suspended": ["registered", "suspended:earlier"],
        "expired": ["registered:for a time"],
        "replaced": ["registered", "replaced:earlier"],
        "repealed": ["registered", "repealed:earlier"],
    },
    allowed={
        "announced": {
            # Nothing amends a text before it holds; that it will be replaced does not change what it is today.
            "amended": "AMENDED_BEFORE_IN_FORCE",
            "replaced": "announced",
            "repealed": "announced",
            "impact_assessed": "announced",
        },
        "in_force": {
            "amended": "partly_amended",
            "replaced": "replaced",
            "repealed": "repealed",
            "suspended": "suspended",
            "impact_assessed": "in_force",
        },
        "partly_amended": {
            "amended": "partly_amended",
            "replaced": "replaced",
            "repealed": "repealed",
            "suspended": "suspended",
            "impact_assessed": "partly_amended",
        },
        "suspended": {
            "amended": "suspended",
            "replaced": "replaced",
            "repealed": "repealed",
            "resumed": "in_force",
            "impact_assessed": "suspended",
        },
        "expired": {"impact_assessed": "expired"},
        "replaced": {"impact_assessed": "replaced"},
        "repealed": {"impact_assessed": "repealed"},
    },
    before=[("legal_text.registered", _NEW, _described(_NEW, "2023-07-01"))],
    status_of=lambda state: legal_text.status_on(state, _TODAY),
)

_ENTRY = ("tthc.published", "2.000815", TTHC["published"])
#: The publisher's entry, and below the record of an agency that does not carry it out.
_TTHC = Table(
    "tthc",
    "1.001612",
    data={
        **TTHC,
        "abolished": {"effective_from": "2027-02-01"},
        "opted_out": {"entry": "2.000815", "reason": "Không phát sinh"},
        "opted_in": {},
        "baselined": {**TTHC["published"], "state_since": "2025-07-01"},
    },
    paths={
        "live": ["published"],
        "abolished": ["published", "abolished"],
        "opted_out": ["opted_out"],
        "opted_in": ["opted_out", "opted_in"],
    },
    allowed={
        "live": {"amended": "live", "abolished": "abolished"},
        "abolished": {},
        "opted_out": {"opted_in": "opted_in"},
        "opted_in": {"opted_out": "opted_out"},
    },
    before=[_ENTRY],
)

_PROPOSED = {"legal_text_id": _OLD, "problem": "Thành phần hồ sơ trùng lặp", "proposal": "Bỏ bản sao giấy"}
_LAW_CHANGE = Table(
    "law_change",
    "KN-01",
    data={"proposed": _PROPOSED},
    paths={"proposed": ["proposed"]},
    allowed={"proposed": {}},
)

TABLES = (_PROCEDURE, _DECLARATION, _LEGAL_TEXT, _TTHC, _LAW_CHANGE)
MOVES = {
    "procedure": procedure.MOVES,
    "declaration": declaration.MOVES,
    "legal_text": legal_text.MOVES,
    "tthc": tthc.MOVES,
    "law_change": law_change.MOVES,
}


@pytest.mark.parametrize(("table", "state", "event", "expected"), cells_of(TABLES))
def test_each_event_in_each_state(table, state, event, expected):
    table.check(state, event, expected)


def test_the_tables_leave_no_state_and_no_event_out():
    with_events = {name for name, aggregate in AGGREGATES.items() if aggregate.opens}
    assert set(MOVES) == with_events
    for aggregate, moves in MOVES.items():
        assert missing_cells(aggregate, moves, TABLES) == set()
