"""Event type of the proposal to change the law (kiến nghị sửa đổi, bổ sung văn bản), upward feedback from practice.

The text is named by its key and need not be in the national list: an agency may be the first to tell of it.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventType, declare
from shared.contracts.documents import vocabulary as words
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Date, ListOf, Reference, Text


class Proposed(words.DocumentFact):
    """An agency proposed to change a legal text."""

    legal_text_id = words.legal_text_id("The text that should change", "Văn bản cần sửa đổi")
    articles = ListOf(
        "Articles concerned",
        "Các điều, khoản liên quan",
        Text("Article, clause, point", "Điều, khoản, điểm", longest=100),
        most=200,
        required=False,
    )
    problem = Text("What does not work in practice", "Vướng mắc trong thực tiễn", longest=8000)
    proposal = Text("What is proposed", "Nội dung kiến nghị", longest=8000)
    addressee = Text("Body that it is put to", "Cơ quan tiếp nhận kiến nghị", longest=300, required=False)
    procedure_id = Reference("Procedure in which the problem shows", "Quy trình phát sinh vướng mắc", required=False)
    proposed_on = Date("Day of the proposal", "Ngày kiến nghị", required=False)
    evidence = EVIDENCE_LIST


_PROPOSED = {
    "legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23",
    "articles": ["Điều 17"],
    "problem": "Thành phần hồ sơ yêu cầu bản sao giấy tờ đã có trong cơ sở dữ liệu quốc gia về dân cư",
    "proposal": "Bỏ yêu cầu nộp bản sao, khai thác dữ liệu qua nền tảng chia sẻ",
    "addressee": "Văn phòng Chính phủ",
}

PROPOSED = declare(
    EventType(
        name="qms.law_change.proposed",
        owner="documents",
        en="An agency proposed to change a legal text",
        vi="Kiến nghị sửa đổi, bổ sung văn bản",
        schema=Proposed,
        example=_PROPOSED,
        invalid={
            "text_without_date": {**_PROPOSED, "legal_text_id": "61/2018/NĐ-CP|Chính phủ"},
            "problem_missing": {name: value for name, value in _PROPOSED.items() if name != "problem"},
            "proposal_blank": {**_PROPOSED, "proposal": "  "},
        },
    )
)
