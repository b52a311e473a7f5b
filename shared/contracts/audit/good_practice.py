"""Event type of good practice (cách làm hay) that an agency shares with the others, ISO 9001:2015 10.3."""

from __future__ import annotations

from shared.contracts.audit.vocabulary import AuditFact, procedure_id
from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Date, ListOf, Text


class Shared(AuditFact):
    """An agency shared a practice."""

    title = Text("Title", "Tên cách làm hay", longest=300)
    description = Text("What it is and what it brought", "Nội dung và kết quả", longest=8000, required=False)
    fields_of_activity = ListOf(
        "Fields of activity it suits",
        "Lĩnh vực áp dụng",
        Text("One field", "Một lĩnh vực", longest=200),
        most=50,
        required=False,
    )
    procedure_id = procedure_id()
    shared_on = Date("Day it was shared", "Ngày chia sẻ", required=False)
    evidence = EVIDENCE_LIST


_SHARED = {
    "title": "Nhắc hạn hồ sơ qua tin nhắn trước hai ngày làm việc",
    "description": "Hệ thống một cửa nhắc công chức thụ lý trước hạn; tỷ lệ trễ hạn giảm từ 3,1 % còn 0,4 %",
    "fields_of_activity": ["Hộ tịch", "Đất đai"],
}

declare(
    EventType(
        name="qms.good_practice.shared",
        owner="audit",
        en="A good practice was shared",
        vi="Chia sẻ cách làm hay",
        schema=Shared,
        example=_SHARED,
        invalid={
            "no title": {"fields_of_activity": ["Hộ tịch"]},
            "one field, not in a list": {**_SHARED, "fields_of_activity": "Hộ tịch"},
        },
    )
)
