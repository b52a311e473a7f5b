"""Event types of administrative units (đơn vị hành chính): territories, apart from the agencies that serve them.

A code is no identity: most codes of before July 2025 are in use again for another territory. A unit is its code and its
first day; the subject says so: `P25@2025-07-01`. Units are national: whichever agency tells of them, it is one record.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Boolean, Choice, Contract, Date, ListOf, Object, Text
from shared.contracts.inspection.agency_vocabulary import RegistryFact, effective, legal_basis

TYPES = (
    "tỉnh",
    "thành phố trực thuộc trung ương",
    "quận",
    "huyện",
    "thị xã",
    "thành phố",
    "xã",
    "phường",
    "thị trấn",
    "đặc khu",
)


def unit_ref(en: str, vi: str, *, required: bool = True, nullable: bool = False) -> Text:
    """Return a field with a unit: code and first day, `W08662@2025-07-01`."""
    return Text(
        f"{en}: code and first day",
        f"{vi}: mã và ngày đầu tiên",
        longest=40,
        pattern=r"^[A-Z][0-9A-Z]+@[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$",
        required=required,
        nullable=nullable,
    )


class Succession(EventSchema):
    """One unit that takes over the territory of another, wholly or in part."""

    unit = unit_ref("The unit", "Đơn vị")
    share = Choice(
        "Whole: all of the territory; part: it was divided",
        "whole: toàn bộ địa bàn; part: địa bàn được chia",
        ("whole", "part"),
    )
    is_default = Boolean(
        "Whether it stands for the old unit where only one can",
        "Có đại diện cho đơn vị cũ khi chỉ được chọn một hay không",
    )


class Established(RegistryFact):
    """A unit exists from a day on."""

    code = Text("Code of the unit", "Mã đơn vị hành chính", longest=20, pattern=r"^[A-Z][0-9A-Z]+$")
    name = Text("Official name", "Tên chính thức", longest=200)
    type = Choice("Type of the unit", "Loại đơn vị hành chính", TYPES)
    parent = unit_ref(
        "Unit it lies in; none for provinces", "Đơn vị cấp trên; tỉnh, thành phố không có", required=False
    )
    valid_from = Date("First day", "Có hiệu lực từ ngày")
    legal_basis = legal_basis()


class Renamed(RegistryFact):
    """The unit has another name from a day on."""

    new = Text("New name", "Tên mới", longest=200)
    effective = effective()
    legal_basis = legal_basis()


class Reparented(RegistryFact):
    """The unit lies in another unit from a day on."""

    to: Contract = unit_ref("Unit it lies in from then on", "Đơn vị cấp trên mới", nullable=True)
    effective = effective()
    legal_basis = legal_basis()


class Ended(RegistryFact):
    """The unit no longer exists; its territory went to one or several others, or is governed directly."""

    effective = Date("First day on which it no longer exists", "Ngày đầu tiên không còn tồn tại")
    successors = ListOf(
        "Units that its territory went to",
        "Các đơn vị tiếp nhận địa bàn",
        Object("One unit", "Một đơn vị", Succession),
        most=100,
    )
    legal_basis = legal_basis()
    evidence = EVIDENCE_LIST


_ESTABLISHED = {
    "code": "W08542",
    "name": "Xã Thanh Sơn",
    "type": "xã",
    "parent": "P25@2025-07-01",
    "valid_from": "2025-07-01",
    "legal_basis": "Nghị quyết 1676/NQ-UBTVQH15",
}
_UNIT = "W08542@2025-07-01"
_ENDED = {
    "effective": "2025-07-01",
    "successors": [
        {"unit": "W05089@2025-07-01", "share": "part", "is_default": True},
        {"unit": "W05092@2025-07-01", "share": "part", "is_default": False},
    ],
    "legal_basis": "Nghị quyết 1676/NQ-UBTVQH15",
}

declare(
    EventType(
        name="qms.admin_unit.established",
        owner="inspection",
        en="An administrative unit was established",
        vi="Thành lập đơn vị hành chính",
        schema=Established,
        example=_ESTABLISHED,
        example_subject=_UNIT,
        invalid={
            "unknown type": {**_ESTABLISHED, "type": "hamlet"},
            "parent without a day": {**_ESTABLISHED, "parent": "P25"},
        },
        asserter="ministry",
    )
)
declare(
    EventType(
        name="qms.admin_unit.renamed",
        owner="inspection",
        en="The administrative unit was renamed",
        vi="Đổi tên đơn vị hành chính",
        schema=Renamed,
        example={"new": "Thành phố Huế", "effective": "2025-01-01", "legal_basis": "Nghị quyết 175/2024/QH15"},
        example_subject="P46@1989-07-01",
        invalid={"no name": {"effective": "2025-01-01"}},
        asserter="ministry",
    )
)
declare(
    EventType(
        name="qms.admin_unit.reparented",
        owner="inspection",
        en="The administrative unit was put into another unit",
        vi="Chuyển đơn vị hành chính về đơn vị cấp trên khác",
        schema=Reparented,
        example={"to": "P25@2025-07-01", "effective": "2025-07-01"},
        example_subject="W08542@2004-01-01",
        invalid={"no unit": {"effective": "2025-07-01"}},
        asserter="ministry",
    )
)
declare(
    EventType(
        name="qms.admin_unit.ended",
        owner="inspection",
        en="The administrative unit no longer exists",
        vi="Đơn vị hành chính kết thúc hoạt động",
        schema=Ended,
        example=_ENDED,
        example_subject="W05086@2004-01-01",
        invalid={
            "successors not stated": {"effective": "2025-07-01"},
            "unknown share": {**_ENDED, "successors": [{"unit": _UNIT, "share": "half", "is_default": True}]},
        },
        asserter="ministry",
    )
)
