"""`oversight backup`: takes a service's database to a file, puts it back, proves a log whole."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from deploy.backup import backups

_SERVICES = click.Choice(["inspection", "documents", "audit", "notify"])
_DATABASE = click.option(
    "--database-url", envvar="OVERSIGHT_DATABASE_URL", required=True, help="The service's own database."
)


@click.group()
def backup() -> None:
    """Backups of the services' databases; RabbitMQ holds nothing that needs one."""


@backup.command(epilog="Example: oversight backup take audit audit.dump --database-url postgresql://…/audit")
@click.argument("service", type=_SERVICES)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_DATABASE
def take(service: str, file: Path, database_url: str) -> None:
    """Write a backup of SERVICE into FILE while it runs, and FILE.json with positions and digest."""
    manifest = backups.take(service, database_url, file)
    click.echo(json.dumps(asdict(manifest), indent=1))


@backup.command(epilog="Example: oversight backup restore audit audit.dump --database-url postgresql://…/audit_new")
@click.argument("service", type=_SERVICES)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_DATABASE
def restore(service: str, file: Path, database_url: str) -> None:
    """Put FILE into an empty database, check every event, and begin a new epoch of the log.

    The service must not run on it yet. By the new epoch everybody who reads this log sees that it was restored.
    """
    found = backups.put_back(file, database_url, service=service)
    click.echo(json.dumps({"service": service, "logs": [asdict(log) for log in found]}, indent=1))


@backup.command(epilog="Example: oversight backup check --database-url postgresql://…/audit")
@_DATABASE
def check(database_url: str) -> None:
    """Read a log from its first event to its last: positions, times, and the digest of every body."""
    click.echo(json.dumps({"logs": [asdict(log) for log in backups.check(database_url)]}, indent=1))


@backup.command("new-epoch", epilog="Example: oversight backup new-epoch audit --database-url postgresql://…/audit")
@click.argument("service", type=_SERVICES)
@_DATABASE
def new_epoch(service: str, database_url: str) -> None:
    """Check a log that was put back by other means (a recovery to a point in time), and begin a new epoch of it.

    The service must not run on it yet.
    """
    found = backups.begin_anew(database_url, service)
    click.echo(json.dumps({"service": service, "logs": [asdict(log) for log in found]}, indent=1))
