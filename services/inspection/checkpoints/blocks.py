"""How sums are packed: columns of names and numbers as compressed JSON, a block for a measure and month. Pure.

Fifteen thousand agencies are unpacked in two milliseconds, and take a tenth of the room that as many rows would. The same
sums always give the same bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, repeat
from operator import add
from typing import Any, TypeVar

import orjson

from services.inspection.indicators.timeline import Amounts

T = TypeVar("T")

#: Agency, dimension, day (None where it does not matter), amounts.
Entry = tuple[str, str, int | None, Amounts]

_LEVEL = 1
#: Entries between which others get their turn.
_SOME = 5_000
#: So many times as many amounts as different ones are worth looking for.
_ALIKE = 4


def pack_totals(sums: Mapping[str, Amounts]) -> bytes:
    """Return sums by agency as bytes."""
    agencies = sorted(sums)
    return _packed([agencies, *_columns([sums[agency_id] for agency_id in agencies])])


def unpack_totals(block: bytes) -> tuple[list[str], Iterator[Amounts]]:
    """Return the agencies, and their sums in the same order."""
    agencies, *columns = orjson.loads(zlib.decompress(block))
    return agencies, _amounts(columns, len(agencies))


class Adding:
    """Sums by agency of several blocks, column by column: most agencies are in all of them."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._agencies: list[str] = []
        self._columns: list[list[int]] = [[], [], [], []]
        self._place: dict[str, int] = {}

    def add(self, block: bytes) -> None:
        """Add the sums of a block."""
        agencies, *columns = orjson.loads(zlib.decompress(block))
        if not self._agencies:
            self._agencies = agencies
            self._columns = [column or [0] * len(agencies) for column in columns]
        elif agencies == self._agencies:
            both = zip(self._columns, columns, strict=True)
            self._columns = [list(map(add, sums, column)) if column else sums for sums, column in both]
        else:
            self._add_to_places(agencies, columns)

    def _add_to_places(self, agencies: list[str], columns: Sequence[Any]) -> None:
        """Add sums of other agencies than those that are there, or of not all of them."""
        known = self._place = self._place or {agency_id: place for place, agency_id in enumerate(self._agencies)}
        new = [agency_id for agency_id in agencies if agency_id not in known]
        known.update(zip(new, count(len(known)), strict=False))
        self._agencies = [*self._agencies, *new]
        places = [known[agency_id] for agency_id in agencies]
        for sums, column in zip(self._columns, columns, strict=True):
            sums.extend(repeat(0, len(new)))
            for place, amount in zip(places, column or (), strict=False):
                sums[place] += amount

    def sums(self) -> dict[str, Amounts]:
        """Return the sums by agency; what comes to nothing is left out."""
        told = zip(self._agencies, zip(*self._columns, strict=True), strict=True)
        return {agency_id: amounts for agency_id, amounts in told if amounts[0] or any(amounts)}


def pack_entries(entries: Iterable[Entry]) -> bytes:
    """Return sums by agency, dimension and day as bytes."""
    # By agency, dimension and day: no two have all of them in common.
    ordered = sorted(entries)
    agencies, whose = _numbered([entry[0] for entry in ordered])
    dimensions, what = _numbered([entry[1] for entry in ordered])
    days = [entry[2] for entry in ordered]
    dated = days if any(day is not None for day in days) else 0
    return _packed([agencies, whose, dimensions, what, dated, *_columns([entry[3] for entry in ordered])])


def unpack_entries(block: bytes, named: Callable[[str], str] | None = None) -> Iterator[Entry]:
    """Return what was packed, in order of agency, dimension and day; `named` changes the names of dimensions."""
    agencies, whose, dimensions, what, days, *columns = orjson.loads(zlib.decompress(block))
    if named is not None:
        dimensions = [named(dimension) for dimension in dimensions]
    return zip(
        [agencies[index] for index in whose],
        [dimensions[index] for index in what],
        days or [None] * len(whose),
        _amounts(columns, len(whose)),
        strict=True,
    )


def unpack_parts(
    block: bytes, places_of: Callable[[list[str]], list[T]], named: Callable[[str], str] | None = None
) -> Iterator[Iterator[tuple[T, str, Amounts]]]:
    """Return what was packed without days, some thousand at a time: what stands for the agency, dimension, amounts.

    Args:
        block: what was packed.
        places_of: says what stands for each agency.
        named: changes the names of dimensions.
    """
    agencies, whose, dimensions, what, _days, *columns = orjson.loads(zlib.decompress(block))
    if named is not None:
        dimensions = [named(dimension) for dimension in dimensions]
    places = places_of(agencies)
    for start in range(0, len(whose), _SOME):
        some = slice(start, start + _SOME)
        yield zip(
            map(places.__getitem__, whose[some]),
            map(dimensions.__getitem__, what[some]),
            _amounts([column and column[some] for column in columns], len(whose[some])),
            strict=True,
        )


def _numbered(names: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the different names in order, and for each its number."""
    different = sorted(set(names))
    numbers = {name: number for number, name in enumerate(different)}
    return different, [numbers[name] for name in names]


def _columns(amounts: Sequence[Amounts]) -> list[list[int] | int]:
    """Return the amounts by column; 0 stands for one that is all zeros."""
    columns = [list(column) for column in zip(*amounts, strict=True)] or [[], [], [], []]
    return [column if any(column) else 0 for column in columns]


def _amounts(columns: Sequence[Any], number: int) -> Iterator[Amounts]:
    a1, *others = columns
    if a1 and not any(others):
        different = set(a1)
        if len(different) * _ALIKE <= number:
            # Where things are counted most are ones: the same few amounts serve all.
            made: dict[int, Amounts] = {first: (first, 0, 0, 0) for first in different}
            return map(made.__getitem__, a1)
    a1, a2, a3, a4 = (column or repeat(0, number) for column in columns)
    return zip(a1, a2, a3, a4, strict=True)


def _packed(columns: Sequence[Any]) -> bytes:
    return zlib.compress(orjson.dumps(columns), _LEVEL)
