"""Random histories: however a set of tables was filled, it says the same; one that says something else is found out.

Logs come live in turns or one after the other, in batches of any size, and on PostgreSQL all at once, record by record.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from services.inspection.checkpoints import making
from services.inspection.contents import CLOSED_MONTHS
from services.inspection.filling import loading
from services.inspection.inconsistencies.projection import Inconsistencies
from services.inspection.indicators import timeline
from services.inspection.obligations.projection import ObligationViews
from services.inspection.projections import VERSION, OversightViews
from services.inspection.sequences.projection import SequenceNumbers
from services.inspection.tables import oversight_tables
from shared.database.engine import open_database
from shared.database.schema import drop_tables, ensure_tables
from shared.eventstore.tables import KERNEL, subscriptions
from shared.messaging import generations
from shared.messaging.comparing import compare
from tests.property.reference_indicators import histories

FACTS = 220
VIEWS = (OversightViews(), ObligationViews(), Inconsistencies(), SequenceNumbers())
QUICK = settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def database(database_url):
    opened = open_database(database_url)
    opened.write(lambda connection: ensure_tables(connection, KERNEL))
    yield opened
    opened.close()


def fresh(database, consumer):
    """Make a set of tables anew, with checkpoints at the same place for every set."""

    def work(connection):
        drop_tables(connection, consumer.tables)
        ensure_tables(connection, consumer.tables)
        columns = subscriptions.c
        connection.execute(
            subscriptions.delete().where(columns.consumer == consumer.name, columns.version == consumer.version)
        )
        key = {"consumer": consumer.name, "version": consumer.version, "partition": 0, "epoch": "e", "recorded_at": 1}
        rows = [{**key, "source": source, "position": 1_000_000} for source in consumer.sources]
        connection.execute(subscriptions.insert(), rows)

    database.write(work)
    return consumer


def live(database, consumer, events, chance):
    """Apply events as they were recorded, all logs in turns."""
    start = 0
    while start < len(events):
        end = start + chance.randint(1, 40)
        for service in consumer.sources:
            batch = [event for event in events[start:end] if event.service == service]
            if batch:
                database.write(lambda connection, batch=batch: consumer.apply(connection, batch))
        start = end


def log_by_log(database, consumer, events, chance):
    """Apply one log after the other, in large batches."""
    for service in chance.sample(consumer.sources, len(consumer.sources)):
        told = [event for event in events if event.service == service]
        size = chance.randint(1, len(events))
        for start in range(0, len(told), size):
            database.write(lambda connection, batch=told[start : start + size]: consumer.apply(connection, batch))


def at_once(database, consumer, serving, events):
    """Fill a set from the serving one's inbox."""
    place = loading.Place({service: len(events) for service in consumer.sources})
    tables = oversight_tables(consumer.version)
    assert tables.events is oversight_tables(serving.version).events
    database.write(lambda connection: loading.make_bare(connection, tables))
    database.write(lambda connection: loading.bear(connection, consumer, place))
    for part in range(3):
        database.write(lambda c, part=part: loading.fold_part(c, consumer, place, (part, 3)))
    for name in ("deltas", "streams"):
        database.write(lambda connection, name=name: loading.finish(connection, tables, name))


def close_months(database, view, known_at):
    tables = oversight_tables(view.version)
    months = database.read(lambda connection: making.due(connection, tables, known_at))
    first = database.read(lambda connection: connection.execute(select(func.min(tables.deltas.c.known_month))).scalar())
    # A few are enough.
    for month in months[: first - months[0] + 2]:
        database.write(lambda connection, month=month: making.close_month(connection, tables, month))


def lose_a_block(connection, sums):
    row = connection.execute(select(sums).where(sums.c.kind == "base").order_by(sums.c.month.desc()).limit(1)).one()
    same = (sums.c.measure == row.measure, sums.c.part == row.part, sums.c.month == row.month, sums.c.kind == "base")
    connection.execute(sums.delete().where(*same))
    return row.month


def difference(database, serving, other):
    found = database.read(lambda connection: compare(connection, serving, other))
    return [(one.content, one.part) for one in found.differences]


@given(seed=st.integers(0, 2**32))
@QUICK
def test_a_set_of_tables_says_the_same_however_it_was_filled(database, seed):
    events, chance = histories.Country(seed, FACTS).logs.events, random.Random(seed)
    for view in VIEWS:
        serving = fresh(database, view)
        live(database, serving, events, chance)
        beside = fresh(database, view.generation(view.version + 1000))
        log_by_log(database, beside, events, chance)
        assert difference(database, serving, beside) == []
    if database.dialect == "postgresql":
        serving, filled = VIEWS[0], fresh(database, VIEWS[0].generation(generations.beside(VERSION, 2)))
        at_once(database, filled, serving, events)
        assert difference(database, serving, filled) == []
        # What comes later is taken by the filled set as by the others.
        more = histories.Country(seed, FACTS + 40).logs.events
        if [one.body for one in more[: len(events)]] == [one.body for one in events]:
            for view in (serving, filled):
                log_by_log(database, view, more[len(events) :], random.Random(seed))
            assert difference(database, serving, filled) == []


def test_a_projection_that_folds_wrongly_is_found_out(database, monkeypatch):
    events = histories.Country(7, FACTS).logs.events
    serving = fresh(database, VIEWS[0])
    log_by_log(database, serving, events, random.Random(1))
    right = timeline.months_later
    monkeypatch.setattr(timeline, "months_later", lambda day, months: right(day, months) + 1)
    mutant = fresh(database, VIEWS[0].generation(VERSION + 1000))
    log_by_log(database, mutant, events, random.Random(1))
    found = difference(database, serving, mutant)
    assert found
    assert all(content == "sums" and part.endswith(timeline.VERIFIED) for content, part in found)


def test_a_row_that_was_changed_by_hand_is_found_out_with_its_agency(database):
    events = histories.Country(8, FACTS).logs.events
    serving, beside = fresh(database, VIEWS[0]), fresh(database, VIEWS[0].generation(VERSION + 1000))
    for number, view in enumerate((serving, beside)):
        log_by_log(database, view, events, random.Random(number))
        close_months(database, view, events[-1].recorded_at)
    assert difference(database, serving, beside) == []
    sums, deltas = oversight_tables(VERSION).sums, oversight_tables(VERSION).deltas
    last = database.write(lambda connection: lose_a_block(connection, sums))
    assert difference(database, serving, beside) == [(CLOSED_MONTHS, str(last))]
    database.write(lambda connection: connection.execute(sums.delete()))

    def tamper(connection):
        row = connection.execute(select(deltas).order_by(deltas.c.measure, deltas.c.position).limit(1)).one()
        same = (deltas.c.measure == row.measure, deltas.c.position == row.position, deltas.c.day == row.day)
        connection.execute(update(deltas).where(*same).values(a1=deltas.c.a1 + 1))
        return row.measure, row.agency_id

    measure, agency_id = database.write(tamper)
    found = database.read(lambda connection: compare(connection, serving, beside))
    assert [(one.content, one.part) for one in found.differences] == [("sums", measure)]
    assert agency_id in found.differences[0].keys
