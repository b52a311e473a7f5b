"""Deadlines wait until the events before them have been read, but not for ever."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from services.notify.deadlines import DeadlineScheduler
from services.notify.horizon import GRACE, ReadingHorizon
from services.notify.policies import AlertPolicy
from shared.eventstore.tables import subscriptions
from shared.vietnam.calendar import WorkingCalendar
from tests.integration.notify.alert_world import AlertWorld, at

SECOND = 1_000_000


@pytest.fixture
def reading(world: AlertWorld) -> AlertWorld:
    """Give a world whose scheduler minds how far the policy has read."""
    for source in AlertPolicy.sources:
        row = {"consumer": "alerts", "version": 1, "source": source, "partition": 0, "epoch": "e", "position": 0}
        world.database.write(
            lambda connection, row=row: connection.execute(insert(subscriptions).values(**row, recorded_at=world.now))
        )
    return reopened(world)


def reopened(world: AlertWorld) -> AlertWorld:
    """Start the scheduler's process anew."""
    horizon = ReadingHorizon("alerts", 1, AlertPolicy.sources)
    world.scheduler = DeadlineScheduler(world.store, world.rules, horizon, lambda: world.now, WorkingCalendar())
    return world


def read_up_to(world: AlertWorld, instant: int, *sources: str) -> None:
    for source in sources or AlertPolicy.sources:
        statement = update(subscriptions).where(subscriptions.c.source == source).values(recorded_at=instant)
        world.database.write(lambda connection, statement=statement: connection.execute(statement))


def test_after_an_outage_nothing_is_judged_before_what_happened_in_it_is_read(reading):
    reading.observe("action.planned", "HD-1", {"due_on": "2026-03-10"})
    reading.tick(at("2026-03-15"))
    assert reading.names() == []
    reading.observe("action.done", "HD-1", {}, occurred_at=at("2026-03-09"))
    read_up_to(reading, reading.now)
    reading.tick(reading.now + 20 * SECOND)
    read_up_to(reading, reading.now)
    reading.tick(reading.now + SECOND)
    assert reading.names() == []


def test_what_is_still_true_once_all_is_read_opens_its_alert(reading):
    reading.observe("action.planned", "HD-1", {"due_on": "2026-03-10"})
    reading.tick(at("2026-03-15"))
    read_up_to(reading, reading.now)
    reading.tick()
    assert reading.names() == ["opened"]


def test_a_service_that_is_down_holds_the_alerts_back_for_ten_minutes_only(reading):
    reading.observe("action.planned", "HD-1", {"due_on": "2026-03-10"})
    reading.tick(at("2026-03-15"))
    read_up_to(reading, reading.now, "audit", "inspection")
    reading.tick(reading.now + GRACE // 2)
    assert reading.names() == []
    read_up_to(reading, reading.now, "audit", "inspection")
    reading.tick(reading.now + GRACE // 2 + SECOND)
    assert reading.names() == ["opened"]


def test_the_ten_minutes_begin_anew_with_the_process(reading):
    reading.observe("action.planned", "HD-1", {"due_on": "2026-03-10"})
    reading.tick(at("2026-03-15"))
    reopened(reading).tick(reading.now + GRACE - SECOND)
    assert reading.names() == []
    reading.tick(reading.now + GRACE + SECOND)
    assert reading.names() == ["opened"]
