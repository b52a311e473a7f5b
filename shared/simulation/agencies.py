"""The agencies of today's state: 34 provincial committees, their departments, all communes, public units below.

Owns ids and registrations. Ids are opaque to everybody else; here they are readable, so that a terminal is too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice, zip_longest
from typing import Any

from shared.simulation import geography, words
from shared.simulation.events import Emission, iso, slug
from shared.simulation.geography import Unit

#: Resolution that made the 34 provinces.
_PROVINCES = "Nghị quyết 202/2025/QH15"
_COMMUNES = "Nghị quyết của Ủy ban Thường vụ Quốc hội về sắp xếp đơn vị hành chính cấp xã năm 2025"

#: Register of the codes of administrative units; a code is used again for another territory.
_UNIT_CODES = "don_vi_hanh_chinh"

#: First letter of the codes of the units that a committee governs; others that serve a unit do not hold its code.
_GOVERNED = {"provincial_pc": "P", "district_pc": "D", "commune_pc": "W"}


@dataclass(slots=True)
class Agency:
    """An agency that simulated events are about."""

    agency_id: str
    name: str
    name_en: str
    kind: str
    level: str
    parent_id: str | None = None
    unit: str | None = None
    obligation: str = "mandatory"
    has_tthc: bool = True
    legal_basis: str = ""
    #: Agency above it in its field.
    sector_parent_id: str | None = None
    #: How well it keeps its system, 0 to 1; what it does follows from this and chance.
    diligence: float = 0.75
    #: Public procedures it may have: (publisher's code, name, working days).
    entries: tuple[tuple[str, str, int], ...] = ()

    def registration(self, valid_from: int) -> dict[str, Any]:
        """Return the fields of `qms.agency.registered`."""
        data: dict[str, Any] = {
            "name_vi": self.name,
            "name_en": self.name_en,
            "kind": self.kind,
            "level": self.level,
            "obligation": self.obligation,
            "has_tthc": self.has_tthc,
            "inspection_rights": "so-kh-cn" in self.agency_id,
            "valid_from": iso(valid_from),
        }
        if self.unit and self.unit[0] == _GOVERNED.get(self.kind):
            data["codes"] = [{"scheme": _UNIT_CODES, "code": self.unit, "valid_from": iso(valid_from)}]
        optional = {
            "parent_id": self.parent_id,
            "sector_parent_id": self.sector_parent_id,
            "admin_unit_code": self.unit,
            "legal_basis": self.legal_basis,
        }
        return data | {name: value for name, value in optional.items() if value}


def bare_name(name: str) -> str:
    """Return a unit's name without its type: `Phú Thọ` for `Tỉnh Phú Thọ`."""
    for prefix in ("Tỉnh ", "Thành phố ", "Thị xã ", "Thị trấn ", "Quận ", "Huyện ", "Phường ", "Xã ", "Đặc khu "):
        if name.startswith(prefix):
            return name[len(prefix) :]
    return name


def lower_first(name: str) -> str:
    """Return a unit's name as it stands within another: `tỉnh Phú Thọ`."""
    return name[0].lower() + name[1:]


def province_id(unit: Unit) -> str:
    """Return the id of today's committee of a province; merged ones are agencies of their own."""
    plain = f"ubnd-{slug(unit.name)}"
    return plain if unit.code in geography.unchanged_provinces() else f"{plain}-2025"


def commune_id(unit: Unit) -> str:
    """Return the id of today's committee of a commune; names repeat, so the code is in it."""
    return f"ubnd-{slug(unit.name)}-{unit.code.lower()}"


def province(unit: Unit) -> Agency:
    """Return the People's Committee of one of today's provinces."""
    return Agency(
        province_id(unit),
        f"Ủy ban nhân dân {lower_first(unit.name)}",
        f"People's Committee of {bare_name(unit.name)}",
        "provincial_pc",
        "province",
        unit=unit.code,
        legal_basis=_PROVINCES,
    )


def provincial_committee(agency: Agency) -> str | None:
    """Return the committee of the province that an agency belongs to, as far as one step says so."""
    if agency.kind == "provincial_pc":
        return agency.agency_id
    return agency.parent_id if agency.kind in ("provincial_department", "commune_pc") else None


def departments(unit: Unit) -> Iterator[Agency]:
    """Give the typical departments of a province."""
    above = province_id(unit)
    for department in words.DEPARTMENTS:
        yield Agency(
            f"{department.key}-{above.removeprefix('ubnd-')}",
            f"{department.name} {lower_first(unit.name)}",
            f"{department.name_en} of {bare_name(unit.name)}",
            "provincial_department",
            "province",
            above,
            has_tthc=bool(department.procedures),
            legal_basis=_PROVINCES,
            entries=tuple(
                (f"1.9{index:02d}.{department.key}", title, days)
                for index, (title, days) in enumerate(department.procedures)
            ),
        )


def commune(unit: Unit, above: Unit) -> Agency:
    """Return the People's Committee of one of today's communes; it is encouraged, not bound (Decision 19/2014/QĐ-TTg)."""
    return Agency(
        commune_id(unit),
        f"Ủy ban nhân dân {lower_first(unit.name)}",
        f"People's Committee of {bare_name(unit.name)}",
        "commune_pc",
        "commune",
        province_id(above),
        unit.code,
        "encouraged",
        legal_basis=_COMMUNES,
    )


def state() -> Iterator[Agency]:
    """Give the agencies of today: provinces, departments, then communes in turn from every province."""
    units = geography.today()
    yield from map(province, units.provinces)
    for unit in units.provinces:
        yield from departments(unit)
    by_province = ([commune(unit, above) for unit in units.below(above.code)] for above in units.provinces)
    for row in zip_longest(*by_province):
        yield from (agency for agency in row if agency is not None)


def public_units() -> Iterator[Agency]:
    """Give public units below the communes, without end."""
    units = geography.today()
    for number in count(1):
        for kind in words.PUBLIC_UNITS:
            for above in units.provinces:
                for unit in units.below(above.code):
                    yield _public_unit(kind, number, unit)


def _public_unit(kind: str, number: int, unit: Unit) -> Agency:
    name = f"{kind} {bare_name(unit.name)}" + (f" số {number}" if number > 1 else "")
    return Agency(
        f"{slug(kind)}-{number}-{unit.code.lower()}",
        name,
        name,
        "public_unit",
        "commune",
        commune_id(unit),
        obligation="encouraged",
        has_tthc=False,
    )


def nation(size: int, rng: random.Random) -> list[Agency]:
    """Return the first agencies of the state, with how diligent each is."""
    found = list(islice(chain(state(), public_units()), size))
    set_diligence(found, rng)
    return found


def set_diligence(found: Sequence[Agency], rng: random.Random) -> None:
    """Say how diligent agencies are: provinces differ from one another, and what is below them follows, less or more.

    Agencies above come before those below them.
    """
    by_id: dict[str, float] = {}
    for agency in found:
        above = by_id.get(agency.parent_id or "")
        own = rng.uniform(0.45, 0.97) if above is None else above + rng.uniform(-0.2, 0.1)
        agency.diligence = by_id[agency.agency_id] = min(0.99, max(0.05, own))


def registered(agency: Agency, valid_from: int) -> Emission:
    """Return the registration of an agency; the same for every stream, so that two streams fit one system."""
    data = agency.registration(valid_from)
    return Emission(
        "agency.registered", agency.agency_id, agency.agency_id, data, event_id=f"dang-ky-{agency.agency_id}"[:128]
    )
