"""The order of states of every record of the audit service, cell by cell; the longest ones stand here."""

from __future__ import annotations

import pytest

from services.audit.domain import (
    AGGREGATES,
    action,
    audit_programme,
    audit_state,
    budget,
    dossier_stats,
    dossier_step,
    feedback,
    focal_point,
    management_review,
    nonconformity,
    objective,
    risk,
    survey,
)
from shared.contracts.evidence import EVIDENCE_EXAMPLE
from shared.eventsourcing.transitions import Moves, move
from tests.unit.audit import (
    test_audit_programme,
    test_budget,
    test_dossier_step,
    test_feedback,
    test_focal_point,
    test_management_review,
    test_objective,
    test_risk,
    test_survey,
)
from tests.unit.audit.table import Table
from tests.unit.audit.test_audit import LINE as AUDIT
from tests.unit.audit.test_audit import PLANNED
from tests.unit.audit.test_dossier_stats import FIGURES, KEY
from tests.unit.audit.test_nonconformity import CHECK, RAISED
from tests.unit.transition_table import cells_of, missing_cells

EVIDENCE = [EVIDENCE_EXAMPLE]

_HELD = ["planned", "started", "checklist_answered"]
_AUDIT = Table(
    "audit",
    "DG-1",
    data={
        **{name: data for name, data in AUDIT.items() if name not in ("reported", "completed")},
        "baselined": {**{name: PLANNED[name] for name in ("kind", "planned_from", "planned_to")}, "state": "planned"},
        "notified": {},
        "started": {"started_on": "2027-01-20"},
        "reported": {"counts": {}},
        "completed": {"completed_on": "2027-02-01"},
    },
    paths={
        "planned": ["planned"],
        "notified": ["planned", "notified"],
        "postponed": ["planned", "postponed"],
        "in_progress": _HELD,
        "reported": [*_HELD, "reported"],
        "completed": [*_HELD, "reported", "completed"],
        "combined": ["planned", "combined"],
        "cancelled": ["planned", "cancelled"],
    },
    allowed={
        "planned": {
            "notified": "notified",
            "rescheduled": "planned",
            "postponed": "postponed",
            "cancelled": "cancelled",
            "combined": "combined",
            "started": "in_progress",
        },
        "notified": {
            # With new days the unit has to be told again.
            "rescheduled": "planned",
            "postponed": "postponed",
            "cancelled": "cancelled",
            "combined": "combined",
            "started": "in_progress",
        },
        "postponed": {"rescheduled": "planned", "cancelled": "cancelled", "combined": "combined"},
        "in_progress": {
            "cancelled": "cancelled",
            "checklist_answered": "in_progress",
            "finding_recorded": "in_progress",
            "reported": "reported",
        },
        "reported": {"completed": "completed"},
        "completed": {},
        "combined": {},
        "cancelled": {},
    },
    before=[("audit.planned", "DG-2", PLANNED)],
)

