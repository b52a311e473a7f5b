"""Events of a public procedure (thủ tục hành chính, TTHC) in the official catalogue.

An agency publishes an entry for the levels that carry it out; an agency of such a level may opt
out of an entry of somebody above it, with a reason, in a record of its own.
Source: Decree 61/2018/NĐ-CP; Decree 63/2010/NĐ-CP on controlling public procedures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared import clock
from shared.contracts.catalogue import EarlierVersion, EventType, declare
from shared.contracts.documents import vocabulary as words
from shared.contracts.fields import Choice, Date, Integer, ListOf, Number, Reference, Text

CHANGES = ("time", "dossier", "form", "fee", "legal_basis", "name", "levels")


class Entry(words.DocumentFact):
    """What an entry says; a field that is left out stays as it was."""

    name = Text("Name", "Tên thủ tục hành chính", longest=1000, required=False)
    field = Text("Field of activity", "Lĩnh vực", longest=200, required=False)
    levels = ListOf(
        "Levels of agencies that carry it out, by the registry's codes",
        "Các cấp thực hiện",
        Text("Level", "Cấp", longest=60),
        fewest=1,
        most=20,
        required=False,
    )
    regulated_days = Integer(
        "Time the law gives",
        "Thời hạn giải quyết theo quy định",
        unit="working days",
        high=5000,
        required=False,
    )
    fee = Number("Fee", "Phí, lệ phí", unit="VND", low=0, required=False)
    result = Text("What the applicant gets", "Kết quả thực hiện", longest=1000, required=False)
    legal_basis = words.legal_basis()
    decision_no = words.decision_no()


class Published(Entry):
    """An entry is published."""

    name = Text("Name", "Tên thủ tục hành chính", longest=1000)
    levels = ListOf(
        "Levels of agencies that carry it out, by the registry's codes",
        "Các cấp thực hiện",
        Text("Level", "Cấp", longest=60),
        fewest=1,
        most=20,
    )
    effective_from = Date("In force from; default the day of the fact", "Ngày có hiệu lực", required=False)


class Amended(Entry):
    """The entry was changed."""

    changed = ListOf(
        "What changed", "Nội dung sửa đổi", Choice("One of them", "Một nội dung", CHANGES), fewest=1, most=7
    )
    effective_from = Date("In force from; default the day of the fact", "Ngày có hiệu lực", required=False)


class AbolishedV1(words.DocumentFact):
    """The entry is abolished; where nobody says from when, from the day of the fact."""

    effective_from = Date("Abolished from; default the day of the fact", "Ngày bãi bỏ có hiệu lực", required=False)
    decision_no = words.decision_no()
    reason = Text("Why", "Lý do", longest=2000, required=False)


def _abolished_from_the_day_of_the_fact(data: Mapping[str, Any], day: int) -> Mapping[str, Any]:
    """Say what version 1 left to be understood."""
    return {"effective_from": clock.to_date(day).isoformat(), **data}


class Abolished(words.DocumentFact):
    """The entry is abolished from a day that the announcing decision names, seldom its own.

    Until then agencies must have the procedure covered (I3), so that the day may not be left to be guessed.
    Source: Decree 63/2010/NĐ-CP on controlling public procedures, the decision that announces their abolition.
    """

    effective_from = Date("Abolished from", "Ngày bãi bỏ có hiệu lực")
    decision_no = words.decision_no()
    reason = Text("Why", "Lý do", longest=2000, required=False)


class OptedOut(words.DocumentFact):
    """An agency states that it does not carry out an entry published for its level."""

    entry = Reference("The entry: its publisher and code", "Thủ tục: cơ quan công bố và mã")
    reason = Text("Why", "Lý do không thực hiện", longest=2000)


class OptedIn(words.DocumentFact):
    """The agency carries out the entry again."""


class Baselined(Published):
    """The entry as it stands when the agency joins with a history."""

    state_since = Date("In this state since", "Ở trạng thái này từ ngày")


_ENTRY = {
    "name": "Đăng ký thành lập hộ kinh doanh",
    "field": "Thành lập và hoạt động của hộ kinh doanh",
    "levels": ["district"],
    "regulated_days": 3,
    "fee": 100000,
    "result": "Giấy chứng nhận đăng ký hộ kinh doanh",
    "legal_basis": [{"legal_text_id": "01/2021/NĐ-CP|Chính phủ|2021-01-04", "articles": ["Điều 87"]}],
    "decision_no": "885/QĐ-BKHĐT",
    "effective_from": "2021-06-30",
}

PUBLISHED = declare(
    EventType(
        name="qms.tthc.published",
        owner="documents",
        en="A public procedure was published",
        vi="Công bố thủ tục hành chính",
        schema=Published,
        example=_ENTRY,
        invalid={"no_level": {**_ENTRY, "levels": []}, "name_missing": {"levels": ["commune"]}},
    )
)

AMENDED = declare(
    EventType(
        name="qms.tthc.amended",
        owner="documents",
        en="The public procedure was amended",
        vi="Sửa đổi, bổ sung thủ tục hành chính",
        schema=Amended,
        example={"changed": ["time"], "regulated_days": 2, "effective_from": "2024-01-15"},
        invalid={"nothing_changed": {"changed": []}, "unknown_change": {"changed": ["colour"]}},
    )
)

ABOLISHED = declare(
    EventType(
        name="qms.tthc.abolished",
        owner="documents",
        en="The public procedure was abolished",
        vi="Bãi bỏ thủ tục hành chính",
        schema=Abolished,
        example={"effective_from": "2025-07-01", "decision_no": "1023/QĐ-BTC"},
        invalid={
            "no_such_day": {"effective_from": "2025-06-31"},
            "day_missing": {"decision_no": "1023/QĐ-BTC"},
        },
        version=2,
        earlier={
            1: EarlierVersion(AbolishedV1, {"decision_no": "1023/QĐ-BTC"}, _abolished_from_the_day_of_the_fact),
        },
    )
)

OPTED_OUT = declare(
    EventType(
        name="qms.tthc.opted_out",
        owner="documents",
        en="An agency does not carry out the procedure",
        vi="Cơ quan không thực hiện thủ tục hành chính thuộc cấp mình",
        schema=OptedOut,
        example={
            "entry": {"source": "bo-tai-chinh", "id": "1.001612"},
            "reason": "Địa bàn xã đảo, thủ tục do đặc khu thực hiện",
        },
        invalid={"reason_missing": {"entry": "1.001612"}},
    )
)

OPTED_IN = declare(
    EventType(
        name="qms.tthc.opted_in",
        owner="documents",
        en="The agency carries out the procedure again",
        vi="Cơ quan thực hiện lại thủ tục hành chính",
        schema=OptedIn,
        example={},
        invalid={"unknown_field": {"reason": 1}},
    )
)

BASELINED = declare(
    EventType(
        name="qms.tthc.baselined",
        owner="documents",
        en="The public procedure as it stands when the agency joins",
        vi="Ghi nhận hiện trạng thủ tục hành chính",
        schema=Baselined,
        example={**_ENTRY, "state_since": "2021-06-30"},
        invalid={"state_since_missing": _ENTRY},
    )
)
