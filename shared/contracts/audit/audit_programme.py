"""Event types of the audit programme (chương trình đánh giá nội bộ), ISO 9001:2015 9.2.2, ISO 19011:2018 clause 5.

An agency has one programme a year: the subject is `programme-{year}`. It names its audits; what happens to each of
them is on the audit's own record. That the programme is running follows from its audits and is no event.
"""

from __future__ import annotations

from shared.contracts.audit.periods import year
from shared.contracts.audit.vocabulary import AuditFact, reason, role_ref, state_since
from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice, Date, ListOf, Object, Reference, Text

STATES = ("drafted", "approved", "closed")


def _audit_id() -> Reference:
    return Reference("Audit of the programme", "Cuộc đánh giá trong chương trình")


class PlannedAudit(EventSchema):
    """One audit that the programme foresees."""

    audit_id = _audit_id()
    month = Text(
        "Month it is foreseen for",
        "Tháng dự kiến thực hiện",
        longest=7,
        pattern=r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$",
        required=False,
    )


def _audits(en: str, vi: str, *, required: bool = True) -> ListOf:
    return ListOf(en, vi, Object("One audit", "Một cuộc đánh giá", PlannedAudit), most=200, required=required)


def _objectives() -> Text:
    return Text("Objectives of the programme", "Mục tiêu của chương trình", longest=4000, required=False)


class Drafted(AuditFact):
    """The programme of a year was drafted."""

    year = year()
    objectives = _objectives()
    risks = Text("Risks of the programme", "Rủi ro của chương trình", longest=4000, required=False)
    resources = Text("Resources for it", "Nguồn lực thực hiện", longest=4000, required=False)
    audits = _audits("Audits foreseen", "Các cuộc đánh giá dự kiến")
    evidence = EVIDENCE_LIST


class Approved(AuditFact):
    """The programme was approved; its audits may begin."""

    approved_on = Date("Day of the approval", "Ngày phê duyệt")
    approver = role_ref("Post that approved", "Vị trí phê duyệt")
    decision_no = Text("Number of the decision", "Số quyết định", longest=100, required=False)
    evidence = EVIDENCE_LIST


class RemovedAudit(EventSchema):
    """An audit that is taken out of the programme."""

    audit_id = _audit_id()
    reason = reason()


class Amended(AuditFact):
    """Audits were added or taken out, or the objectives changed."""

    reason = reason()
    objectives = _objectives()
    added = _audits("Audits added", "Các cuộc đánh giá bổ sung", required=False)
    removed = ListOf(
        "Audits taken out",
        "Các cuộc đánh giá đưa ra khỏi chương trình",
        Object("One audit", "Một cuộc đánh giá", RemovedAudit),
        most=200,
        required=False,
    )
    evidence = EVIDENCE_LIST


class SettledAudit(EventSchema):
    """What became of an audit of the programme: on its own record, or why it was never held."""

    audit_id = _audit_id()
    not_held_reason = Text(
        "Why it was not held; without it the audit must be completed, combined or cancelled on its own record",
        "Lý do không thực hiện; nếu bỏ trống, hồ sơ cuộc đánh giá phải đã hoàn thành, được ghép hoặc bị hủy",
        longest=2000,
        required=False,
    )


class Closed(AuditFact):
    """The programme was closed; every one of its audits is accounted for."""

    closed_on = Date("Day it was closed", "Ngày kết thúc")
    audits = ListOf(
        "All audits of the programme",
        "Toàn bộ các cuộc đánh giá của chương trình",
        Object("One audit", "Một cuộc đánh giá", SettledAudit),
        most=1000,
    )
    conclusion = Text("Evaluation of the programme", "Đánh giá kết quả chương trình", longest=4000, required=False)
    evidence = EVIDENCE_LIST


class Baselined(AuditFact):
    """The state of a programme from before the agency joined."""

    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    year = year()
    objectives = _objectives()
    audits = _audits("Audits of the programme", "Các cuộc đánh giá của chương trình")
    approved_on = Date("Day of the approval, where there was one", "Ngày phê duyệt, nếu có", required=False)


_AUDITS = [{"audit_id": "DGNB-2026-01", "month": "2026-05"}, {"audit_id": "DGNB-2026-02", "month": "2026-10"}]
_SUBJECT = "programme-2026"

declare(
    EventType(
        name="qms.audit_programme.drafted",
        owner="audit",
        en="The audit programme of the year was drafted",
        vi="Dự thảo chương trình đánh giá nội bộ của năm",
        schema=Drafted,
        example={"year": 2026, "objectives": "Đánh giá toàn bộ quy trình giải quyết thủ tục", "audits": _AUDITS},
        example_subject=_SUBJECT,
        invalid={
            "year as text": {"year": "2026", "audits": _AUDITS},
            "month that does not exist": {"year": 2026, "audits": [{"audit_id": "DGNB-2026-01", "month": "2026-00"}]},
            "audit without id": {"year": 2026, "audits": [{"month": "2026-05"}]},
        },
    )
)
declare(
    EventType(
        name="qms.audit_programme.approved",
        owner="audit",
        en="The audit programme was approved",
        vi="Phê duyệt chương trình đánh giá nội bộ",
        schema=Approved,
        example={"approved_on": "2026-01-20", "approver": "thu-truong-co-quan", "decision_no": "12/QĐ-ISO"},
        example_subject=_SUBJECT,
        invalid={"no approver": {"approved_on": "2026-01-20"}},
    )
)
declare(
    EventType(
        name="qms.audit_programme.amended",
        owner="audit",
        en="The audit programme was amended",
        vi="Điều chỉnh chương trình đánh giá nội bộ",
        schema=Amended,
        example={
            "reason": "Bổ sung đánh giá bộ phận một cửa sau khi sắp xếp bộ máy",
            "added": [{"audit_id": "DGNB-2026-03", "month": "2026-11"}],
            "removed": [{"audit_id": "DGNB-2026-02", "reason": "Phòng chuyên môn đã giải thể"}],
        },
        example_subject=_SUBJECT,
        invalid={
            "no reason": {"added": _AUDITS},
            "removed without a reason": {"reason": "Điều chỉnh", "removed": [{"audit_id": "DGNB-2026-02"}]},
        },
    )
)
declare(
    EventType(
        name="qms.audit_programme.closed",
        owner="audit",
        en="The audit programme was closed",
        vi="Kết thúc chương trình đánh giá nội bộ",
        schema=Closed,
        example={
            "closed_on": "2026-12-28",
            "audits": [
                {"audit_id": "DGNB-2026-01"},
                {"audit_id": "DGNB-2026-02", "not_held_reason": "Trùng đợt kiểm tra của Sở Khoa học và Công nghệ"},
            ],
        },
        example_subject=_SUBJECT,
        invalid={
            "no audits": {"closed_on": "2026-12-28"},
            "blank reason": {
                "closed_on": "2026-12-28",
                "audits": [{"audit_id": "DGNB-2026-02", "not_held_reason": " "}],
            },
        },
    )
)
declare(
    EventType(
        name="qms.audit_programme.baselined",
        owner="audit",
        en="State of an audit programme from before the agency joined",
        vi="Hiện trạng chương trình đánh giá nội bộ có từ trước khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={
            "state": "approved",
            "state_since": "2026-01-20",
            "year": 2026,
            "audits": _AUDITS,
            "approved_on": "2026-01-20",
        },
        example_subject=_SUBJECT,
        invalid={
            "running is no state": {"state": "running", "state_since": "2026-01-20", "year": 2026, "audits": _AUDITS}
        },
    )
)
