"""The administrative units that agencies of the simulation serve, before and after 1 July 2025.

Read from the registry's data files (extracted from the package vietnamadminunits, MIT licence; see the README beside
them). Named by a path, not imported: the simulation knows no service.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from shared import clock

#: First day of the 34 provinces; the district level ended with the day before.
REFORM = clock.day_of("2025-07-01")

_HOLDER = "services.inspection"


@dataclass(frozen=True, slots=True)
class Unit:
    """A province, district or commune."""

    code: str
    name: str
    #: Tỉnh, thành phố, quận, huyện, xã, phường, đặc khu …
    type: str
    parent: str


@dataclass(frozen=True, slots=True)
class Units:
    """All units of one of the two geographies."""

    by_code: Mapping[str, Unit]
    children: Mapping[str, Sequence[Unit]]

    @property
    def provinces(self) -> Sequence[Unit]:
        """The provinces by code."""
        return self.children[""]

    def below(self, code: str) -> Sequence[Unit]:
        """Return the units directly below one."""
        return self.children.get(code, ())


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files(_HOLDER).joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def _units(name: str) -> Units:
    by_code = {row["code"]: Unit(row["code"], row["name"], row["type"], row["parent"]) for row in _rows(name)}
    children: dict[str, list[Unit]] = {}
    for unit in by_code.values():
        children.setdefault(unit.parent, []).append(unit)
    return Units(by_code, {parent: sorted(units, key=lambda unit: unit.code) for parent, units in children.items()})


@cache
def today() -> Units:
    """Return the 34 provinces and 3,321 communes since 1 July 2025."""
    return _units("units_2025.csv")


@cache
def before() -> Units:
    """Return the provinces, districts and communes of the middle of 2025."""
    return _units("units_before_2025.csv")


@cache
def succession() -> Sequence[tuple[str, str, str, bool]]:
    """Return all links from old to new units: codes, `whole` or `part`, whether it is the default; the default first."""
    rows = _rows("succession_2025.csv")
    links = [(row["old"], row["new"], row["share"], row["is_default"] == "1") for row in rows]
    return sorted(links, key=lambda link: (link[0], not link[3], link[1]))


@cache
def successors() -> Mapping[str, str]:
    """Return the unit that takes the obligations of each old one, by code."""
    return {row["old"]: row["new"] for row in _rows("succession_2025.csv") if row["is_default"] == "1"}


@cache
def unchanged_provinces() -> frozenset[str]:
    """Return the codes of the provinces that the reform left as they were; they go on as the same agency."""
    merged: dict[str, list[str]] = {}
    for old, new in successors().items():
        if old.startswith("P"):
            merged.setdefault(new, []).append(old)
    return frozenset(new for new, old in merged.items() if old == [new])
