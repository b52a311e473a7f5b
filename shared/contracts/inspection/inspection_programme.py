"""Event types of the yearly inspection programme (kế hoạch kiểm tra năm) until it is approved: Decision 19/2014/QĐ-TTg.

A body has one programme a year: the subject is `programme-{year}`. Which agencies to inspect comes from a selection
(`selection.run`), adopted here as entries; every addition and removal by hand is an event with its reason. What follows
the approval is in `inspection_programme_course`.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Date, Integer, ListOf, Object, Reference, Text
from shared.contracts.inspection.inspection_vocabulary import (
    InspectionFact,
    about_agency,
    decision_no,
    mode,
    onsite_share,
    person_days,
    quarter,
    reason,
    role_ref,
    year,
)


def cause() -> Text:
    """Return the field with the ground of a second visit on site in one year."""
    return Text(
        "Ground of a further visit on site in the same year",
        "Lý do kiểm tra trực tiếp lần nữa trong cùng năm",
        longest=2000,
        required=False,
    )


def joint_with() -> Reference:
    """Return the field that names the visit of another body, or the audit, that this one is joined to."""
    return Reference(
        "Inspection or audit that it is done together with",
        "Cuộc kiểm tra, đánh giá được phối hợp thực hiện cùng",
        required=False,
    )


class Entry(EventSchema):
    """One inspection that the programme foresees; agency and quarter together name it."""

    agency_id = about_agency(required=True)
    mode = mode()
    quarter = quarter()
    person_days = person_days()
    joint_with = joint_with()
    cause = cause()


def entries(en: str, vi: str, *, required: bool = True) -> ListOf:
    """Return a list of programme entries."""
    return ListOf(en, vi, Object("One inspection", "Một cuộc kiểm tra", Entry), most=5000, required=required)


def objectives() -> Text:
    """Return the field with the objectives of the programme."""
    return Text("Objectives of the programme", "Mục tiêu, nội dung của kế hoạch", longest=4000, required=False)


class Drafted(InspectionFact):
    """The programme of a year was drafted."""

    year = year()
    legal_basis = Text("Legal basis", "Căn cứ pháp lý", longest=1000, required=False)
    objectives = objectives()
    capacity_days = person_days()
    onsite_share_min = onsite_share(required=False)


class SelectionAdopted(InspectionFact):
    """A selection was taken over; its picks become the entries, with mode, quarter and effort."""

    selection_id = Reference("The selection run", "Lần lựa chọn")
    entries = entries("Inspections foreseen", "Các cuộc kiểm tra dự kiến")


class EntryAdded(InspectionFact):
    """An inspection was added by hand."""

    agency_id = about_agency(required=True)
    mode = mode()
    quarter = quarter()
    person_days = person_days()
    joint_with = joint_with()
    cause = cause()
    reason = reason()
    by = role_ref("Post that decided", "Vị trí quyết định")


class EntryRemoved(InspectionFact):
    """An inspection was dropped by hand; without a quarter, all those of the agency."""

    agency_id = about_agency(required=True)
    quarter = quarter(required=False)
    reason = reason()
    by = role_ref("Post that decided", "Vị trí quyết định")


class Consulted(InspectionFact):
    """Those concerned were asked for their opinion of the draft."""

    consulted_on = Date("Day of the consultation", "Ngày lấy ý kiến")
    consulted = ListOf(
        "Agencies and bodies that were asked",
        "Các cơ quan được lấy ý kiến",
        Text("One agency, by id or name", "Một cơ quan (mã hoặc tên)", longest=300),
        fewest=1,
        most=1000,
    )
    opinions = Text("Opinions, and what was made of them", "Ý kiến và việc tiếp thu", longest=10_000, required=False)
    evidence = EVIDENCE_LIST


class ConflictCheck(EventSchema):
    """The comparison with the visits of others, so that no agency is visited twice within weeks without need."""

    checked_on = Date("Day of the comparison", "Ngày rà soát")
    overlaps_found = Integer("Overlapping pairs found", "Số cặp chồng chéo phát hiện")
    made_joint = Integer("Of them made joint", "Số cặp chuyển thành phối hợp", required=False)
    kept_reason = Text("Why the remaining overlaps are kept", "Lý do giữ các cặp còn lại", longest=2000, required=False)


class Approved(InspectionFact):
    """The programme was approved by decision."""

    decision_no = decision_no()
    approved_on = Date("Day of the approval", "Ngày phê duyệt")
    approver = role_ref("Post that approved", "Vị trí phê duyệt", required=False)
    conflict_check = Object(
        "Comparison with the programmes of others",
        "Kết quả rà soát chồng chéo với kế hoạch của cơ quan khác",
        ConflictCheck,
        required=False,
    )
    evidence = EVIDENCE_LIST


ENTRY_EXAMPLE = {"agency_id": "ubnd-xa-thanh-son", "mode": "on_site", "quarter": 2, "person_days": 6}
DRAFTED_EXAMPLE = {
    "year": 2026,
    "legal_basis": "Quyết định 19/2014/QĐ-TTg; Thông tư 26/2014/TT-BKHCN",
    "objectives": "Kiểm tra việc xây dựng, áp dụng, duy trì và cải tiến HTQLCL tại các cơ quan thuộc tỉnh",
    "capacity_days": 120,
    "onsite_share_min": 0.5,
}
_ADDED = {**ENTRY_EXAMPLE, "reason": "Lãnh đạo UBND tỉnh chỉ đạo", "by": "giam-doc-so"}
_APPROVED = {
    "decision_no": "45/QĐ-UBND",
    "approved_on": "2026-01-28",
    "approver": "chu-tich-ubnd-tinh",
    "conflict_check": {
        "checked_on": "2026-01-20",
        "overlaps_found": 3,
        "made_joint": 2,
        "kept_reason": "Khác nội dung",
    },
}

declare(
    EventType(
        name="qms.inspection_programme.drafted",
        owner="inspection",
        en="The inspection programme of a year was drafted",
        vi="Dự thảo kế hoạch kiểm tra năm",
        schema=Drafted,
        example=DRAFTED_EXAMPLE,
        invalid={
            "share in per cent": {**DRAFTED_EXAMPLE, "onsite_share_min": 50},
            "no capacity": {"year": 2026},
            "negative capacity": {**DRAFTED_EXAMPLE, "capacity_days": -1},
        },
        asserter="inspection_body",
        example_subject="programme-2026",
    )
)
declare(
    EventType(
        name="qms.inspection_programme.selection_adopted",
        owner="inspection",
        en="A selection of agencies was adopted as the entries of the programme",
        vi="Đưa kết quả lựa chọn cơ quan vào kế hoạch kiểm tra",
        schema=SelectionAdopted,
        example={"selection_id": "lua-chon-2026-01", "entries": [ENTRY_EXAMPLE]},
        invalid={
            "fifth quarter": {"selection_id": "lua-chon-2026-01", "entries": [{**ENTRY_EXAMPLE, "quarter": 5}]},
            "no selection": {"entries": [ENTRY_EXAMPLE]},
        },
        asserter="inspection_body",
        example_subject="programme-2026",
    )
)
declare(
    EventType(
        name="qms.inspection_programme.entry_added",
        owner="inspection",
        en="An inspection was added to the programme by hand",
        vi="Bổ sung một cuộc kiểm tra vào kế hoạch",
        schema=EntryAdded,
        example=_ADDED,
        invalid={
            "no reason": {name: value for name, value in _ADDED.items() if name != "reason"},
            "unknown mode": {**_ADDED, "mode": "online"},
        },
        asserter="inspection_body",
        example_subject="programme-2026",
    )
)
declare(
    EventType(
        name="qms.inspection_programme.entry_removed",
        owner="inspection",
        en="An inspection was taken out of the programme by hand",
        vi="Đưa một cuộc kiểm tra ra khỏi kế hoạch",
        schema=EntryRemoved,
        example={
            "agency_id": "ubnd-xa-thanh-son",
            "quarter": 2,
            "reason": "Cơ quan đang sáp nhập",
            "by": "giam-doc-so",
        },
        invalid={"no reason": {"agency_id": "ubnd-xa-thanh-son", "by": "giam-doc-so"}},
        asserter="inspection_body",
        example_subject="programme-2026",
    )
)
declare(
    EventType(
        name="qms.inspection_programme.consulted",
        owner="inspection",
        en="Those concerned were consulted on the draft programme",
        vi="Lấy ý kiến về dự thảo kế hoạch kiểm tra",
        schema=Consulted,
        example={"consulted_on": "2026-01-12", "consulted": ["so-noi-vu", "so-tu-phap", "so-tai-chinh"]},
        invalid={"nobody asked": {"consulted_on": "2026-01-12", "consulted": []}},
        asserter="inspection_body",
        example_subject="programme-2026",
    )
)
declare(
    EventType(
        name="qms.inspection_programme.approved",
        owner="inspection",
        en="The inspection programme was approved",
        vi="Phê duyệt kế hoạch kiểm tra năm",
        schema=Approved,
        example=_APPROVED,
        invalid={
            "no decision": {name: value for name, value in _APPROVED.items() if name != "decision_no"},
            "overlaps as text": {**_APPROVED, "conflict_check": {"checked_on": "2026-01-20", "overlaps_found": "3"}},
        },
        asserter="inspection_body",
        example_subject="programme-2026",
    )
)
