"""Fields that several aggregates of the documents service share.

Owns the form of legal text ids, role references and the base of all its events.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema
from shared.contracts.fields import Boolean, Choice, Date, ListOf, Object, Text

#: Number, issuer and day of issue: numbers repeat between provinces and years.
LEGAL_TEXT_ID_PATTERN = r"^[^|]*[^| ][^|]*\|[^|]*[^| ][^|]*\|[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"

#: Letters, digits and separators only: a role or post number, so that no person's name gets in.
ROLE_REF_PATTERN = r"^[a-z0-9][a-z0-9:._/-]*$"

#: Where an agency makes a document public (Circular 26/2014/TT-BKHCN: at the office and on the web).
CHANNELS = ("website", "notice_board", "one_stop", "portal")


class DocumentFact(EventSchema):
    """Base of all events of the service."""

    occurred_on = Date(
        "The day of the fact, where only the day is known",
        "Ngày xảy ra, khi chỉ biết ngày",
        required=False,
    )


def legal_text_id(en: str, vi: str, *, required: bool = True) -> Text:
    """Return a field that names a legal text: `number|issuer|issued_on`."""
    # As long as a subject may be, since it is one.
    return Text(en, vi, longest=256, pattern=LEGAL_TEXT_ID_PATTERN, required=required)


def role_ref(en: str, vi: str, *, required: bool = False) -> Text:
    """Return a field with an opaque reference to a post or role, never a person's name."""
    return Text(en, vi, longest=100, pattern=ROLE_REF_PATTERN, required=required)


def decision_no(*, required: bool = False) -> Text:
    """Return the field with the number of the decision that puts the fact in force."""
    return Text("Number of the decision", "Số quyết định", longest=100, required=required)


def channel() -> Choice:
    """Return the field with the channel of a publication."""
    return Choice(
        "Where it is published: web site, notice board at the office, one-stop unit, public service portal",
        "Nơi công khai: cổng/trang thông tin điện tử, niêm yết tại trụ sở, bộ phận một cửa, cổng dịch vụ công",
        CHANNELS,
        source="Thông tư 26/2014/TT-BKHCN",
    )


def electronic() -> Boolean:
    """Return the flag for e-ISO: the procedure runs on software, step by step."""
    return Boolean("Run electronically (e-ISO)", "Vận hành trên môi trường điện tử (ISO điện tử)", required=False)


class LegalBasis(EventSchema):
    """A legal text that a procedure rests on."""

    legal_text_id = legal_text_id("The text cited", "Văn bản được viện dẫn")
    articles = ListOf(
        "Articles cited; empty for the whole text",
        "Các điều được viện dẫn; để trống nếu viện dẫn toàn văn",
        Text("Article, clause, point", "Điều, khoản, điểm", longest=100),
        most=200,
        required=False,
    )


def legal_basis(*, required: bool = False) -> ListOf:
    """Return the list of legal texts that something rests on."""
    return ListOf(
        "Legal texts it rests on",
        "Căn cứ pháp lý",
        Object("One legal text", "Một văn bản", LegalBasis),
        most=200,
        required=required,
        source="ISO 9001:2015 8.2.2",
    )


LEGAL_BASIS_EXAMPLE = [
    {"legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23", "articles": ["Điều 17", "Điều 19"]},
    {"legal_text_id": "85/2015/NQ-HĐND|Hội đồng nhân dân tỉnh Phú Thọ|2015-12-10"},
]
