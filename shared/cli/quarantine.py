"""`oversight quarantine`: what was refused or waits; list it, try it again, give it up."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from shared.cli.listing import is_terminal, print_list
from shared.cli.running import Client

_HEADERS = ("id", "status", "type", "source", "event id", "pushed by", "code", "field", "what to do")


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
    narrow = is_terminal()
    headers = ("id", "event", "what to do") if narrow else _HEADERS
    rows = [_narrow(item) if narrow else _wide(item) for item in items]
    print_list(headers, rows, empty="Nothing is refused or waiting.")


def _wide(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Return an item as one line, for a pipe."""
    names = (item["source"], item["event_id"], _pusher(item), item["code"], item["pointer"], item["hint"]["vi"])
    return (item["id"], _status(item), item["type"], *names)


def _narrow(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Return an item in three columns, what belongs together under each other, for a terminal."""
    event = [item["type"], item["source"], item["event_id"]]
    pusher = _pusher(item)
    what = f"{_status(item)}: {item['code']} {item['pointer']}".rstrip()
    return item["id"], "\n".join([*event, *([f"by {pusher}"] if pusher else [])]), f"{what}\n{item['hint']['vi']}"


def _status(item: Mapping[str, Any]) -> str:
    return f"{item['status']}, overdue" if item["overdue"] else str(item["status"])


def _pusher(item: Mapping[str, Any]) -> str:
    """Return who pushed the item, where the service tells it."""
    return str(item.get("asserter", ""))


def _path(item_id: str, step: str) -> str:
    return f"/v1/quarantine/{quote(item_id, safe='')}/{step}"


@quarantine.command(epilog="Example: oversight quarantine replay audit-5x2k… --repaired event.json")
@click.argument("item_id")
@click.option("--repaired", type=click.Path(exists=True, path_type=Path), help="The repaired event, one JSON object.")
@click.option("--url")
@click.option("--key")
def replay(item_id: str, repaired: Path | None, url: str | None, key: str | None) -> None:
    """Try an item again, as it came or repaired."""
    client = Client(url, key)
    body = repaired.read_bytes() if repaired else b""
    answer = client.request("POST", _path(item_id, "replay"), body=body, headers={"Content-Type": "application/json"})
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
    Client.checked(Client(url, key).request("POST", _path(item_id, "discard")))
    click.echo(f"{item_id} discarded")
