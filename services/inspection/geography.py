"""Which province a unit lies in, on a day or in today's geography.

Owns the administrative units before and after 1 July 2025 and who succeeded whom (`data/`, read once). A code is no
identity: most codes of before are in use again for another territory, so every question says on which day the code was
given. Source: Resolution 202/2025/QH15; data extracted from the package vietnamadminunits (see data/README.md).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from shared import clock
from shared.turns import in_turns

#: First day of the 34 provinces; the district level ended with the day before.
REFORM = clock.day_of("2025-07-01")

#: Key of agencies of central level, which lie in no province.
CENTRAL = "central"

#: Key of agencies whose unit is not known.
UNKNOWN = "unknown"

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in one of the two geographies."""

    code: str
    name: str
    parent: str
    #: tỉnh, huyện, xã, phường, …
    type: str = ""


@dataclass(frozen=True, slots=True)
class Succession:
    """An old unit and one that its territory went to; n to m."""

    old: str
    new: str
    #: `whole`, or `part` where the old unit was divided.
    share: str
    #: Whether the new one stands for the old one where only one can; exactly one does.
    is_default: bool


@dataclass(frozen=True, slots=True)
class Geography:
    """Both geographies and the way from the old to the new one."""

    before: Mapping[str, Unit]
    after: Mapping[str, Unit]
    #: Default successor of old units, by code.
    successors: Mapping[str, str]
    #: All successors of an old unit, and all predecessors of a new one, by code; the default link first.
    onwards: Mapping[str, Sequence[Succession]] = field(default_factory=dict)
    backwards: Mapping[str, Sequence[Succession]] = field(default_factory=dict)

    def province(self, code: str, given_on: int, geography_on: int) -> str | None:
        """Return the code of the province that a unit lies in.

        Args:
            code: `P…`, `D…` or `W…`.
            given_on: Day on which the code was given; says which of two units of that code is meant.
            geography_on: Day whose provinces are asked for.
        """
        old = given_on < REFORM and code in self.before
        if not old:
            return _climb(self.after, code) or _climb(self.before, code)
        if geography_on < REFORM:
            return _climb(self.before, code)
        return self._restated(code)

    def _restated(self, code: str) -> str | None:
        """Return today's province of an old unit: by its own default successor, else by its province's."""
        successor = self.successors.get(code)
        if successor is not None:
            return _climb(self.after, successor)
        province = _climb(self.before, code)
        return self.successors.get(province, province) if province is not None else None

    def name(self, code: str, geography_on: int) -> str:
        """Return the name of a unit of a day's geography; the code itself where there is none."""
        units = self.before if geography_on < REFORM else self.after
        unit = units.get(code)
        return unit.name if unit else code


def _climb(units: Mapping[str, Unit], code: str) -> str | None:
    unit = units.get(code)
    while unit is not None and unit.parent:
        unit = units.get(unit.parent)
    return unit.code if unit else None


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        yield from in_turns(csv.DictReader(file))


def units(*, before: bool) -> Iterator[Unit]:
    """Read the units of one geography; equal words are one object, for whoever keeps them."""
    for row in _rows("units_before_2025.csv" if before else "units_2025.csv"):
        yield Unit(*(sys.intern(row[name]) for name in ("code", "name", "parent", "type")))


def successions() -> list[Succession]:
    """Read who succeeded whom, the default links first."""
    links = [
        Succession(sys.intern(row["old"]), sys.intern(row["new"]), sys.intern(row["share"]), row["is_default"] == "1")
        for row in _rows("succession_2025.csv")
    ]
    return sorted(links, key=lambda link: (not link.is_default, link.old, link.new))


def load() -> Geography:
    """Read the data files; about 40 ms and ten megabytes, so nobody keeps it who can do with less."""
    links = successions()
    successors = {link.old: link.new for link in links if link.is_default}
    before, after = ({unit.code: unit for unit in units(before=which)} for which in (True, False))
    return Geography(before, after, successors, _by(links, "old"), _by(links, "new"))


def provinces(geography_on: int) -> Sequence[Unit]:
    """Return the provinces of a day, by code."""
    return _provinces(geography_on < REFORM)


@cache
def _provinces(before: bool) -> Sequence[Unit]:  # noqa: FBT001 - a cache's key
    return tuple(unit for unit in units(before=before) if not unit.parent)


def _by(links: Iterable[Succession], end: str) -> dict[str, list[Succession]]:
    result: dict[str, list[Succession]] = {}
    for link in links:
        result.setdefault(getattr(link, end), []).append(link)
    return result
