"""The 63 provinces of before July 2025 and their plans of 2013; 11 go on as the same agency, 52 went into 23.

Source: national data of 30 November 2013: 62 of 63 provinces approved plan and budget, all but Ho Chi Minh City.
"""

from __future__ import annotations

from collections.abc import Iterator

from shared import clock
from shared.simulation import geography
from shared.simulation.agencies import Agency, bare_name, lower_first, province_id
from shared.simulation.events import iso, slug
from shared.simulation.geography import Unit
from shared.simulation.history.records import OldAgency, Past, past, plan_approved, spread

#: The 63 provinces exist since Hà Tây joined Hà Nội (Resolution 15/2008/QH12).
SINCE = clock.day_of("2008-08-01")

_WITHOUT_PLAN = "P79"

#: Thừa Thiên Huế became a city under the central government (Resolution 175/2024/QH15).
_HUE = "P46"
_HUE_RENAMED = clock.day_of("2025-01-01")


def old_province_id(code: str) -> str:
    """Return the id of the committee of one of the 63 provinces."""
    return f"ubnd-{slug(geography.before().by_code[code].name)}"


def new_province_id(code: str) -> str:
    """Return the id of the committee that took over from one of the 63 provinces."""
    return province_id(geography.today().by_code[geography.successors()[code]])


def _agency(unit: Unit) -> Agency:
    name, name_en = lower_first(unit.name), bare_name(unit.name)
    if unit.code == _HUE:
        name, name_en = "tỉnh Thừa Thiên Huế", "Thừa Thiên Huế"
    return Agency(
        old_province_id(unit.code),
        f"Ủy ban nhân dân {name}",
        f"People's Committee of {name_en}",
        "provincial_pc",
        "province",
        unit=unit.code,
    )


def agencies() -> list[OldAgency]:
    """Return the committees of the 63 provinces."""
    unchanged = geography.unchanged_provinces()
    return [
        OldAgency(_agency(unit), SINCE, () if unit.code in unchanged else [new_province_id(unit.code)])
        for unit in geography.before().provinces
    ]


def changes() -> Iterator[Past]:
    """Give the change of name of Huế."""
    name = "Ủy ban nhân dân thành phố Huế"
    data = {"new": name, "name_en": "People's Committee of Huế", "effective": iso(_HUE_RENAMED)}
    data["legal_basis"] = "Nghị quyết 175/2024/QH15"
    yield past(_HUE_RENAMED, "agency.renamed", old_province_id(_HUE), data)


def facts() -> Iterator[Past]:
    """Give the approvals of plans."""
    for index, unit in enumerate(geography.before().provinces):
        if unit.code != _WITHOUT_PLAN:
            yield plan_approved(old_province_id(unit.code), spread(index, "2010-03-01", "2013-10-31"))
