"""Events of a legal text (văn bản): registered, amended, replaced, repealed, suspended.

National: whoever reports it, a text is one record, keyed by number, issuer and day of issue,
since numbers repeat between provinces and years. The subject of every event is that key,
`number|issuer|issued_on`. Source: Law on Promulgation of Legal Normative Documents.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.documents import vocabulary as words
from shared.contracts.fields import Choice, Date, ListOf, Object, Text

#: A part of the key; the bar separates parts.
_KEY_PART = r"^[^|]*[^| ][^|]*$"

STATUSES = ("announced", "in_force", "partly_amended", "suspended", "expired", "replaced", "repealed")


#: What a text says about another one (Law on Promulgation of Legal Normative Documents; Decree 34/2016/NĐ-CP).
RELATIONS = ("amends", "replaces", "repeals", "guides", "corrects")


class Relation(EventSchema):
    """What the text says about another text; the other's own event makes the change."""

    kind = Choice(
        "amends, replaces, repeals, guides (details how it is applied), corrects (mends errors of form)",
        "sửa đổi, thay thế, bãi bỏ, hướng dẫn thi hành, đính chính",
        RELATIONS,
    )
    target = words.legal_text_id("The other text", "Văn bản liên quan")


class Described(words.DocumentFact):
    """What identifies and describes a text."""

    number = Text("Number, such as 658/QĐ-UBND", "Số, ký hiệu, ví dụ 658/QĐ-UBND", longest=100, pattern=_KEY_PART)
    issuer = Text("Body that issued it", "Cơ quan ban hành", longest=144, pattern=_KEY_PART)
    issued_on = Date("Issued on", "Ngày ban hành")
    doc_type = Text("Kind of text: law, decree, circular, decision", "Loại văn bản", longest=60, required=False)
    title = Text("What it is about", "Trích yếu", longest=2000, required=False)
    fields_of_activity = ListOf(
        "Fields of activity",
        "Lĩnh vực",
        Text("One field", "Một lĩnh vực", longest=200),
        most=50,
        required=False,
    )
    effective_from = Date("In force from", "Ngày có hiệu lực")
    effective_to = Date("Last day in force", "Ngày hết hiệu lực", required=False)
    relations = ListOf(
        "What it says about other texts; what changes them is told by their own events",
        "Quan hệ với văn bản khác; thay đổi của văn bản khác được ghi bằng sự kiện của chính văn bản đó",
        Object("One relation", "Một quan hệ", Relation),
        most=200,
        required=False,
    )


class Registered(Described):
    """A text is entered into the national list."""

    announced_on = Date("Announced on; default the day of the fact", "Ngày công bố", required=False)


class Change(words.DocumentFact):
    """A change of a text by another one."""

    by = words.legal_text_id("The text that makes the change", "Văn bản sửa đổi, thay thế, bãi bỏ")
    announced_on = Date(
        "When the change was announced; default the day of the fact", "Ngày công bố thay đổi", required=False
    )
    effective_from = Date("The change is in force from", "Ngày thay đổi có hiệu lực")


class Amended(Change):
    """Articles of the text were amended."""

    articles = ListOf(
        "Articles amended",
        "Các điều được sửa đổi",
        Text("Article", "Điều, khoản", longest=100),
        most=500,
        required=False,
    )


class Replaced(Change):
    """Another text takes the place of this one."""


class Repealed(Change):
    """The text was repealed."""

    by = words.legal_text_id("The text that repeals it", "Văn bản bãi bỏ", required=False)


class Suspended(words.DocumentFact):
    """The text is out of force for a time."""

    effective_from = Date("From", "Ngưng hiệu lực từ ngày")
    reason = Text("Why", "Lý do", longest=2000, required=False)


class Resumed(words.DocumentFact):
    """The text is in force again after a suspension."""

    effective_from = Date("From", "Có hiệu lực trở lại từ ngày")


class ImpactAssessed(words.DocumentFact):
    """Somebody worked out whom a text touches, and by when they must have acted."""

    procedure_ids = ListOf(
        "Procedures touched",
        "Quy trình bị ảnh hưởng",
        Text("Procedure", "Quy trình", longest=128),
        most=5000,
        required=False,
    )
    agency_ids = ListOf(
        "Agencies touched",
        "Cơ quan bị ảnh hưởng",
        Text("Agency", "Cơ quan", longest=150),
        most=5000,
        required=False,
    )
    due_on = Date("To be settled by", "Hạn xử lý")


class Baselined(Described):
    """The text as it stands when the list begins."""

    state_since = Date("In this state since", "Ở trạng thái này từ ngày")
    status = Choice("State", "Trạng thái", ("in_force", "partly_amended", "suspended", "replaced", "repealed"))
    changed_by = words.legal_text_id(
        "The text that amended, replaced or repealed it", "Văn bản làm thay đổi", required=False
    )
    announced_on = Date("When that change was announced", "Ngày công bố thay đổi", required=False)


