"""Data that fits each event of the records of inspections; the tables that tests of single rules start from."""

from __future__ import annotations

from functools import partial

from services.inspection.domain import AGGREGATES
from shared.contracts.evidence import EVIDENCE_EXAMPLE
from tests.unit.transition_table import TransitionTable

Table = partial(TransitionTable, AGGREGATES)

DAY = "2027-02-01"
AGENCY = "xa-a"
EVIDENCE = [EVIDENCE_EXAMPLE]
WINDOW = {"from": "2027-03-01", "to": "2027-03-03"}
TEAM = [{"role": "head", "person_ref": "truong-doan"}, {"role": "member", "person_ref": "tv-1", "items": ["4", "5"]}]
REGISTERED = {
    "name_vi": "Ủy ban nhân dân xã A",
    "kind": "commune_pc",
    "level": "commune",
    "obligation": "encouraged",
    "has_tthc": True,
    "inspection_rights": False,
    "valid_from": "2010-01-01",
}

PROGRAMME = {
    "drafted": {"year": 2027, "capacity_days": 20, "onsite_share_min": 0.5},
    "baselined": {"year": 2027, "capacity_days": 20, "state": "running", "state_since": DAY, "approved_on": DAY},
    "selection_adopted": {
        "selection_id": "LC-1",
        "entries": [
            {"agency_id": "xa-a", "mode": "on_site", "quarter": 2, "person_days": 6},
            {"agency_id": "xa-b", "mode": "by_report", "quarter": 3, "person_days": 2},
        ],
    },
    "entry_added": {
        "agency_id": "xa-c",
        "mode": "on_site",
        "quarter": 4,
        "person_days": 6,
        "reason": "Chỉ đạo",
        "by": "giam-doc-so",
    },
    "entry_removed": {"agency_id": "xa-b", "reason": "Đang sáp nhập", "by": "giam-doc-so"},
    "consulted": {"consulted_on": DAY, "consulted": ["so-noi-vu"]},
    "approved": {
        "decision_no": "45/QĐ-UBND",
        "approved_on": DAY,
        "conflict_check": {"checked_on": DAY, "overlaps_found": 0},
    },
    "started": {},
    "amended": {"reason": "Điều chỉnh", "capacity_days": 30},
    "closed": {
        "outcomes": [
            {"agency_id": "xa-a", "quarter": 2, "not_held_reason": "Thiên tai"},
            {"agency_id": "xa-b", "quarter": 3, "not_held_reason": "Sáp nhập"},
        ]
    },
}

PICK = {"details": [], "mode": "on_site", "person_days": 6}
SELECTION = {
    "year": 2027,
    "as_of": "2027-01-01",
    "known_at": "2027-01-02T00:00:00+07:00",
    "seed": "s",
    "model_version": "risk-1",
    "inputs_hash": "0" * 64,
    "candidates": 9,
    "parameters": {
        "capacity": 2,
        "random_share": 0.2,
        "onsite_share_min": 0.5,
        "most_per_territory": 5,
        "other_body_days": 60,
    },
    "picked": ["xa-a", "xa-b"],
    "reasons": [
        {"agency_id": "xa-a", "ground": "highest_risk", "score": 50, **PICK},
        {"agency_id": "xa-b", "ground": "random", "score": 5, **PICK},
    ],
    "random_picks": ["xa-b"],
}

INSPECTION = {
    "planned": {"agency_id": AGENCY, "mode": "on_site", "kind": "planned", "window": WINDOW},
    "planned:by_report": {"agency_id": AGENCY, "mode": "by_report", "kind": "planned", "window": WINDOW},
    "baselined": {
        "agency_id": AGENCY,
        "state": "concluded",
        "state_since": DAY,
        "mode": "on_site",
        "kind": "planned",
        "window": WINDOW,
        "concluded_on": DAY,
    },
    "team_appointed": {"team": TEAM},
    "decided": {"decision_no": "75/QĐ", "decided_on": DAY},
    "announced": {"announced_on": DAY},
    "documents_received": {"documents": ["Báo cáo"], "received_on": DAY, "on_time": True},
    "started": {},
    "checklist_answered": {"item": "4", "result": "yes", "inspector": "truong-doan"},
    "finding_recorded": {"finding_id": "PH-1", "class": "observation", "statement": "Hồ sơ chưa theo thứ tự thời gian"},
    "claim_verified": {"event_id": {"source": "/agencies/xa-a", "id": "e-1"}, "verdict": "confirmed"},
    "record_signed": {"signed_by_team": "truong-doan", "signed_by_agency": "chu-tich"},
    "concluded": {"conclusion_no": "18/TB", "concluded_on": DAY},
    "objection_filed": {"about": "Phát hiện PH-1"},
    "objection_resolved": {"outcome": "rejected", "reason": "Không có cơ sở"},
    "follow_up_started": {},
    "closed": {},
    "rescheduled": {
        "agency_id": AGENCY,
        "window": {"from": "2027-04-01", "to": "2027-04-02"},
        "reason": "Trùng họp HĐND",
    },
    "postponed": {"reason": "Thiên tai"},
    "cancelled": {"reason": "Ghép đoàn"},
    "escalated_to_onsite": {"agency_id": AGENCY, "reason": "Hồ sơ không đủ căn cứ"},
}
ANSWERS = {
    f"checklist_answered:{item}": {"item": str(item), "result": "yes", "inspector": "truong-doan"}
    for item in range(1, 8)
}
ON_THE_SPOT = ("planned", "team_appointed", "decided", "announced", "started")
ANSWERED = (*ON_THE_SPOT, *ANSWERS)
CONCLUDED = (*ANSWERED, "record_signed", "concluded")

