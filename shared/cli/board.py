"""`oversight board`: the national board in a terminal, as of any day and as known at any moment."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import click
from rich.console import Console
from rich.table import Table

from shared.cli.running import Client

INDICATORS = ("I1", "I2", "I2a", "I3", "I4", "I6", "I7", "I9", "I11", "I21")
#: Columns of a board that is not cut off.
_WIDE = 200
_RATIOS = tuple(name for name in INDICATORS if name != "I2a")


@click.command(epilog="Example: oversight board --as-of 2014-04-01 --scope CT-UBND")
@click.option("--as-of", default=None, help="Day, YYYY-MM-DD; default today in Viet Nam.")
@click.option("--known-at", default=None, help="Instant, RFC 3339; default everything known by now.")
@click.option("--scope", default=None, help="Agency id: this agency and everything below it.")
@click.option("--variant", type=click.Choice(["reported", "verified"]), default="reported", show_default=True)
@click.option("--by", type=click.Choice(["none", "province", "level", "kind", "agency"]), default="province")
@click.option("--obligation", default=None, help="mandatory, encouraged, voluntary or exempt.")
@click.option("--level", default=None)
@click.option("--kind", default=None)
@click.option("--url")
@click.option("--key")
@click.option("--json", "as_json", is_flag=True)
def board(url: str | None, key: str | None, *, as_json: bool, **parameters: str | None) -> None:
    """Print every indicator: numerator, denominator and rate, in total and by group."""
    result = read_board(Client(url, key), **parameters)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    render(result, _console())


def _console() -> Console:
    """Return the terminal; wide enough for all columns where the output goes to a file or a pipe."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDE)


def read_board(client: Client, *, by: str | None = "province", **parameters: str | None) -> dict[str, Any]:
    """Return `{"as_of", "known_at", "watermark", "rows"}`; all rows are of the same two moments.

    Every row carries its `indicator`; the totals have the key of the scope, or `all`.
    """
    given = {name: value for name, value in parameters.items() if value}
    answers: list[dict[str, Any]] = []
    for indicator in INDICATORS:
        for grouping in dict.fromkeys(("none", by or "none")):
            answers.append(_ask(client, indicator, {**given, "by": grouping}))
            # The first answer settles the moment of all others.
            given.setdefault("known_at", answers[0]["known_at"])
            given.setdefault("as_of", answers[0]["as_of"])
    rows = [{"indicator": answer["indicator"], **row} for answer in answers for row in answer["rows"]]
    return {**{name: answers[0][name] for name in ("as_of", "known_at", "watermark")}, "rows": rows}


def _ask(client: Client, indicator: str, parameters: dict[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/v1/indicators/{indicator}?{urlencode(parameters)}")
    return answer


def render(result: dict[str, Any], console: Console) -> None:
    """Print the board: one line a group, one column an indicator, and the funnel of the total."""
    console.print(f"[bold]As of[/bold] {result['as_of']}   [bold]known at[/bold] {result['known_at']}")
    table = Table(header_style="bold", row_styles=("", "dim"))
    table.add_column("", overflow="fold", min_width=24)
    for indicator in _RATIOS:
        table.add_column(indicator, justify="right", no_wrap=True)
    for label, cells in _lines(result["rows"]):
        table.add_row(label, *(cells.get(indicator, "") for indicator in _RATIOS))
    console.print(table)
    _render_funnel(result["rows"], console)


def _lines(rows: list[dict[str, Any]]) -> list[tuple[str, dict[str, str]]]:
    lines: dict[str, tuple[str, dict[str, str]]] = {}
    for row in rows:
        if row["indicator"] in _RATIOS:
            _, cells = lines.setdefault(row["key"], (row["label"] or row["key"], {}))
            cells[row["indicator"]] = _cell(row)
    return list(lines.values())


def _cell(row: dict[str, Any]) -> str:
    if not row["denominator"]:
        return "–"
    percent = 100 * row["numerator"] / row["denominator"]
    return f"{percent:.2f} % ({row['numerator']}/{row['denominator']})"


def _render_funnel(rows: list[dict[str, Any]], console: Console) -> None:
    total = next((row for row in rows if row["indicator"] == "I2a"), None)
    states = (total or {}).get("values", {})
    parts = [f"{name} {state['count']}" for name, state in states.items() if isinstance(state, dict) and state["count"]]
    if parts:
        console.print("[bold]Declarations[/bold]  " + "   ".join(parts))
