"""What an event costs at least when views are rebuilt in Python: decoding it, and folding it, with nothing read or written.

Both in processor time of one core, on events that are in memory. A rebuild on so many cores can be no faster than their
number divided by this, whatever the database does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, select

from services.inspection import serving
from services.inspection.filling.folding import COLUMNS, folded
from services.inspection.filling.packing import Packing
from services.inspection.indicators.families import FAMILIES
from shared.database.engine import Database

#: Agencies whose events are looked at.
_AGENCIES = 60
_BODY = COLUMNS.index("body")


def measure_floor(database: Database) -> Mapping[str, float]:
    """Return microseconds of processor time an event."""
    rows = database.read(_some)
    records = [list(found) for _key, found in groupby(rows, key=itemgetter(0))]
    packing = Packing()
    decode = _taken(lambda: [orjson.loads(row[_BODY]) for row in rows], len(rows))
    fold = _taken(lambda: [folded(record, (), 24, packing).saved() for record in records], len(rows))
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
