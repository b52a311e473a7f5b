"""What an event costs at least when views are rebuilt in Python: decoding it, and folding it, with nothing read or written.

Both in processor time of one core, on events that are in memory. A rebuild on so many cores can be no faster than their
number divided by this, whatever the database does. And how many events a second come out of the inbox and are folded on all
processors where nothing is written and no index is made: a rebuild can be no faster than that either.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, select

from services.inspection import serving
from services.inspection.filling import loading, running
from services.inspection.filling.folding import COLUMNS, folded
from services.inspection.filling.loading import Part, Place
from services.inspection.filling.packing import Packing
from services.inspection.indicators.families import FAMILIES
from services.inspection.tables import oversight_tables
from shared.database.engine import Database, open_database

#: Agencies whose events are looked at.
_AGENCIES = 60
_BODY = COLUMNS.index("body")
_MONTHS = 24
#: Rows of changes after which they are thrown away, as many as a rebuild writes at once.
_ROWS = 20_000


def measure_floor(database: Database) -> Mapping[str, float]:
    """Return microseconds of processor time an event."""
    rows = database.read(_some)
    records = [list(found) for _key, found in groupby(rows, key=itemgetter(0))]
    packing = Packing()
    decode = _taken(lambda: [orjson.loads(row[_BODY]) for row in rows], len(rows))
    fold = _taken(lambda: [folded(record, (), _MONTHS, packing).saved() for record in records], len(rows))
    return {"decode_us": decode, "decode_and_fold_us": fold}


def _some(connection: Connection) -> list[tuple[Any, ...]]:
    columns = serving.views(connection).events.c
    agencies = select(columns.agency_id).distinct().order_by(columns.agency_id.desc()).limit(_AGENCIES)
    query = (
        select(*(columns[name] for name in COLUMNS))
        .where(columns.agency_id.in_(agencies), columns.aggregate.in_(FAMILIES))
        .order_by(columns.stream, columns.recorded_at)
    )
    return [(bytes(row[0]), *row[1:]) for row in connection.execute(query)]


def _taken(work: Callable[[], object], count: int) -> float:
    """Return the least of three turns."""
    turns = []
    for _ in range(3):
        began = time.process_time()
        work()
        turns.append(1e6 * (time.process_time() - began) / count)
    return min(turns)


def measure_unwritten(url: str, version: int, up_to: Mapping[str, int], processes: int) -> float:
    """Return the events a second that are read from an inbox and folded by so many processes, with nothing written.

    Args:
        url: the database.
        version: the set that has the inbox.
        up_to: positions up to which events are read, by service.
        processes: how many fold, each as many records.
    """
    count = sum(up_to.values())
    parts = running.parts_of(count, processes)
    work = partial(_unwritten, url, version, Place(up_to))
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=running.begin) as pool:
        # Processes that have yet to be started would be measured too.
        list(pool.map(_nothing, range(processes)))
        began = time.perf_counter()
        list(pool.map(work, [(index, parts) for index in range(parts)]))
        return count / (time.perf_counter() - began)


def _unwritten(url: str, version: int, place: Place, part: Part) -> None:
    packing, inbox = Packing(), oversight_tables(version).events.name

    def work(connection: Connection) -> None:
        for _key, rows in loading.records(running.unhurried(connection), inbox, place, part):
            folded(rows, (), _MONTHS, packing).saved()
            if len(packing.rows) >= _ROWS:
                packing.taken()

    database = open_database(url)
    database.read(work)
    database.close()


def _nothing(_number: int) -> None:
    time.sleep(0.2)
