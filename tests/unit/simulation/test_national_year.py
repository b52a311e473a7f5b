"""A national year through the rules of all services: nothing refused, every type there, and faults exactly as injected.

The short form runs always; the long one (15,000 agencies) with `make test-long`. All is kept in memory, some 9 kB an event;
`tests/acceptance/test_national_year.py` puts a million through the running system.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from shared import clock
from shared.simulation.defects import Defects
from shared.simulation.events import Event
from shared.simulation.faulty_events import DEFECTS
from shared.simulation.stream import Order, simulate
from tests.unit.simulation.intake import CATALOGUE, Nation

LAST = clock.day_of("2026-06-30")
SIZES = [(300, 20_000), pytest.param((15_000, 200_000), marks=[pytest.mark.slow, pytest.mark.timeout(3600)])]

#: What the stream tells all of: every type that anybody but the system itself may push.
TOLD = {kind.name for kind in CATALOGUE.values() if kind.asserter != "system"}


def year(agencies: int, events: int) -> Order:
    return Order(agencies, events, 7, LAST - 364, LAST)


def counting(events: Iterator[Event], seen: Counter[str]) -> Iterator[Event]:
    for event in events:
        seen[event["type"]] += 1
        yield event


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[1]} events")
def test_a_national_year_is_accepted_without_a_refusal(size):
    nation = Nation()
    nation.push(simulate(year(*size)))
    assert nation.faults == []
    assert nation.counts == {"accepted": sum(size)}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[1]} events")
def test_of_a_year_with_faults_exactly_those_are_turned_down_each_for_what_is_wrong_with_it(size):
    order = year(*size)
    defects = Defects(2.0, order.seed, order.mark)
    nation = Nation()
    nation.push(defects.between(simulate(order)))

    assert defects.counts.total() > size[1] // 65
    assert nation.counts == {"accepted": sum(size), **defects.counts}
    assert Counter(code for _, code, *_ in nation.faults) == defects.codes
    # Some need a good event that fits just before; nearly all there are come about.
    assert len({defect.code for defect in DEFECTS} - set(defects.codes)) <= 2


def test_every_type_that_can_be_pushed_happens_in_a_year():
    seen: Counter[str] = Counter()
    for _ in counting(simulate(year(600, 100_000)), seen):
        pass
    assert sorted(TOLD - seen.keys()) == []
    # Corrections name the event that they replace, and are of its type.
    assert seen["qms.training.held"] > seen["qms.training.retracted"] > 0
