"""The reform of 1 July 2025 on the real geography: committees of before and after, and who takes over from whom.

63 provinces become 34, 696 districts end with their level, 10,035 communes become 3,321. A commune that was divided
leaves its obligations to the default successor; a district leaves them to the province, as nothing else was decided.
Source: Resolutions 202/2025/QH15 and 203/2025/QH15; data see `services/inspection/data/README.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.client.reorganising import Event, Link, Plan, event
from shared.simulation import geography
from shared.simulation.agencies import bare_name, commune_id, lower_first, province_id
from shared.simulation.events import iso, slug
from shared.simulation.geography import Unit

#: The ministry in charge of administrative units.
MINISTRY = "bo-noi-vu"
#: Day from which the units of before are told; the data are the list of the middle of 2025.
LISTED = "2025-01-01"

PLAN = Plan(
    reorganisation="sap-xep-2025",
    source=MINISTRY,
    name_vi="Sắp xếp đơn vị hành chính các cấp năm 2025",
    effective=iso(geography.REFORM),
    legal_basis="Nghị quyết 202/2025/QH15, Nghị quyết 203/2025/QH15",
    announced="2025-06-16",
    abolished_levels=("district",),
)
_UNIT_CODES = "don_vi_hanh_chinh"
_LEVELS = {"P": ("provincial_pc", "province"), "D": ("district_pc", "district"), "W": ("commune_pc", "commune")}


@dataclass(frozen=True, slots=True)
class Reform:
    """The reform, of the whole country or of some of today's provinces (by code)."""

    provinces: frozenset[str] | None = None

    def _takes_part(self, old: str) -> bool:
        if self.provinces is None:
            return True
        units, code = geography.before().by_code, old
        while units[code].parent:
            code = units[code].parent
        return geography.successors()[code] in self.provinces

    def old_units(self) -> list[Unit]:
        """Return the units of before, those below first."""
        units = [unit for unit in geography.before().by_code.values() if self._takes_part(unit.code)]
        return sorted(units, key=lambda unit: ("WDP".index(unit.code[0]), unit.code))

    def new_units(self) -> list[Unit]:
        """Return today's units, those above first."""
        units = geography.today()
        return [
            unit
            for unit in sorted(units.by_code.values(), key=lambda unit: (unit.parent != "", unit.code))
            if self.provinces is None or (unit.parent or unit.code) in self.provinces
        ]

    def before(self) -> Iterator[Event]:
        """Give the registrations of the ministry and of the committees of before, those above first."""
        data = {"kind": "ministry", "level": "central", "name_vi": "Bộ Nội vụ"}
        yield _registered(MINISTRY, data, "1945-08-28")
        for unit in reversed(self.old_units()):
            parent = old_id(geography.before().by_code[unit.parent]) if unit.parent else None
            yield _registered(old_id(unit), _committee(unit, parent), LISTED, code=unit.code)

    def after(self) -> Iterator[Event]:
        """Give the registrations of today's committees; those that go on from before are there already."""
        going_on = geography.unchanged_provinces()
        for unit in self.new_units():
            if unit.code in going_on:
                continue
            parent = province_id(geography.today().by_code[unit.parent]) if unit.parent else None
            yield _registered(new_id(unit), _committee(unit, parent), PLAN.effective)

    def links(self) -> list[Link]:
        """Return who takes over from whom, agencies below first."""
        onwards: dict[str, list[Link]] = {}
        for old, new, share, is_default in geography.succession():
            if old[0] != "P" and self._takes_part(old):
                onwards.setdefault(old, []).append(self._link(old, new, share, is_default=is_default))
        return [link for unit in self.old_units() for link in onwards.get(unit.code) or [self._by_decision(unit)]]

    def _link(self, old: str, new: str, share: str, *, is_default: bool) -> Link:
        how = "level_abolished" if old.startswith("D") else "merged"
        giver, taker = geography.before().by_code[old], geography.today().by_code[new]
        return Link(old_id(giver), new_id(taker), share, is_default, how)

    def _by_decision(self, unit: Unit) -> Link:
        """Return the link of a province, or of a district of which the succession of units says nothing."""
        above = unit.parent or unit.code
        return self._link(unit.code, geography.successors()[above], "whole", is_default=True)

    def codes(self) -> Iterator[Event]:
        """Give today's codes, free once the committees of before have ended."""
        for unit in self.new_units():
            if unit.code not in geography.unchanged_provinces():
                data = {"scheme": _UNIT_CODES, "code": unit.code, "valid_from": PLAN.effective}
                yield event(PLAN, "agency.code_assigned", new_id(unit), new_id(unit), data, on=PLAN.effective)


def old_id(unit: Unit) -> str:
    """Return the id of a committee of before; a province that goes on is the same agency."""
    name = f"ubnd-{slug(unit.name)}"
    return name if unit.code.startswith("P") else f"{name}-{unit.code.lower()}-{LISTED[:4]}"


def new_id(unit: Unit) -> str:
    """Return the id of one of today's committees."""
    return commune_id(unit) if unit.parent else province_id(unit)


def _committee(unit: Unit, parent: str | None) -> dict[str, Any]:
    kind, level = _LEVELS[unit.code[0]]
    data: dict[str, Any] = {
        "kind": kind,
        "level": level,
        "name_vi": f"Ủy ban nhân dân {lower_first(unit.name)}",
        "name_en": f"People's Committee of {bare_name(unit.name)}",
        "admin_unit_code": unit.code,
        "legal_basis": PLAN.legal_basis,
    }
    return {**data, "parent_id": parent} if parent else data


def _registered(agency_id: str, data: Mapping[str, Any], valid_from: str, code: str = "") -> Event:
    bound = "encouraged" if data["level"] == "commune" else "mandatory"
    told = {**data, "obligation": bound, "has_tthc": True, "inspection_rights": False, "valid_from": valid_from}
    if code:
        told["codes"] = [{"scheme": _UNIT_CODES, "code": code, "valid_from": valid_from}]
    return event(PLAN, "agency.registered", agency_id, agency_id, told, on=valid_from)


# -- administrative units -----------------------------------------------------------------------------


def admin_units() -> Iterator[Event]:
    """Give the administrative units: those of before, those of today, and the end of the old ones with their successors."""
    old, new = geography.before(), geography.today()
    yield from _established(old.by_code.values(), LISTED)
    yield from _established(new.by_code.values(), PLAN.effective)
    onwards: dict[str, list[dict[str, Any]]] = {}
    for code, successor, share, is_default in geography.succession():
        link = {"unit": _identity(successor, PLAN.effective), "share": share, "is_default": is_default}
        onwards.setdefault(code, []).append(link)
    for code in sorted(old.by_code, key=lambda code: "WDP".index(code[0])):
        data = {"effective": PLAN.effective, "successors": onwards.get(code, []), **PLAN.basis}
        yield event(PLAN, "admin_unit.ended", MINISTRY, _identity(code, LISTED), data, on=PLAN.effective)


def _established(units: Iterable[Unit], valid_from: str) -> Iterator[Event]:
    for unit in sorted(units, key=lambda unit: "PDW".index(unit.code[0])):
        data = {"code": unit.code, "name": unit.name, "type": unit.type, "valid_from": valid_from, **PLAN.basis}
        if unit.parent:
            data["parent"] = _identity(unit.parent, valid_from)
        yield event(PLAN, "admin_unit.established", MINISTRY, _identity(unit.code, valid_from), data, on=valid_from)


def _identity(code: str, valid_from: str) -> str:
    return f"{code}@{valid_from}"
