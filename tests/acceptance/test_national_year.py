"""The simulated national year pushed through the running system: accepted whole, faults answered one by one as injected.

The short form runs always; the long one (15,000 agencies, a million events, some twenty minutes and more on two cores) with
`make test-long`. `OVERSIGHT_YEAR_EVENTS` sets another number of events for it.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pytest

from shared import clock
from shared.simulation.defects import Defects
from shared.simulation.stream import Order, simulate
from shared.testing.running_system import RunningSystem

LAST = clock.day_of("2026-06-30")
LONG = (15_000, int(os.environ.get("OVERSIGHT_YEAR_EVENTS", "1000000")))
SIZES = [(40, 1500), pytest.param(LONG, marks=[pytest.mark.slow, pytest.mark.timeout(4 * 3600)])]
#: Events in one push: as many as a batch may have.
BATCH = 1000
#: Views read some thousand events a second.
SECONDS_PER_EVENT = 0.005


class Answers:
    """What became of a stream that is pushed, and of which answers nothing but counts is kept."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        #: By service: how many were accepted, and the positions they were given are so many different ones.
        self.accepted: Counter[str] = Counter()
        self.lowest: dict[str, int] = defaultdict(lambda: 1 << 62)
        self.highest: Counter[str] = Counter()

    def take(self, result: dict[str, Any]) -> None:
        self.statuses[result["status"]] += 1
        if result["status"] != "accepted":
            self.codes[result.get("code") or ""] += 1
            return
        service, position = result["service"], result["position"]
        self.accepted[service] += 1
        # Positions of one stream pushed in order rise: none is given twice.
        assert position > self.highest[service]
        self.lowest[service] = min(self.lowest[service], position)
        self.highest[service] = position


def pushed(system: RunningSystem, events: Iterable[dict[str, Any]]) -> Answers:
    answers = Answers()
    stream: Iterator[dict[str, Any]] = iter(events)
    while batch := list(islice(stream, BATCH)):
        for result in system.push(batch):
            answers.take(result)
    return answers


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[1]} events")
def test_a_year_with_one_fault_in_a_hundred_is_answered_exactly_as_it_was_made(empty_system, size):
    system = empty_system
    agencies, events = size
    order = Order(agencies, events, 7, LAST - 364, LAST)
    defects = Defects(1.0, order.seed, order.mark)
    answers = pushed(system, defects.between(simulate(order)))

    assert answers.codes == defects.codes
    assert answers.statuses == {"accepted": agencies + events, **defects.counts}
    assert sum(answers.accepted.values()) == agencies + events
    for service, count in answers.accepted.items():
        # Between the first and the last there are besides only the events that the system itself derives.
        assert answers.highest[service] - answers.lowest[service] + 1 >= count
    begun = clock.now()
    system.eventually(
        lambda: clock.from_rfc3339(system.get("/v1/indicators/I2").json["watermark"]) >= begun,
        seconds=60 + SECONDS_PER_EVENT * events,
    )
    (row,) = system.get("/v1/indicators/I6", as_of="2026-06-30").json["rows"]
    assert 0 <= row["numerator"] < row["denominator"]
