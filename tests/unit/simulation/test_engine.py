"""The engine: exact numbers, and memory that follows what is under way, not what has been."""

from __future__ import annotations

import random

from shared import clock
from shared.simulation import agencies
from shared.simulation.engine import Engine
from shared.simulation.events import Emission
from shared.simulation.world import World

FIRST = clock.day_of("2025-12-01")


def world(days: int = 100) -> World:
    rng = random.Random(5)
    return World(rng, agencies.nation(50, rng), "thu", FIRST, FIRST + days - 1)


def ticking(every: int):
    def life(_world, agency):
        yield 0
        while True:
            yield Emission("procedure.acknowledged", agency.agency_id, "qt", {}, every)

    return life


def test_it_gives_exactly_as_many_events_as_asked_spread_over_the_days():
    events = list(Engine(world(10), [(1.0, ticking(2))]).run(105, str))

    days = [event["time"][:10] for event in events]
    assert len(events) == 105
    assert {days.count(day) for day in set(days)} == {10, 11}


def test_no_more_scenarios_are_under_way_than_allowed():
    engine = Engine(world(), [(1.0, ticking(1000))], most=40)
    made = sum(1 for _ in engine.run(2000, str))

    assert made == 2000
    # One-event scenarios are still on the heap until they are resumed for the last time.
    assert sum(1 for day, _, _ in engine._due if day > FIRST + 200) <= 40


def test_a_scenario_that_is_kept_waiting_is_told_the_day_it_really_goes_on():
    told = []

    def watching(_world, agency):
        day = yield 0
        while True:
            told.append(day)
            day = yield Emission("procedure.acknowledged", agency.agency_id, "qt", {}, 1)

    engine = Engine(world(5), [(1.0, watching)])
    days = [event["time"][:10] for event in engine.run(20, str)]

    assert [clock.to_date(day).isoformat() for day in told] == days


def test_what_lives_as_it_will_brings_every_due_event_on_its_day():
    engine = Engine(world(10), [(1.0, ticking(3))])
    days = [event["time"][:10] for event in engine.live(1, str)]

    # One begins each day; each speaks on its first day and every third day after it.
    assert days.count("2025-12-01") == 1
    assert days.count("2025-12-10") == 4
