"""Agencies below a province as they were before July 2025: departments, sub-departments, districts, communes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from shared.simulation import geography
from shared.simulation.agencies import Agency, bare_name, commune_id, lower_first
from shared.simulation.events import slug
from shared.simulation.geography import Unit
from shared.simulation.history.provinces import new_province_id, old_province_id
from shared.simulation.history.records import OldAgency

_LEVEL_ENDED = "Luật Tổ chức chính quyền địa phương số 72/2025/QH15"

#: Typical departments of 2013 to 2017 with the key of today's department that took over (none: the committee).
DEPARTMENTS = (
    ("Văn phòng Ủy ban nhân dân", "vp-ubnd"),
    ("Sở Nội vụ", "so-noi-vu"),
    ("Sở Tư pháp", "so-tu-phap"),
    ("Sở Kế hoạch và Đầu tư", "so-tai-chinh"),
    ("Sở Tài chính", "so-tai-chinh"),
    ("Sở Công Thương", "so-cong-thuong"),
    ("Sở Nông nghiệp và Phát triển nông thôn", "so-nn-mt"),
    ("Sở Giao thông vận tải", "so-xay-dung"),
    ("Sở Xây dựng", "so-xay-dung"),
    ("Sở Tài nguyên và Môi trường", "so-nn-mt"),
    ("Sở Thông tin và Truyền thông", "so-kh-cn"),
    ("Sở Lao động - Thương binh và Xã hội", "so-noi-vu"),
    ("Sở Văn hóa, Thể thao và Du lịch", "so-vh-tt-dl"),
    ("Sở Khoa học và Công nghệ", "so-kh-cn"),
    ("Sở Giáo dục và Đào tạo", "so-gd-dt"),
    ("Sở Y tế", "so-y-te"),
    ("Thanh tra", "thanh-tra"),
    ("Ban Dân tộc", ""),
    ("Sở Ngoại vụ", ""),
)


class Province:
    """The agencies of one province of before; `mark` keeps their ids apart from those of other provinces."""

    def __init__(self, code: str, mark: str, since: int) -> None:
        """Take the province's code, a short mark, and since when its agencies are in the registry."""
        self.unit = geography.before().by_code[code]
        self.committee = old_province_id(code)
        self._mark = mark
        self._since = since
        self._new = new_province_id(code)

    @property
    def districts(self) -> Sequence[Unit]:
        """The districts, towns and cities of the province."""
        return geography.before().below(self.unit.code)

    @property
    def communes(self) -> Sequence[Unit]:
        """The communes, wards and townships of all districts."""
        return [commune for district in self.districts for commune in geography.before().below(district.code)]

    def district_id(self, unit: Unit) -> str:
        """Return the id of a district's committee."""
        return f"ubnd-{slug(unit.name)}-{self._mark}"

    def commune_id(self, unit: Unit) -> str:
        """Return the id of the committee of a commune of before."""
        return f"ubnd-{slug(unit.name)}-{unit.code.lower()}-truoc-2025"

    def body_id(self, name: str) -> str:
        """Return the id of a department or other body of the province."""
        return f"{slug(name)}-{self._mark}"

    def body(self, name: str, kind: str, key: str, obligation: str = "mandatory", above: str = "") -> OldAgency:
        """Return a body of provincial level; `above` is the name of the department that it belongs to."""
        agency = Agency(
            self.body_id(name),
            f"{name} {lower_first(self.unit.name)}",
            f"{name} ({bare_name(self.unit.name)})",
            kind,
            "province",
            self.body_id(above) if above else self.committee,
            obligation=obligation,
            has_tthc=obligation == "mandatory",
        )
        successor = f"{key}-{self._new.removeprefix('ubnd-')}" if key else self._new
        return OldAgency(agency, self._since, [successor])

    def bodies(self, departments: Iterable[tuple[str, str]], below: Iterable[tuple[str, str]]) -> Iterator[OldAgency]:
        """Give departments (name, today's key), then sub-departments (name, department that they belong to)."""
        keys = dict(departments)
        for name, key in keys.items():
            yield self.body(name, "provincial_department", key)
        for name, above in below:
            yield self.body(name, "sub_department", keys[above], above=above)

    def district(self, unit: Unit) -> OldAgency:
        """Return a district's committee; the level ended, its communes' successors took over."""
        agency = Agency(
            self.district_id(unit),
            f"Ủy ban nhân dân {lower_first(unit.name)}",
            f"People's Committee of {bare_name(unit.name)}",
            "district_pc",
            "district",
            self.committee,
            unit.code,
        )
        heirs = sorted({_heir(commune.code) for commune in geography.before().below(unit.code)})
        return OldAgency(agency, self._since, heirs, "level_abolished", legal_basis=_LEVEL_ENDED)

    def commune(self, unit: Unit) -> OldAgency:
        """Return the committee of a commune; communes are encouraged, not bound."""
        agency = Agency(
            self.commune_id(unit),
            f"Ủy ban nhân dân {lower_first(unit.name)}",
            f"People's Committee of {bare_name(unit.name)}",
            "commune_pc",
            "commune",
            self.district_id(geography.before().by_code[unit.parent]),
            unit.code,
            "encouraged",
        )
        return OldAgency(agency, self._since, [_heir(unit.code)])


def _heir(code: str) -> str:
    return commune_id(geography.today().by_code[geography.successors()[code]])
