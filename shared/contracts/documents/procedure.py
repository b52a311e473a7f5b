"""Events of a working procedure (quy trình) from its draft until it is in force.

Source of the life cycle: ISO 9001:2015 7.5 (documented information) and 8.5.1. What happens to
a procedure in force is in `procedure_upkeep.py`.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventType, declare
from shared.contracts.documents.procedure_content import (
    CONTENT_EXAMPLE,
    Content,
    code,
    edition,
    kind,
    revision,
)
from shared.contracts.documents.vocabulary import DocumentFact, decision_no, role_ref
from shared.contracts.evidence import evidence
from shared.contracts.fields import Date, Text


class Drafted(Content):
    """A new procedure is drafted."""

    code = code()
    title = Text("Title", "Tên quy trình", longest=500)
    kind = kind()
    author_ref = role_ref("Post of the author, never a name", "Vị trí người soạn thảo (không ghi họ tên)")


class Submitted(Content):
    """The draft goes to review, with the content that changed since it was drafted."""


class Returned(DocumentFact):
    """The reviewer sends the draft back for more work."""

    reason = Text("Why", "Lý do trả lại", longest=2000)


class Rejected(DocumentFact):
    """The reviewer turns the draft down."""

    reason = Text("Why", "Lý do từ chối", longest=2000)


class Approved(DocumentFact):
    """The head approves the draft."""

    approver_ref = role_ref("Post of the approver, never a name", "Vị trí người phê duyệt", required=True)
    decision_no = decision_no()


class Issued(DocumentFact):
    """The approved procedure is issued."""

    edition = edition()
    revision = revision()
    effective_from = Date("In force from", "Ngày có hiệu lực")
    decision_no = decision_no()
    evidence = evidence()


_DRAFT = {
    "code": "QT-07",
    "kind": "tthc",
    "author_ref": "chuyen-vien:tckh-03",
    **CONTENT_EXAMPLE,
}

DRAFTED = declare(
    EventType(
        name="qms.procedure.drafted",
        owner="documents",
        en="A procedure was drafted",
        vi="Soạn thảo quy trình",
        schema=Drafted,
        example=_DRAFT,
        invalid={
            "code_missing": {"title": "Quy trình kiểm soát tài liệu", "kind": "system"},
            "unknown_kind": {**_DRAFT, "kind": "secret"},
            "days_as_text": {**_DRAFT, "committed_days": "2"},
            "legal_text_id_without_issuer": {**_DRAFT, "legal_basis": [{"legal_text_id": "61/2018/NĐ-CP"}]},
            "author_is_a_name": {**_DRAFT, "author_ref": "Chuyên Viên A"},
        },
    )
)

SUBMITTED = declare(
    EventType(
        name="qms.procedure.submitted",
        owner="documents",
        en="The draft was submitted for review",
        vi="Trình thẩm xét quy trình",
        schema=Submitted,
        example={"committed_days": 2},
        invalid={"unknown_field": {"comitted_days": 2}, "negative_days": {"committed_days": -1}},
    )
)

RETURNED = declare(
    EventType(
        name="qms.procedure.returned",
        owner="documents",
        en="The draft was sent back for more work",
        vi="Trả lại dự thảo để hoàn thiện",
        schema=Returned,
        example={"reason": "Bước 2 chưa nêu rõ kết quả đầu ra"},
        invalid={"reason_missing": {}, "reason_blank": {"reason": " "}},
    )
)

REJECTED = declare(
    EventType(
        name="qms.procedure.rejected",
        owner="documents",
        en="The draft was turned down",
        vi="Từ chối dự thảo quy trình",
        schema=Rejected,
        example={"reason": "Trùng nội dung với QT-05"},
        invalid={"reason_missing": {}},
    )
)

APPROVED = declare(
    EventType(
        name="qms.procedure.approved",
        owner="documents",
        en="The procedure was approved",
        vi="Phê duyệt quy trình",
        schema=Approved,
        example={"approver_ref": "lanh-dao:chu-tich", "decision_no": "1254/QĐ-UBND"},
        invalid={"approver_missing": {"decision_no": "1254/QĐ-UBND"}},
    )
)

ISSUED = declare(
    EventType(
        name="qms.procedure.issued",
        owner="documents",
        en="The procedure was issued",
        vi="Ban hành quy trình",
        schema=Issued,
        example={"edition": 1, "revision": 0, "effective_from": "2026-03-15", "decision_no": "1254/QĐ-UBND"},
        invalid={
            "edition_zero": {"edition": 0, "revision": 0, "effective_from": "2026-03-15"},
            "no_such_day": {"edition": 1, "revision": 0, "effective_from": "2026-02-30"},
            "effective_from_missing": {"edition": 1, "revision": 0},
        },
    )
)
