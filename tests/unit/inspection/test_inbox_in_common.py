"""Sets of tables with one inbox: whose it is by their numbers, and that each event is in it once."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select

from services.inspection.projections import VERSION, OversightViews
from services.inspection.tables import oversight_tables
from shared.database.engine import open_database
from shared.database.schema import ensure_tables
from shared.eventstore.tables import KERNEL
from shared.messaging import generations
from shared.messaging.generations import BUILDING, FORMER, SERVING, beside, keeper, suffix
from shared.messaging.rebuilding import rebuild
from tests.property.reference_indicators import histories


def test_a_set_has_the_inbox_of_the_one_that_it_was_filled_from_and_tables_of_its_own():
    first, second = VERSION + 1000, beside(VERSION, 1)
    third = beside(second, 2)
    from_logs = VERSION + 3000
    assert [keeper(one) for one in (VERSION, first, second, third)] == [VERSION, first, VERSION, VERSION]
    assert keeper(beside(from_logs, 4)) == from_logs
    assert [suffix(one) for one in (second, third)] == [f"v{VERSION}_g1", f"v{VERSION}_g2"]
    assert oversight_tables(third).events is oversight_tables(VERSION).events
    assert oversight_tables(from_logs).events is not oversight_tables(VERSION).events
    assert oversight_tables(third).deltas is not oversight_tables(second).deltas


@pytest.fixture
def database(tmp_path):
    opened = open_database(f"sqlite:///{tmp_path}/views.db")
    opened.write(lambda connection: ensure_tables(connection, KERNEL))
    opened.write(lambda connection: ensure_tables(connection, OversightViews().tables))
    yield opened
    opened.close()


def kept(database):
    events = oversight_tables(VERSION).events
    return database.read(lambda connection: connection.execute(select(func.count()).select_from(events)).scalar_one())


def test_each_event_is_written_once_whichever_set_is_further(database):
    views, chance = OversightViews(), random.Random(3)
    number = database.write(lambda connection: generations.begin(connection, views, 1))
    sharing = views.generation(number)
    database.write(lambda connection: ensure_tables(connection, sharing.tables))
    told = [one for one in histories.Country(5, 60).logs.events if one.service == "audit"]
    at = {views: 0, sharing: 0}
    while min(at.values()) < len(told):
        one = chance.choice([view for view in at if at[view] < len(told)])
        batch = told[at[one] : at[one] + chance.randint(1, 9)]
        database.write(lambda connection, one=one, batch=batch: one.apply(connection, batch))
        at[one] += len(batch)
        assert kept(database) == max(at.values())


def test_the_inbox_goes_with_the_last_set_that_needs_it(database):
    views = OversightViews()
    number = database.write(lambda connection: generations.begin(connection, views, 1))
    sharing = views.generation(number)
    database.write(lambda connection: ensure_tables(connection, sharing.tables))
    with pytest.raises(generations.GenerationError, match="in common"):
        rebuild(database, views)
    database.write(lambda connection: generations.switch(connection, views, 2, different=True))
    states = {one.version: one.state for one in database.read(lambda c: generations.generations(c, views))}
    assert states == {VERSION: FORMER, number: SERVING}
    database.write(lambda connection: generations.drop(connection, views))
    assert kept(database) == 0
    rebuild(database, sharing)
    from_logs = database.write(lambda c: generations.begin(c, views, 3, generations.LOGS))
    assert keeper(from_logs) == from_logs
    assert {one.state for one in database.read(lambda c: generations.generations(c, views))} == {SERVING, BUILDING}
    database.write(lambda connection: generations.switch(connection, views, 4, different=True))
    database.write(lambda connection: generations.drop(connection, sharing))
    with pytest.raises(Exception, match="no such table"):
        kept(database)
