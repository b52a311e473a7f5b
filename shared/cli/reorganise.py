"""`oversight reorganise`: runs a reorganisation from a table of old and new agencies, from the plan to the settlement."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import click
import orjson

from shared.cli.errors import CommandError
from shared.cli.running import Client
from shared.cli.totals import show_totals
from shared.client.pushing import Pusher, PushError, Totals, batches
from shared.client.reorganising import Event, Link, Plan, events, inherited

_COLUMNS = ("old", "new")
_SHARES = ("whole", "part")
_ENDINGS = ("merged", "level_abolished", "dissolved")
_PAGE = 5000


@click.group()
def reorganise() -> None:
    """Reorganisations: agencies merged, split, ended with their level; who inherits what they owed."""


def _connection(command: Any) -> Any:
    """Add the options that say which system is meant."""
    for option in (click.option("--url"), click.option("--key"), click.option("--json", "as_json", is_flag=True)):
        command = option(command)
    return command


@reorganise.command(
    epilog="Example: oversight reorganise start mapping.csv --id sap-xep-2025 --agency bo-noi-vu --effective 2025-07-01 "
    '--name "Sắp xếp đơn vị hành chính năm 2025" --abolish-level district'
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--id", "reorganisation", required=True, help="Id of the reorganisation.")
@click.option("--agency", "source", required=True, help="Agency that runs it.")
@click.option("--name", "name_vi", required=True, help="Name in Vietnamese.")
@click.option("--effective", required=True, help="First day of the new agencies, YYYY-MM-DD.")
@click.option("--announced", default="", help="Day of the announcement.")
@click.option("--legal-basis", default="")
@click.option("--abolish-level", "levels", multiple=True, help="Level that no longer exists afterwards.")
@_connection
def start(file: Path, *, levels: tuple[str, ...], url: str | None, key: str | None, as_json: bool, **told: str) -> None:
    """Push a whole reorganisation: plan, mapping, announcement, ends of the old agencies, effect.

    FILE is a CSV with the columns old, new (agency ids) and, where they are needed, share (whole, part), is_default
    (1, 0: who inherits what nothing else is decided for) and how (merged, level_abolished, dissolved). Agencies below
    stand before those above them. The new agencies must be registered: `oversight agency register`. Sending a file
    again changes nothing.
    """
    plan = Plan(**told, abolished_levels=levels)
    links = list(read_links(file))
    client = Client(url, key)
    totals = _push(client, events(plan, links))
    _report(totals, as_json=as_json)


@reorganise.command(epilog="Example: oversight reorganise assign sap-xep-2025 --kind procedure")
@click.argument("reorganisation")
@click.option("--kind", default="", help="Only this kind: nc, action, procedure, declaration, …")
@click.option("--agency", default="", help="Only what this old agency owed.")
@_connection
def assign(reorganisation: str, kind: str, agency: str, *, url: str | None, key: str | None, as_json: bool) -> None:
    """Let the default successors inherit everything that is left without a decision."""
    client = Client(url, key)
    head = client.get(_path(reorganisation))
    lines = _obligations(client, reorganisation, {"state": "left", "kind": kind, "agency": agency})
    told = {"effective": head["effective_on"], "reorganisation": reorganisation, "source": head["source"]}
    _report(_push(client, (inherited(line, **told) for line in lines)), as_json=as_json)


@reorganise.command(epilog="Example: oversight reorganise settle sap-xep-2025")
@click.argument("reorganisation")
@_connection
def settle(reorganisation: str, *, url: str | None, key: str | None, as_json: bool) -> None:
    """Record that nothing is left open; refused while something is."""
    _show(Client(url, key).post(_path(reorganisation, "/settle"), {}), as_json=as_json)


@reorganise.command(epilog="Example: oversight reorganise show sap-xep-2025")
@click.argument("reorganisation")
@_connection
def show(reorganisation: str, *, url: str | None, key: str | None, as_json: bool) -> None:
    """Show what became of the obligations of the old agencies, by kind."""
    _show(Client(url, key).get(_path(reorganisation)), as_json=as_json)


@reorganise.command(name="list", epilog="Example: oversight reorganise list")
@_connection
def list_all(*, url: str | None, key: str | None, as_json: bool) -> None:
    """List the reorganisations, the latest first."""
    found = Client(url, key).get("/v1/reorganisations")["reorganisations"]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one['id']:<24} {one['effective_on']}  {one['status']:<10} {one['name_vi']}")


@reorganise.command(name="reform-2025", epilog="Example: oversight reorganise reform-2025 reform --province P25")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--province", "provinces", multiple=True, help="Only what became this of today's provinces (code).")
def reform_2025(directory: Path, provinces: tuple[str, ...]) -> None:
    """Write the files of the reform of 1 July 2025 on the real geography.

    before.jsonl and after.jsonl register the committees, mapping.csv is what `start` takes, codes.jsonl gives today's
    codes afterwards, admin_units.jsonl tells of the territories themselves.
    """
    from shared.simulation.reform import PLAN, Reform, admin_units

    reform = Reform(frozenset(provinces) or None)
    directory.mkdir(parents=True, exist_ok=True)
    files = {"before": reform.before(), "after": reform.after(), "codes": reform.codes(), "admin_units": admin_units()}
    for name, told in files.items():
        lines = b"".join(orjson.dumps(one) + b"\n" for one in told)
        (directory / f"{name}.jsonl").write_bytes(lines)
    with (directory / "mapping.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("old", "new", "share", "is_default", "how"))
        rows.writerows((link.old, link.new, link.share, int(link.is_default), link.how) for link in reform.links())
    click.echo(f"oversight push {directory}/before.jsonl {directory}/after.jsonl")
    click.echo(
        f"oversight reorganise start {directory}/mapping.csv --id {PLAN.reorganisation} --agency {PLAN.source} "
        f'--effective {PLAN.effective} --name "{PLAN.name_vi}"' + ("" if provinces else " --abolish-level district")
    )
    click.echo(f"oversight push {directory}/codes.jsonl")


def read_links(file: Path) -> Iterator[Link]:
    """Give the rows of a table of old and new agencies.

    Raises:
        CommandError: a column is missing, or a value is none that is known.
    """
    with file.open(encoding="utf-8-sig", newline="") as source:
        try:
            rows = list(csv.DictReader(source))
        except (UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{file} is no CSV in UTF-8: {error}") from error
    for number, row in enumerate(rows, start=2):
        if not all(row.get(name) for name in _COLUMNS):
            raise CommandError(
                f"{file}, line {number}: old or new is missing", hint="columns: old,new,share,is_default,how"
            )
        share, how = row.get("share") or "whole", row.get("how") or "merged"
        default = row.get("is_default") or "1"
        if share not in _SHARES or how not in _ENDINGS or default not in ("0", "1"):
            raise CommandError(
                f"{file}, line {number}: unknown value",
                hint=f"share: {', '.join(_SHARES)}; is_default: 1, 0; how: {', '.join(_ENDINGS)}",
            )
        yield Link(row["old"], row["new"], share, default == "1", how)


def _path(reorganisation: str, below: str = "") -> str:
    return f"/v1/reorganisations/{quote(reorganisation, safe='')}{below}"


def _obligations(client: Client, reorganisation: str, parameters: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Give all lines of a checklist, page by page."""
    chosen = {name: value for name, value in parameters.items() if value}
    after: str | None = ""
    while after is not None:
        query = urlencode({**chosen, "limit": _PAGE, **({"after": after} if after else {})})
        page = client.get(_path(reorganisation, f"/obligations?{query}"))
        yield from page["obligations"]
        after = page["next"]


def _push(client: Client, told: Iterable[Event]) -> Totals:
    pusher, totals = Pusher(client.url, client.key), Totals()
    try:
        for batch in batches(orjson.dumps(event) for event in told):
            totals.add(pusher.push(batch))
    except PushError as error:
        raise CommandError(str(error), hint="send it again: what was taken is a duplicate then") from error
    return totals


def _report(totals: Totals, *, as_json: bool) -> None:
    show_totals(totals, as_json=as_json)
    if totals.counts["refused"]:
        sys.exit(1)


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    click.echo(f"{found['name_vi']} ({found['id']}): {found['status']}, {found['effective_on']}")
    click.echo(f"{found['old_agencies']} old agencies, {found['new_agencies']} that take over")
    names = ("open_before", "inherited", "lapsed", "closed", "left")
    click.echo(f"{'kind':<16}" + "".join(f"{name:>13}" for name in names))
    for count in found["counts"]:
        click.echo(f"{count['kind']:<16}" + "".join(f"{count[name]:>13}" for name in names))
    if found["not_ended"]:
        click.echo(f"not ended yet: {len(found['not_ended'])} agencies, such as {found['not_ended'][0]}")
