"""`oversight rebuild`: builds what a service derives from the logs anew, in place or beside what serves.

In place (`oversight rebuild SERVICE [PROJECTION]`) the tables are emptied and filled again. Beside, step by step: `start`,
`status`, `compare`, `switch`, and `rollback` or `drop`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import click

from shared.cli.errors import CommandError
from shared.cli.progress import progress_bar
from shared.cli.rebuild_words import comparison_lines, set_lines
from shared.cli.running import Client

_POLL = 0.3
_SERVICES = ["inspection", "documents", "audit", "notify"]
_IN_PLACE = "in-place"
#: Refusals for want of a set of tables; which ones there are says `status`.
_NO_SUCH_SET = frozenset({"NO_FORMER", "NOTHING_BUILT"})


class _Rebuild(click.Group):
    """Steps, and what the command has meant from the beginning: a service whose tables are built anew in place."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Take everything that names no step for the old form."""
        known = {*self.commands, *context.help_option_names}
        if args and args[0] not in known:
            if not args[0].startswith("-") and args[0] not in _SERVICES:
                steps = ", ".join(name for name in self.commands if name != _IN_PLACE)
                message = f"'{args[0]}' is neither a step ({steps}) nor a service ({', '.join(_SERVICES)})"
                raise click.UsageError(message, context)
            args = [_IN_PLACE, *args]
        return super().parse_args(context, args)


@click.group(cls=_Rebuild, epilog="Example: oversight rebuild start inspection oversight")
def rebuild() -> None:
    """Build what a service derives from the logs anew.

    \b
    Beside what serves, which goes on serving:
      oversight rebuild start inspection oversight     fill another set of tables
      oversight rebuild compare inspection oversight   do both say the same?
      oversight rebuild switch inspection oversight    let the new one serve
      oversight rebuild rollback inspection oversight  back to the former one
      oversight rebuild drop inspection oversight      give up what does not serve
    In place, with answers that lag behind meanwhile:
      oversight rebuild SERVICE [PROJECTION] [--no-wait] [--timeout SECONDS]
    """  # noqa: D301 - click's mark of lines that stay as they are


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """Add what all steps take."""
    for option in (
        click.option("--key"),
        click.option("--url"),
        click.argument("projection"),
        click.argument("service", type=click.Choice(_SERVICES)),
    ):
        command = option(command)
    return command


_TIMEOUT = click.option("--timeout", default=3600.0, show_default=True, help="Seconds to wait at most.")
_JSON = click.option("--json", "as_json", is_flag=True)


@rebuild.command(_IN_PLACE)
@click.argument("service", type=click.Choice(_SERVICES))
@click.argument("projection", required=False)
@click.option("--wait/--no-wait", default=True, show_default=True)
@_TIMEOUT
@click.option("--url")
@click.option("--key")
def in_place(
    service: str, projection: str | None, *, wait: bool, timeout: float, url: str | None, key: str | None
) -> None:
    """Build PROJECTION of SERVICE anew in place; all that can be, where none is named.

    Answers stay available: until the end their watermark says how far the tables have come.
    """
    client = Client(url, key)
    address = client.services.get(service, client.url)
    known = client.get(f"{address}/v1/projections")["projections"]
    names = [projection] if projection else [one["name"] for one in known if one["rebuildable"]]
    for name in names:
        client.post(f"{address}/v1/projections/{quote(name, safe='')}/rebuild", {})
        click.echo(f"{service}: {name} is being rebuilt", err=True)
    if wait and not _wait(client, address, names, time.monotonic() + timeout):
        raise CommandError("not finished in time", hint="it goes on; see `oversight doctor`")
    click.echo(f"rebuilt: {', '.join(names)}" if wait else f"started: {', '.join(names)}")


@rebuild.command(epilog="Example: oversight rebuild start inspection oversight")
@_common
@click.option(
    "--from-logs", is_flag=True, help="Read all logs again; do not trust the serving set's copy of the events."
)
@click.option("--wait/--no-wait", default=True, show_default=True)
@_TIMEOUT
def start(service: str, projection: str, *, from_logs: bool, wait: bool, timeout: float, **given: Any) -> None:
    """Fill another set of PROJECTION's tables beside the one that serves."""
    sets = _Sets(service, projection, given)
    sets.step("?from=logs" if from_logs else "")
    if wait:
        sets.follow(time.monotonic() + timeout)
    _tell(sets, f"next: oversight rebuild compare {service} {projection}")


@rebuild.command(epilog="Example: oversight rebuild status inspection oversight")
@_common
@_JSON
def status(service: str, projection: str, *, as_json: bool, **given: Any) -> None:
    """Show the sets of PROJECTION's tables: which one serves, how far the others are, what was compared."""
    sets = _Sets(service, projection, given)
    if as_json:
        click.echo(json.dumps(sets.known()["sets"], indent=1, ensure_ascii=False))
    else:
        _tell(sets)


