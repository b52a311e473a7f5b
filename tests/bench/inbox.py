"""The inbox of the views with all events of a nation, as a service has it that has run for years; kept between runs.

Written once for each size, with the serving set's checkpoints; sets of tables are then filled from it beside it, as
`oversight rebuild start` does, and dropped again. PostgreSQL only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from time import perf_counter

from sqlalchemy import Connection, insert, inspect, select, update

from deploy.local.postgres import PrivateCluster
from services.inspection.filling.running import Job, fill
from services.inspection.projections import EVENT, VERSION, OversightViews, event_row, keyed
from services.inspection.tables import OversightTables, oversight_tables
from shared import clock
from shared.database.bulk import insert_rows
from shared.database.engine import Database, open_database
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import KERNEL, subscriptions
from shared.messaging import generations
from tests.bench import nation
from tests.bench.nation import ENDS, SERVICES, Size
from tests.bench.processes import seconds_with_ended

_PAGE = 5_000
#: Number of the set that is filled.
FILLED = generations.beside(VERSION, 1)


def url_of(cluster: PrivateCluster, size: Size) -> str:
    """Return the address of the database with the inbox, which is made unless it is there."""
    urls = logs(cluster, size)
    name = nation.database_name(size, "inbox")
    if name in cluster.databases():
        _adopt(cluster.url(name))
        return cluster.url(name)
    half = f"{name}_half"
    cluster.drop_database(half)
    database = open_database(cluster.create_database(half))
    database.write(KERNEL.create_all)
    database.write(OversightViews().tables.create_all)
    rows = [_copied(database, urls[service], service) for service in SERVICES]
    database.write(lambda connection: connection.execute(insert(subscriptions), rows))
    database.close()
    # Only what is whole has the name.
    cluster.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"', "postgres")
    cluster.execute("VACUUM ANALYZE", name)
    return cluster.url(name)


def _adopt(url: str) -> None:
    """Take the inbox of an earlier version of the views for this one's: what it holds is the same."""
    database = open_database(url)
    earlier = [oversight_tables(version) for version in range(1, VERSION)]
    present = set(database.read(lambda connection: inspect(connection).get_table_names()))
    for tables in (one for one in earlier if one.events.name in present):
        database.write(partial(_renamed, earlier=tables))
    database.close()


def _renamed(connection: Connection, earlier: OversightTables) -> None:
    now = oversight_tables(VERSION)
    before, after = earlier.events.name, now.events.name
    connection.exec_driver_sql(f'ALTER TABLE "{before}" RENAME TO "{after}"')
    for name in ("pkey", *(str(index.name).removeprefix(f"{before}_") for index in earlier.events.indexes)):
        connection.exec_driver_sql(f'ALTER INDEX IF EXISTS "{before}_{name}" RENAME TO "{after}_{name}"')
    for table in (one for one in earlier.metadata.sorted_tables if one.name != before):
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{table.name}"')
    now.metadata.create_all(connection)
    ours = subscriptions.c.consumer == OversightViews.name
    connection.execute(update(subscriptions).where(ours).values(version=VERSION))


def logs(cluster: PrivateCluster, size: Size) -> dict[str, str]:
    """Return the addresses of the logs, which are written as far as they are not there."""
    present, urls = cluster.databases(), {}
    for service in SERVICES:
        name = nation.database_name(size, service)
        urls[service] = cluster.url(name) if name in present else cluster.create_database(name)
    nation.write(urls, size)
    return urls


def _copied(database: Database, url: str, service: str) -> dict[str, object]:
    """Copy a log into the inbox; return the checkpoint."""
    log, table = open_database(url), oversight_tables(VERSION).events
    store, position, recorded_at = SqlEventStore(log, service), 0, 0
    while page := store.read(position, _PAGE):
        rows = [event_row(*keyed(event)) for event in page]
        database.write(lambda connection, rows=rows: insert_rows(connection, table, EVENT, rows))
        position, recorded_at = page[-1].position, page[-1].recorded_at
    log.close()
    known = max(recorded_at, clock.end_of_day(ENDS + 30))
    key = {"consumer": OversightViews.name, "version": VERSION, "source": service, "partition": 0, "epoch": "e"}
    return {**key, "position": position, "recorded_at": known}


@contextmanager
def filled(
    url: str, processes: int, server: int | None, say: Callable[[str], None]
) -> Iterator[tuple[Database, Mapping[str, float]]]:
    """Fill a set beside the inbox, let it serve while the block lasts, and drop it; give the figures of the filling.

    Args:
        url: the database.
        processes: how many fold records.
        server: process id of PostgreSQL, whose processor time is told too.
        say: told of each step.
    """
    database = open_database(url)
    views = OversightViews()
    _drop(database, views)
    database.write(lambda connection: generations.begin(connection, views, 1))
    began, before = perf_counter(), _processor_seconds(server)
    events = fill(
        Job(url, FILLED, VERSION, views.months), processes,
        lambda step, done, of: say(f"  {step} {done} of {of} ({perf_counter() - began:.0f} s)"),
    )  # fmt: skip
    seconds = perf_counter() - began
    used = {name: 1e6 * (now - before[name]) / events for name, now in _processor_seconds(server).items()}
    figures = {"events": float(events), "rebuild_events_per_second": events / seconds, **used}
    try:
        database.write(lambda connection: generations.switch(connection, views, 2, different=True))
        yield database, figures
    finally:
        _drop(database, views)
        database.close()


def _processor_seconds(server: int | None) -> dict[str, float]:
    """Return the processor time that folding and the database have used so far."""
    found = {"rebuild_cpu_us_python": seconds_with_ended(os.getpid())}
    return found | ({"rebuild_cpu_us_postgres": seconds_with_ended(server)} if server else {})


def _drop(database: Database, views: OversightViews) -> None:
    """Remove the filled set, and the rows that say that it serves."""
    database.write(lambda connection: generations.drop(connection, views.generation(FILLED)))
    rows = generations.projection_generations
    database.write(lambda connection: connection.execute(rows.delete()))


def up_to(database: Database) -> dict[str, int]:
    """Return how many events of each service are in the inbox."""
    columns = subscriptions.c
    query = select(columns.source, columns.position).where(columns.version == VERSION)
    return dict(database.read(lambda connection: connection.execute(query).tuples().all()))