_ANALYSED = ["raised", "accepted", "cause_identified"]
_DONE = [*_ANALYSED, "action_planned", "completed"]
_VERIFIED = [*_DONE, "effectiveness_verified:effective"]
#: What may be told of a nonconformity as long as it is open, whatever its state.
_WHILE_OPEN = ("correction_recorded", "regraded", "recurrence_linked")
#: An effect may be verified again, also once it was found; without one the next round begins.
_CHECKED = {"effectiveness_verified:effective": "verifying", "effectiveness_verified:ineffective": "analysing"}
_PLAN = {"source": "improvement", "type": "corrective", "owner": "van-thu", "due_on": "2027-02-28"}
_NONCONFORMITY = Table(
    "nonconformity",
    "KPH-1",
    data={
        "raised": RAISED,
        "baselined": {**RAISED, "state": "raised", "state_since": "2026-01-05"},
        "accepted": {},
        "disputed": {"reason": "Đã lưu bản điện tử"},
        "dispute_resolved:upheld": {"outcome": "upheld", "reason": "Quy trình yêu cầu"},
        "dispute_resolved:withdrawn": {"outcome": "withdrawn", "reason": "Có bản điện tử"},
        "withdrawn": {"reason": "Lập trùng"},
        "correction_recorded": {"what": "Bổ sung phiếu hẹn", "done_on": "2026-01-05"},
        "cause_identified": {"method": "five_why", "root_causes": ["competence"]},
        "action_planned": {"action_ids": ["HD-1"]},
        "completed": {"action_ids": ["HD-1"], "completed_on": "2026-02-20"},
        "effectiveness_verified:effective": {**CHECK, "effective": True},
        "effectiveness_verified:ineffective": {**CHECK, "effective": False},
        "closed": {},
        "reopened": {"cause": "Tái diễn"},
        "regraded": {"from": "minor_nc", "to": "major_nc", "reason": "Lặp lại"},
        "recurrence_linked": {"earlier_nc_id": "KPH-0", "similarity": "same_clause"},
    },
    paths={
        "raised": ["raised"],
        "disputed": ["raised", "disputed"],
        "accepted": ["raised", "accepted"],
        "analysing": _ANALYSED,
        "action_planned": [*_ANALYSED, "action_planned"],
        "completed": _DONE,
        "verifying": _VERIFIED,
        "closed": [*_VERIFIED, "closed"],
        "withdrawn": ["raised", "withdrawn"],
    },
    allowed={
        "raised": {
            "accepted": "accepted",
            "disputed": "disputed",
            "withdrawn": "withdrawn",
            "closed": "NOT_VERIFIED_EFFECTIVE",
            **dict.fromkeys(_WHILE_OPEN, "raised"),
        },
        "disputed": {
            "dispute_resolved:upheld": "accepted",
            "dispute_resolved:withdrawn": "withdrawn",
            "withdrawn": "withdrawn",
            **dict.fromkeys(_WHILE_OPEN, "disputed"),
        },
        "accepted": {
            "cause_identified": "analysing",
            "action_planned": "CAUSE_MISSING",
            "closed": "NOT_VERIFIED_EFFECTIVE",
            **dict.fromkeys(_WHILE_OPEN, "accepted"),
        },
        "analysing": {
            "cause_identified": "analysing",
            "action_planned": "action_planned",
            "closed": "NOT_VERIFIED_EFFECTIVE",
            **dict.fromkeys(_WHILE_OPEN, "analysing"),
        },
        "action_planned": {
            "action_planned": "action_planned",
            "completed": "completed",
            "closed": "NOT_VERIFIED_EFFECTIVE",
            **dict.fromkeys(_WHILE_OPEN, "action_planned"),
        },
        "completed": {
            **_CHECKED,
            "closed": "NOT_VERIFIED_EFFECTIVE",
            **dict.fromkeys(_WHILE_OPEN, "completed"),
        },
        "verifying": {**_CHECKED, "closed": "closed", **dict.fromkeys(_WHILE_OPEN, "verifying")},
        "closed": {"reopened": "analysing", "recurrence_linked": "closed"},
        "withdrawn": {},
    },
    before=[
        ("nonconformity.raised", "KPH-0", {**RAISED, "raised_on": "2025-01-05"}),
        ("action.planned", "HD-1", _PLAN),
        ("action.done", "HD-1", {"done_on": "2026-02-18", "evidence": EVIDENCE}),
    ],
)

#: An observation needs no verified effect: it is closed with a reason from wherever it stands, unless it is disputed.
_CLOSED = {"closed:with a reason": "closed", "closed": "REASON_MISSING"}
_OBSERVATION = Table(
    "nonconformity",
    "LY-1",
    data={"closed:with a reason": {"reason": "Đã nhắc nhở"}, "closed": {}},
    setup={
        "raised": {**RAISED, "class": "observation"},
        **{name: _NONCONFORMITY.data[name] for name in ("accepted", "disputed", "cause_identified", "action_planned")},
        "completed": _NONCONFORMITY.data["completed"],
    },
    paths={
        name: path for name, path in _NONCONFORMITY.paths.items() if name not in ("verifying", "closed", "withdrawn")
    },
    allowed={
        "disputed": {},
        **dict.fromkeys(("raised", "accepted", "analysing", "action_planned", "completed"), _CLOSED),
    },
    before=_NONCONFORMITY.before,
)

