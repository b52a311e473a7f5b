"""Event types of a recommendation (kiến nghị) up to the addressee's evidence: Circular 26/2014/TT-BKHCN.

The record is the issuing body's; the addressee answers with its own `source` and names the body in `data.record_of`.
How the issuer settles it is in `recommendation_outcome`.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.catalogue import Asserter, EventSchema
from shared.contracts.evidence import EVIDENCE_EXAMPLE, EVIDENCE_LIST, evidence
from shared.contracts.fields import Choice, Contract, Date, ListOf, Object, Reference, Text
from shared.contracts.inspection.inspection_vocabulary import (
    Declared,
    InspectionFact,
    about_agency,
    declare_events,
    inspection_id,
    reason,
    role_ref,
)
from shared.contracts.inspection.record_owner import record_of

PRIORITIES = ("normal", "priority")
KINDS = ("fix", "redeclare", "update_procedure", "train", "resource", "law_change")


def kind() -> Choice:
    """Return the field with what is recommended to be done."""
    return Choice(
        "Kind: fix, declare anew, update procedures, train, provide resources, propose a change of the law",
        "Loại: khắc phục, công bố lại, cập nhật quy trình, đào tạo, bảo đảm nguồn lực, kiến nghị sửa đổi văn bản",
        KINDS,
    )


def text() -> Text:
    """Return the field with the wording."""
    return Text("What is recommended", "Nội dung kiến nghị", longest=4000)


def priority() -> Choice:
    """Return the field with the priority."""
    return Choice("Priority: normal, priority", "Mức độ: thông thường, ưu tiên", PRIORITIES)


def due_on() -> Date:
    """Return the field with the day until which it is to be carried out."""
    return Date("Day until which it is to be carried out", "Thời hạn thực hiện")


class Issued(InspectionFact):
    """A recommendation was issued to an agency."""

    agency_id = about_agency(required=True)
    inspection_id = inspection_id(required=False)
    text = text()
    priority = priority()
    kind = kind()
    legal_basis = Text("Legal basis", "Căn cứ pháp lý", longest=500, required=False)
    finding_id = Text("Finding that it answers", "Phát hiện liên quan", longest=128, required=False)
    issued_on = Date("Day of issue", "Ngày ban hành", required=False)
    due_on = due_on()


class Answer(InspectionFact):
    """Base of what the addressee, or the body for it, says of a recommendation."""

    agency_id = about_agency()
    record_of = record_of()


class Agreed(Answer):
    """The addressee agrees."""

    agreed_on = Date("Day of the answer", "Ngày trả lời", required=False)
    note = Text("Remark", "Ghi chú", longest=2000, required=False)


class Disagreed(Answer):
    """The addressee disagrees."""

    reason = reason()


class Decided(Answer):
    """The issuer decided after a disagreement: the recommendation stands, or is taken back."""

    outcome = Choice("Upheld or withdrawn", "Giữ nguyên hoặc rút kiến nghị", ("upheld", "withdrawn"))
    reason = reason()
    decision_no = Text("Number of the decision", "Số quyết định", longest=100, required=False)


class PlannedStep(EventSchema):
    """One step of the plan."""

    what = Text("What is to be done", "Nội dung công việc", longest=2000)
    due_on = Date("Until", "Thời hạn")
    owner = role_ref("Post in charge", "Vị trí chịu trách nhiệm", required=False)
    action_id = Reference("Corrective action that carries it", "Hành động khắc phục tương ứng", required=False)


class PlanSubmitted(Answer):
    """The addressee says how and until when; a later plan replaces an earlier one."""

    submitted_on = Date("Day of submission", "Ngày gửi kế hoạch", required=False)
    steps = ListOf("Steps", "Các bước", Object("One step", "Một bước", PlannedStep), fewest=1, most=100)
    evidence = EVIDENCE_LIST


class Started(Answer):
    """The addressee began, or reports progress."""

    note = Text("What has been done so far", "Tình hình thực hiện", longest=4000, required=False)


class DueChanged(Answer):
    """The due date was moved; the third and later extensions need a decision."""

    class Meta(Answer.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {"from": Date("Due date so far", "Thời hạn cũ")}

    to = Date("New due date", "Thời hạn mới")
    reason = reason()
    decision_no = Text("Number of the decision", "Số quyết định", longest=100, required=False)


class EvidenceSubmitted(Answer):
    """The addressee shows that it was carried out."""

    submitted_on = Date("Day of submission", "Ngày gửi minh chứng", required=False)
    note = Text("What was done", "Kết quả thực hiện", longest=4000, required=False)
    evidence = evidence(required=True)


ISSUED_EXAMPLE = {
    "agency_id": "ubnd-xa-thanh-son",
    "inspection_id": "KT-2026-07",
    "text": "Tổ chức đánh giá nội bộ năm 2026 đầy đủ hồ sơ phát hiện, khắc phục; gửi báo cáo về Sở",
    "priority": "priority",
    "kind": "fix",
    "legal_basis": "Thông tư 26/2014/TT-BKHCN",
    "finding_id": "PH-02",
    "issued_on": "2026-06-30",
    "due_on": "2026-09-30",
}
ANSWER_EXAMPLE = {"record_of": "so-khcn-phu-tho"}
_PLAN = {
    **ANSWER_EXAMPLE,
    "submitted_on": "2026-07-10",
    "steps": [{"what": "Lập chương trình đánh giá nội bộ", "due_on": "2026-08-15", "owner": "thu-ky-iso"}],
}
_MOVED = {
    **ANSWER_EXAMPLE,
    "from": "2026-09-30",
    "to": "2026-10-31",
    "reason": "Cơ quan kiện toàn Ban chỉ đạo ISO",
}
BODY: Asserter = "inspection_body"
EITHER: Asserter = "source"

declare_events(
    "recommendation",
    (
        Declared(
            "issued",
            "A recommendation was issued",
            "Ban hành kiến nghị",
            Issued,
            ISSUED_EXAMPLE,
            {
                "no due date": {name: value for name, value in ISSUED_EXAMPLE.items() if name != "due_on"},
                "unknown kind": {**ISSUED_EXAMPLE, "kind": "fine"},
                "nobody addressed": {name: value for name, value in ISSUED_EXAMPLE.items() if name != "agency_id"},
            },
            BODY,
        ),
        Declared(
            "agreed",
            "The addressee agrees with the recommendation",
            "Cơ quan thống nhất với kiến nghị",
            Agreed,
            {**ANSWER_EXAMPLE, "agreed_on": "2026-07-03"},
            {"unknown field": {**ANSWER_EXAMPLE, "agreed": True}},
            EITHER,
        ),
        Declared(
            "disagreed",
            "The addressee disagrees with the recommendation",
            "Cơ quan không thống nhất với kiến nghị",
            Disagreed,
            {**ANSWER_EXAMPLE, "reason": "Hồ sơ đánh giá nội bộ đã có bản điện tử"},
            {"no reason": dict(ANSWER_EXAMPLE)},
            EITHER,
        ),
        Declared(
            "decided",
            "The issuer decided on the disagreement",
            "Quyết định về kiến nghị chưa thống nhất",
            Decided,
            {"outcome": "upheld", "reason": "Bản điện tử không có phần khắc phục", "decision_no": "102/QĐ-SKHCN"},
            {"unknown outcome": {"outcome": "kept", "reason": "Bản điện tử không có phần khắc phục"}},
            BODY,
        ),
        Declared(
            "plan_submitted",
            "The addressee submitted its plan",
            "Gửi kế hoạch thực hiện kiến nghị",
            PlanSubmitted,
            _PLAN,
            {"no steps": {**_PLAN, "steps": []}, "step without a day": {**_PLAN, "steps": [{"what": "Rà soát"}]}},
            EITHER,
        ),
        Declared(
            "started",
            "The recommendation is being carried out",
            "Đang thực hiện kiến nghị",
            Started,
            {**ANSWER_EXAMPLE, "note": "Đã ban hành chương trình đánh giá nội bộ"},
            {"blank note": {**ANSWER_EXAMPLE, "note": " "}},
            EITHER,
        ),
        Declared(
            "due_changed",
            "The due date of the recommendation was moved",
            "Thay đổi thời hạn thực hiện kiến nghị",
            DueChanged,
            _MOVED,
            {"no reason": {name: value for name, value in _MOVED.items() if name != "reason"}},
            BODY,
        ),
        Declared(
            "evidence_submitted",
            "The addressee submitted its evidence",
            "Gửi minh chứng thực hiện kiến nghị",
            EvidenceSubmitted,
            {**ANSWER_EXAMPLE, "submitted_on": "2026-09-20", "evidence": [EVIDENCE_EXAMPLE]},
            {"no evidence": {**ANSWER_EXAMPLE, "evidence": []}},
            EITHER,
        ),
    ),
)
