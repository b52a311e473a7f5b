"""Event types of a recommendation's verification and end: by the issuer, never by the addressee; and its baseline.

The final states mirror those that inspectors general use abroad: implemented, partly implemented, not implemented,
superseded, lapsed.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice, Date, Integer, Object, Reference, Text
from shared.contracts.inspection.inspection_vocabulary import (
    Declared,
    InspectionFact,
    about_agency,
    declare_events,
    inspection_id,
    reason,
    role_ref,
    state_since,
)
from shared.contracts.inspection.recommendation import ISSUED_EXAMPLE, PRIORITIES, due_on, kind, text
from shared.contracts.inspection.record_owner import record_of

STATES = (
    "issued",
    "agreed",
    "disagreed",
    "decided",
    "plan_submitted",
    "in_progress",
    "evidence_submitted",
    "under_verification",
    "implemented",
    "partly_implemented",
    "not_implemented",
    "superseded",
    "lapsed",
)
#: Nothing follows these.
FINAL_STATES = ("implemented", "partly_implemented", "not_implemented", "superseded", "lapsed")


class Settling(InspectionFact):
    """Base of what the issuer does."""

    agency_id = about_agency()
    record_of = record_of()


class VerificationStarted(Settling):
    """The issuer looks at the evidence."""

    verifier = role_ref("Post that verifies", "Vị trí xác minh", required=False)


class EvidenceReturned(Settling):
    """The evidence is not enough; the addressee goes on."""

    reason = reason()


class Implemented(Settling):
    """Found to be carried out."""

    verified_on = Date("Day of the verification", "Ngày xác minh", required=False)
    verifier = role_ref("Post that verified", "Vị trí xác minh")
    inspection_id = inspection_id(required=False)
    note = Text("What was seen", "Kết quả xác minh", longest=4000, required=False)
    evidence = EVIDENCE_LIST


class PartlyImplemented(Implemented):
    """Found to be carried out in part, and closed as that."""

    remaining = Text("What is still missing", "Nội dung chưa thực hiện", longest=4000)


class RiskAcceptance(EventSchema):
    """Who takes the risk of leaving it undone, by post."""

    accepted_by = role_ref("Post that accepts the risk", "Vị trí chấp nhận rủi ro")
    reason = reason()
    document_no = Text("Number of the document", "Số văn bản", longest=100, required=False)


class ClosedUnimplemented(Settling):
    """Closed without being carried out."""

    verified_on = Date("Day of the verification", "Ngày xác minh", required=False)
    verifier = role_ref("Post that verified", "Vị trí xác minh", required=False)
    risk_acceptance = Object(
        "Acceptance of the risk, by name of the post", "Chấp nhận rủi ro", RiskAcceptance, required=False
    )


class Superseded(Settling):
    """Another recommendation took its place."""

    by = Reference("The recommendation that replaces it", "Kiến nghị thay thế", required=False)
    reason = reason()


class Lapsed(Settling):
    """Its object is gone: the agency, the procedure, the law."""

    reason = reason()
    legal_basis = Text("Decision it rests on", "Căn cứ", longest=500, required=False)


class Transferred(Settling):
    """After a reorganisation another agency is the addressee, or another body follows it up."""

    party = Choice(
        "Which side changes: addressee, issuer",
        "Bên thay đổi: cơ quan thực hiện, cơ quan kiến nghị",
        ("addressee", "issuer"),
    )
    to = about_agency(required=True)
    effective = Date("First day on which it holds", "Ngày bắt đầu có hiệu lực")
    legal_basis = Text("Decision it rests on", "Căn cứ pháp lý", longest=500, required=False)


class Baselined(InspectionFact):
    """The state of a recommendation from before the body joined."""

    agency_id = about_agency(required=True)
    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    inspection_id = inspection_id(required=False)
    text = text()
    priority = Choice("Priority: normal, priority", "Mức độ: thông thường, ưu tiên", PRIORITIES)
    kind = kind()
    issued_on = Date("Day of issue", "Ngày ban hành")
    due_on = due_on()
    original_due_on = Date("First due date", "Thời hạn ban đầu", required=False)
    extensions = Integer("Extensions so far", "Số lần gia hạn", high=100, required=False)
    evidence = EVIDENCE_LIST


_VERIFIED = {"verified_on": "2026-10-06", "verifier": "kiem-tra-vien-02", "inspection_id": "KT-2026-19"}
_BASELINED = {
    **{name: ISSUED_EXAMPLE[name] for name in ("agency_id", "text", "priority", "kind")},
    "state": "in_progress",
    "state_since": "2025-11-03",
    "issued_on": "2025-09-30",
    "due_on": "2026-03-31",
    "original_due_on": "2025-12-31",
    "extensions": 1,
}

declare_events(
    "recommendation",
    (
        Declared(
            "verification_started",
            "The issuer began to verify the evidence",
            "Bắt đầu xác minh kết quả thực hiện",
            VerificationStarted,
            {"verifier": "kiem-tra-vien-02"},
            {"a person's name": {"verifier": "Chuyên viên A"}},
        ),
        Declared(
            "evidence_returned",
            "The evidence was not enough",
            "Minh chứng chưa đạt, yêu cầu bổ sung",
            EvidenceReturned,
            {"reason": "Chưa có biên bản khắc phục"},
            {"no reason": {}},
        ),
        Declared(
            "implemented",
            "The recommendation was found implemented",
            "Xác nhận đã thực hiện kiến nghị",
            Implemented,
            _VERIFIED,
            {"no verifier": {"verified_on": "2026-10-06"}},
        ),
        Declared(
            "partly_implemented",
            "The recommendation was found partly implemented",
            "Xác nhận thực hiện một phần kiến nghị",
            PartlyImplemented,
            {**_VERIFIED, "remaining": "Chưa đánh giá bộ phận một cửa"},
            {"what is missing not said": _VERIFIED},
        ),
        Declared(
            "not_implemented",
            "The recommendation was closed without being implemented",
            "Kết thúc kiến nghị khi không thực hiện",
            ClosedUnimplemented,
            {
                "verified_on": "2026-10-06",
                "risk_acceptance": {
                    "accepted_by": "chu-tich-ubnd-tinh",
                    "reason": "Cơ quan kết thúc hoạt động trong quý",
                },
            },
            {"nobody accepts": {"risk_acceptance": {"reason": "Cơ quan kết thúc hoạt động"}}},
        ),
        Declared(
            "superseded",
            "Another recommendation took its place",
            "Thay thế bằng kiến nghị khác",
            Superseded,
            {"by": "KN-2026-19-1", "reason": "Gộp nội dung vào kiến nghị mới"},
            {"no reason": {"by": "KN-2026-19-1"}},
        ),
        Declared(
            "lapsed",
            "The recommendation has lost its object",
            "Kiến nghị không còn đối tượng thực hiện",
            Lapsed,
            {"reason": "Thủ tục hành chính đã bãi bỏ", "legal_basis": "Quyết định 1200/QĐ-UBND"},
            {"no reason": {}},
        ),
        Declared(
            "transferred",
            "The recommendation passed to another agency",
            "Chuyển giao kiến nghị cho cơ quan khác",
            Transferred,
            {
                "party": "addressee",
                "to": "ubnd-xa-thanh-son",
                "effective": "2025-07-01",
                "legal_basis": "Nghị quyết 1676/NQ-UBTVQH15",
            },
            {"unknown side": {"party": "witness", "to": "ubnd-xa-thanh-son", "effective": "2025-07-01"}},
        ),
        Declared(
            "baselined",
            "State of a recommendation from before the body joined",
            "Hiện trạng kiến nghị có từ trước khi tham gia hệ thống",
            Baselined,
            _BASELINED,
            {"unknown state": {**_BASELINED, "state": "overdue"}},
        ),
    ),
)
