"""Closes months: reads what became known in each, and writes the blocks of every measure.

A month is closed when the views are past its end in every log, so that nothing more can become known in it. One month is
one transaction; the row that says that it is closed is written with its blocks. Who does it twice writes the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import orjson
from sqlalchemy import Connection, func, insert, select

from services.inspection.checkpoints import inbox
from services.inspection.checkpoints.blocks import Entry, unpack_entries, unpack_totals
from services.inspection.checkpoints.closing import BASE, CLOSED, FUTURE, Block, Running, Sums, batched, join_to, plus
from services.inspection.checkpoints.months import ends_at, first_day, known_month, last_day, last_known
from services.inspection.checkpoints.shapes import OF_EVENTS, shapes
from services.inspection.tables import OversightTables
from shared.database.bulk import fetch_rows, insert_rows
from shared.turns import in_turns

#: Services whose logs are in the inbox.
_LOGS = ("inspection", "documents", "audit", "notify")
_COLUMNS = ("measure", "kind", "part", "month", "totals", "entries")


def due(connection: Connection, tables: OversightTables, mark: int) -> range:
    """Return the months that are over and not closed yet.

    Args:
        connection: a reading transaction.
        tables: the set.
        mark: its watermark.
    """
    columns = tables.sums.c
    last = connection.execute(
        select(func.max(columns.month)).where(columns.kind == CLOSED, columns.measure == "")
    ).scalar()
    if last is None:
        recorded_at = inbox.first_recorded(connection, tables, _LOGS)
        return range(0) if recorded_at is None else range(known_month(recorded_at), last_known(mark) + 1)
    return range(int(last) + 1, last_known(mark) + 1)


def close_month(connection: Connection, tables: OversightTables, month: int) -> None:
    """Close the month after the last one that is closed, for all measures."""
    for measure, shape in shapes().items():
        running = resumed(connection, tables, measure, month, Running(shape, _nothing))
        entries = known_in(connection, tables, measure, month)
        _write(connection, tables, month, ((measure, block) for block in running.close(month, entries)))
    counted = {
        measure: resumed(connection, tables, measure, month, Running(shape, _nothing, join=inbox.JOINS[measure]))
        for measure, shape in OF_EVENTS.items()
    }
    _write(connection, tables, month, inbox.close(counted, _reported_in(connection, tables, month), month))
    note_closed(connection, tables, [month])


def close_measure(connection: Connection, tables: OversightTables, measure: str, months: range) -> None:
    """Write the blocks of a measure for all months from the first one on; `note_closed` comes when all have theirs."""
    columns = tables.deltas.c
    if connection.execute(select(func.min(columns.known_month)).where(columns.measure == measure)).scalar() is None:
        return
    running = Running(shapes()[measure], _nothing)
    for month in months:
        entries = known_in(connection, tables, measure, month)
        _write(connection, tables, month, ((measure, block) for block in running.close(month, entries)))


def close_events(connection: Connection, tables: OversightTables, months: range) -> None:
    """Do the same with what is counted in the inbox."""
    counted = {measure: Running(shape, _nothing, join=inbox.JOINS[measure]) for measure, shape in OF_EVENTS.items()}
    for month in months:
        _write(connection, tables, month, inbox.close(counted, _reported_in(connection, tables, month), month))


def _nothing(_part: str) -> Iterable[Entry]:
    return ()


def _reported_in(connection: Connection, tables: OversightTables, month: int) -> list[Entry]:
    return inbox.known_between(connection, tables, ends_at(month - 1), ends_at(month))


def note_closed(connection: Connection, tables: OversightTables, months: Iterable[int]) -> None:
    """Write down that months are closed, and for which measures."""
    measures = orjson.dumps(sorted([*shapes(), *OF_EVENTS]))
    row = {"measure": "", "kind": CLOSED, "part": "", "totals": b"", "entries": measures}
    rows = [{**row, "month": month} for month in months]
    if rows:
        connection.execute(insert(tables.sums), rows)


def resumed(connection: Connection, tables: OversightTables, measure: str, month: int, running: Running) -> Running:
    """Let the sums of a measure go on from the end of the month before."""
    columns = tables.sums.c

    def load(part: str) -> Iterable[Entry]:
        query = (
            select(columns.totals, columns.entries)
            .where(columns.measure == measure, columns.kind == BASE, columns.part == part, columns.month < month)
            .order_by(columns.month.desc())
            .limit(1)
        )
        row = connection.execute(query).first()
        if row is None:
            return ()
        return unpack_entries(row.entries) if running.shape.entries else _of_agencies(row.totals)

    ahead = connection.execute(
        select(columns.entries).where(
            columns.measure == measure, columns.kind == FUTURE, columns.part == "", columns.month == month - 1
        )
    ).scalar()
    running.load = load
    if ahead is not None:
        running.future = {(*entry[:2], entry[2] or 0): entry[3] for entry in unpack_entries(ahead)}
    return running


def _of_agencies(block: bytes) -> Iterator[Entry]:
    agencies, amounts = unpack_totals(block)
    return ((agency_id, "", None, one) for agency_id, one in zip(agencies, amounts, strict=True))


def known_in(connection: Connection, tables: OversightTables, measure: str, month: int) -> Sequence[Entry]:
    """Return what became known in a month; the day is None where it lies in the month."""
    # On PostgreSQL in the order of the index, so that nothing is sorted or hashed.
    what = "dimension" if shapes()[measure].entries else "''"
    rows = fetch_rows(
        connection,
        f"SELECT agency_id, {what}, day, sum(a1), sum(a2), sum(a3), sum(a4) FROM {tables.deltas.name}"  # noqa: S608 - name of our own table
        " WHERE measure = ? AND known_month = ? GROUP BY 1, 2, 3",
        [measure, month],
    )
    first, last = first_day(month), last_day(month)
    within: Sums = {}
    others: list[Entry] = []
    for some in in_turns(batched(rows)):
        for row in some:
            day, amounts = row[2], row[3:]
            if first <= day <= last:
                join_to(within, row[:2], amounts, plus)
            elif any(amounts):
                others.append((row[0], row[1], day, amounts))
    others += [(key[0], key[1], None, amounts) for key, amounts in within.items()]
    return others


def _write(connection: Connection, tables: OversightTables, month: int, blocks: Iterable[tuple[str, Block]]) -> None:
    rows = [(measure, one.kind, one.part, month, one.totals, one.entries) for measure, one in blocks]
    insert_rows(connection, tables.sums, _COLUMNS, rows)
