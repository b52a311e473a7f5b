"""Prints the historic figures of the demonstration: what the indicators answer, with the exceptions by name."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from rich.console import Console

from shared.cli.running import Client
from shared.simulation.history.figures import HistoricFigure, figures

#: More exceptions than this are counted, not named.
_NAMED = 8


def ask(client: Client, figure: HistoricFigure, by: str = "none") -> list[dict[str, Any]]:
    """Return the rows that the indicator answers."""
    query = urlencode({**figure.parameters, "by": by})
    rows: list[dict[str, Any]] = client.get(f"/v1/indicators/{figure.indicator}?{query}")["rows"]
    return rows


def exceptions(client: Client, figure: HistoricFigure) -> list[str]:
    """Return the names of the agencies that are in the denominator only."""
    return [row["label"] for row in ask(client, figure, "agency") if row["denominator"] and not row["numerator"]]


def print_figures(client: Client, console: Console) -> None:
    """Print every figure as `name: rate (numerator/denominator)`."""
    console.print("\n[bold]2013-2022[/bold]")
    for figure in figures():
        [row] = ask(client, figure)
        value = _rate(row["numerator"], row["denominator"])
        console.print(f"{figure.name_vi}: {value}", highlight=False, soft_wrap=True)
        console.print(f"  [dim]{figure.name_en}[/dim]", highlight=False, soft_wrap=True)
        if figure.exceptions:
            _print_exceptions(exceptions(client, figure), console)


def _rate(numerator: int, denominator: int) -> str:
    if not denominator:
        return "không áp dụng / not applicable"
    rate = (Decimal(100 * numerator) / denominator).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{rate} % ({numerator}/{denominator})"


def _print_exceptions(names: list[str], console: Console) -> None:
    if names:
        shown = "; ".join(names[:_NAMED]) + (f" … (+{len(names) - _NAMED})" if len(names) > _NAMED else "")
        console.print(f"  trừ / except: {shown}", highlight=False, soft_wrap=True)
