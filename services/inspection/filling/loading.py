"""The steps of filling on PostgreSQL: bare tables, a copy of the inbox, what bears on records, the records, indexes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Index, select, text

from services.inspection import bearings
from services.inspection.bearings import CLAIM_VERIFIED, OBLIGATION_INHERITED
from services.inspection.filling.folding import COLUMNS, Rows, folded
from services.inspection.indicators.families import FAMILIES
from services.inspection.projections import DELTA, EVENT, STREAM, OversightViews
from services.inspection.streams import KnownFact
from services.inspection.tables import OversightTables, oversight_tables
from shared.contracts.flags import RETRACTED
from shared.database.bulk import driver_connection, insert_rows
from shared.database.schema import drop_tables, ensure_tables
from shared.eventstore.records import RecordedEvent

#: Rows of one COPY, and events fetched at a time.
_ROWS, _FETCHED = 20_000, 5_000
#: Positions of the logs up to which the inbox is taken, by service.
Place = Mapping[str, int]
#: One part of all records, and how many parts there are.
Part = tuple[int, int]


def make_bare(connection: Connection, tables: OversightTables) -> None:
    """Make the tables anew, without keys and indexes."""
    drop_tables(connection, tables.metadata)
    ensure_tables(connection, tables.metadata)
    for table in (tables.events, tables.deltas, tables.streams):
        for index in table.indexes:
            index.drop(connection)
        if table.primary_key.columns:
            connection.execute(text(f'ALTER TABLE "{table.name}" DROP CONSTRAINT "{table.name}_pkey"'))
        # The server would read the half-filled tables again and again.
        connection.execute(text(f'ALTER TABLE "{table.name}" SET (autovacuum_enabled = false)'))


def finish(connection: Connection, tables: OversightTables, name: str) -> None:
    """Make the keys and indexes of one of the tables, and look at what it holds."""
    connection.execute(text("SELECT set_config('maintenance_work_mem', '512MB', true)"))
    table = tables.metadata.tables[getattr(tables, name).name]
    if table.primary_key.columns:
        keys = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
        connection.execute(text(f'ALTER TABLE "{table.name}" ADD PRIMARY KEY ({keys})'))
    for index in sorted(table.indexes, key=_name):
        index.create(connection)
    connection.execute(text(f'ALTER TABLE "{table.name}" RESET (autovacuum_enabled)'))
    connection.execute(text(f'ANALYZE "{table.name}"'))


def _name(index: Index) -> str:
    return str(index.name)


def copy_inbox(connection: Connection, tables: OversightTables, source: OversightTables, place: Place) -> None:
    """Copy the events, inside the server."""
    columns = ", ".join(f'"{name}"' for name in EVENT)
    connection.exec_driver_sql(
        f'INSERT INTO "{tables.events.name}" ({columns}) SELECT {columns} FROM "{source.events.name}" WHERE {_up_to(place)}'  # noqa: S608 - names of our own tables
    )


def _up_to(place: Place) -> str:
    """Return the condition on the inbox; the names are those of our services."""
    return "(" + " OR ".join(f"(service = '{name}' AND position <= {at})" for name, at in sorted(place.items())) + ")"


def bear(connection: Connection, views: OversightViews, source: OversightViews, place: Place) -> None:
    """Store what verdicts and inheritances bear on, as if they had been applied one by one."""
    tables, inbox = oversight_tables(views.version), oversight_tables(source.version).events
    found = bearings.new_bearings(connection, tables, _telling(connection, inbox, place))
    keys = source.targets(connection, found)
    there = inbox.c.stream
    known = {bytes(key) for key in connection.execute(select(there).where(there.in_(set(keys.values())))).scalars()}
    named = [one._replace(stream=key if (key := keys.get(one.wanted, b"")) in known else b"") for one in found]
    bearings.save(connection, tables, list({(*one.row()[:4],): one for one in named}.values()))


def _telling(connection: Connection, inbox: Any, place: Place) -> list[RecordedEvent]:
    """Return the events that may bear on other records, by log and position."""
    columns = inbox.c
    taken_back = [f"qms.{aggregate}.{RETRACTED}" for aggregate in ("inspection", "obligation")]
    rows = connection.execute(
        select(
            *(columns.service, columns.partition, columns.position, columns.type, columns.source, columns.agency_id),
            *(columns.subject, columns.event_id, columns.occurred_at, columns.recorded_at, columns.received_at),
            *(columns.provenance, columns.asserter, columns.body),
        )
        .where(columns.type.in_([CLAIM_VERIFIED, OBLIGATION_INHERITED, *taken_back]), text(_up_to(place)))
        .order_by(columns.service, columns.position)
    )
    return [_event(*row) for row in rows]


def _event(service: str, *row: Any) -> RecordedEvent:
    """Return an event of the inbox; the number of its place in its record is not kept there, and nobody here asks for it."""
    return RecordedEvent.of_row(service, (*row[:-1], 0, row[-1]))


def fold_part(connection: Connection, views: OversightViews, source: OversightViews, place: Place, part: Part) -> int:
    """Fold the records of a part, and return of how many events they were."""
    tables, inbox = oversight_tables(views.version), oversight_tables(source.version).events
    on = _bearing(connection, tables)
    deltas: Rows = []
    stored: Rows = []
    count = 0
    for key, rows in _records(connection, inbox.name, place, part):
        stream, changed = folded(rows, on.get(key, ()), views.months)
        deltas += changed
        stored.append(stream.saved())
        count += len(rows)
        if len(deltas) >= _ROWS:
            _write(connection, tables, deltas, stored)
            deltas, stored = [], []
    _write(connection, tables, deltas, stored)
    return count


def _records(
    connection: Connection, inbox: str, place: Place, part: Part
) -> Iterator[tuple[bytes, Sequence[tuple[Any, ...]]]]:
    """Return the events of each record of a part, as they were recorded."""
    index, parts = part
    columns = ", ".join(COLUMNS)
    aggregates = ", ".join(f"'{name}'" for name in FAMILIES)
    connection.exec_driver_sql("SELECT set_config('work_mem', '512MB', true)")
    query = (
        f'SELECT {columns} FROM "{inbox}" WHERE {_up_to(place)} AND aggregate IN ({aggregates})'  # noqa: S608 - as above
        f" AND get_byte(stream, 0) % {parts} = {index} ORDER BY stream, recorded_at"
    )
    with driver_connection(connection).cursor(name="filling", binary=True) as cursor:
        cursor.itersize = _FETCHED
        cursor.execute(query)
        for key, rows in groupby(cursor, key=itemgetter(0)):
            yield key, list(rows)


def _bearing(connection: Connection, tables: OversightTables) -> dict[bytes, list[KnownFact]]:
    rows = connection.execute(select(tables.bearings.c.stream).where(tables.bearings.c.stream != b"").distinct())
    return {bytes(key): bearings.applied_to(connection, tables, bytes(key)) for (key,) in rows}


def _write(connection: Connection, tables: OversightTables, deltas: Rows, stored: Rows) -> None:
    insert_rows(connection, tables.deltas, DELTA, deltas)
    insert_rows(connection, tables.streams, STREAM, stored)
