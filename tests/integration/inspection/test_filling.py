"""A set of the views' tables filled at once by processes of its own: from a running feeding, and killed in the middle."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import orjson
import pytest
from sqlalchemy import func, inspect, select, text

from services.inspection.filling.running import AlreadyFilledError, Job, fill
from services.inspection.projections import VERSION, OversightViews
from services.inspection.tables import oversight_tables
from shared import clock
from shared.database.engine import open_database
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import KERNEL
from shared.messaging import generations
from shared.messaging.checkpoint import SubscriptionKey
from shared.messaging.comparing import compare
from shared.messaging.parking import park, parked_streams
from shared.runner.filling import filler
from tests.bench import nation
from tests.integration.messaging.parts import wait_until
from tests.integration.messaging.sets import fed

FILLED = generations.beside(VERSION, 1)


@pytest.fixture
def database(postgres_url):
    opened = open_database(postgres_url)
    opened.write(KERNEL.create_all)
    yield opened
    opened.close()


def told(database, count):
    """Append what the registry tells of so many agencies."""
    store = SqlEventStore(database, "inspection")
    events = list(nation.registrations(nation.Book(), count))
    store.transact(lambda transaction: transaction.append(events))
    return store


def filled(database):
    return database.read(lambda c: generations.positions(c, OversightViews(), FILLED)).get("inspection", 0)


def exists(database, table):
    return database.read(lambda connection: inspect(connection).has_table(table.name))


def settings(database, table):
    """Return the storage parameters of a table."""
    query = text("SELECT reloptions FROM pg_class WHERE relname = :name")
    return database.read(lambda connection: connection.execute(query, {"name": table.name}).scalar())


def same(database):
    views = OversightViews()
    found = database.read(lambda connection: compare(connection, views, views.generation(FILLED)))
    return found is not None and found.equal


def test_what_is_begun_beside_is_filled_by_a_process_and_then_follows(database, postgres_url):
    views, store = OversightViews(), told(database, 400)
    commands = []

    def watched(command, stop):
        commands.append(command)
        return filler(postgres_url)(command, stop)

    with fed(database, views, own=store, fill=watched):
        assert wait_until(
            lambda: database.read(lambda c: generations.positions(c, views, VERSION))["inspection"] == 400
        )
        database.write(lambda connection: generations.begin(connection, views, clock.now()))
        assert wait_until(lambda: filled(database) == 400, 90)
        assert commands == [["-m", "services.inspection.filling", str(FILLED), str(VERSION), "24"]]
        book = nation.Book()
        later = [book.event("procedure.drafted", f"xa-{n}", "qt", 20_000, {"code": "QT"}) for n in range(30)]
        store.transact(lambda transaction: transaction.append(later))
        assert wait_until(lambda: filled(database) == 430)
        assert wait_until(lambda: same(database))
        assert "autovacuum_vacuum_insert_scale_factor=0" in settings(database, oversight_tables(FILLED).deltas)
        database.write(lambda connection: generations.switch(connection, views, clock.now(), different=True))
        database.write(lambda connection: generations.ask_for_drop(connection, views))
        assert wait_until(lambda: not exists(database, oversight_tables(VERSION).deltas))
        # The events are in the tables that both had in common, each once.
        more = [book.event("procedure.drafted", f"xa-{n}", "qt-2", 20_000, {"code": "QT"}) for n in range(30)]
        store.transact(lambda transaction: transaction.append(more))
        assert wait_until(lambda: filled(database) == 460)
        assert (
            database.read(
                lambda c: c.execute(select(func.count()).select_from(oversight_tables(VERSION).events)).scalar()
            )
            == 460
        )


def test_who_is_killed_while_filling_leaves_nothing_that_looks_filled(database, postgres_url):
    views, store = OversightViews(), told(database, 399)
    poison = nation.Book().event("procedure.drafted", "xa-1", "qt", 20_000, {"code": "QT"})
    store.transact(lambda transaction: transaction.append([poison]))
    with fed(database, views, own=store):
        assert wait_until(
            lambda: database.read(lambda c: generations.positions(c, views, VERSION))["inspection"] == 400
        )
    stop = threading.Event()
    run = threading.Thread(target=filler(postgres_url), args=(views.generation(FILLED).fill_command(VERSION), stop))
    run.start()
    table = oversight_tables(FILLED).events.name
    assert wait_until(lambda: database.read(lambda c: c.exec_driver_sql(f"SELECT to_regclass('{table}')").scalar()))
    stop.set()
    run.join()
    assert filled(database) == 0
    aside, (last,) = SubscriptionKey(views.name, VERSION, "inspection"), store.read(399, 1)
    # The nation of the benchmark leaves the time out of its bodies.
    told_at = orjson.dumps({**orjson.loads(last.body), "time": clock.to_rfc3339(last.occurred_at)})
    last = replace(last, body=told_at)
    database.write(lambda connection: park(connection, aside, [last], "POISON", "another set has written it"))
    job = Job(postgres_url, FILLED, VERSION, views.months)
    until = time.monotonic() + 20
    while True:
        try:
            fill(job, 1)
            break
        except AlreadyFilledError:
            # The server has not noticed yet that the killed one is gone.
            assert time.monotonic() < until
            time.sleep(0.1)
    assert filled(database) == 400
    # It is in the inbox, which other sets have in common, but this set has not taken it.
    found = database.read(lambda connection: compare(connection, views, views.generation(FILLED)))
    assert [(one.content, one.part) for one in found.differences] == [("records", "procedure")]
    assert database.read(lambda connection: parked_streams(connection, views.name, FILLED)) == {
        f"procedure:{last.source}:{last.subject}"
    }
