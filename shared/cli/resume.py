"""`oversight resume`: lets a consumer that cannot be rebuilt go on after the log that it reads was restored."""

from __future__ import annotations

import json
from urllib.parse import quote

import click

from shared.cli.running import Client

_SERVICES = click.Choice(["inspection", "documents", "audit", "notify"])


@click.command(epilog="Example: oversight resume notify alerts inspection")
@click.argument("service", type=_SERVICES)
@click.argument("consumer")
@click.argument("source", type=_SERVICES)
@click.option("--url")
@click.option("--key")
@click.option("--json", "as_json", is_flag=True)
def resume(service: str, consumer: str, source: str, *, url: str | None, key: str | None, as_json: bool) -> None:
    """Let CONSUMER of SERVICE read the log of SOURCE again after SOURCE was restored to an earlier moment.

    It goes back to the last position that the log still shares with what it has applied, and reads on from there.
    What it did because of events that the log no longer has (an alert that was opened) stays done. Have the agencies'
    clients push again what they sent since the backup: what is there already answers `duplicate`.
    """
    client = Client(url, key)
    address = client.services.get(service, client.url)
    answer = client.post(f"{address}/v1/projections/{quote(consumer)}/resume?source={source}", {})
    if as_json:
        click.echo(json.dumps(answer))
        return
    click.echo(
        f"{service}: {consumer} had applied {answer['applied']} events of {source} and reads on "
        f"behind position {answer['position']}"
    )
