"""Event types of the registry by which agencies are merged, split and dissolved, and of their official codes.

Each says once what happens to several agencies; the ends of those that no longer exist follow from it as events of
their own (`qms.agency.ended`), in the same transaction. Codes are used again for others, so each has its period.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Boolean, Date, ListOf, Number, Object, Text
from shared.contracts.inspection.agency_vocabulary import RegistryFact, agency_ref, effective, legal_basis

#: An agency that takes in others is told of at most so many in one event.
_MOST_SOURCES = 500


class Merged(RegistryFact):
    """The agency takes in others, which end; it is new, or one that existed and absorbs the others."""

    sources = ListOf(
        "Agencies that go into it",
        "Các cơ quan được hợp nhất, sáp nhập vào",
        agency_ref("A source", "Một cơ quan nguồn", required=True),
        fewest=1,
        most=_MOST_SOURCES,
    )
    target = agency_ref(
        "The agency they go into; same as source and subject", "Cơ quan tiếp nhận; trùng với source và subject"
    )
    absorbing = Boolean(
        "Whether it is itself one of the sources and goes on (sáp nhập), instead of a new agency (hợp nhất)",
        "Cơ quan tiếp nhận là một trong các cơ quan nguồn và tiếp tục tồn tại (sáp nhập) hay là cơ quan mới (hợp nhất)",
        required=False,
    )
    effective = effective()
    legal_basis = legal_basis()
    evidence = EVIDENCE_LIST


class SplitTarget(EventSchema):
    """One of the agencies that take over from a divided one."""

    id = agency_ref("Agency that takes over a part", "Cơ quan tiếp nhận một phần", required=True)
    share = Number(
        "Part of the duties that it takes over, 0 to 1",
        "Phần nhiệm vụ tiếp nhận, từ 0 đến 1",
        low=0,
        high=1,
        required=False,
    )
    is_default = Boolean(
        "Whether it takes over what nothing else is decided for",
        "Có tiếp nhận những nghĩa vụ chưa có quyết định riêng hay không",
        required=False,
    )


class Split(RegistryFact):
    """The agency is divided; if it is among the targets it goes on with its part (tách), else it ends (chia)."""

    source = agency_ref("The divided agency; same as source and subject", "Cơ quan bị chia, tách; trùng với subject")
    targets = ListOf(
        "Agencies that take over",
        "Các cơ quan tiếp nhận",
        Object("One agency", "Một cơ quan", SplitTarget),
        fewest=2,
        most=500,
    )
    effective = effective()
    legal_basis = legal_basis()
    evidence = EVIDENCE_LIST


class Dissolved(RegistryFact):
    """The agency ends and nobody continues it; what it still owes goes to an inheritor, where one is named."""

    effective = Date("First day on which it no longer exists", "Ngày đầu tiên không còn tồn tại")
    reason = Text("Reason", "Lý do", longest=2000)
    inheritor = agency_ref("Agency that takes over what is still open", "Cơ quan kế thừa các nghĩa vụ còn lại")
    legal_basis = legal_basis()
    evidence = EVIDENCE_LIST


def _scheme() -> Text:
    return Text(
        "Register the code belongs to, such as don_vi_hanh_chinh",
        "Danh mục của mã, ví dụ don_vi_hanh_chinh",
        longest=60,
        pattern=r"^[a-z0-9_]+$",
    )


class CodeAssigned(RegistryFact):
    """The agency has an official code from a day on."""

    scheme = _scheme()
    code = Text("The code", "Mã", longest=60)
    valid_from = Date("First day of the code", "Có hiệu lực từ ngày")
    valid_to = Date("Last day of the code, where known", "Có hiệu lực đến hết ngày, nếu biết", required=False)
    legal_basis = legal_basis()


class CodeWithdrawn(RegistryFact):
    """An official code of the agency has a last day; it may be given to another from the next day on."""

    scheme = _scheme()
    code = Text("The code", "Mã", longest=60)
    valid_to = Date("Last day of the code", "Có hiệu lực đến hết ngày")
    legal_basis = legal_basis()


_MERGED = {
    "sources": ["ubnd-tinh-phu-tho", "ubnd-tinh-vinh-phuc", "ubnd-tinh-hoa-binh"],
    "target": "ubnd-tinh-phu-tho-2025",
    "effective": "2025-07-01",
    "legal_basis": "Nghị quyết 202/2025/QH15",
}
_SPLIT = {
    "source": "ubnd-xa-ngoc-son",
    "targets": [
        {"id": "ubnd-xa-lac-son", "share": 0.7, "is_default": True},
        {"id": "ubnd-xa-muong-vang", "share": 0.3},
    ],
    "effective": "2025-07-01",
    "legal_basis": "Nghị quyết 1676/NQ-UBTVQH15",
}
_DISSOLVED = {
    "effective": "2025-07-01",
    "reason": "Kết thúc nhiệm vụ của Ban quản lý Đề án",
    "inheritor": "so-kh-cn-tinh-phu-tho",
    "legal_basis": "Quyết định 15/2025/QĐ-UBND",
}
_CODE = {"scheme": "don_vi_hanh_chinh", "code": "P25", "valid_from": "2025-07-01"}

declare(
    EventType(
        name="qms.agency.merged",
        owner="inspection",
        en="Agencies were merged into this one",
        vi="Hợp nhất, sáp nhập các cơ quan vào cơ quan này",
        schema=Merged,
        example=_MERGED,
        invalid={
            "nothing goes into it": {**_MERGED, "sources": []},
            "flag as text": {**_MERGED, "absorbing": "có"},
            "no day": {name: value for name, value in _MERGED.items() if name != "effective"},
        },
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.agency.split",
        owner="inspection",
        en="The agency was divided",
        vi="Chia, tách cơ quan",
        schema=Split,
        example=_SPLIT,
        invalid={
            "one target only": {**_SPLIT, "targets": _SPLIT["targets"][:1]},
            "share above the whole": {**_SPLIT, "targets": [{"id": "a", "share": 1.5}, {"id": "b"}]},
        },
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.agency.dissolved",
        owner="inspection",
        en="The agency was dissolved",
        vi="Giải thể cơ quan",
        schema=Dissolved,
        example=_DISSOLVED,
        invalid={"no reason": {"effective": "2025-07-01"}, "no day": {"reason": "Kết thúc nhiệm vụ"}},
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.agency.code_assigned",
        owner="inspection",
        en="The agency was given an official code",
        vi="Cấp mã chính thức cho cơ quan",
        schema=CodeAssigned,
        example=_CODE,
        invalid={"no first day": {"scheme": "don_vi_hanh_chinh", "code": "P25"}},
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.agency.code_withdrawn",
        owner="inspection",
        en="An official code of the agency was withdrawn",
        vi="Thu hồi mã chính thức của cơ quan",
        schema=CodeWithdrawn,
        example={"scheme": "don_vi_hanh_chinh", "code": "P25", "valid_to": "2025-06-30"},
        invalid={"no last day": {"scheme": "don_vi_hanh_chinh", "code": "P25"}},
        asserter="parent",
    )
)
