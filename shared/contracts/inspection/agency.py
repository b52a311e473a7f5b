"""Event types of the registry of agencies (cơ quan): who exists, under whom, with which duty, since when.

The record of an agency is its own: `source` and `subject` are the agency itself; an agency above it or the
ministry pushes the events. Ids are opaque and never reused; official codes live in a period.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Boolean, Choice, Contract, Date, ListOf, Object, Text
from shared.contracts.inspection.agency_vocabulary import (
    ENDINGS,
    KINDS,
    LEVELS,
    RegistryFact,
    agency_ref,
    effective,
    legal_basis,
    name_en,
    name_vi,
    obligation,
)


class Code(EventSchema):
    """An official code of an agency, valid for a period; codes are used again for others."""

    scheme = Text(
        "Register the code belongs to, such as dinh_danh_dien_tu",
        "Danh mục của mã, ví dụ dinh_danh_dien_tu",
        longest=60,
        pattern=r"^[a-z0-9_]+$",
    )
    code = Text("The code", "Mã", longest=60)
    valid_from = Date("First day of the code", "Có hiệu lực từ ngày")
    valid_to = Date("Last day of the code", "Có hiệu lực đến hết ngày", required=False)


class Contact(EventSchema):
    """How to reach the office; never a person."""

    address = Text("Address of the office", "Địa chỉ trụ sở", longest=500, required=False)
    email = Text(
        "E-mail of the office", "Thư điện tử của cơ quan", longest=200, pattern=r"^[^@ ]+@[^@ ]+$", required=False
    )
    phone = Text("Telephone of the office", "Điện thoại của cơ quan", longest=50, required=False)


class Registered(RegistryFact):
    """An agency comes into being, or is taken into the registry."""

    agency_id = agency_ref("The agency's id; same as source and subject", "Mã cơ quan; trùng với source và subject")
    name_vi = name_vi()
    name_en = name_en()
    kind = Choice(
        "Kind: ministry, ministerial or government agency, provincial People's Committee, its department, "
        "sub-department, district People's Committee, its division, commune People's Committee, local unit of a "
        "vertical agency, public unit, other that applies voluntarily",
        "Loại: bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ, UBND cấp tỉnh, sở, chi cục, UBND cấp huyện, phòng cấp "
        "huyện, UBND cấp xã, cơ quan ngành dọc tại địa phương, đơn vị sự nghiệp công lập, tổ chức tự nguyện khác",
        KINDS,
    )
    level = Choice("Level: central, province, district, commune", "Cấp: trung ương, tỉnh, huyện, xã", LEVELS)
    parent_id = agency_ref("Agency above it in the administration", "Cơ quan quản lý hành chính cấp trên")
    sector_parent_id = agency_ref("Agency above it in its field", "Cơ quan quản lý ngành, lĩnh vực cấp trên")
    admin_unit_code = Text(
        "Administrative unit it serves, such as P25 (a province), W08662 (a commune)",
        "Đơn vị hành chính nơi phục vụ, ví dụ P25 (tỉnh), W08662 (xã)",
        longest=20,
        required=False,
    )
    codes = ListOf("Official codes", "Các mã chính thức", Object("One code", "Một mã", Code), most=50, required=False)
    obligation = obligation()
    has_tthc = Boolean("Whether it handles public procedures", "Có giải quyết thủ tục hành chính hay không")
    inspection_rights = Boolean(
        "Whether it may inspect others under Decision 19/2014",
        "Có thẩm quyền kiểm tra cơ quan khác hay không",
        source="Quyết định 19/2014/QĐ-TTg",
    )
    contact = Object("The office", "Liên hệ của cơ quan", Contact, required=False)
    valid_from = Date("First day of its existence", "Ngày bắt đầu hoạt động")
    valid_to = Date("Last day of its existence, where known", "Ngày hoạt động cuối cùng, nếu biết", required=False)
    legal_basis = legal_basis()


class Renamed(RegistryFact):
    """The agency has another name from a day on."""

    old = Text("Name so far", "Tên cũ", longest=300, required=False)
    new = Text("New name", "Tên mới", longest=300)
    name_en = name_en()
    effective = effective()
    legal_basis = legal_basis()


class Reparented(RegistryFact):
    """The agency stands under another agency from a day on."""

    class Meta(RegistryFact.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {
            "from": agency_ref("Agency above it so far", "Cơ quan cấp trên cũ", nullable=True)
        }

    to = agency_ref("Agency above it from then on", "Cơ quan cấp trên mới", required=True, nullable=True)
    line = Choice(
        "Line: administrative (the default) or of the field (sector)",
        "Tuyến quản lý: hành chính (mặc định) hoặc ngành, lĩnh vực (sector)",
        ("administrative", "sector"),
        required=False,
    )
    effective = effective()
    legal_basis = legal_basis()


class ObligationChanged(RegistryFact):
    """The duty to apply the standard changed."""

    class Meta(RegistryFact.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {"from": obligation()}

    to = obligation()
    effective = effective()
    basis = Text("Ground of the change", "Căn cứ thay đổi", longest=500, required=False)


class Suspended(RegistryFact):
    """The agency does not work for a while; it still exists."""

    effective = effective()
    reason = Text("Reason", "Lý do", longest=2000)
    legal_basis = legal_basis()


class Resumed(RegistryFact):
    """The suspended agency works again."""

    effective = effective()
    legal_basis = legal_basis()


class Ended(RegistryFact):
    """The agency no longer exists from a day on."""

    how = Choice(
        "Merged, split, dissolved, or its level was abolished",
        "Sáp nhập/hợp nhất, chia tách, giải thể, hoặc kết thúc hoạt động của cấp hành chính",
        ENDINGS,
    )
    effective = Date("First day on which it no longer exists", "Ngày đầu tiên không còn tồn tại")
    successors = ListOf(
        "Agencies that take over its duties",
        "Các cơ quan kế thừa",
        agency_ref("A successor", "Một cơ quan kế thừa", required=True),
        most=500,
    )
    legal_basis = legal_basis()
    evidence = EVIDENCE_LIST


class Baselined(Registered):
    """The state of an agency that joins with a history."""

    state = Choice("Present state", "Trạng thái hiện tại", ("active", "suspended"))
    state_since = Date("Since when it has been in this state", "Ở trạng thái này từ ngày")


_REGISTERED = {
    "name_vi": "Ủy ban nhân dân xã Thanh Sơn",
    "name_en": "People's Committee of Thanh Son commune",
    "kind": "commune_pc",
    "level": "commune",
    "parent_id": "ubnd-tinh-phu-tho",
    "admin_unit_code": "W08542",
    "codes": [{"scheme": "dinh_danh_dien_tu", "code": "H44.158", "valid_from": "2025-07-01"}],
    "obligation": "encouraged",
    "has_tthc": True,
    "inspection_rights": False,
    "contact": {"address": "Xã Thanh Sơn, tỉnh Phú Thọ", "email": "vanthu.thanhson@phutho.gov.vn"},
    "valid_from": "2025-07-01",
    "legal_basis": "Nghị quyết 1676/NQ-UBTVQH15",
}

declare(
    EventType(
        name="qms.agency.registered",
        owner="inspection",
        en="An agency was registered",
        vi="Đăng ký cơ quan",
        schema=Registered,
        example=_REGISTERED,
        invalid={
            "unknown kind": {**_REGISTERED, "kind": "inspectorate"},
            "flag as text": {**_REGISTERED, "has_tthc": "có"},
            "no first day": {name: value for name, value in _REGISTERED.items() if name != "valid_from"},
            "code without a period": {**_REGISTERED, "codes": [{"scheme": "dinh_danh_dien_tu", "code": "H44.158"}]},
        },
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.agency.renamed",
        owner="inspection",
        en="The agency was renamed",
        vi="Đổi tên cơ quan",
        schema=Renamed,
        example={
            "old": "Sở Khoa học và Công nghệ",
            "new": "Sở Khoa học và Công nghệ tỉnh Phú Thọ",
            "effective": "2025-07-01",
            "legal_basis": "Quyết định 05/2025/QĐ-UBND",
        },
        invalid={"no new name": {"old": "Sở Khoa học và Công nghệ", "effective": "2025-07-01"}},
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.agency.reparented",
        owner="inspection",
        en="The agency was put under another agency",
        vi="Chuyển cơ quan quản lý cấp trên",
        schema=Reparented,
        example={"from": "ubnd-huyen-thanh-son", "to": "ubnd-tinh-phu-tho", "effective": "2025-07-01"},
        invalid={
            "unknown line": {"to": "ubnd-tinh-phu-tho", "line": "party", "effective": "2025-07-01"},
            "no target": {"from": "ubnd-huyen-thanh-son", "effective": "2025-07-01"},
        },
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.agency.obligation_changed",
        owner="inspection",
        en="The agency's duty to apply ISO 9001 changed",
        vi="Thay đổi nghĩa vụ áp dụng ISO 9001 của cơ quan",
        schema=ObligationChanged,
        example={
            "from": "encouraged",
            "to": "mandatory",
            "effective": "2026-01-01",
            "basis": "Kế hoạch áp dụng ISO 9001 tại cấp xã của UBND tỉnh",
        },
        invalid={"unknown duty": {"from": "encouraged", "to": "required", "effective": "2026-01-01"}},
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.agency.suspended",
        owner="inspection",
        en="The agency was suspended",
        vi="Tạm dừng hoạt động của cơ quan",
        schema=Suspended,
        example={"effective": "2026-02-01", "reason": "Chờ kiện toàn tổ chức bộ máy"},
        invalid={"no reason": {"effective": "2026-02-01"}},
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.agency.resumed",
        owner="inspection",
        en="The agency resumed work",
        vi="Cơ quan hoạt động trở lại",
        schema=Resumed,
        example={"effective": "2026-03-01"},
        invalid={"no day": {}},
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.agency.ended",
        owner="inspection",
        en="The agency ceased to exist",
        vi="Cơ quan chấm dứt hoạt động",
        schema=Ended,
        example={
            "how": "level_abolished",
            "effective": "2025-07-01",
            "successors": ["ubnd-xa-thanh-son", "ubnd-xa-khuat-tu"],
            "legal_basis": "Nghị quyết 203/2025/QH15",
        },
        invalid={
            "successors not stated": {"how": "dissolved", "effective": "2025-07-01"},
            "unknown way": {"how": "renamed", "effective": "2025-07-01", "successors": []},
        },
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.agency.baselined",
        owner="inspection",
        en="State of an agency from before it joined",
        vi="Hiện trạng cơ quan khi tham gia hệ thống",
        schema=Baselined,
        example={**_REGISTERED, "state": "active", "state_since": "2025-07-01"},
        invalid={
            "ended agencies are not brought along": {**_REGISTERED, "state": "ended", "state_since": "2025-07-01"}
        },
        asserter="parent",
    )
)
