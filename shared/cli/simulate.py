"""`oversight simulate`: a deterministic national event stream as JSON Lines on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime

import click
import orjson

from shared import clock
from shared.simulation import geography
from shared.simulation.defects import Defects
from shared.simulation.events import Event
from shared.simulation.stream import Order
from shared.simulation.stream import simulate as simulated

_YEAR = 364
#: Lines written at once.
_CHUNK = 500

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command(
    epilog="Example: oversight simulate --agencies 500 --events 20000 --seed 7 > events.jsonl; oversight push events.jsonl"
)
@click.option("--agencies", type=click.IntRange(1), required=True, help="Agencies, registered first.")
@click.option("--events", type=click.IntRange(0), required=True, help="Events after the registrations, exactly.")
@click.option("--seed", type=int, required=True, help="The same seed and options give the same bytes.")
@click.option("--from", "first", type=_DAY, default=None, help="First day; default a year before the last.")
@click.option("--to", "last", type=_DAY, default=None, help="Last day; default today in Viet Nam.")
@click.option(
    "--defects", type=click.FloatRange(0, 100), default=0.0, help="Per cent of faulty lines, added to the others."
)
def simulate(
    agencies: int, events: int, seed: int, first: datetime | None, last: datetime | None, defects: float
) -> None:
    """Write a domain-valid national event stream with real place names.

    Registrations come first: the 34 provinces, their departments, the communes, then public units below them. All that
    follows is accepted when it is pushed in order with the staff token.
    """
    end = clock.vietnam_day(clock.now()) if last is None else clock.day_number(last.date())
    begin = end - _YEAR if first is None else clock.day_number(first.date())
    if begin > end:
        raise click.BadParameter("lies after --to", param_hint="--from")
    if begin < geography.REFORM:
        click.echo("note: the 34 provinces exist since 2025-07-01; this stream lets them begin earlier", err=True)
    order = Order(agencies, events, seed, begin, end)
    stream = simulated(order)
    if not defects:
        _write(stream)
        return
    faulty = Defects(defects, seed, order.mark)
    _write(faulty.between(stream))
    click.echo(" ".join(f"{kind}={faulty.counts[kind]}" for kind in sorted(faulty.counts)), err=True)


def _write(events: Iterable[Event]) -> None:
    output = sys.stdout.buffer
    chunk: list[bytes] = []
    for event in events:
        chunk.append(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE))
        if len(chunk) >= _CHUNK:
            output.write(b"".join(chunk))
            chunk.clear()
    output.write(b"".join(chunk))
    output.flush()
