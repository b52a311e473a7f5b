"""Event types of a reorganisation (đợt sắp xếp): planned, announced, effective, settled; the mapping of old to new.

The record belongs to the agency that runs it. A mapping of thousands of agencies comes in parts. `settled` is never
taken from outside: the system says it when nothing is left open.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Boolean, Choice, Date, Integer, ListOf, Object, Text, Timestamp
from shared.contracts.inspection.agency_vocabulary import RegistryFact, agency_ref, legal_basis
from shared.contracts.inspection.obligation import KINDS

#: Links of one event of the mapping.
MOST_LINKS = 1000


class Link(EventSchema):
    """One agency of before and one that takes over from it, wholly or in part."""

    old = agency_ref("Agency of before", "Cơ quan trước sắp xếp", required=True)
    new = agency_ref("Agency that takes over", "Cơ quan sau sắp xếp", required=True)
    share = Choice(
        "Whole: it takes over everything; part: the old one was divided",
        "whole: tiếp nhận toàn bộ; part: cơ quan cũ được chia cho nhiều cơ quan",
        ("whole", "part"),
    )
    is_default = Boolean(
        "Whether it inherits what nothing else is decided for; exactly one for each old agency",
        "Có kế thừa những nghĩa vụ chưa có quyết định riêng hay không; mỗi cơ quan cũ có đúng một",
    )


class Planned(RegistryFact):
    """A reorganisation is planned."""

    name_vi = Text("Name in Vietnamese", "Tên đợt sắp xếp", longest=300)
    name_en = Text("Name in English", "Tên tiếng Anh", longest=300, required=False)
    effective_on = Date("Day from which the new agencies work", "Ngày các cơ quan mới bắt đầu hoạt động")
    legal_basis = legal_basis()


class Mapped(RegistryFact):
    """A part of the mapping of old to new agencies."""

    links = ListOf(
        "Who takes over from whom",
        "Cơ quan nào tiếp nhận từ cơ quan nào",
        Object("One link", "Một liên kết", Link),
        fewest=1,
        most=MOST_LINKS,
    )


class Announced(RegistryFact):
    """The mapping is final and made known."""

    announced_on = Date("Day it was made known", "Ngày công bố", required=False)
    decision_no = Text("Number of the resolution or decision", "Số nghị quyết, quyết định", longest=100, required=False)
    evidence = EVIDENCE_LIST


class TookEffect(RegistryFact):
    """The new agencies work, the old ones have ended."""

    effective = Date("Day on which it took effect", "Ngày có hiệu lực", required=False)


class Cancelled(RegistryFact):
    """It does not take place."""

    reason = Text("Reason", "Lý do", longest=2000)


def _count(en: str, vi: str) -> Integer:
    return Integer(en, vi)


class Settlement(EventSchema):
    """What became of the obligations of one kind: open before = inherited + lapsed + closed meanwhile."""

    kind = Choice("Kind of obligation", "Loại nghĩa vụ", tuple(KINDS))
    open_before = _count("Open in the old agencies on the last day", "Số chưa hoàn thành tại các cơ quan cũ")
    inherited = _count("Inherited", "Số được kế thừa")
    lapsed = _count("Lapsed by decision", "Số chấm dứt theo quyết định")
    closed = _count("Closed by themselves since", "Số đã hoàn thành sau đó")


class Settled(RegistryFact):
    """Nothing is left open without an inheritor or a decision."""

    sources = _count("Agencies that ended", "Số cơ quan kết thúc hoạt động")
    known_at = Timestamp(
        "Instant up to which the services' facts were known", "Thời điểm mà số liệu của các dịch vụ được biết đến"
    )
    counts = ListOf("By kind", "Theo loại", Object("One kind", "Một loại", Settlement), most=len(KINDS))


_LINK = {"old": "ubnd-xa-ngoc-son", "new": "ubnd-xa-lac-son", "share": "part", "is_default": True}
_COUNT = {"kind": "nc", "open_before": 3, "inherited": 2, "lapsed": 1, "closed": 0}

declare(
    EventType(
        name="qms.reorganisation.planned",
        owner="inspection",
        en="A reorganisation of agencies was planned",
        vi="Lập kế hoạch sắp xếp các cơ quan",
        schema=Planned,
        example={
            "name_vi": "Sắp xếp đơn vị hành chính các cấp năm 2025",
            "name_en": "Reform of the administrative units of 2025",
            "effective_on": "2025-07-01",
            "legal_basis": "Nghị quyết 203/2025/QH15",
        },
        invalid={"no day": {"name_vi": "Sắp xếp đơn vị hành chính các cấp năm 2025"}},
    )
)
declare(
    EventType(
        name="qms.reorganisation.mapped",
        owner="inspection",
        en="A part of the mapping of old to new agencies was given",
        vi="Ghi nhận một phần bảng chuyển tiếp từ cơ quan cũ sang cơ quan mới",
        schema=Mapped,
        example={"links": [_LINK, {**_LINK, "new": "ubnd-xa-muong-vang", "is_default": False}]},
        invalid={
            "no link": {"links": []},
            "unknown share": {"links": [{**_LINK, "share": "half"}]},
        },
    )
)
declare(
    EventType(
        name="qms.reorganisation.announced",
        owner="inspection",
        en="The reorganisation was announced",
        vi="Công bố đợt sắp xếp",
        schema=Announced,
        example={"announced_on": "2025-06-16", "decision_no": "202/2025/QH15"},
        invalid={"no such day": {"announced_on": "2025-06-31"}},
    )
)
declare(
    EventType(
        name="qms.reorganisation.took_effect",
        owner="inspection",
        en="The reorganisation took effect",
        vi="Đợt sắp xếp có hiệu lực",
        schema=TookEffect,
        example={"effective": "2025-07-01"},
        invalid={"no such day": {"effective": "2025-06-31"}},
    )
)
declare(
    EventType(
        name="qms.reorganisation.cancelled",
        owner="inspection",
        en="The reorganisation was cancelled",
        vi="Hủy đợt sắp xếp",
        schema=Cancelled,
        example={"reason": "Chưa được cấp có thẩm quyền thông qua"},
        invalid={"no reason": {}},
    )
)
declare(
    EventType(
        name="qms.reorganisation.settled",
        owner="inspection",
        en="Every open obligation has an inheritor or has lapsed",
        vi="Mọi nghĩa vụ chưa hoàn thành đã có cơ quan kế thừa hoặc đã chấm dứt",
        schema=Settled,
        example={"sources": 2, "known_at": "2025-09-30T08:00:00+07:00", "counts": [_COUNT]},
        invalid={
            "negative count": {
                "sources": 2,
                "known_at": "2025-09-30T08:00:00+07:00",
                "counts": [{**_COUNT, "lapsed": -1}],
            },
            "no counts": {"sources": 2},
        },
        asserter="system",
    )
)
