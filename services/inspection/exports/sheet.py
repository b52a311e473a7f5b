"""A table to be written to a file: what each column holds, and what the figures rest on. Knows no file format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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


def percent_cell(percent: str | None) -> Decimal | None:
    """Return a rate for display ("99.18") as a cell; none where it does not apply."""
    return None if percent is None else Decimal(percent)
