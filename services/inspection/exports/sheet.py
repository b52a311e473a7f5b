"""A table to be written to a file: what each column holds, and what the figures rest on. Knows no file format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

#: text; whole number; rate in percent with two decimals; day number; address on this site.
Kind = Literal["text", "whole", "percent", "day", "link"]
Cell = str | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    title: str
    kind: Kind = "text"
    #: Decimals of each number of a `whole` column of figures that are not whole; None writes each as it is.
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with all that is needed to read it, in one language."""

    title: str
    #: What the figures rest on: as of, as known at, data up to, filters, address; label and value.
    basis: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    language: str = "vi"
    #: Further tables under titles of their own.
    more: Sequence[Sheet] = field(default=())


#: What no XML document may hold, not even escaped (XML 1.0, section 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def for_xml(sheet: Sheet) -> Sheet:
    """Return the table without the characters that XML does not allow: one of them, pushed by anybody, spoils a whole file."""
    return replace(
        sheet,
        title=_xml(sheet.title),
        basis=[(_xml(label), _xml(value)) for label, value in sheet.basis],
        columns=[replace(column, title=_xml(column.title)) for column in sheet.columns],
        rows=[[_xml(cell) if isinstance(cell, str) else cell for cell in row] for row in sheet.rows],
        more=[for_xml(table) for table in sheet.more],
    )


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def percent_cell(
    percent: str | None, numerator: float | None = None, denominator: float | None = None
) -> Decimal | None:
    """Return a rate for display ("99.18") as a cell; none where it does not apply.

    With what it is the rate of, the cell is the exact rate, which each kind of file rounds as it shows it.
    """
    if percent is None or numerator is None or not denominator:
        return None if percent is None else Decimal(percent)
    return Decimal(str(numerator)) * 100 / Decimal(str(denominator))
