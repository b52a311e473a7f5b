"""Thanh Sơn district (Phú Thọ): all 244 public procedures built and applied under the system.

Source: an article on the district (244 of 244). It names neither the procedures nor the day; both are numbered here,
in force from 2018 until the district level ended.
"""

from __future__ import annotations

from collections.abc import Iterator

from shared import clock
from shared.simulation.events import iso
from shared.simulation.history.local import Province
from shared.simulation.history.records import DECLARATION, OldAgency, Past, past

PROCEDURES = 244
_DISTRICT = "D238"
_SINCE = clock.day_of("2010-01-01")
_IN_FORCE = clock.day_of("2018-01-02")
_FIELDS = (
    *("Hộ tịch", "Chứng thực", "Đăng ký kinh doanh", "Đất đai", "Xây dựng", "Bảo trợ xã hội", "Giáo dục", "Văn hóa"),
    *("Nông nghiệp", "Môi trường", "Tổ chức hội", "Thi đua, khen thưởng", "Giải quyết khiếu nại, tố cáo"),
)


def _province() -> Province:
    return Province("P25", "phu-tho", _SINCE)


def agency_id() -> str:
    """Return the id of the district's committee."""
    return agencies()[0].agency.agency_id


def agencies() -> list[OldAgency]:
    """Return the district's committee."""
    province = _province()
    return [province.district(unit) for unit in province.districts if unit.code == _DISTRICT]


def facts() -> Iterator[Past]:
    """Give the public procedures, the working procedures for them, and the declaration."""
    district = agency_id()
    for number in range(1, PROCEDURES + 1):
        field = _FIELDS[number % len(_FIELDS)]
        code, name = f"ts-{number:03d}", f"Thủ tục số {number:03d}, lĩnh vực {field}"
        entry = {"name": name, "field": field, "levels": ["district"], "state_since": iso(_IN_FORCE)}
        yield past(_IN_FORCE, "tthc.baselined", district, entry, code)
        procedure = {
            "code": f"QT-{number:03d}",
            "title": f"Quy trình giải quyết {name[0].lower()}{name[1:]}",
            "kind": "tthc",
            "tthc_code": code,
            "status": "in_force",
            "edition": 1,
            "revision": 0,
            "effective_from": iso(_IN_FORCE),
            "state_since": iso(_IN_FORCE),
        }
        yield past(_IN_FORCE, "procedure.baselined", district, procedure, f"qt-{number:03d}")
    declaration = {
        "status": "declared",
        "state_since": iso(_IN_FORCE),
        "declared_on": iso(_IN_FORCE),
        "standard_version": "TCVN ISO 9001:2015",
        "scope_fields": list(_FIELDS),
        "published_channels": ["notice_board", "portal"],
    }
    yield past(_IN_FORCE, "declaration.baselined", district, declaration, DECLARATION)
