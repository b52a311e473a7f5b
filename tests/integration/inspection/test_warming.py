"""After a start the first pages find what they rest on read already, and what fails is left to who asks."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from services.inspection import kept_cases, silence, warming
from services.inspection.agencies import registry_of
from services.inspection.projections import VERSION
from services.inspection.warming import Warming
from shared import clock
from shared.testing.recorded import at

DAY = clock.day_of("2026-04-15")


class _AtOnce(threading.Event):
    """Tells nobody to stop, and lets nobody wait."""

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        return self.is_set()


@pytest.fixture
def agencies(views):
    views.logs.agency("bo-a", name_vi="Bộ A")
    views.logs.agency("xa-1", parent_id="bo-a", name_vi="UBND xã Đồng Tâm")
    views.catch_up()
    return views


def test_the_registry_its_order_and_the_cases_are_in_memory_afterwards(agencies):
    Warming(agencies.database, lambda: clock.end_of_day(DAY)).run(_AtOnce())

    def look(connection) -> None:
        registry = registry_of(connection, VERSION)
        assert len(registry._versions) == 1
        [snapshot] = [one for (_version, _units, day), one in registry._days.items() if day == DAY]
        assert snapshot.worked_out["places"].keys() == {"bo-a", "xa-1"}
        assert set(kept_cases._memory[connection.engine]) == set(warming._KINDS)
        assert VERSION in silence._heard[connection.engine]

    agencies.database.read(look)


NO_DATABASE = SimpleNamespace(read=lambda work: work(None))


def test_a_question_that_fails_keeps_no_other_from_being_asked(monkeypatch, caplog):
    asked = []

    def fails(_connection, _day) -> None:
        raise ValueError("no")

    monkeypatch.setattr(warming, "_QUESTIONS", (fails, lambda _connection, day: asked.append(day)))
    Warming(NO_DATABASE, lambda: at("2026-04-15")).run(_AtOnce())
    assert asked == [DAY]
    assert "could not be read" in caplog.text


def test_nothing_is_asked_once_the_service_is_told_to_stop(monkeypatch):
    asked = []
    monkeypatch.setattr(warming, "_QUESTIONS", (lambda _connection, day: asked.append(day),))
    stop = _AtOnce()
    stop.set()
    Warming(NO_DATABASE, lambda: at("2026-04-15")).run(stop)
    assert asked == []