_DECREE = {
    "number": "61/2018/NĐ-CP",
    "issuer": "Chính phủ",
    "issued_on": "2018-04-23",
    "doc_type": "Nghị định",
    "title": "Về thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết thủ tục hành chính",
    "fields_of_activity": ["Cải cách hành chính"],
    "effective_from": "2018-06-21",
    "relations": [
        {"kind": "replaces", "target": "09/2015/QĐ-TTg|Thủ tướng Chính phủ|2015-03-25"},
        {"kind": "guides", "target": "77/2015/QH13|Quốc hội|2015-06-19"},
    ],
}
_KEY = "61/2018/NĐ-CP|Chính phủ|2018-04-23"
_BY = "118/2025/NĐ-CP|Chính phủ|2025-06-09"
_CHANGE = {"by": _BY, "announced_on": "2025-06-09", "effective_from": "2025-07-01"}

REGISTERED = declare(
    EventType(
        name="qms.legal_text.registered",
        owner="documents",
        en="A legal text was registered",
        vi="Ghi nhận văn bản quy phạm pháp luật",
        schema=Registered,
        example=_DECREE,
        example_subject=_KEY,
        invalid={
            "unknown_relation": {**_DECREE, "relations": [{"kind": "cites", "target": _BY}]},
            "issuer_missing": {
                "number": "61/2018/NĐ-CP",
                "issued_on": "2018-04-23",
                "effective_from": "2018-06-21",
            },
            "bar_in_the_number": {**_DECREE, "number": "61|2018"},
            "issued_on_ends_with_line_feed": {**_DECREE, "issued_on": "2018-04-23\n"},
        },
    )
)

AMENDED = declare(
    EventType(
        name="qms.legal_text.amended",
        owner="documents",
        en="Articles of the text were amended",
        vi="Văn bản được sửa đổi, bổ sung",
        schema=Amended,
        example={
            "by": "107/2021/NĐ-CP|Chính phủ|2021-12-06",
            "articles": ["Điều 5", "Điều 17"],
            "announced_on": "2021-12-06",
            "effective_from": "2021-12-06",
        },
        example_subject=_KEY,
        invalid={
            "by_missing": {"effective_from": "2021-12-06"},
            "by_without_date": {**_CHANGE, "by": "107/2021/NĐ-CP|Chính phủ"},
        },
    )
)

REPLACED = declare(
    EventType(
        name="qms.legal_text.replaced",
        owner="documents",
        en="Another text takes the place of this one",
        vi="Văn bản được thay thế",
        schema=Replaced,
        example=_CHANGE,
        example_subject=_KEY,
        invalid={"effective_from_missing": {"by": _BY}},
    )
)

REPEALED = declare(
    EventType(
        name="qms.legal_text.repealed",
        owner="documents",
        en="The text was repealed",
        vi="Văn bản bị bãi bỏ",
        schema=Repealed,
        example={"announced_on": "2025-06-09", "effective_from": "2025-07-01"},
        example_subject=_KEY,
        invalid={"effective_from_missing": {"announced_on": "2025-06-09"}},
    )
)

SUSPENDED = declare(
    EventType(
        name="qms.legal_text.suspended",
        owner="documents",
        en="The text is out of force for a time",
        vi="Văn bản bị ngưng hiệu lực",
        schema=Suspended,
        example={"effective_from": "2020-04-01", "reason": "Chờ xử lý kiến nghị về tính hợp pháp"},
        example_subject=_KEY,
        invalid={"effective_from_missing": {"reason": "Chờ xử lý"}},
    )
)

RESUMED = declare(
    EventType(
        name="qms.legal_text.resumed",
        owner="documents",
        en="The text is in force again",
        vi="Văn bản có hiệu lực trở lại",
        schema=Resumed,
        example={"effective_from": "2020-09-01"},
        example_subject=_KEY,
        invalid={"effective_from_missing": {}},
    )
)

IMPACT_ASSESSED = declare(
    EventType(
        name="qms.legal_text.impact_assessed",
        owner="documents",
        en="Whom the text touches was worked out",
        vi="Đánh giá tác động của văn bản đến quy trình",
        schema=ImpactAssessed,
        example={"procedure_ids": ["qt-07"], "agency_ids": ["h38-thanh-son"], "due_on": "2025-07-31"},
        example_subject=_KEY,
        invalid={"due_on_missing": {"procedure_ids": ["qt-07"]}},
    )
)

BASELINED = declare(
    EventType(
        name="qms.legal_text.baselined",
        owner="documents",
        en="The text as it stands when the list begins",
        vi="Ghi nhận hiện trạng văn bản",
        schema=Baselined,
        example={
            **_DECREE,
            "state_since": "2021-12-06",
            "status": "partly_amended",
            "changed_by": "107/2021/NĐ-CP|Chính phủ|2021-12-06",
        },
        example_subject=_KEY,
        invalid={"status_missing": {**_DECREE, "state_since": "2021-12-06"}},
    )
)
