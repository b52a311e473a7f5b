"""The order of states of every record of inspections, cell by cell."""

from __future__ import annotations

import pytest

from services.inspection.domain import inspection_state, periodic_report, programme_state, recommendation, target
from tests.unit.inspection.inspection_tables import (
    ANSWERED,
    ANSWERS,
    CONCLUDED,
    INSPECTION,
    ON_THE_SPOT,
    PROGRAMME,
    RECOMMENDATION,
    REPORT,
    REPORT_SUBJECT,
    SELECTION,
    TARGET,
    Table,
)
from tests.unit.transition_table import cells_of, missing_cells

_CONSULTED = ("drafted", "selection_adopted", "consulted")
_PROGRAMME = Table(
    "inspection_programme",
    "programme-2027",
    data=PROGRAMME,
    paths={
        "draft": ["drafted"],
        "selection_done": ["drafted", "selection_adopted"],
        "consulted": _CONSULTED,
        "approved": [*_CONSULTED, "approved"],
        "running": [*_CONSULTED, "approved", "started"],
        "closed": [*_CONSULTED, "approved", "closed"],
    },
    allowed={
        # Nothing to take out of a draft without entries.
        "draft": {
            "selection_adopted": "selection_done",
            "entry_added": "draft",
            "entry_removed": "ENTRY_NOT_IN_PROGRAMME",
        },
        "selection_done": {
            "selection_adopted": "selection_done",
            "entry_added": "selection_done",
            "entry_removed": "selection_done",
            "consulted": "consulted",
        },
        "consulted": {"entry_added": "consulted", "entry_removed": "consulted", "approved": "approved"},
        "approved": {
            "entry_added": "approved",
            "entry_removed": "approved",
            "started": "running",
            "amended": "approved",
            "closed": "closed",
        },
        "running": {"entry_added": "running", "entry_removed": "running", "amended": "running", "closed": "closed"},
        "closed": {},
    },
    before=[("selection.run", "LC-1", SELECTION)],
)

_BEFORE = {
    "team_appointed": "",
    "postponed": "postponed",
    "cancelled": "cancelled",
    "rescheduled": "",
    "escalated_to_onsite": "ALREADY_ON_SITE",
}


def _kept(state: str, **more: str) -> dict[str, str]:
    return {event: after or state for event, after in _BEFORE.items()} | more


_INSPECTION = Table(
    "inspection",
    "KT-1",
    data={label: data for label, data in INSPECTION.items() if label != "planned:by_report"},
    setup=ANSWERS,
    paths={
        "planned": ["planned", "team_appointed"],
        "decided": ON_THE_SPOT[:3],
        "announced": ON_THE_SPOT[:4],
        "documents_received": [*ON_THE_SPOT[:4], "documents_received"],
        "in_progress": ANSWERED,
        "record_signed": [*ANSWERED, "record_signed"],
        "concluded": CONCLUDED,
        "follow_up": [*CONCLUDED, "follow_up_started"],
        "closed": [*CONCLUDED, "closed"],
        "postponed": ["planned", "team_appointed", "postponed"],
        "cancelled": ["planned", "cancelled"],
    },
    allowed={
        "planned": _kept("planned", decided="decided", documents_received="NOT_ANNOUNCED", started="NOT_ANNOUNCED"),
        "decided": _kept("decided", announced="announced", documents_received="NOT_ANNOUNCED", started="NOT_ANNOUNCED"),
        "announced": _kept("announced", documents_received="documents_received", started="in_progress"),
        "documents_received": _kept("documents_received", started="in_progress"),
        "in_progress": {
            "team_appointed": "in_progress",
            "checklist_answered": "in_progress",
            "finding_recorded": "in_progress",
            "claim_verified": "in_progress",
            "record_signed": "record_signed",
            "concluded": "RECORD_NOT_SIGNED",
            "cancelled": "cancelled",
            "escalated_to_onsite": "ALREADY_ON_SITE",
        },
        "record_signed": {"claim_verified": "record_signed", "concluded": "concluded"},
        "concluded": {
            "objection_filed": "concluded",
            "objection_resolved": "NO_OPEN_OBJECTION",
            "follow_up_started": "follow_up",
            "closed": "closed",
        },
        "follow_up": {
            "claim_verified": "follow_up",
            "objection_filed": "follow_up",
            "objection_resolved": "NO_OPEN_OBJECTION",
            "closed": "closed",
        },
        "closed": {},
        "postponed": {"rescheduled": "planned", "cancelled": "cancelled"},
        "cancelled": {},
    },
)
_BY_REPORT = Table(
    "inspection",
    "KT-2",
    data={label: data for label, data in INSPECTION.items() if label != "planned"},
    paths={
        "planned": ["planned:by_report"],
        "documents_received": ["planned:by_report", "documents_received"],
        "in_progress": ["planned:by_report", "documents_received", "started"],
        "concluded": ["planned:by_report", "documents_received", "started", "concluded"],
    },
    allowed={
        "planned": {
            "team_appointed": "planned",
            "decided": "NO_HEAD_OF_TEAM",
            "documents_received": "documents_received",
            "started": "DOCUMENTS_MISSING",
            "postponed": "postponed",
            "cancelled": "cancelled",
            "rescheduled": "planned",
            "escalated_to_onsite": "planned",
        },
        "documents_received": {
            "team_appointed": "documents_received",
            "started": "in_progress",
            "postponed": "postponed",
            "cancelled": "cancelled",
            "rescheduled": "documents_received",
            "escalated_to_onsite": "planned",
        },
        "in_progress": {
            "team_appointed": "in_progress",
            "checklist_answered": "in_progress",
            "finding_recorded": "in_progress",
            "claim_verified": "in_progress",
            "record_signed": "CHECKLIST_INCOMPLETE",
            "concluded": "concluded",
            "cancelled": "cancelled",
            "escalated_to_onsite": "planned",
        },
        "concluded": {
            "objection_filed": "concluded",
            "objection_resolved": "NO_OPEN_OBJECTION",
            "follow_up_started": "follow_up",
            "closed": "closed",
        },
    },
)

