"""`oversight board`: the national board in a terminal, as of any day and as known at any moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import click
from rich.console import Console

from shared import clock
from shared.cli.board_table import lines_of, print_board
from shared.cli.errors import CommandError
from shared.cli.running import Client

INDICATORS = ("I1", "I2", "I2a", "I3", "I4", "I6", "I7", "I9", "I11", "I21")
_RATIOS = tuple(name for name in INDICATORS if name != "I2a")


def _instant(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no instant here: the service's hint speaks of how to write one in a URL."""
    if value and value.strip():
        try:
            clock.from_rfc3339(value.strip())
        except (ValueError, OverflowError):
            raise CommandError("--known-at must be a time with an offset such as 2026-05-02T08:00:00+07:00") from None
    return value


@click.command(epilog="Example: oversight board --as-of 2014-04-01 --scope CT-UBND")
@click.option("--as-of", default=None, help="Day, YYYY-MM-DD; default today in Viet Nam.")
@click.option("--known-at", default=None, callback=_instant, help="Instant, RFC 3339; default everything known by now.")
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
    client = Client(url, key)
    result = read_board(client, **parameters)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    render(result, Console(), read_names(client))


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


def read_names(client: Client) -> dict[str, str]:
    """Return what the columns are called, by indicator: in Vietnamese and in English."""
    names = {one["id"]: one["name"] for one in client.get("/v1/indicators")["indicators"]}
    return {indicator: f"{names[indicator]['vi']} / {names[indicator]['en']}" for indicator in _RATIOS}


def render(result: dict[str, Any], console: Console, names: Mapping[str, str]) -> None:
    """Print the board: one line a group, one column an indicator, what these are, and the funnel of the total."""
    console.print(f"[bold]As of[/bold] {result['as_of']}   [bold]known at[/bold] {result['known_at']}")
    print_board(console, lines_of(result["rows"], _RATIOS), names)
    _render_funnel(result["rows"], console)


def _render_funnel(rows: list[dict[str, Any]], console: Console) -> None:
    total = next((row for row in rows if row["indicator"] == "I2a"), None)
    states = (total or {}).get("values", {})
    parts = [f"{name} {state['count']}" for name, state in states.items() if isinstance(state, dict) and state["count"]]
    if parts:
        console.print("[bold]Declarations[/bold]  " + "   ".join(parts))
