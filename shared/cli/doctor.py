"""`oversight doctor`: checks the programs, the running services, their logs and subscriptions; says what to do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

import click
from rich.console import Console

from deploy.local.errors import LocalSetupError
from deploy.local.postgres_program import find_postgres
from deploy.local.rabbitmq_program import find_rabbitmq
from shared.cli.errors import CommandError
from shared.cli.running import Client, read_run, run_file

Level = Literal["ok", "warning", "error"]
_MARKS = {"ok": "[green]✓[/green]", "warning": "[yellow]![/yellow]", "error": "[red]✗[/red]"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    what: str
    #: What to do; empty where nothing is needed.
    hint: str = ""


@click.command(epilog="Example: oversight doctor --json")
@click.option("--json", "as_json", is_flag=True)
def doctor(*, as_json: bool) -> None:
    """Check this machine and the system that runs here; exit status 1 if something is wrong."""
    findings = [*_programs(), *_system()]
    if as_json:
        click.echo(json.dumps({"findings": [asdict(finding) for finding in findings]}, ensure_ascii=False))
    else:
        console = Console(highlight=False)
        for finding in findings:
            console.print(f"{_MARKS[finding.level]} {finding.what}")
            if finding.hint:
                console.print(f"    {finding.hint}")
    if any(finding.level == "error" for finding in findings):
        sys.exit(1)


def _programs() -> Iterator[Finding]:
    for name, find in (("RabbitMQ", find_rabbitmq), ("PostgreSQL", find_postgres)):
        try:
            find()
        except LocalSetupError as error:
            yield Finding("warning", f"{name} is not on this machine", error.hint or str(error))
        else:
            yield Finding("ok", f"{name} is on this machine")


def _system() -> Iterator[Finding]:
    run = read_run()
    if not run:
        yield Finding("warning", f"no running system ({run_file()} is missing)", "start it with `oversight up`")
        return
    client = Client()
    for service, address in run["services"].items():
        yield from _service(client, service, address)


def _service(client: Client, service: str, address: str) -> Iterator[Finding]:
    try:
        answer = client.request("GET", f"{address}/readyz")
    except CommandError:
        yield Finding("error", f"{service} does not answer at {address}", f"see its log beside {run_file()}, in logs/")
        return
    report = json.loads(answer.data)
    level: Level = "ok" if answer.status == 200 else "error"  # noqa: PLR2004
    position = report["checks"].get("log", {}).get("position")
    yield Finding(level, f"{service}: {report['status']}, log at position {position}")
    yield from _durability(service, report["checks"].get("durability", {}))
    logs = report["checks"].get("subscriptions", {}).get("logs", [])
    stopped = any(log["state"] == "diverged" for log in logs)
    rebuildable = _rebuildable(client, address) if stopped else set()
    for log in logs:
        yield from _subscription(service, log, rebuildable)
    parked = client.get(f"{address}/v1/parked")["items"]
    if parked:
        yield Finding("error", f"{service}: {len(parked)} events are parked", "see `oversight parked list`")


def _durability(service: str, settings: dict[str, Any]) -> Iterator[Finding]:
    if not settings.get("durable", True):
        yield Finding("error", f"{service}: a crash could lose accepted events", "turn fsync and synchronous_commit on")


def _rebuildable(client: Client, address: str) -> set[str]:
    return {one["name"] for one in client.get(f"{address}/v1/projections")["projections"] if one["rebuildable"]}


def _subscription(service: str, log: dict[str, Any], rebuildable: set[str]) -> Iterator[Finding]:
    consumer, source = log["consumer"], log["source"]
    name = f"{service}: {consumer} reads {source}"
    if log["state"] == "diverged":
        again = f"rebuild {service} {consumer}" if consumer in rebuildable else f"resume {service} {consumer} {source}"
        hint = f"the log of {source} was restored or replaced ({log['trouble']}); once it is right: `oversight {again}`"
        yield Finding("error", f"{name}: stopped", hint)
    elif log["state"] in ("waiting", "feed"):
        yield Finding(
            "warning", f"{name} by {log['state']}", log["trouble"] or "the broker is away; the feed carries it"
        )