RECOMMENDATION = {
    "issued": {
        "agency_id": AGENCY,
        "text": "Đánh giá nội bộ đủ hồ sơ",
        "priority": "normal",
        "kind": "fix",
        "due_on": "2027-06-30",
    },
    "baselined": {
        "agency_id": AGENCY,
        "text": "Đánh giá nội bộ đủ hồ sơ",
        "priority": "normal",
        "kind": "fix",
        "due_on": "2027-06-30",
        "issued_on": "2026-09-30",
        "state": "in_progress",
        "state_since": DAY,
    },
    "agreed": {},
    "disagreed": {"reason": "Đã có bản điện tử"},
    "decided": {"outcome": "upheld", "reason": "Chưa đủ"},
    "plan_submitted": {"steps": [{"what": "Lập chương trình", "due_on": "2027-05-01"}]},
    "started": {},
    "due_changed": {"from": "2027-06-30", "to": "2027-07-31", "reason": "Kiện toàn Ban chỉ đạo"},
    "evidence_submitted": {"evidence": EVIDENCE},
    "verification_started": {},
    "evidence_returned": {"reason": "Thiếu biên bản"},
    "implemented": {"verifier": "tv-1"},
    "partly_implemented": {"verifier": "tv-1", "remaining": "Chưa đánh giá một cửa"},
    "not_implemented": {"risk_acceptance": {"accepted_by": "chu-tich-tinh", "reason": "Sắp kết thúc hoạt động"}},
    "superseded": {"reason": "Gộp"},
    "lapsed": {"reason": "TTHC đã bãi bỏ"},
    "transferred": {"party": "addressee", "to": "xa-moi", "effective": DAY},
}

TARGET = {
    "set": {
        "scope": {"level": "commune"},
        "metric": "I2",
        "comparator": "at_least",
        "milestones": [{"date": "2027-12-31", "value": 0.9}, {"date": "2028-06-30", "value": 1}],
    },
    "baselined": {
        "scope": {},
        "metric": "I2",
        "comparator": "at_least",
        "milestones": [{"date": "2027-12-31", "value": 0.9}],
        "state": "set",
        "state_since": DAY,
    },
    "amended": {"reason": "Kế hoạch mới", "milestones": [{"date": "2028-12-31", "value": 1}]},
    "milestone_assessed": {
        "milestone": "2027-12-31",
        "value": 0.05,
        "met": False,
        "as_of": "2027-12-31",
        "snapshot_hash": "0" * 64,
    },
    "withdrawn": {"reason": "Thay bằng chỉ tiêu khác"},
}

REPORT_SUBJECT = "qd19-year.1:2026"
REPORT = {
    "opened": {"template_version": "qd19-year.1", "period": "2026", "due_on": "2027-02-15", "receiver": "so-khac"},
    "baselined": {
        "template_version": "qd19-year.1",
        "period": "2026",
        "due_on": "2027-02-15",
        "state": "submitted",
        "state_since": DAY,
    },
    "prefilled": {
        "values": [{"field": "nonconformities.open", "value": 3}],
        "as_of": "2026-12-31",
        "known_at": "2027-01-02T00:00:00+07:00",
        "inputs_hash": "0" * 64,
    },
    "submitted": {"values": [{"field": "nonconformities.open", "value": 3}]},
    "returned": {"reason": "Thiếu số liệu"},
    "accepted": {},
    "rolled_up": {"into": "qd19-year.1:2025"},
}
