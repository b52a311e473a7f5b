"""`oversight rebuild`: builds what a service derives from the logs anew, and waits until it is there."""

from __future__ import annotations

import sys
import time
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shared.cli.errors import CommandError
from shared.cli.running import Client

_POLL = 0.3


@click.command(epilog="Example: oversight rebuild inspection oversight")
@click.argument("service", type=click.Choice(["inspection", "documents", "audit", "notify"]))
@click.argument("projection", required=False)
@click.option("--wait/--no-wait", default=True, show_default=True)
@click.option("--timeout", default=3600.0, show_default=True, help="Seconds to wait at most.")
@click.option("--url")
@click.option("--key")
def rebuild(
    service: str, projection: str | None, *, wait: bool, timeout: float, url: str | None, key: str | None
) -> None:
    """Build PROJECTION of SERVICE anew from the logs; all that can be, where none is named.

    Answers stay available: until the end their watermark says how far the tables have come.
    """
    client = Client(url, key)
    address = client.services.get(service, client.url)
    known = client.get(f"{address}/v1/projections")["projections"]
    names = [projection] if projection else [one["name"] for one in known if one["rebuildable"]]
    for name in names:
        client.post(f"{address}/v1/projections/{name}/rebuild", {})
        click.echo(f"{service}: {name} is being rebuilt", err=True)
    if wait and not _wait(client, address, names, time.monotonic() + timeout):
        raise CommandError("not finished in time", hint="it goes on; see `oversight doctor`")
    click.echo(f"rebuilt: {', '.join(names)}" if wait else f"started: {', '.join(names)}")


def _wait(client: Client, address: str, names: list[str], deadline: float) -> bool:
    heads: dict[str, int] = {}
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task("applying", total=None)
        while time.monotonic() < deadline:
            logs = [log for one in _projections(client, address) if one["name"] in names for log in one["logs"]]
            for source in {log["source"] for log in logs} - heads.keys():
                heads[source] = _head(client, source)
            done = sum(min(log["position"], heads[log["source"]]) for log in logs)
            total = sum(heads[log["source"]] for log in logs)
            progress.update(task, completed=done, total=total)
            if logs and done >= total:
                return True
            time.sleep(_POLL)
    return False


def _projections(client: Client, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{address}/v1/projections")["projections"]
    return found


def _head(client: Client, source: str) -> int:
    base = client.services.get(source, client.url)
    return int(client.get(f"{base}/v1/log/{source}/feed?after=0&limit=1")["head"])
