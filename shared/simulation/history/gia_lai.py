"""Gia Lai at the end of 2017: 53 of 53 agencies of province and district apply, and 11 of 222 communes.

Source: an article on the end of 2017 (53/53, 11 communes). Gia Lai had 222 communes then; the list of 2025 has 218, so
four that had been merged since are there by number only. Which agencies the 53 are, and which communes the 11, is not
said: committee, 17 districts, typical departments and sub-departments up to the sum; the first communes of the list.
"""

from __future__ import annotations

from collections.abc import Iterator

from shared import clock
from shared.simulation.agencies import Agency
from shared.simulation.history.local import DEPARTMENTS, Province
from shared.simulation.history.provinces import new_province_id
from shared.simulation.history.records import OldAgency, Past, declared, spread

_SINCE = clock.day_of("2010-01-01")
COMMUNES_2017 = 222
DECLARED_COMMUNES = 11

_DEPARTMENTS = (*DEPARTMENTS, ("Ban Quản lý Khu kinh tế", ""))
_AGRICULTURE = "Sở Nông nghiệp và Phát triển nông thôn"
_HOME = "Sở Nội vụ"
_LAND = "Sở Tài nguyên và Môi trường"
_SUB_DEPARTMENTS = (
    ("Chi cục Tiêu chuẩn Đo lường Chất lượng", "Sở Khoa học và Công nghệ"),
    ("Chi cục Kiểm lâm", _AGRICULTURE),
    ("Chi cục Trồng trọt và Bảo vệ thực vật", _AGRICULTURE),
    ("Chi cục Chăn nuôi và Thú y", _AGRICULTURE),
    ("Chi cục Thủy lợi", _AGRICULTURE),
    ("Chi cục Phát triển nông thôn", _AGRICULTURE),
    ("Chi cục Quản lý chất lượng Nông lâm sản và Thủy sản", _AGRICULTURE),
    ("Chi cục Bảo vệ môi trường", _LAND),
    ("Chi cục Quản lý đất đai", _LAND),
    ("Chi cục Văn thư - Lưu trữ", _HOME),
    ("Ban Tôn giáo", _HOME),
    ("Ban Thi đua - Khen thưởng", _HOME),
    ("Chi cục Dân số - Kế hoạch hóa gia đình", "Sở Y tế"),
    ("Chi cục An toàn vệ sinh thực phẩm", "Sở Y tế"),
    ("Chi cục Quản lý thị trường", "Sở Công Thương"),
)


def _province() -> Province:
    return Province("P64", "gia-lai", _SINCE)


def _merged_since(province: Province) -> Iterator[OldAgency]:
    for number in range(1, COMMUNES_2017 - len(province.communes) + 1):
        agency = Agency(
            f"ubnd-xa-da-sap-nhap-{number}-gia-lai",
            f"Ủy ban nhân dân xã đã sáp nhập trước năm 2025 (số {number})",
            f"People's Committee of a commune merged before 2025 (no. {number})",
            "commune_pc",
            "commune",
            province.committee,
            province.unit.code,
            "encouraged",
        )
        yield OldAgency(agency, _SINCE, [new_province_id("P64")])


def agencies() -> list[OldAgency]:
    """Return the 52 mandatory agencies below the province's committee, and the 222 communes."""
    province = _province()
    found = list(province.bodies(_DEPARTMENTS, _SUB_DEPARTMENTS))
    found += [province.district(unit) for unit in province.districts]
    found += [province.commune(unit) for unit in province.communes]
    return found + list(_merged_since(province))


def facts() -> Iterator[Past]:
    """Give the declarations of the mandatory agencies and of the eleven communes."""
    province = _province()
    bound = [old.agency.agency_id for old in agencies() if old.agency.obligation == "mandatory"]
    for index, agency_id in enumerate([province.committee, *bound]):
        day = spread(index, "2014-06-15", "2015-11-30")
        yield from declared(agency_id, day - 200, day - 90, day, "TCVN ISO 9001:2008")
    for index, unit in enumerate(province.communes[:DECLARED_COMMUNES]):
        day = spread(index, "2016-09-01", "2017-12-15")
        yield from declared(province.commune_id(unit), day - 240, day - 100, day, "TCVN ISO 9001:2015")
