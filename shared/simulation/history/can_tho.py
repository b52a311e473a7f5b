"""Cần Thơ at 1 April 2014: 122 units, 121 with a certificate of the old regime, one waiting for it.

Source: Report 311/BC-SKHCN of 1 April 2014 as told in an article. Known: the sum; that all communes are certified; one
voluntary applicant without public procedures (Office of the National Assembly delegation and People's Council); that
the Department of Culture, Cái Răng and Cờ Đỏ finished late. The article neither lists the units nor names the one that
waits: 80 communes are those of the list of 2025, departments and sub-departments are typical ones up to the sum.
"""

from __future__ import annotations

from collections.abc import Iterator

from shared import clock
from shared.simulation.events import iso
from shared.simulation.history.local import DEPARTMENTS, Province
from shared.simulation.history.records import DECLARATION, OldAgency, Past, past, spread

_SINCE = clock.day_of("2009-01-01")
_STANDARD = "TCVN ISO 9001:2008"
#: Days of validity of a certificate: three years.
_VALIDITY = 3 * 365

_AGRICULTURE = "Sở Nông nghiệp và Phát triển nông thôn"
_SUB_DEPARTMENTS = (
    ("Chi cục Tiêu chuẩn Đo lường Chất lượng", "Sở Khoa học và Công nghệ"),
    ("Chi cục Thú y", _AGRICULTURE),
    ("Chi cục Bảo vệ thực vật", _AGRICULTURE),
    ("Chi cục Thủy sản", _AGRICULTURE),
    ("Chi cục Thủy lợi", _AGRICULTURE),
    ("Chi cục Phát triển nông thôn", _AGRICULTURE),
    ("Chi cục Bảo vệ môi trường", "Sở Tài nguyên và Môi trường"),
    ("Chi cục Văn thư - Lưu trữ", "Sở Nội vụ"),
    ("Chi cục Dân số - Kế hoạch hóa gia đình", "Sở Y tế"),
    ("Chi cục An toàn vệ sinh thực phẩm", "Sở Y tế"),
    ("Chi cục Quản lý thị trường", "Sở Công Thương"),
)
_VOLUNTARY = "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân"
_WAITING = "Đơn vị đang chờ cấp giấy chứng nhận (nguồn không nêu tên)"
#: Finished only in the second half of 2013, after they had been urged.
_LATE = ("Sở Văn hóa, Thể thao và Du lịch", "Quận Cái Răng", "Huyện Cờ Đỏ")


def _province() -> Province:
    return Province("P92", "can-tho", _SINCE)


def agencies() -> list[OldAgency]:
    """Return the 121 units below the city's committee, which is the 122nd."""
    city = _province()
    found = list(city.bodies(DEPARTMENTS, _SUB_DEPARTMENTS))
    found.append(city.body(_VOLUNTARY, "voluntary_other", "", "voluntary"))
    found.append(city.body(_WAITING, "provincial_department", ""))
    found += [city.district(unit) for unit in city.districts]
    found += [city.commune(unit) for unit in city.communes]
    return found


def facts() -> Iterator[Past]:
    """Give the certificates, and how far the unit has come that waits for its own."""
    city = _province()
    waiting = city.body_id(_WAITING)
    late = {city.body_id(_LATE[0]), *(city.district_id(unit) for unit in city.districts if unit.name in _LATE)}
    below = [old.agency.agency_id for old in agencies()]
    for index, agency_id in enumerate([city.committee, *below]):
        if agency_id == waiting:
            continue
        begin = "2013-07-01" if agency_id in late else "2011-09-01"
        yield _certificate(agency_id, index, spread(index, begin, "2013-12-15"))
    started, applied = clock.day_of("2013-03-01"), clock.day_of("2013-11-01")
    yield past(started, "declaration.building_started", waiting, {"started_on": iso(started)}, DECLARATION)
    yield past(applied, "declaration.applied", waiting, {"applied_from": iso(applied)}, DECLARATION)


def _certificate(agency_id: str, index: int, issued_on: int) -> Past:
    data = {
        "kind": ("new", "renewed", "extended")[index % 3],
        "standard_version": _STANDARD,
        "issued_on": iso(issued_on),
        "valid_to": iso(issued_on + _VALIDITY),
    }
    return past(issued_on, "declaration.certificate_recorded", agency_id, data, DECLARATION)
