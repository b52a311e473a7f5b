"""The 23 ministries and agencies of central level of 2013, their plans, and the reorganisation of March 2025.

Source: national data of 30 November 2013 (18 of 23 with an approved plan, the five exceptions by name); which
agencies there were and what became of them: Resolutions of the National Assembly on the Government's structure of the
13th and 15th term (176/2025/QH15).
"""

from __future__ import annotations

from collections.abc import Iterator

from shared import clock
from shared.simulation.agencies import Agency
from shared.simulation.events import slug
from shared.simulation.history.records import OldAgency, Past, plan_approved, spread

_SINCE = clock.day_of("2007-08-08")
REORGANISED = clock.day_of("2025-03-01")
_BASIS = "Nghị quyết 176/2025/QH15"

#: Name, name in English, kind, into which agency it went in 2025.
_OF_2013 = (
    ("Bộ Quốc phòng", "Ministry of Defence", "ministry", ""),
    ("Bộ Công an", "Ministry of Public Security", "ministry", ""),
    ("Bộ Ngoại giao", "Ministry of Foreign Affairs", "ministry", ""),
    ("Bộ Nội vụ", "Ministry of Home Affairs", "ministry", ""),
    ("Bộ Tư pháp", "Ministry of Justice", "ministry", ""),
    ("Bộ Kế hoạch và Đầu tư", "Ministry of Planning and Investment", "ministry", "Bộ Tài chính"),
    ("Bộ Tài chính", "Ministry of Finance", "ministry", ""),
    ("Bộ Công Thương", "Ministry of Industry and Trade", "ministry", ""),
    ("Bộ Nông nghiệp và Phát triển nông thôn", "Ministry of Agriculture and Rural Development", "ministry",
     "Bộ Nông nghiệp và Môi trường"),
    ("Bộ Giao thông vận tải", "Ministry of Transport", "ministry", "Bộ Xây dựng"),
    ("Bộ Xây dựng", "Ministry of Construction", "ministry", ""),
    ("Bộ Tài nguyên và Môi trường", "Ministry of Natural Resources and Environment", "ministry",
     "Bộ Nông nghiệp và Môi trường"),
    ("Bộ Thông tin và Truyền thông", "Ministry of Information and Communications", "ministry",
     "Bộ Khoa học và Công nghệ"),
    ("Bộ Lao động - Thương binh và Xã hội", "Ministry of Labour, Invalids and Social Affairs", "ministry",
     "Bộ Nội vụ"),
    ("Bộ Văn hóa, Thể thao và Du lịch", "Ministry of Culture, Sports and Tourism", "ministry", ""),
    ("Bộ Khoa học và Công nghệ", "Ministry of Science and Technology", "ministry", ""),
    ("Bộ Giáo dục và Đào tạo", "Ministry of Education and Training", "ministry", ""),
    ("Bộ Y tế", "Ministry of Health", "ministry", ""),
    ("Thanh tra Chính phủ", "Government Inspectorate", "ministerial_agency", ""),
    ("Ngân hàng Nhà nước Việt Nam", "State Bank of Vietnam", "ministerial_agency", ""),
    ("Ủy ban Dân tộc", "Committee for Ethnic Affairs", "ministerial_agency", "Bộ Dân tộc và Tôn giáo"),
    ("Văn phòng Chính phủ", "Office of the Government", "ministerial_agency", ""),
    ("Bảo hiểm xã hội Việt Nam", "Vietnam Social Security", "government_agency", "Bộ Tài chính"),
)  # fmt: skip

#: Ministries that began in March 2025.
_NEW = (
    ("Bộ Nông nghiệp và Môi trường", "Ministry of Agriculture and Environment"),
    ("Bộ Dân tộc và Tôn giáo", "Ministry of Ethnic and Religious Affairs"),
)

#: Without an approved plan on 30 November 2013.
_WITHOUT_PLAN = frozenset(
    {
        "Bộ Quốc phòng",
        "Bộ Lao động - Thương binh và Xã hội",
        "Bộ Giao thông vận tải",
        "Bộ Giáo dục và Đào tạo",
        "Bộ Tài nguyên và Môi trường",
    }
)

#: Defence spoke at the national conference of April 2021; when its plan was approved is not published.
_DEFENCE_PLAN = clock.day_of("2020-12-31")


def _agency(name: str, name_en: str, kind: str) -> Agency:
    return Agency(slug(name), name, name_en, kind, "central", has_tthc=True, legal_basis="Quyết định 19/2014/QĐ-TTg")


def agencies() -> list[OldAgency]:
    """Return the agencies of central level, those that began in 2025 included."""
    old = [
        OldAgency(
            _agency(name, name_en, kind),
            _SINCE,
            [slug(into)] if into else (),
            ended_on=REORGANISED,
            legal_basis=_BASIS,
        )
        for name, name_en, kind, into in _OF_2013
    ]
    return [OldAgency(_agency(*named, "ministry"), REORGANISED) for named in _NEW] + old


def facts() -> Iterator[Past]:
    """Give the approvals of plans."""
    for index, (name, *_) in enumerate(_OF_2013):
        if name not in _WITHOUT_PLAN:
            yield plan_approved(slug(name), spread(index, "2010-03-01", "2013-10-31"))
    yield plan_approved(slug("Bộ Quốc phòng"), _DEFENCE_PLAN)
