"""`oversight agency`: registers agencies from a file, issues and revokes keys."""

from __future__ import annotations

import csv
import json
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import orjson

from shared import ids
from shared.cli.errors import CommandError
from shared.cli.running import Client
from shared.client.pushing import Pusher, PushError, Totals, batches

_BOOLEANS = frozenset({"has_tthc", "inspection_rights"})
_TRUE = frozenset({"1", "true", "yes", "có", "x"})
_FALSE = frozenset({"", "0", "false", "no", "không"})
_NESTED = frozenset({"codes", "contact"})


@click.group()
def agency() -> None:
    """The registry of agencies."""


@agency.command(epilog="Example: oversight agency register agencies.csv")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url")
@click.option("--key")
@click.option("--json", "as_json", is_flag=True)
def register(file: Path, url: str | None, key: str | None, *, as_json: bool) -> None:
    """Register agencies from CSV or JSON Lines with the fields of qms.agency.registered.

    `agency_id` may be left out; then a new one is given. Parents must stand before the agencies below them, or
    those wait until their parent has come.
    """
    client = Client(url, key)
    pusher = Pusher(client.url, client.key)
    totals = Totals()
    try:
        for batch in batches(orjson.dumps(_event(row)) for row in _rows(file)):
            totals.add(pusher.push(batch))
    except PushError as error:
        raise CommandError(str(error)) from error
    counts = {status: totals.counts[status] for status in ("accepted", "duplicate", "waiting", "refused")}
    if as_json:
        click.echo(json.dumps({**counts, "refusals": totals.refusals}, ensure_ascii=False))
    else:
        click.echo("  ".join(f"{status} {count}" for status, count in counts.items()))
        for refusal in totals.refusals:
            click.echo(f"  {refusal['id']}: {refusal['code']} {refusal['pointer']} {refusal['hint']['en']}", err=True)
    if totals.counts["refused"]:
        sys.exit(1)


@agency.command(epilog="Example: oversight agency key P92 --json")
@click.argument("agency_id")
@click.option("--label", default="", help="What the key is for.")
@click.option("--url")
@click.option("--key")
@click.option("--json", "as_json", is_flag=True)
def key(agency_id: str, label: str, url: str | None, key: str | None, *, as_json: bool) -> None:
    """Issue a key for an agency; it is shown once and never again."""
    answer = Client(url, key).post(f"/v1/agencies/{quote(agency_id, safe='')}/keys", {"label": label} if label else {})
    if as_json:
        click.echo(json.dumps(answer))
        return
    click.echo(answer["key"])
    click.echo("Keep it safe: it is not shown again. Revoke it with `oversight agency revoke`.", err=True)


@agency.command(epilog="Example: oversight agency revoke P92 3f2a9c0d1b7e4a55")
@click.argument("agency_id")
@click.argument("key_id")
@click.option("--url")
@click.option("--key")
def revoke(agency_id: str, key_id: str, url: str | None, key: str | None) -> None:
    """Withdraw a key of an agency."""
    path = f"/v1/agencies/{quote(agency_id, safe='')}/keys/{quote(key_id, safe='')}"
    answer = Client(url, key).request("DELETE", path)
    Client.checked(answer)
    click.echo(f"revoked {key_id}")


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if file.suffix.lower() == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as source:
            try:
                for row in csv.DictReader(source):
                    yield _typed({name: value for name, value in row.items() if name and value not in (None, "")})
            except UnicodeDecodeError as error:
                raise CommandError(f"{file} is no UTF-8: {error.reason}", hint="save it as “CSV UTF-8”") from error
            except csv.Error as error:
                raise CommandError(f"{file} is no CSV: {error}") from error
        return
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            text = line.removeprefix(BOM_UTF8).strip()
            if text:
                yield _object(text, f"{file}, line {number}")


def _object(text: bytes, place: str) -> dict[str, Any]:
    try:
        row = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise CommandError(f"{place}: {error}", hint="one JSON object a line") from error
    if not isinstance(row, dict):
        raise CommandError(f"{place}: no JSON object", hint="one JSON object a line")
    return row


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """Give a CSV row the types of the event's fields."""
    for name in _BOOLEANS & row.keys():
        text = str(row[name]).strip().lower()
        if text not in _TRUE | _FALSE:
            raise CommandError(f"{name}: “{row[name]}” is neither yes nor no", hint="write true or false")
        row[name] = text in _TRUE
    for name in _NESTED & row.keys():
        try:
            row[name] = json.loads(row[name])
        except ValueError as error:
            raise CommandError(f"{name} must be JSON", hint='for example {"email": "vanthu@example.gov.vn"}') from error
    return row


def _event(row: dict[str, Any]) -> dict[str, Any]:
    """Return the registration event of a row; the same row gives the same event, so registering twice is harmless."""
    data = dict(row)
    agency_id = str(data.pop("agency_id", None) or ids.new_id())
    data.setdefault("has_tthc", False)
    data.setdefault("inspection_rights", False)
    return {
        "specversion": "1.0",
        "id": f"registered-{agency_id}",
        "source": f"/agencies/{agency_id}",
        "type": "qms.agency.registered",
        "subject": agency_id,
        "time": f"{data.get('valid_from', '')}T00:00:00+07:00",
        "datacontenttype": "application/json",
        "data": data,
    }
