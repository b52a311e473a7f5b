"""`oversight parked`: events that a consumer could not apply; list them, replay them."""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import urlencode

import click
from rich.console import Console
from rich.table import Table

from shared.cli.errors import CommandError
from shared.cli.running import Client


@click.group()
def parked() -> None:
    """Events that could not be applied, with the later ones of their records."""


def _services(client: Client, service: str | None) -> dict[str, str]:
    """Return the addresses of the asked service, or of all that run here."""
    known = client.services or {"inspection": client.url}
    if service and service not in known:
        raise CommandError(f"the address of {service} is not known", hint="start it with `oversight up`, or use --url")
    return {service: known[service]} if service else dict(known)


@parked.command("list", epilog="Example: oversight parked list")
@click.option("--service", default=None)
@click.option("--url")
@click.option("--key")
@click.option("--json", "as_json", is_flag=True)
def list_parked(service: str | None, url: str | None, key: str | None, *, as_json: bool) -> None:
    """List what is parked, in all services."""
    client = Client(url, key)
    items: list[dict[str, Any]] = []
    for name, address in _services(client, service).items():
        items += [{"service": name, **item} for item in client.get(f"{address}/v1/parked")["items"]]
    if as_json:
        click.echo(json.dumps({"items": items}, ensure_ascii=False))
        return
    table = Table("service", "consumer", "source", "position", "type", "reason", "detail", header_style="bold")
    for item in items:
        cells = (item[name] for name in ("service", "consumer", "source", "position", "type", "reason", "detail"))
        table.add_row(*(str(cell) for cell in cells))
    Console().print(table if items else "Nothing is parked.")


@parked.command(epilog="Example: oversight parked replay inspection --consumer oversight")
@click.argument("service")
@click.option("--consumer", default="", help="Default: all consumers of the service.")
@click.option("--stream", default="", help="Default: all records with parked events.")
@click.option("--url")
@click.option("--key")
def replay(service: str, consumer: str, stream: str, url: str | None, key: str | None) -> None:
    """Apply parked events again, in order, after the cause has been mended."""
    client = Client(url, key)
    address = _services(client, service)[service]
    query = urlencode({name: value for name, value in (("consumer", consumer), ("stream", stream)) if value})
    answer = client.post(f"{address}/v1/parked/replay?{query}", {})
    stuck = 0
    for report in answer["consumers"]:
        click.echo(f"{report['consumer']}: {report['applied']} applied")
        for failed in report["failed"]:
            stuck += 1
            click.echo(f"  still parked: {failed['stream']}: {failed['reason']}", err=True)
    sys.exit(1 if stuck else 0)