@rebuild.command(epilog="Example: oversight rebuild compare inspection oversight")
@_common
@_TIMEOUT
@_JSON
def compare(service: str, projection: str, *, timeout: float, as_json: bool, **given: Any) -> None:
    """Compare the set beside with the one that serves; exit status 1 where they do not say the same."""
    sets = _Sets(service, projection, given)
    sets.step("/compare")
    deadline = time.monotonic() + timeout
    while (found := sets.beside()) is None or found["comparing"] or found["comparison"] is None:
        if time.monotonic() > deadline:
            raise CommandError(
                "not compared yet: the two are not at the same positions", hint="it is tried on; see status"
            )
        time.sleep(_POLL)
    report = found["comparison"]
    if as_json:
        click.echo(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        click.echo("\n".join(comparison_lines(report)))
        if report["equal"]:
            click.echo(f"next: oversight rebuild switch {service} {projection}", err=True)
    sys.exit(0 if report["equal"] else 1)


@rebuild.command(epilog="Example: oversight rebuild switch inspection oversight")
@_common
@click.option("--different", is_flag=True, help="Although the two do not say the same, because that is meant.")
def switch(service: str, projection: str, *, different: bool, **given: Any) -> None:
    """Let the new set serve, from the next question on; the former one is kept and fed for a way back."""
    sets = _Sets(service, projection, given)
    sets.step("/switch" + ("?different=true" if different else ""))
    _tell(sets, f"back: oversight rebuild rollback {service} {projection}\nelse: oversight rebuild drop …")


@rebuild.command(epilog="Example: oversight rebuild rollback inspection oversight")
@_common
def rollback(service: str, projection: str, **given: Any) -> None:
    """Let the former set serve again, from the next question on."""
    sets = _Sets(service, projection, given)
    sets.step("/rollback")
    _tell(sets)


@rebuild.command(epilog="Example: oversight rebuild drop inspection oversight")
@_common
@click.option("--timeout", default=120.0, show_default=True, help="Seconds to wait at most.")
def drop(service: str, projection: str, *, timeout: float, **given: Any) -> None:
    """Give up the set that does not serve: it is fed no more, and its tables go."""
    sets = _Sets(service, projection, given)
    sets.step("/drop")
    deadline = time.monotonic() + timeout
    while any(one["state"] == "dropping" for one in sets.known()["sets"]):
        if time.monotonic() > deadline:
            raise CommandError("not dropped yet", hint="it goes on as soon as the service's projector runs")
        time.sleep(_POLL)
    _tell(sets)


class _Sets:
    """The sets of tables of one projection, as its service tells of them."""

    def __init__(self, service: str, projection: str, given: dict[str, Any]) -> None:
        self._client = Client(given["url"], given["key"])
        self._address = self._client.services.get(service, self._client.url)
        self._service, self._projection = service, projection

    def step(self, path: str) -> None:
        """Ask for a step."""
        address = f"{self._address}/v1/projections/{quote(self._projection, safe='')}/sets{path}"
        try:
            self._client.post(address, {})
        except CommandError as error:
            if error.code in _NO_SUCH_SET:
                error.hint = f"`oversight rebuild status {self._service} {self._projection}` shows the sets there are"
            raise

    def known(self) -> dict[str, Any]:
        """Return what is known of the projection."""
        found = (one for one in _projections(self._client, self._address) if one["name"] == self._projection)
        one = next(found, None)
        if one is None:
            raise CommandError(f"there is no projection {self._projection}")
        return one

    def beside(self) -> dict[str, Any] | None:
        """Return the set beside the one that serves."""
        return next((one for one in self.known()["sets"] if one["state"] in ("building", "former")), None)

    def follow(self, deadline: float) -> None:
        """Show how far the set beside is until it has caught up."""
        with progress_bar() as progress:
            task = progress.add_task("filling", total=None)
            while time.monotonic() < deadline:
                known, beside = self.known(), self.beside()
                if beside is None:
                    raise CommandError("it was dropped meanwhile")
                total = sum(log["position"] for log in known["logs"])
                filling = beside["filling"]
                if filling and not beside["positions"]:
                    progress.update(task, description=filling["step"], completed=filling["done"], total=filling["of"])
                else:
                    progress.update(task, description="applying", completed=total - beside["behind"], total=total)
                if beside["positions"] and beside["behind"] == 0:
                    return
                time.sleep(_POLL)
        raise CommandError("not filled in time", hint="it goes on; see `oversight rebuild status`")


def _tell(sets: _Sets, after: str = "") -> None:
    for one in sets.known()["sets"]:
        click.echo("\n".join(set_lines(one)))
    if after:
        click.echo(after, err=True)


def _wait(client: Client, address: str, names: list[str], deadline: float) -> bool:
    heads: dict[str, int] = {}
    with progress_bar() as progress:
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
