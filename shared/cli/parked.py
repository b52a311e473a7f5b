"""`oversight parked`: events that a consumer could not apply; list them, replay them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import click

from shared.cli.errors import CommandError
from shared.cli.listing import print_list
from shared.cli.running import Client

_COLUMNS = ("service", "consumer", "source", "position", "type", "reason", "detail")


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
    """List what is parked, in all services; exit status 1 where one of them does not answer."""
    client = Client(url, key)
    asked = _services(client, service)
    items, missing = _ask(client, asked)
    if len(missing) == len(asked):
        raise next(iter(missing.values()))
    if as_json:
        click.echo(json.dumps({"items": items}, ensure_ascii=False))
    else:
        rows = [tuple(str(item[name]) for name in _COLUMNS) for item in items]
        print_list(_COLUMNS, rows, empty="Nothing is parked.")
    for name, error in missing.items():
        click.echo(f"oversight: {name} is missing from this list: {error}", err=True)
    sys.exit(1 if missing else 0)


def _ask(client: Client, asked: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, CommandError]]:
    """Return what is parked, and which services do not say so, with the reason: one must not hide the others."""
    items: list[dict[str, Any]] = []
    missing: dict[str, CommandError] = {}
    for name, address in asked.items():
        try:
            items += [{"service": name, **item} for item in client.get(f"{address}/v1/parked")["items"]]
        except CommandError as error:
            missing[name] = error
    return items, missing


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
