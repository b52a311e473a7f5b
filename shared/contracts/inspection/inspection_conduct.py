"""Event types of an inspection under way: checklist, findings, verdicts on what agencies said, the signed record.

`claim_verified` is the heart: it links an inspector's verdict to one event that an agency reported about itself.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.audit.vocabulary import (
    clause,
    criterion,
    finding_class,
    procedure_id,
    standard_version,
    statement,
)
from shared.contracts.evidence import EVIDENCE_EXAMPLE, EVIDENCE_LIST
from shared.contracts.fields import Choice, Contract, Date, ListOf, Object, Reference, Text
from shared.contracts.inspection.inspection_planning import Span
from shared.contracts.inspection.inspection_vocabulary import (
    Declared,
    InspectionFact,
    about_agency,
    declare_events,
    role_ref,
)

ANSWERS = ("yes", "no", "partial", "na")
VERDICTS = ("confirmed", "contradicted", "unverifiable")


class Started(InspectionFact):
    """The team began its work."""

    agency_id = about_agency()
    started_on = Date("Day it began", "Ngày bắt đầu", required=False)


class ChecklistAnswered(InspectionFact):
    """One item of the checklist was answered; a later answer replaces an earlier one."""

    agency_id = about_agency()
    item = Text("Item of the checklist", "Mục của bảng kiểm", longest=64)
    result = Choice(
        "Answer: yes, no, partly, not applicable", "Kết quả: đạt, không đạt, đạt một phần, không áp dụng", ANSWERS
    )
    inspector = role_ref("Member of the team who examined it", "Thành viên đoàn kiểm tra mục này")
    note = Text("Remark", "Ghi chú", longest=2000, required=False)
    evidence = EVIDENCE_LIST


class FindingRecorded(InspectionFact):
    """Something was found, good or bad."""

    class Meta(InspectionFact.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {"class": finding_class()}

    agency_id = about_agency()
    finding_id = Text("Id of the finding within the inspection", "Mã phát hiện trong cuộc kiểm tra", longest=128)
    clause = clause()
    criterion = criterion()
    standard_version = standard_version()
    procedure_id = procedure_id()
    statement = statement()
    verifies_event_id = Reference(
        "Event of the agency that it bears on", "Sự kiện của cơ quan mà phát hiện này liên quan", required=False
    )
    evidence = EVIDENCE_LIST


class ClaimVerified(InspectionFact):
    """A specific event that an agency reported was held against what is there."""

    agency_id = about_agency()
    event_id = Reference(
        "The event that was verified; a bare id means one of the inspected agency's own",
        "Sự kiện được xác minh; nếu chỉ ghi mã là sự kiện của chính cơ quan được kiểm tra",
    )
    verdict = Choice(
        "Verdict: confirmed, contradicted, unverifiable",
        "Kết luận xác minh: đúng, không đúng, không xác minh được",
        VERDICTS,
    )
    event_type = Text(
        "Type of the verified event", "Loại sự kiện được xác minh", longest=128, pattern=r"^qms\.", required=False
    )
    record = Text(
        "Record that the event belongs to, for whoever reads the verdict: aggregate and id, such as action/HDKP-2026-011",
        "Hồ sơ chứa sự kiện, để người đọc dễ tra cứu: loại và mã, ví dụ action/HDKP-2026-011",
        longest=300,
        pattern=r"^[a-z_]+/.+$",
        required=False,
    )
    verified_on = Date("Day of the verdict", "Ngày xác minh", required=False)
    note = Text("What was seen", "Nội dung xác minh", longest=4000, required=False)
    finding_id = Text("Finding it led to", "Phát hiện liên quan", longest=128, required=False)
    evidence = EVIDENCE_LIST


class RecordSigned(InspectionFact):
    """Both sides signed the record of the visit."""

    agency_id = about_agency()
    record_no = Text("Number of the record", "Số biên bản", longest=100, required=False)
    signed_on = Date("Day of signing", "Ngày ký", required=False)
    signed_by_team = role_ref("Post that signed for the team", "Vị trí ký của đoàn kiểm tra")
    signed_by_agency = role_ref("Post that signed for the agency", "Vị trí ký của cơ quan được kiểm tra")
    visit = Object("Days the team was there", "Thời gian làm việc thực tế", Span, required=False)
    reservations = ListOf(
        "Reservations of the agency",
        "Ý kiến bảo lưu của cơ quan được kiểm tra",
        Text("One reservation", "Một ý kiến", longest=2000),
        most=100,
        required=False,
    )
    evidence = EVIDENCE_LIST


_AGENCY = {"agency_id": "ubnd-xa-thanh-son"}
_ANSWER = {
    **_AGENCY,
    "item": "4",
    "result": "partial",
    "inspector": "kiem-tra-vien-02",
    "note": "Thiếu biên bản năm 2025",
}
_FINDING = {
    **_AGENCY,
    "finding_id": "PH-02",
    "class": "minor_nc",
    "clause": "9.2",
    "standard_version": "TCVN ISO 9001:2015",
    "statement": "Đánh giá nội bộ năm 2025 không có hồ sơ phát hiện và khắc phục",
    "verifies_event_id": {"source": "/agencies/ubnd-xa-thanh-son", "id": "dgnb-2025-hoan-thanh"},
    "evidence": [EVIDENCE_EXAMPLE],
}
_CLAIM = {
    **_AGENCY,
    "event_id": {"source": "/agencies/ubnd-xa-thanh-son", "id": "kph-03-dong"},
    "verdict": "contradicted",
    "event_type": "qms.nonconformity.closed",
    "note": "Điểm không phù hợp báo cáo đã đóng nhưng việc khắc phục chưa thực hiện",
    "evidence": [EVIDENCE_EXAMPLE],
}
_RECORD = {
    **_AGENCY,
    "record_no": "05/BB-ĐKT",
    "signed_on": "2026-06-18",
    "signed_by_team": "pho-giam-doc-so",
    "signed_by_agency": "chu-tich-ubnd-xa",
    "reservations": ["Đề nghị ghi nhận việc đã cập nhật 03 quy trình trong tháng 6"],
}

declare_events(
    "inspection",
    (
        Declared(
            "started",
            "The inspection began",
            "Bắt đầu cuộc kiểm tra",
            Started,
            {**_AGENCY, "started_on": "2026-06-16"},
            {"unknown field": {"begun_on": "2026-06-16"}},
        ),
        Declared(
            "checklist_answered",
            "An item of the checklist was answered",
            "Trả lời một mục của bảng kiểm",
            ChecklistAnswered,
            _ANSWER,
            {
                "unknown answer": {**_ANSWER, "result": "maybe"},
                "a person's name": {**_ANSWER, "inspector": "Chuyên viên A"},
            },
        ),
        Declared(
            "finding_recorded",
            "A finding of the inspection was recorded",
            "Ghi nhận một phát hiện khi kiểm tra",
            FindingRecorded,
            _FINDING,
            {"unknown class": {**_FINDING, "class": "nc"}, "nothing stated": {**_FINDING, "statement": ""}},
        ),
        Declared(
            "claim_verified",
            "A self-reported event was verified",
            "Xác minh một sự kiện do cơ quan tự báo cáo",
            ClaimVerified,
            _CLAIM,
            {
                "unknown verdict": {**_CLAIM, "verdict": "wrong"},
                "no event": {name: value for name, value in _CLAIM.items() if name != "event_id"},
                "type that is none of ours": {**_CLAIM, "event_type": "nonconformity.closed"},
            },
        ),
        Declared(
            "record_signed",
            "The record of the visit was signed by both sides",
            "Ký biên bản kiểm tra",
            RecordSigned,
            _RECORD,
            {"one side only": {name: value for name, value in _RECORD.items() if name != "signed_by_agency"}},
        ),
    ),
)
