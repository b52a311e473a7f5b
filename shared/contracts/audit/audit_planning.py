"""Event types of an audit (đánh giá nội bộ) until it begins: planning, notice, changes, ISO 9001:2015 9.2.

What happens in the audit itself is in `audit_conduct`. Auditors are opaque role references, never persons.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.audit.vocabulary import AuditFact, finding_class, reason, role_ref, state_since
from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice, Contract, Date, ListOf, Number, Object, Reference, Text

KINDS = ("internal", "second_party", "legacy_surveillance")
ROLES = ("lead", "auditor", "technical_expert", "observer")
STATES = ("planned", "notified", "postponed", "in_progress", "reported", "completed", "combined", "cancelled")


def _areas(en: str, vi: str) -> ListOf:
    return ListOf(en, vi, Text("One area", "Một phạm vi", longest=128), most=500, required=False)


class Scope(EventSchema):
    """What is audited; an empty scope means the whole agency."""

    procedures = _areas("Procedures audited, by id", "Mã các quy trình được đánh giá")
    divisions = _areas("Divisions audited, by code", "Mã các phòng, bộ phận được đánh giá")
    clauses = _areas("Clauses of the standard", "Các điều khoản của tiêu chuẩn")


class Member(EventSchema):
    """One member of the audit team."""

    role = Choice(
        "Role in the team: lead auditor, auditor, technical expert, observer",
        "Vai trò: trưởng đoàn, đánh giá viên, chuyên gia kỹ thuật, quan sát viên",
        ROLES,
    )
    person_ref = role_ref("Opaque reference to the post", "Mã vị trí, không ghi tên người")
    own_areas = _areas(
        "Procedures and divisions that are the member's own work",
        "Mã quy trình, phòng là công việc của chính thành viên",
    )


def _kind() -> Choice:
    return Choice(
        "Kind: internal, second party, surveillance of the old certification regime",
        "Loại: đánh giá nội bộ, đánh giá của bên thứ hai, đánh giá giám sát theo chế độ chứng nhận cũ",
        KINDS,
        source="ISO 19011:2018",
    )


def _planned_from() -> Date:
    return Date("First planned day", "Ngày bắt đầu theo kế hoạch")


def _planned_to() -> Date:
    return Date("Last planned day", "Ngày kết thúc theo kế hoạch")


class Planned(AuditFact):
    """One audit was planned."""

    kind = _kind()
    scope = Object("What is audited", "Phạm vi đánh giá", Scope)
    criteria = ListOf(
        "Criteria: standard, law, own documents",
        "Chuẩn mực đánh giá: tiêu chuẩn, văn bản pháp luật, tài liệu của cơ quan",
        Text("One criterion", "Một chuẩn mực", longest=500),
        fewest=1,
        most=100,
    )
    planned_from = _planned_from()
    planned_to = _planned_to()
    team = ListOf("Audit team", "Đoàn đánh giá", Object("One member", "Một thành viên", Member), fewest=1, most=100)
    objectives = Text("Objectives", "Mục tiêu", longest=2000, required=False)
    checklist_id = Text(
        "Checklist in use, with its version", "Bảng kiểm áp dụng, kèm phiên bản", longest=128, required=False
    )
    mandatory_items = ListOf(
        "Checklist items that must be answered before the report",
        "Các mục bắt buộc của bảng kiểm phải trả lời trước khi báo cáo",
        Text("Item", "Mục", longest=128),
        most=500,
        required=False,
    )
    person_days = Number("Planned effort", "Số ngày công dự kiến", low=0, unit="person-days", required=False)
    programme_id = Reference("Audit programme it belongs to", "Chương trình đánh giá", required=False)


class Notified(AuditFact):
    """The unit to be audited was told."""

    notified_on = Date("Day of the notice", "Ngày thông báo", required=False)
    notice_no = Text("Number of the notice", "Số thông báo", longest=100, required=False)


class Rescheduled(AuditFact):
    """The audit has other planned days."""

    planned_from = _planned_from()
    planned_to = _planned_to()
    reason = reason()


class Postponed(AuditFact):
    """The audit is put off; new days are not set yet."""

    reason = reason()


class Cancelled(AuditFact):
    """The audit will not take place, or was broken off."""

    reason = reason()


class Combined(AuditFact):
    """The audit is done together with another one."""

    into = Reference("The audit it becomes part of", "Cuộc đánh giá được ghép vào")
    saved_person_days = Number("Effort saved", "Số ngày công tiết kiệm", low=0, unit="person-days")
    saved_cost = Number("Money saved", "Chi phí tiết kiệm", low=0, unit="VND", required=False)
    consent = Text(
        "Number of the other agency's letter of consent, where the other audit is another agency's",
        "Số văn bản đồng ý, khi ghép với cuộc đánh giá của cơ quan khác",
        longest=200,
        required=False,
    )


class PastFinding(EventSchema):
    """One finding of an audit from before the agency joined."""

    class Meta(EventSchema.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {"class": finding_class()}

    finding_id = Text("Id of the finding", "Mã phát hiện", longest=128)


class Baselined(AuditFact):
    """The state of an audit that an agency brings along from before it joined."""

    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    kind = _kind()
    scope = Object("What is audited", "Phạm vi đánh giá", Scope, required=False)
    planned_from = _planned_from()
    planned_to = _planned_to()
    started_on = Date("Day it began", "Ngày bắt đầu", required=False)
    completed_on = Date("Day it was completed", "Ngày hoàn thành", required=False)
    findings = ListOf(
        "Findings", "Các phát hiện", Object("One finding", "Một phát hiện", PastFinding), most=1000, required=False
    )
    person_days = Number("Effort", "Số ngày công", low=0, unit="person-days", required=False)
    evidence = EVIDENCE_LIST


_PLANNED = {
    "kind": "internal",
    "scope": {"procedures": ["QT-05", "QT-07"], "divisions": ["phong-noi-vu"], "clauses": ["7.5", "8.5"]},
    "criteria": ["TCVN ISO 9001:2015", "Quyết định 19/2014/QĐ-TTg"],
    "planned_from": "2026-03-10",
    "planned_to": "2026-03-11",
    "team": [
        {"role": "lead", "person_ref": "dgv-01", "own_areas": ["van-phong"]},
        {"role": "auditor", "person_ref": "dgv-04", "own_areas": ["phong-tai-chinh", "QT-11"]},
    ],
    "checklist_id": "BK-DGNB-01/lan-3",
    "mandatory_items": ["7.5.3-a", "8.5.1-c"],
    "person_days": 4,
}

declare(
    EventType(
        name="qms.audit.planned",
        owner="audit",
        en="An audit was planned",
        vi="Lập kế hoạch cuộc đánh giá",
        schema=Planned,
        example=_PLANNED,
        invalid={
            "no team": {**_PLANNED, "team": []},
            "a person's name": {**_PLANNED, "team": [{"role": "lead", "person_ref": "Chuyên viên A"}]},
            "time instead of a day": {**_PLANNED, "planned_from": "2026-03-10T08:00:00+07:00"},
        },
    )
)
declare(
    EventType(
        name="qms.audit.notified",
        owner="audit",
        en="The audit was announced to the unit",
        vi="Thông báo cuộc đánh giá",
        schema=Notified,
        example={"notified_on": "2026-03-03", "notice_no": "12/TB-BCĐISO"},
        invalid={"blank number": {"notice_no": " "}},
    )
)
declare(
    EventType(
        name="qms.audit.rescheduled",
        owner="audit",
        en="The planned days of the audit were changed",
        vi="Thay đổi thời gian đánh giá",
        schema=Rescheduled,
        example={"planned_from": "2026-03-17", "planned_to": "2026-03-18", "reason": "Trùng đợt kiểm tra của Sở"},
        invalid={"no reason": {"planned_from": "2026-03-17", "planned_to": "2026-03-18"}},
    )
)
declare(
    EventType(
        name="qms.audit.postponed",
        owner="audit",
        en="The audit was postponed",
        vi="Hoãn cuộc đánh giá",
        schema=Postponed,
        example={"reason": "Cơ quan đang sắp xếp tổ chức bộ máy"},
        invalid={"no reason": {}},
    )
)
declare(
    EventType(
        name="qms.audit.cancelled",
        owner="audit",
        en="The audit was cancelled",
        vi="Hủy cuộc đánh giá",
        schema=Cancelled,
        example={"reason": "Phòng được đánh giá đã giải thể"},
        invalid={"no reason": {}},
    )
)
declare(
    EventType(
        name="qms.audit.combined",
        owner="audit",
        en="The audit was combined with another one",
        vi="Ghép cuộc đánh giá",
        schema=Combined,
        example={"into": "DGNB-2026-02", "saved_person_days": 1.5, "saved_cost": 2400000},
        invalid={"negative saving": {"into": "DGNB-2026-02", "saved_person_days": -1}},
    )
)
declare(
    EventType(
        name="qms.audit.baselined",
        owner="audit",
        en="State of an audit from before the agency joined",
        vi="Hiện trạng cuộc đánh giá có từ trước khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={
            "state": "completed",
            "state_since": "2025-09-20",
            "kind": "internal",
            "planned_from": "2025-09-15",
            "planned_to": "2025-09-16",
            "started_on": "2025-09-15",
            "completed_on": "2025-09-20",
            "findings": [{"finding_id": "PH-01", "class": "minor_nc"}],
        },
        invalid={
            "unknown state": {
                "state": "done",
                "state_since": "2025-09-20",
                "kind": "internal",
                "planned_from": "2025-09-15",
                "planned_to": "2025-09-16",
            }
        },
    )
)
