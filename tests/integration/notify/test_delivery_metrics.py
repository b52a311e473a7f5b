"""The queue of deliveries as `/metrics` shows it."""

import pytest
from sqlalchemy import insert

from services.notify.delivery_metrics import queues
from services.notify.tables import NOTIFY, deadlines, deliveries, groups, outbox
from shared.database.engine import open_database

NOW = 1_800_000_000_000_000


@pytest.fixture
def database(sqlite_url):
    opened = open_database(sqlite_url)
    opened.write(NOTIFY.create_all)
    yield opened
    opened.close()


def test_an_empty_queue_is_shown_as_empty(database):
    found = _samples(database)
    assert found["oversight_deliveries", "email", "waiting"] == 0
    assert found["oversight_deliveries", "email", "dead"] == 0
    assert found["oversight_delivery_overdue_seconds", None, None] == 0
    assert found["oversight_deadline_overdue_seconds", None, None] == 0


def test_what_waits_is_counted_and_the_oldest_tells_how_late_it_is(database):
    _delivery(database, "a", "webhook", "waiting", due=-90)
    _delivery(database, "b", "webhook", "waiting", due=600)
    _delivery(database, "c", "webhook", "dead", due=-5000)
    row = {"id": "d", "kind": "condition", "due_at": NOW - 30_000_000, "condition_id": "d", "detail": "{}"}
    database.write(lambda connection: connection.execute(insert(deadlines).values(**row)))
    found = _samples(database)
    assert found["oversight_deliveries", "webhook", "waiting"] == 2
    assert found["oversight_deliveries", "webhook", "dead"] == 1
    assert found["oversight_delivery_overdue_seconds", None, None] == 90
    assert found["oversight_deadline_overdue_seconds", None, None] == 30


def test_what_the_dispatcher_leaves_lying_is_counted_with_its_age(database):
    assert _samples(database)["oversight_alerts_untold_overdue_seconds", None, None] == 0
    _row(database, groups, group_id="g", flush_at=NOW - 20_000_000)
    assert _samples(database)["oversight_alerts_untold_overdue_seconds", None, None] == 20
    for position, age in ((1, 40), (2, 10)):
        _row(database, outbox, position=position, recorded_at=NOW - age * 1_000_000)
    found = _samples(database)
    assert found["oversight_alerts_untold", None, None] == 2
    assert found["oversight_alerts_untold_overdue_seconds", None, None] == 40


def _delivery(database, key, channel, status, *, due):
    _row(database, deliveries, delivery_id=key, channel=channel, status=status, due_at=NOW + due * 1_000_000)


def _row(database, table, **values):
    """Insert a row of which only some columns matter."""
    plain = {column.name: "" if str(column.type) == "TEXT" else 0 for column in table.columns}
    database.write(lambda connection: connection.execute(insert(table).values(**{**plain, **values})))


def _samples(database):
    families = database.read(lambda connection: list(queues(connection, "notify", NOW)))
    return {
        (sample.name, sample.labels.get("channel"), sample.labels.get("status")): sample.value
        for family in families
        for sample in family.samples
    }
