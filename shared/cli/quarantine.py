"""`oversight quarantine`: what was refused or waits; list it, try it again, give it up."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from shared.cli.running import Client


@click.group()
def quarantine() -> None:
    """Refused and waiting items."""


@quarantine.command("list", epilog="Example: oversight quarantine list --status refused")
@click.option("--status", type=click.Choice(["waiting", "refused"]), default=None)
@click.option("--overdue", is_flag=True, help="Only those that have waited for what they name longer than is allowed.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500))
@click.option("--url")
@click.option("--key")
@click.option("--json", "as_json", is_flag=True)
def list_items(
    status: str | None, limit: int, url: str | None, key: str | None, *, overdue: bool, as_json: bool
) -> None:
    """List the open items, the latest first."""
    query = f"?limit={limit}" + (f"&status={status}" if status else "") + ("&overdue=true" if overdue else "")
    items = Client(url, key).get(f"/v1/quarantine{query}")["items"]
    if as_json:
        click.echo(json.dumps({"items": items}, ensure_ascii=False))
        return
    table = Table("id", "status", "type", "source", "code", "what to do", header_style="bold")
    for item in items:
        status = f"{item['status']}, overdue" if item["overdue"] else item["status"]
        table.add_row(item["id"], status, item["type"], item["source"], item["code"], item["hint"]["vi"])
    Console().print(table if items else "Nothing is refused or waiting.")


@quarantine.command(epilog="Example: oversight quarantine replay audit-5x2k… --repaired event.json")
@click.argument("item_id")
@click.option("--repaired", type=click.Path(exists=True, path_type=Path), help="The repaired event, one JSON object.")
@click.option("--url")
@click.option("--key")
def replay(item_id: str, repaired: Path | None, url: str | None, key: str | None) -> None:
    """Try an item again, as it came or repaired."""
    client = Client(url, key)
    body = repaired.read_bytes() if repaired else b""
    answer = client.request(
        "POST", f"/v1/quarantine/{item_id}/replay", body=body, headers={"Content-Type": "application/json"}
    )
    result = Client.checked(answer)["results"][0]
    click.echo(f"{result['status']}" + (f" at position {result['position']}" if result["position"] else ""))
    if result["status"] == "refused":
        click.echo(f"{result['code']} {result['pointer']} {result['hint']['en']}", err=True)
        sys.exit(1)


@quarantine.command(epilog="Example: oversight quarantine discard audit-5x2k…")
@click.argument("item_id")
@click.option("--url")
@click.option("--key")
def discard(item_id: str, url: str | None, key: str | None) -> None:
    """Give an item up: it is tried no more; its bytes are kept."""
    Client.checked(Client(url, key).request("POST", f"/v1/quarantine/{item_id}/discard"))
    click.echo(f"{item_id} discarded")
