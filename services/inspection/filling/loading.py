"""The steps of filling on PostgreSQL: bare tables, what bears on records, the records, indexes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, Index, Table, literal_column, select, text

from services.inspection import bearings
from services.inspection.bearings import CLAIM_VERIFIED, OBLIGATION_INHERITED
from services.inspection.filling.folding import COLUMNS, Rows, folded
from services.inspection.filling.packing import BEGINS, ENDS, Packing
from services.inspection.filling.packing import COLUMNS as PACKED
from services.inspection.indicators.families import FAMILIES
from services.inspection.projections import STREAM, OversightViews
from services.inspection.streams import KnownFact
from services.inspection.tables import OversightTables, oversight_tables
from shared.contracts.flags import RETRACTED
from shared.database.bulk import driver_connection, insert_rows
from shared.database.schema import drop_tables, ensure_tables
from shared.eventstore.records import RecordedEvent

#: Rows of one COPY, and events fetched at a time.
_ROWS, _FETCHED = 20_000, 5_000


@dataclass(frozen=True, slots=True)
class Place:
    """Which events of the inbox are taken."""

    #: Positions up to which they are, by service.
    up_to: Mapping[str, int]
    #: Positions that the set which serves has set aside, by service.
    aside: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def condition(self) -> str:
        """Return the condition on the inbox; the names are those of our services."""
        return " OR ".join(
            f"(service = '{name}' AND position <= {at}{self._but(name)})" for name, at in sorted(self.up_to.items())
        )

    def taken(self) -> ColumnElement[bool]:
        """Return the condition for a query."""
        return literal_column(f"({self.condition()})", Boolean)

    def _but(self, name: str) -> str:
        aside = ", ".join(map(str, self.aside.get(name, ())))
        return f" AND position NOT IN ({aside})" if aside else ""


#: One part of all records, and how many parts there are.
Part = tuple[int, int]


def make_bare(connection: Connection, tables: OversightTables) -> None:
    """Make the tables anew, without keys and indexes."""
    drop_tables(connection, tables.metadata)
    ensure_tables(connection, tables.metadata)
    for table in (tables.deltas, tables.streams):
        for index in table.indexes:
            index.drop(connection)
        if table.primary_key.columns:
            connection.execute(text(f'ALTER TABLE "{table.name}" DROP CONSTRAINT "{table.name}_pkey"'))
        # The server would read the half-filled tables again and again.
        connection.execute(text(f'ALTER TABLE "{table.name}" SET (autovacuum_enabled = false)'))


def settle(connection: Connection, tables: OversightTables, name: str) -> None:
    """Have the server note that all rows of a table can be seen by everybody: what reads the index then reads nothing else.

    Takes no transaction of its own.
    """
    connection.exec_driver_sql("SET statement_timeout = 0")
    connection.exec_driver_sql(f'VACUUM "{getattr(tables, name).name}"')


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


def bear(connection: Connection, views: OversightViews, place: Place) -> None:
    """Store what verdicts and inheritances bear on, as if they had been applied one by one."""
    tables = oversight_tables(views.version)
    inbox = tables.events
    found = bearings.new_bearings(connection, tables, _telling(connection, inbox, place))
    keys = views.targets(connection, found, place.up_to)
    there = inbox.c.stream
    present = select(there).where(there.in_(set(keys.values())), place.taken())
    known = {bytes(key) for key in connection.execute(present).scalars()}
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
        .where(columns.type.in_([CLAIM_VERIFIED, OBLIGATION_INHERITED, *taken_back]), place.taken())
        .order_by(columns.service, columns.position)
    )
    return [_event(*row) for row in rows]


def _event(service: str, *row: Any) -> RecordedEvent:
    """Return an event of the inbox; the number of its place in its record is not kept there, and nobody here asks for it."""
    return RecordedEvent.of_row(service, (*row[:-1], 0, row[-1]))


def fold_part(connection: Connection, views: OversightViews, place: Place, part: Part) -> int:
    """Fold the records of a part, and return of how many events they were."""
    tables = oversight_tables(views.version)
    on = _bearing(connection, tables)
    packing = Packing()
    stored: Rows = []
    count = 0
    for key, rows in records(connection, tables.events.name, place, part):
        stored.append(folded(rows, on.get(key, ()), views.months, packing).saved())
        count += len(rows)
        if len(packing.rows) >= _ROWS:
            _write(connection, tables, packing, stored)
    _write(connection, tables, packing, stored)
    return count


def _write(connection: Connection, tables: OversightTables, packing: Packing, stored: Rows) -> None:
    """Write what has been folded, and forget it."""
    _copy(connection, tables.deltas, packing)
    insert_rows(connection, tables.streams, STREAM, stored)
    stored.clear()


def _copy(connection: Connection, table: Table, packing: Packing) -> None:
    """Write rows that are packed."""
    names = ", ".join(f'"{name}"' for name in PACKED)
    statement = f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)'
    with driver_connection(connection).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(BEGINS + packing.taken() + ENDS)


def records(
    connection: Connection, inbox: str, place: Place, part: Part
) -> Iterator[tuple[bytes, Sequence[tuple[Any, ...]]]]:
    """Return the events of each record of a part (`COLUMNS` of `folding.py`), as they were recorded."""
    index, parts = part
    columns = ", ".join(COLUMNS)
    aggregates = ", ".join(f"'{name}'" for name in FAMILIES)
    # Read from end to end and sorted in memory: for a cursor the server supposes that a few rows are wanted soon, and would jump
    # about in the whole table by the index, which takes ten times as long.
    connection.exec_driver_sql(
        "SELECT set_config('work_mem', '512MB', true), set_config('enable_indexscan', 'off', true),"
        " set_config('cursor_tuple_fraction', '1', true)"
    )
    query = (
        f'SELECT {columns} FROM "{inbox}" WHERE ({place.condition()}) AND aggregate IN ({aggregates})'  # noqa: S608 - as above
        f" AND get_byte(stream, 0) % {parts} = {index} ORDER BY stream, recorded_at"
    )
    with driver_connection(connection).cursor(name="filling", binary=True) as cursor:
        cursor.execute(query)
        fetched = iter(lambda: cursor.fetchmany(_FETCHED), [])
        for key, rows in groupby(chain.from_iterable(fetched), key=itemgetter(0)):
            yield key, list(rows)


def _bearing(connection: Connection, tables: OversightTables) -> dict[bytes, list[KnownFact]]:
    rows = connection.execute(select(tables.bearings.c.stream).where(tables.bearings.c.stream != b"").distinct())
    return {bytes(key): bearings.applied_to(connection, tables, bytes(key)) for (key,) in rows}
