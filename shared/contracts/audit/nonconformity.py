"""Event types of the nonconformity (sự không phù hợp) up to the planning of actions, ISO 9001:2015 10.2.

The record belongs to the agency where it was found. What follows the actions (verification, closing,
reopening) is in `nonconformity_closure`.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.audit.vocabulary import (
    RECORD_CLASSES,
    AuditFact,
    clause,
    criterion,
    finding_class,
    procedure_id,
    reason,
    role_ref,
    standard_version,
    state_since,
    statement,
)
from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_EXAMPLE, EVIDENCE_LIST
from shared.contracts.fields import Boolean, Choice, Contract, Date, Integer, ListOf, Reference, Text

STATES = (
    "raised",
    "disputed",
    "accepted",
    "analysing",
    "action_planned",
    "completed",
    "verifying",
    "closed",
    "withdrawn",
)
SOURCES = ("internal_audit", "inspection", "complaint", "process", "management_review", "self")
METHODS = ("five_why", "fishbone", "pareto", "brainstorming", "other")

#: Root causes as the deployments name them; the taxonomy makes recurrence countable.
ROOT_CAUSES = (
    "legal_change",
    "staff_rotation",
    "competence",
    "resources",
    "unclear_procedure",
    "interlink",
    "leadership",
    "it",
    "other",
)


def root_causes(*, required: bool = True) -> ListOf:
    """Return the field with the root causes of a nonconformity."""
    return ListOf(
        "Root causes: legal change, staff rotation, competence, resources, unclear procedure, interlinked handling, "
        "leadership, IT, other",
        "Nguyên nhân gốc: thay đổi pháp luật, luân chuyển cán bộ, năng lực, nguồn lực, quy trình chưa rõ, liên thông, "
        "lãnh đạo, công nghệ thông tin, khác",
        Choice("One root cause", "Một nguyên nhân gốc", ROOT_CAUSES),
        fewest=1 if required else 0,
        most=len(ROOT_CAUSES),
        required=required,
        source="ISO 9001:2015 10.2.1 b",
    )


def action_ids(en: str, vi: str, *, fewest: int = 1, required: bool = True) -> ListOf:
    """Return the field that names actions; each must exist, or the fact waits for it."""
    return ListOf(
        en, vi, Reference("One action", "Một hành động"), fewest=fewest, most=100, required=required
    )  # fmt: skip


def _source() -> Choice:
    return Choice(
        "Where it was found: internal audit, inspection, complaint, process, management review, by the agency itself",
        "Nơi phát hiện: đánh giá nội bộ, kiểm tra, khiếu nại, quá trình, xem xét của lãnh đạo, tự phát hiện",
        SOURCES,
    )


class _Content(AuditFact):
    class Meta(AuditFact.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {"class": finding_class(RECORD_CLASSES)}

    source = _source()
    source_id = Reference(
        "The audit, inspection or review it comes from",
        "Cuộc đánh giá, kiểm tra hoặc xem xét phát hiện ra",
        required=False,
    )
    finding_id = Text(
        "Id of the finding within the audit", "Mã phát hiện trong cuộc đánh giá", longest=128, required=False
    )
    clause = clause()
    criterion = criterion()
    standard_version = standard_version()
    procedure_id = procedure_id()
    statement = statement()
    raised_on = Date("Day it was raised", "Ngày lập phiếu")
    owner = role_ref("Role that must handle it", "Vị trí chịu trách nhiệm xử lý", required=False)
    evidence = EVIDENCE_LIST


class Raised(_Content):
    """A nonconformity (or an observation to be followed up) was put on record."""


class Accepted(AuditFact):
    """The unit concerned accepts the nonconformity."""

    by = role_ref("Role that accepts", "Vị trí chấp nhận", required=False)
    reason = Text("Remark", "Ý kiến", longest=2000, required=False)


class Disputed(AuditFact):
    """The unit concerned objects."""

    by = role_ref("Role that objects", "Vị trí không đồng ý", required=False)
    reason = reason()


class DisputeResolved(AuditFact):
    """The objection was decided on."""

    outcome = Choice(
        "The nonconformity stands, or it is withdrawn",
        "Giữ nguyên sự không phù hợp (upheld) hoặc rút lại (withdrawn)",
        ("upheld", "withdrawn"),
    )
    by = role_ref("Role that decides", "Vị trí quyết định", required=False)
    reason = reason()


class CorrectionRecorded(AuditFact):
    """The nonconformity itself was removed; its cause may remain."""

    what = Text("What was corrected", "Nội dung khắc phục", longest=4000)
    done_on = Date("Day of the correction", "Ngày khắc phục")
    evidence = EVIDENCE_LIST


class CauseIdentified(AuditFact):
    """The root causes were found."""

    method = Choice(
        "Method: five whys, fishbone, Pareto, brainstorming, other",
        "Phương pháp: 5 câu hỏi tại sao, xương cá, Pareto, động não, khác",
        METHODS,
    )
    root_causes = root_causes()
    explanation = Text("Explanation", "Diễn giải", longest=4000, required=False)


class ActionPlanned(AuditFact):
    """Actions against the causes were decided on."""

    action_ids = action_ids("Actions against the cause", "Các hành động khắc phục nguyên nhân")


class Withdrawn(AuditFact):
    """The nonconformity was withdrawn before it was accepted."""

    reason = reason()


class Baselined(_Content):
    """The state of a nonconformity that an agency brings along from before it joined."""

    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    root_causes = root_causes(required=False)
    action_ids = action_ids("Actions planned so far", "Các hành động đã lập kế hoạch", fewest=0, required=False)
    completed_on = Date("Day the actions were completed", "Ngày hoàn thành các hành động", required=False)
    effective = Boolean("Result of the last verification", "Kết quả xác nhận hiệu lực gần nhất", required=False)
    closed_on = Date("Day of closing", "Ngày đóng", required=False)
    round = Integer("Round of analysis and action", "Vòng phân tích và hành động", low=1, high=100, required=False)


_RAISED = {
    "source": "internal_audit",
    "source_id": "DGNB-2026-01",
    "finding_id": "PH-03",
    "class": "minor_nc",
    "clause": "7.5.3",
    "standard_version": "TCVN ISO 9001:2015",
    "procedure_id": "QT-07",
    "statement": "03/20 hồ sơ kiểm tra không có phiếu hẹn trả kết quả lưu kèm theo quy định của quy trình QT-07",
    "raised_on": "2026-02-26",
    "owner": "truong-phong-noi-vu",
    "evidence": [EVIDENCE_EXAMPLE],
}

declare(
    EventType(
        name="qms.nonconformity.raised",
        owner="audit",
        en="A nonconformity was raised",
        vi="Lập phiếu sự không phù hợp",
        schema=Raised,
        example=_RAISED,
        invalid={
            "no class": {name: value for name, value in _RAISED.items() if name != "class"},
            "a class that needs no record": {**_RAISED, "class": "conformity"},
            "clause that is no clause": {**_RAISED, "clause": "mục bảy"},
        },
    )
)
declare(
    EventType(
        name="qms.nonconformity.accepted",
        owner="audit",
        en="The unit concerned accepted the nonconformity",
        vi="Đơn vị liên quan chấp nhận sự không phù hợp",
        schema=Accepted,
        example={"by": "truong-phong-noi-vu"},
        invalid={"unknown field": {"accepted_by": "truong-phong-noi-vu"}},
    )
)
declare(
    EventType(
        name="qms.nonconformity.disputed",
        owner="audit",
        en="The unit concerned disputes the nonconformity",
        vi="Đơn vị liên quan không đồng ý với sự không phù hợp",
        schema=Disputed,
        example={
            "by": "truong-phong-noi-vu",
            "reason": "Phiếu hẹn được lưu trên phần mềm một cửa điện tử, không lưu bản giấy",
        },
        invalid={"no reason": {"by": "truong-phong-noi-vu"}},
    )
)
declare(
    EventType(
        name="qms.nonconformity.dispute_resolved",
        owner="audit",
        en="The dispute about the nonconformity was decided",
        vi="Kết luận về ý kiến không đồng ý",
        schema=DisputeResolved,
        example={
            "outcome": "upheld",
            "by": "truong-ban-chi-dao-iso",
            "reason": "Quy trình QT-07 quy định lưu phiếu hẹn trong hồ sơ",
        },
        invalid={"unknown outcome": {"outcome": "rejected", "reason": "Không có căn cứ"}},
    )
)
declare(
    EventType(
        name="qms.nonconformity.correction_recorded",
        owner="audit",
        en="The nonconformity was corrected (the cause may remain)",
        vi="Ghi nhận việc khắc phục sự không phù hợp",
        schema=CorrectionRecorded,
        example={"what": "Bổ sung đủ phiếu hẹn cho 03 hồ sơ", "done_on": "2026-02-27"},
        invalid={"no day": {"what": "Bổ sung đủ phiếu hẹn cho 03 hồ sơ"}},
    )
)
declare(
    EventType(
        name="qms.nonconformity.cause_identified",
        owner="audit",
        en="The root causes of the nonconformity were identified",
        vi="Xác định nguyên nhân gốc của sự không phù hợp",
        schema=CauseIdentified,
        example={"method": "five_why", "root_causes": ["staff_rotation", "unclear_procedure"]},
        invalid={
            "no cause": {"method": "five_why", "root_causes": []},
            "cause outside the taxonomy": {"method": "five_why", "root_causes": ["fate"]},
        },
    )
)
declare(
    EventType(
        name="qms.nonconformity.action_planned",
        owner="audit",
        en="Corrective actions for the nonconformity were planned",
        vi="Lập kế hoạch hành động khắc phục",
        schema=ActionPlanned,
        example={"action_ids": ["HDKP-2026-011"]},
        invalid={"no action": {"action_ids": []}, "one id instead of a list": {"action_ids": "HDKP-2026-011"}},
    )
)
declare(
    EventType(
        name="qms.nonconformity.withdrawn",
        owner="audit",
        en="The nonconformity was withdrawn before it was accepted",
        vi="Rút lại sự không phù hợp trước khi được chấp nhận",
        schema=Withdrawn,
        example={"reason": "Lập trùng với phiếu KPH-2026-003"},
        invalid={"no reason": {}},
    )
)
declare(
    EventType(
        name="qms.nonconformity.baselined",
        owner="audit",
        en="State of a nonconformity from before the agency joined",
        vi="Hiện trạng sự không phù hợp có từ trước khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={
            **_RAISED,
            "raised_on": "2025-10-14",
            "state": "action_planned",
            "state_since": "2025-11-03",
            "root_causes": ["competence"],
            "action_ids": ["HDKP-2025-031"],
        },
        invalid={
            "no state": _RAISED,
            "in action is implied": {**_RAISED, "state": "in_action", "state_since": "2025-11-03"},
        },
    )
)
