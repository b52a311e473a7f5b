"""Events of a working procedure in force: revised, reviewed, published, withdrawn, joined with a history.

Source: ISO 9001:2015 7.5.3 (control of documented information); Circular 26/2014/TT-BKHCN
(maintaining and improving). What the system derives is in `procedure_staleness.py`.
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
from shared.contracts.documents.vocabulary import DocumentFact, channel, decision_no, legal_text_id, role_ref
from shared.contracts.evidence import evidence
from shared.contracts.fields import Choice, Date, Integer, ListOf, Reference, Text

TRIGGERS = (
    "legal_change",
    "nc",
    "audit",
    "inspection",
    "improvement",
    "reorganisation",
    "standard_transition",
    "tthc_change",
)


class Revised(Content):
    """A new revision or edition replaces the one in force."""

    from_edition = edition(required=False)
    from_revision = revision(required=False)
    edition = edition()
    revision = revision()
    trigger = Choice("What made it necessary", "Lý do sửa đổi", TRIGGERS)
    trigger_ids = ListOf(
        "The nonconformities, audits, inspections behind it",
        "Mã điểm không phù hợp, cuộc đánh giá, cuộc kiểm tra liên quan",
        Reference("One of them", "Một mã"),
        most=100,
        required=False,
    )
    legal_text_id = legal_text_id(
        "The changed or the new text; needed where the trigger is a legal change",
        "Văn bản thay đổi hoặc văn bản mới; bắt buộc khi lý do là thay đổi pháp luật",
        required=False,
    )
    changes = ListOf(
        "What changed",
        "Nội dung sửa đổi",
        Text("One change", "Một nội dung", longest=1000),
        most=200,
        required=False,
    )
    effective_from = Date("In force from", "Ngày có hiệu lực")
    decision_no = decision_no()
    evidence = evidence()


class ReviewedNoChange(DocumentFact):
    """Somebody checked the procedure and found nothing to change."""

    legal_text_id = legal_text_id(
        "The changed or the new text it was checked against", "Văn bản đã đối chiếu", required=False
    )
    reviewer_ref = role_ref("Post of the reviewer, never a name", "Vị trí người rà soát")
    reason = Text("Why nothing has to change", "Lý do không phải sửa đổi", longest=2000)
    evidence = evidence()


class CommittedTimeChanged(DocumentFact):
    """The agency commits to another processing time."""

    from_days = Integer("Before", "Thời hạn trước", unit="working days", high=5000, required=False)
    to_days = Integer("After", "Thời hạn sau", unit="working days", high=5000)


class Published(DocumentFact):
    """The procedure was made public on one channel."""

    channel = channel()
    url = Text("Where", "Địa chỉ", longest=2000, required=False)
    edition = edition(required=False)
    revision = revision(required=False)
    published_on = Date("On which day; default the day of the fact", "Ngày công khai", required=False)
    evidence = evidence()


class Withdrawn(DocumentFact):
    """The procedure is no longer used."""

    reason = Text("Why", "Lý do bãi bỏ", longest=2000)
    replaced_by = Reference("The procedure that takes its place", "Quy trình thay thế", required=False)


class Acknowledged(DocumentFact):
    """Staff of a role took note of the procedure."""

    role = Text("Role of the staff", "Vị trí, chức danh", longest=200)
    n = Integer("How many persons", "Số người", unit="persons", low=1, high=100_000)


class Baselined(Content):
    """The procedure as it stands when the agency joins with a history."""

    state_since = Date("In this state since", "Ở trạng thái này từ ngày")
    code = code()
    title = Text("Title", "Tên quy trình", longest=500)
    kind = kind()
    status = Choice("State", "Trạng thái", ("draft", "in_review", "approved", "in_force", "withdrawn"), required=False)
    edition = edition()
    revision = revision()
    effective_from = Date("In force from", "Ngày có hiệu lực", required=False)
    reviewed_on = Date("Last reviewed", "Ngày rà soát gần nhất", required=False)
    author_ref = role_ref("Post of the author, never a name", "Vị trí người soạn thảo (không ghi họ tên)")


_REVISED = {
    "from_edition": 1,
    "from_revision": 1,
    "edition": 1,
    "revision": 2,
    "trigger": "legal_change",
    "legal_text_id": "118/2025/NĐ-CP|Chính phủ|2025-06-09",
    "changes": ["Thay căn cứ pháp lý", "Rút ngắn bước thẩm định"],
    "effective_from": "2026-04-20",
    "legal_basis": [{"legal_text_id": "118/2025/NĐ-CP|Chính phủ|2025-06-09", "articles": ["Điều 14"]}],
}

REVISED = declare(
    EventType(
        name="qms.procedure.revised",
        owner="documents",
        en="A new revision or edition of the procedure came out",
        vi="Sửa đổi quy trình",
        schema=Revised,
        example=_REVISED,
        invalid={
            "unknown_trigger": {**_REVISED, "trigger": "whim"},
            "effective_from_missing": {"edition": 1, "revision": 2, "trigger": "improvement"},
            "revision_negative": {**_REVISED, "revision": -1},
        },
    )
)

REVIEWED_NO_CHANGE = declare(
    EventType(
        name="qms.procedure.reviewed_no_change",
        owner="documents",
        en="The procedure was checked and stays as it is",
        vi="Rà soát quy trình, không phải sửa đổi",
        schema=ReviewedNoChange,
        example={
            "legal_text_id": "118/2025/NĐ-CP|Chính phủ|2025-06-09",
            "reviewer_ref": "thu-ky-iso:01",
            "reason": "Nghị định mới không làm thay đổi trình tự và thời hạn của thủ tục",
        },
        invalid={"reason_missing": {"reviewer_ref": "thu-ky-iso:01"}},
    )
)

COMMITTED_TIME_CHANGED = declare(
    EventType(
        name="qms.procedure.committed_time_changed",
        owner="documents",
        en="The agency commits to another processing time",
        vi="Thay đổi thời hạn cam kết giải quyết",
        schema=CommittedTimeChanged,
        example={"from_days": 10, "to_days": 7},
        invalid={"to_days_missing": {"from_days": 10}, "half_a_day": {"to_days": 6.5}},
    )
)

PUBLISHED = declare(
    EventType(
        name="qms.procedure.published",
        owner="documents",
        en="The procedure was made public",
        vi="Công khai quy trình",
        schema=Published,
        example={
            "channel": "website",
            "url": "https://thanhson.phutho.gov.vn/iso/qt-07",
            "edition": 1,
            "revision": 2,
            "published_on": "2026-04-21",
        },
        invalid={"unknown_channel": {"channel": "radio"}},
    )
)

WITHDRAWN = declare(
    EventType(
        name="qms.procedure.withdrawn",
        owner="documents",
        en="The procedure was withdrawn",
        vi="Bãi bỏ quy trình",
        schema=Withdrawn,
        example={"reason": "Thủ tục hành chính đã bị bãi bỏ", "replaced_by": "qt-12"},
        invalid={"reason_missing": {"replaced_by": "qt-12"}},
    )
)

ACKNOWLEDGED = declare(
    EventType(
        name="qms.procedure.acknowledged",
        owner="documents",
        en="Staff took note of the procedure",
        vi="Cán bộ, công chức xác nhận đã nắm quy trình",
        schema=Acknowledged,
        example={"role": "Công chức bộ phận một cửa", "n": 6},
        invalid={"nobody": {"role": "Công chức bộ phận một cửa", "n": 0}},
    )
)

_BASELINED = {
    "state_since": "2021-05-10",
    "code": "QT-07",
    "kind": "tthc",
    "status": "in_force",
    "edition": 2,
    "revision": 3,
    "effective_from": "2021-05-10",
    **CONTENT_EXAMPLE,
}

BASELINED = declare(
    EventType(
        name="qms.procedure.baselined",
        owner="documents",
        en="The procedure as it stands when the agency joins",
        vi="Ghi nhận hiện trạng quy trình khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example=_BASELINED,
        invalid={
            "state_since_missing": {key: value for key, value in _BASELINED.items() if key != "state_since"},
            "unknown_status": {**_BASELINED, "status": "lost"},
        },
    )
)
