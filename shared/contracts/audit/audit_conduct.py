"""Event types of an audit from its beginning to its completion: checklist, findings, report, ISO 9001:2015 9.2.

Completion names, for every finding of a nonconformity class, the nonconformity that was raised for it; the
fact waits until these are known. A nonconformity in turn names the audit (`source_id`) and the finding.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.audit.vocabulary import (
    FINDING_CLASSES,
    AuditFact,
    clause,
    criterion,
    finding_class,
    procedure_id,
    standard_version,
    statement,
)
from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_EXAMPLE, EVIDENCE_LIST
from shared.contracts.fields import Choice, Contract, Date, Integer, ListOf, Object, Reference, Text

ANSWERS = ("yes", "no", "partial", "na")


def _finding_id() -> Text:
    return Text("Id of the finding within the audit", "Mã phát hiện trong cuộc đánh giá", longest=128)


class Started(AuditFact):
    """The audit began (opening meeting)."""

    started_on = Date("Day it began", "Ngày bắt đầu", required=False)


class ChecklistAnswered(AuditFact):
    """One item of the checklist was answered; a later answer replaces an earlier one."""

    item = Text("Item of the checklist", "Mục của bảng kiểm", longest=128)
    result = Choice(
        "Answer: yes, no, partly, not applicable", "Kết quả: đạt, không đạt, đạt một phần, không áp dụng", ANSWERS
    )
    note = Text("Remark", "Ghi chú", longest=2000, required=False)
    evidence = EVIDENCE_LIST


class FindingRecorded(AuditFact):
    """Something was found, good or bad."""

    class Meta(AuditFact.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {"class": finding_class()}

    finding_id = _finding_id()
    clause = clause()
    criterion = criterion()
    standard_version = standard_version()
    procedure_id = procedure_id()
    statement = statement()
    evidence = EVIDENCE_LIST


class Counts(EventSchema):
    """Findings by class; a class that is left out counts 0."""

    major_nc = Integer("Major nonconformities", "Không phù hợp nặng", required=False)
    minor_nc = Integer("Minor nonconformities", "Không phù hợp nhẹ", required=False)
    observation = Integer("Observations", "Lưu ý", required=False)
    opportunity = Integer("Opportunities for improvement", "Cơ hội cải tiến", required=False)
    conformity = Integer("Conformities", "Phù hợp", required=False)
    good_practice = Integer("Good practices", "Thực hành tốt", required=False)


def _points(en: str, vi: str) -> ListOf:
    return ListOf(en, vi, Text("One point", "Một điểm", longest=2000), most=200, required=False)


class Reported(AuditFact):
    """The audit report was issued."""

    counts = Object("Findings by class", "Số phát hiện theo mức độ", Counts)
    strengths = _points("Strengths", "Điểm mạnh")
    weaknesses = _points("Weaknesses", "Điểm yếu")
    reported_on = Date("Day of the report", "Ngày báo cáo", required=False)
    evidence = EVIDENCE_LIST


class RaisedNonconformity(EventSchema):
    """Which nonconformity was raised for a finding."""

    finding_id = _finding_id()
    nonconformity_id = Reference("The nonconformity", "Sự không phù hợp")


class Completed(AuditFact):
    """The audit is completed; every nonconformity found is on record."""

    completed_on = Date("Day of completion", "Ngày hoàn thành")
    nonconformities = ListOf(
        "For every finding graded as a nonconformity, the nonconformity raised; several findings may share one",
        "Với mỗi phát hiện là sự không phù hợp: mã phiếu đã lập; nhiều phát hiện có thể chung một phiếu",
        Object("One finding", "Một phát hiện", RaisedNonconformity),
        most=1000,
        required=False,
    )


_FINDING = {
    "finding_id": "PH-03",
    "class": "minor_nc",
    "clause": "7.5.3",
    "standard_version": "TCVN ISO 9001:2015",
    "procedure_id": "QT-07",
    "statement": "03/20 hồ sơ kiểm tra không lưu phiếu hẹn trả kết quả",
    "evidence": [EVIDENCE_EXAMPLE],
}

declare(
    EventType(
        name="qms.audit.started",
        owner="audit",
        en="The audit began",
        vi="Bắt đầu cuộc đánh giá",
        schema=Started,
        example={"started_on": "2026-03-10"},
        invalid={"unknown field": {"begun_on": "2026-03-10"}},
    )
)
declare(
    EventType(
        name="qms.audit.checklist_answered",
        owner="audit",
        en="An item of the checklist was answered",
        vi="Trả lời một mục của bảng kiểm",
        schema=ChecklistAnswered,
        example={"item": "7.5.3-a", "result": "partial", "note": "Thiếu phiếu hẹn ở 03 hồ sơ"},
        invalid={"unknown answer": {"item": "7.5.3-a", "result": "maybe"}},
    )
)
declare(
    EventType(
        name="qms.audit.finding_recorded",
        owner="audit",
        en="A finding was recorded",
        vi="Ghi nhận một phát hiện đánh giá",
        schema=FindingRecorded,
        example=_FINDING,
        invalid={
            "unknown class": {**_FINDING, "class": "nc"},
            "nothing stated": {**_FINDING, "statement": ""},
        },
    )
)
declare(
    EventType(
        name="qms.audit.reported",
        owner="audit",
        en="The audit report was issued",
        vi="Báo cáo kết quả đánh giá",
        schema=Reported,
        example={
            "counts": {"minor_nc": 1, "observation": 2, "good_practice": 1},
            "strengths": ["Bộ phận một cửa trả kết quả đúng hẹn"],
            "weaknesses": ["Kiểm soát hồ sơ lưu chưa chặt chẽ"],
            "reported_on": "2026-03-13",
        },
        invalid={
            "no counts": {"strengths": ["Trả kết quả đúng hẹn"]},
            "negative count": {"counts": {"minor_nc": -1}},
            "class without count": {"counts": {FINDING_CLASSES[0]: None}},
        },
    )
)
declare(
    EventType(
        name="qms.audit.completed",
        owner="audit",
        en="The audit was completed",
        vi="Hoàn thành cuộc đánh giá",
        schema=Completed,
        example={
            "completed_on": "2026-03-20",
            "nonconformities": [{"finding_id": "PH-03", "nonconformity_id": "KPH-2026-004"}],
        },
        invalid={
            "no day": {"nonconformities": []},
            "finding without its nonconformity": {
                "completed_on": "2026-03-20",
                "nonconformities": [{"finding_id": "PH-03"}],
            },
        },
    )
)
