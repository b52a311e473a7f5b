"""Tables of the rooms: one description that the page and its files are both made from, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, overload

from services.inspection.exports.sheet import Cell, Column, Kind, Sheet

T = TypeVar("T")

#: Rows of a page, and of a file.
SHOWN, IN_A_FILE = 200, 20_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell."""

    value: Cell
    #: Where it leads to; on the page only.
    link: str = ""
    #: Colour of the tag that it is shown as; none: plain text.
    tone: str = ""
    #: A second line in small letters; a column of its own in files.
    below: str = ""
    #: Where the button that the value is written on posts to; on the page only.
    post: str = ""


@dataclass(frozen=True, slots=True)
class RoomColumn:
    """One column, titled in the reader's language."""

    title: str
    kind: Kind = "text"
    #: Title of the column that the second lines of its cells make in files; none: they have no second lines.
    below: str = ""
    #: Decimals of all numbers of a `whole` column of figures that are not whole.
    decimals: int | None = None


class RowsOf(Sequence[Sequence[Shown]], Generic[T]):
    """Rows made of a long list when they are looked at: a page shows few of them, a file all."""

    def __init__(self, items: Sequence[T], make: Callable[[T], Sequence[Shown]]) -> None:
        """Take what the rows are about, and what makes a row of it."""
        self._items, self._make = items, make

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._items)

    @overload
    def __getitem__(self, place: int) -> Sequence[Shown]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[Shown]]: ...
    def __getitem__(self, place: int | slice) -> Sequence[Shown] | Sequence[Sequence[Shown]]:
        """Return a row, or some of them."""
        if isinstance(place, slice):
            return [self._make(one) for one in self._items[place]]
        return self._make(self._items[place])


@dataclass(frozen=True, slots=True)
class RoomTable:
    """One table; the first column names its rows."""

    #: Anchor on the page.
    name: str
    title: str
    columns: Sequence[RoomColumn]
    rows: Sequence[Sequence[Shown]]
    #: What is said where there is no row: title and hint.
    empty: tuple[str, str] = field(default=("", ""))
    #: What a chart reads of each row: names and values of its `data-` attributes.
    chart: Sequence[Sequence[tuple[str, str]]] = ()

    @property
    def shown(self) -> Sequence[Sequence[Shown]]:
        """Return the rows that fit on a page."""
        return self.rows[:SHOWN]

    def sheet(self, language: str, basis: Sequence[tuple[str, str]] = (), more: Sequence[Sheet] = ()) -> Sheet:
        """Return it as it goes into a file, with what it rests on and further tables."""
        columns: list[Column] = []
        for one in self.columns:
            columns.append(Column(one.title, one.kind, one.decimals))
            if one.below:
                columns.append(Column(one.below))
        rows = [_cells(self.columns, row) for row in self.rows[:IN_A_FILE]]
        return Sheet(self.title, basis, columns, rows, language, tuple(more))


def _cells(columns: Sequence[RoomColumn], row: Sequence[Shown]) -> list[Cell]:
    cells: list[Cell] = []
    for column, cell in zip(columns, row, strict=True):
        cells.append(cell.value)
        if column.below:
            cells.append(cell.below)
    return cells