_ALWAYS = {
    "due_changed": "",
    "transferred": "",
    "not_implemented": "not_implemented",
    "superseded": "superseded",
    "lapsed": "lapsed",
}


def _open(state: str, **more: str) -> dict[str, str]:
    return {event: after or state for event, after in _ALWAYS.items()} | more


_WORK = {"plan_submitted": "plan_submitted", "started": "in_progress", "evidence_submitted": "evidence_submitted"}
_SETTLED = {"implemented": "implemented", "partly_implemented": "partly_implemented"}
_SHOWN = ("issued", "agreed", "evidence_submitted")
_RECOMMENDATION = Table(
    "recommendation",
    "KN-1",
    data=RECOMMENDATION,
    paths={
        "issued": ["issued"],
        "agreed": ["issued", "agreed"],
        "disagreed": ["issued", "disagreed"],
        "decided": ["issued", "disagreed", "decided"],
        "plan_submitted": ["issued", "agreed", "plan_submitted"],
        "in_progress": ["issued", "agreed", "started"],
        "evidence_submitted": _SHOWN,
        "under_verification": [*_SHOWN, "verification_started"],
        "implemented": [*_SHOWN, "implemented"],
        "partly_implemented": [*_SHOWN, "partly_implemented"],
        "not_implemented": ["issued", "not_implemented"],
        "superseded": ["issued", "superseded"],
        "lapsed": ["issued", "lapsed"],
    },
    allowed={
        "issued": _open("issued", agreed="agreed", disagreed="disagreed"),
        "agreed": _open("agreed", **_WORK),
        "disagreed": _open("disagreed", agreed="agreed", decided="decided"),
        "decided": _open("decided", **_WORK),
        "plan_submitted": _open("plan_submitted", **_WORK),
        "in_progress": _open("in_progress", **{**_WORK, "plan_submitted": "in_progress"}),
        "evidence_submitted": _open(
            "evidence_submitted",
            evidence_submitted="evidence_submitted",
            verification_started="under_verification",
            evidence_returned="in_progress",
            **_SETTLED,
        ),
        "under_verification": _open("under_verification", evidence_returned="in_progress", **_SETTLED),
        "implemented": {},
        "partly_implemented": {},
        "not_implemented": {},
        "superseded": {},
        "lapsed": {},
    },
)
_TARGET = Table(
    "target",
    "CT-1",
    data=TARGET,
    paths={"set": ["set"], "withdrawn": ["set", "withdrawn"]},
    allowed={"set": {"amended": "set", "milestone_assessed": "set", "withdrawn": "withdrawn"}, "withdrawn": {}},
)
_REPORT = Table(
    "periodic_report",
    REPORT_SUBJECT,
    data=REPORT,
    paths={
        "opened": ["opened"],
        "prefilled": ["opened", "prefilled"],
        "submitted": ["opened", "prefilled", "submitted"],
    },
    allowed={
        "opened": {"prefilled": "prefilled", "submitted": "submitted"},
        "prefilled": {"prefilled": "prefilled", "submitted": "submitted"},
        # In this table the agency itself speaks.
        "submitted": {"returned": "OWN_REPORT", "accepted": "OWN_REPORT"},
    },
    before=[("periodic_report.opened", "qd19-year.1:2025", {**REPORT["opened"], "period": "2025"})],
)
TABLES = (_PROGRAMME, _INSPECTION, _BY_REPORT, _RECOMMENDATION, _TARGET, _REPORT)


@pytest.mark.parametrize(("table", "state", "label", "expected"), cells_of(TABLES))
def test_each_event_in_each_state(table, state, label, expected):
    table.check(state, label, expected)


@pytest.mark.parametrize(
    ("aggregate", "moves"),
    [
        ("inspection_programme", programme_state.MOVES),
        ("inspection", inspection_state.MOVES),
        ("recommendation", recommendation.MOVES),
        ("target", target.MOVES),
    ],
)
def test_no_cell_is_left_out(aggregate, moves):
    assert not missing_cells(aggregate, moves, TABLES)


def test_reports_know_the_same_events_as_the_catalogue():
    events = {event for _state, event in missing_cells("periodic_report", periodic_report.MOVES, ())}
    assert events == set(REPORT)
