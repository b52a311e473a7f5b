"""`oversight push`: sends CloudEvents from files, with progress, retries and a spool on disk."""

from __future__ import annotations

import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import click
import orjson

from shared.cli.errors import CommandError
from shared.cli.progress import progress_bar
from shared.cli.running import Client, run_file
from shared.cli.totals import show_totals
from shared.client.pushing import BATCH_EVENTS, Pusher, PushError, Totals, batches
from shared.client.spool import Spool


@click.command(epilog="Example: oversight simulate --agencies 100 --events 1000 --seed 1 | oversight push -")
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--url", help="Address of the front door; default: the system running here, else 127.0.0.1:8000.")
@click.option("--key", help="Key of the agency; default: the staff token of the system running here.")
@click.option("--batch", default=BATCH_EVENTS, show_default=True, type=click.IntRange(1, 5000))
@click.option("--spool", type=click.Path(path_type=Path), help="File for what cannot be sent.")
@click.option("--attempts", default=8, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True, help="Print the totals as JSON.")
def push(
    files: tuple[str, ...],
    url: str | None,
    key: str | None,
    batch: int,
    spool: Path | None,
    attempts: int,
    *,
    as_json: bool,
) -> None:
    """Send CloudEvents from JSON Lines or JSON arrays (`-` reads standard input).

    Exit status: 0 nothing refused, 1 something refused, 3 the server stayed away and events lie in the spool.
    """
    client = Client(url, key)
    totals = Totals()
    store = Spool(spool or run_file().parent / "spool.db")
    try:
        _send(
            Pusher(client.url, client.key, attempts=attempts), store, _readable(_events(files), totals), batch, totals
        )
    finally:
        waiting = len(store)
        store.close()
        show_totals(totals, as_json=as_json, spooled=waiting)
        if waiting and not as_json:
            click.echo(f"{waiting} events lie in the spool", err=True)
    if totals.counts["refused"]:
        sys.exit(1)


def _send(pusher: Pusher, store: Spool, events: Iterable[bytes], size: int, totals: Totals) -> None:
    """Send what lies in the spool, then the events; keep the rest if the server stays away."""
    rest = batches(events, most=size)
    with progress_bar() as progress:
        task = progress.add_task("sending", total=None)
        try:
            for waiting in store.batches(size):
                totals.add(pusher.push(waiting))
                progress.advance(task, len(waiting))
            for group in rest:
                _one(pusher, store, group, totals)
                progress.advance(task, len(group))
        except PushError as error:
            if not error.unreachable:
                raise CommandError(str(error), hint="nothing of this request was taken; see the code") from error
            for group in rest:
                store.put(group)
            raise CommandError(
                str(error), hint=f"{len(store)} events lie in the spool; push again to send them first", exit_code=3
            ) from error


def _one(pusher: Pusher, store: Spool, group: list[bytes], totals: Totals) -> None:
    try:
        totals.add(pusher.push(group))
    except PushError as error:
        if error.unreachable:
            store.put(group)
        raise


def _readable(events: Iterable[bytes], totals: Totals) -> Iterator[bytes]:
    """Yield what is JSON; what is none counts as refused here, since it would take its whole batch with it."""
    for number, text in enumerate(events, start=1):
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError as error:
            reason = {
                "vi": f"Sự kiện thứ {number} không phải JSON hợp lệ.",
                "en": f"Event {number} is no valid JSON: {error}",
            }
            totals.add([{"id": None, "status": "refused", "code": "MALFORMED_JSON", "pointer": "", "hint": reason}])
        else:
            yield text


def _events(files: Iterable[str]) -> Iterator[bytes]:
    for name in files:
        if name == "-":
            yield from _read(sys.stdin.buffer)
            continue
        try:
            with Path(name).open("rb") as file:
                yield from _read(file)
        except OSError as error:
            raise CommandError(f"{name}: {error.strerror}") from error


def _read(file: BinaryIO) -> Iterator[bytes]:
    """Yield the events of JSON Lines, or of one JSON array."""
    first = file.readline().removeprefix(BOM_UTF8)
    while first and not first.strip():
        first = file.readline()
    if first.lstrip().startswith(b"["):
        try:
            array = orjson.loads(first + file.read())
        except orjson.JSONDecodeError as error:
            raise CommandError(f"the file is no valid JSON array: {error}") from error
        yield from (orjson.dumps(event) for event in array)
        return
    if first.strip():
        yield first.strip()
    for line in file:
        if line.strip():
            yield line.strip()