_OPEN = {
    "progress_noted": "in_progress",
    "done": "done",
    "done:without evidence": "EVIDENCE_MISSING",
    "cancelled": "cancelled",
}
_ACTION = Table(
    "action",
    "HD-1",
    data={
        "planned": _PLAN,
        "baselined": {**_PLAN, "state": "planned", "state_since": "2026-01-05", "original_due_on": "2027-02-28"},
        "started": {},
        "progress_noted": {"note": "Đã làm một nửa"},
        "due_changed": {"from": "2027-02-28", "to": "2027-03-31", "reason": "Chờ phần mềm"},
        "done": {"done_on": "2027-02-01", "evidence": EVIDENCE},
        "done:without evidence": {"done_on": "2027-02-01"},
        "verified": {"verifier": "thu-ky-iso"},
        "verified:by the owner": {"verifier": "van-thu"},
        "rejected": {"by": "thu-ky-iso", "reason": "Thiếu danh sách"},
        "cancelled": {"reason": "Thủ tục bị bãi bỏ"},
    },
    paths={
        "planned": ["planned"],
        "in_progress": ["planned", "started"],
        "done": ["planned", "done"],
        "verified": ["planned", "done", "verified"],
        "cancelled": ["planned", "cancelled"],
    },
    allowed={
        "planned": {**_OPEN, "started": "in_progress", "due_changed": "planned"},
        "in_progress": {**_OPEN, "due_changed": "in_progress"},
        "done": {"verified": "verified", "verified:by the owner": "VERIFIER_IS_OWNER", "rejected": "in_progress"},
        "verified": {},
        "cancelled": {},
    },
)

_STATISTICS = Table(
    "dossier_stats",
    KEY,
    data={
        "submitted": FIGURES,
        "baselined": {**FIGURES, "state_since": "2026-03-31"},
        "amended": {**FIGURES, "corrects": f"submitted-{len(FIGURES)}", "reason": "Đối chiếu lại"},
        "amended:an older version": {**FIGURES, "corrects": "khac", "reason": "Đối chiếu lại"},
    },
    paths={"submitted": ["submitted"]},
    allowed={"submitted": {"amended": "submitted", "amended:an older version": "NOT_THE_LIVE_VERSION"}},
    on="2026-05-03",
    status_of=lambda _state: "submitted",
)

_NONE = Table(
    "feedback",
    "none-2026",
    data=test_feedback.TABLE.data,
    paths={"none": ["none_in_period"]},
    allowed={"none": {}},
)

_ATTENDED = [{"agency_id": "so-khcn", "people": 12}]
_CLASS = {"topic": "Đánh giá nội bộ", "held_on": "2027-01-20", "hours": 8, "organiser": "so-khcn", "audience": "mixed"}
_TRAINING = Table(
    "training",
    "TH-1",
    data={"held": {**_CLASS, "attendees": _ATTENDED}},
    paths={"held": ["held"]},
    allowed={"held": {}},
)
_AWARD = {"by": "Bộ Khoa học và Công nghệ", "decision_no": "808/QĐ-BKHCN", "awarded_on": "2027-01-20", "ground": "ISO"}
_COMMENDATION = Table(
    "commendation", "KT-1", data={"awarded": _AWARD}, paths={"awarded": ["awarded"]}, allowed={"awarded": {}}
)
_GOOD_PRACTICE = Table(
    "good_practice", "KN-1", data={"shared": {"title": "Mã QR"}}, paths={"shared": ["shared"]}, allowed={"shared": {}}
)

#: Those whose tables stand with their other tests are checked there.
HERE = (_AUDIT, _NONCONFORMITY, _OBSERVATION, _ACTION, _STATISTICS, _NONE, _TRAINING, _COMMENDATION, _GOOD_PRACTICE)
ELSEWHERE = tuple(
    module.TABLE
    for module in (
        test_audit_programme,
        test_budget,
        test_dossier_step,
        test_feedback,
        test_focal_point,
        test_management_review,
        test_objective,
        test_risk,
        test_survey,
    )
)


def _single(event: str) -> Moves:
    return Moves(event, event, table={event: move(to=event)})


MOVES = {
    "action": action.MOVES,
    "audit": audit_state.MOVES,
    "audit_programme": audit_programme.MOVES,
    "budget": budget.MOVES,
    "commendation": _single("awarded"),
    "dossier_stats": dossier_stats.MOVES,
    "dossier_step": dossier_step.MOVES,
    "feedback": feedback.MOVES,
    "focal_point": focal_point.MOVES,
    "good_practice": _single("shared"),
    "management_review": management_review.MOVES,
    "nonconformity": nonconformity.MOVES,
    "objective": objective.MOVES,
    "risk": risk.MOVES,
    "survey": survey.MOVES,
    "training": _single("held"),
}


@pytest.mark.parametrize(("table", "state", "event", "expected"), cells_of(HERE))
def test_each_event_in_each_state(table, state, event, expected):
    table.check(state, event, expected)


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_the_tables_leave_no_state_and_no_event_out(aggregate):
    assert missing_cells(aggregate, MOVES[aggregate], (*HERE, *ELSEWHERE)) == set()
