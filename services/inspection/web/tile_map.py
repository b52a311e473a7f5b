"""The country as a map of tiles: one square per province of today's geography, and the two archipelagos.

Owns where each tile lies. Squares need no boundary data, give every province the same weight and stay readable; quần đảo
Hoàng Sa belongs to thành phố Đà Nẵng, quần đảo Trường Sa to tỉnh Khánh Hòa, and both show their province's figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.inspection.read_models import BoardRow, Figure

#: Column and row of each province, west to east and north to south.
PLACES: Mapping[str, tuple[int, int]] = {
    "P12": (1, 0), "P15": (2, 0), "P08": (3, 0), "P04": (4, 0),
    "P11": (0, 1), "P14": (1, 1), "P25": (2, 1), "P19": (3, 1), "P20": (4, 1), "P22": (5, 1),
    "P01": (2, 2), "P24": (3, 2), "P31": (4, 2),
    "P37": (2, 3), "P33": (3, 3),
    "P38": (2, 4),
    "P40": (2, 5),
    "P42": (2, 6),
    "P44": (3, 7),
    "P46": (3, 8),
    "P48": (4, 9),
    "P51": (4, 10),
    "P52": (4, 11),
    "P66": (4, 12),
    "P75": (2, 13), "P68": (3, 13), "P56": (4, 13),
    "P80": (1, 14), "P79": (2, 14),
    "P91": (0, 15), "P82": (1, 15), "P86": (2, 15),
    "P92": (1, 16),
    "P96": (0, 16),
}  # fmt: skip
#: Name, province, column and row of the archipelagos.
ARCHIPELAGOS = (("Quần đảo Hoàng Sa", "P48", (6, 9)), ("Quần đảo Trường Sa", "P56", (6, 14)))
#: Upper bounds of the classes of colour, in percent; the last class is 100 itself and what is just below.
BOUNDS = (20, 40, 60, 80, 100)


@dataclass(frozen=True, slots=True)
class Tile:
    """One square."""

    key: str
    name: str
    figure: Figure | None
    column: int
    row: int
    #: 0 to 4, None where the figure does not apply.
    shade: int | None
    archipelago: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What the map shows, for the sentence below it."""

    highest: Sequence[BoardRow]
    lowest: Sequence[BoardRow]
    #: Provinces without the figure.
    without: int


def tiles(rows: Sequence[BoardRow], indicator: str) -> list[Tile]:
    """Return the tiles of one indicator; nothing where the rows are those of another geography."""
    by_key = {row.key: row for row in rows}
    if not PLACES.keys() & by_key.keys() or by_key.keys() - PLACES.keys() - {"central", "unknown"}:
        return []
    found = [_tile(by_key.get(key), key, place, indicator) for key, place in PLACES.items() if key in by_key]
    islands = [_tile(by_key.get(key), key, place, indicator, name) for name, key, place in ARCHIPELAGOS]
    return [*found, *islands]


def _tile(row: BoardRow | None, key: str, place: tuple[int, int], indicator: str, name: str = "") -> Tile:
    figure = row.figures.get(indicator) if row else None
    label = name or (row.label_vi.removeprefix("Thành phố ").removeprefix("Tỉnh ") if row else key)
    return Tile(key, label, figure, *place, shade_of(figure), archipelago=bool(name))


def shade_of(figure: Figure | None) -> int | None:
    """Return the class of a rate."""
    if figure is None or figure.percent is None:
        return None
    percent = Decimal(figure.percent)
    return next(number for number, bound in enumerate(BOUNDS) if percent < bound or bound == BOUNDS[-1])


def reading(rows: Sequence[BoardRow], indicator: str) -> Reading:
    """Return the provinces with the highest and the lowest rate; all that share it."""
    rated = [row for row in rows if row.key in PLACES and row.figures[indicator].rate is not None]
    if not rated:
        return Reading((), (), sum(row.key in PLACES for row in rows))
    rates = [row.figures[indicator].rate or 0.0 for row in rated]
    highest = [row for row in rated if row.figures[indicator].rate == max(rates)]
    lowest = [row for row in rated if row.figures[indicator].rate == min(rates)]
    return Reading(highest, lowest, sum(row.key in PLACES for row in rows) - len(rated))
