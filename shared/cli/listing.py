"""Prints lists: to the width of a terminal, or one line an item, whole, into a pipe. Knows no list itself."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

#: Without a terminal there is no width to keep to; lines take what they need of it.
_WITHOUT_TERMINAL = 10_000


def is_terminal() -> bool:
    """Return whether a person reads what is printed."""
    return sys.stdout.isatty()


def print_list(headers: tuple[str, ...], rows: list[tuple[str, ...]], *, empty: str, whole: int = 1) -> None:
    """Print rows under headers, or the sentence `empty` where there is none.

    The first `whole` columns are never cut: people copy what stands there. Of the others nothing is lost either;
    they go on in the next line.
    """
    console = Console() if is_terminal() else Console(width=_WITHOUT_TERMINAL)
    if not rows:
        console.print(empty)
        return
    table = Table(header_style="bold")
    for number, header in enumerate(headers):
        table.add_column(header, no_wrap=number < whole, overflow="fold")
    for row in rows:
        # As text: what comes from outside may look like markup.
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
