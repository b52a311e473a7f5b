"""The board as a table of a terminal: as whole as its width allows, and never without the names of its rows.

Owns the layout. What the figures are is read in `shared.cli.board`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

#: Characters that names of rows have at least; and more than any table is wide.
_LABEL, _ANY = 24, 10_000
#: A row: its name, and its figures by indicator.
Line = tuple[str, Mapping[str, Mapping[str, Any]]]


def lines_of(rows: Sequence[Mapping[str, Any]], indicators: Sequence[str]) -> list[Line]:
    """Return a line a group, in the order in which the groups come first."""
    lines: dict[str, tuple[str, dict[str, Mapping[str, Any]]]] = {}
    for row in rows:
        if row["indicator"] in indicators:
            lines.setdefault(row["key"], (row["label"] or row["key"], {}))[1][row["indicator"]] = row
    return list(lines.values())


def print_board(console: Console, lines: Sequence[Line], names: Mapping[str, str]) -> None:
    """Print rates with numerators and denominators where these fit, else the rates alone, then what the columns are.

    Without a terminal there is no width to keep to.

    Args:
        console: where to.
        lines: one a group.
        names: of the columns, by indicator, in their order.
    """
    everything = _table(lines, names, whole=True)
    needed = console.measure(everything, options=console.options.update_width(_ANY)).maximum
    if not console.is_terminal:
        console.width = max(console.width, needed)
    whole = needed <= console.width
    console.print(everything if whole else _table(lines, names, whole=False))
    for indicator, name in names.items():
        console.print(f"[bold]{indicator:<4}[/bold]{name}", highlight=False)
    if not whole:
        console.print(f"Per cent; with numerators and denominators from {needed} columns on, in a file, and by --json.")


def _table(lines: Sequence[Line], names: Mapping[str, str], *, whole: bool) -> Table:
    # Rates alone stand close: names and nine columns fit into eighty characters.
    frame, padding = (box.HEAVY_HEAD, (0, 1)) if whole else (None, (0, 0, 0, 1))
    table = Table(header_style="bold", row_styles=("", "dim"), box=frame, padding=padding, pad_edge=whole)
    table.add_column("", no_wrap=True, min_width=_LABEL)
    for indicator in names:
        table.add_column(indicator, justify="right", no_wrap=True)
    for label, figures in lines:
        table.add_row(label, *(_cell(figures.get(indicator), whole=whole) for indicator in names))
    return table


def _cell(row: Mapping[str, Any] | None, *, whole: bool) -> str:
    if row is None:
        return ""
    if not row["denominator"]:
        return "–"
    percent = 100 * row["numerator"] / row["denominator"]
    return f"{percent:.2f} % ({row['numerator']}/{row['denominator']})" if whole else f"{percent:.1f}"
