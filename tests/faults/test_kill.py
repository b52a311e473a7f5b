"""Kill -9 of any one process while events are pushed: nothing is lost, nothing is applied twice."""

from __future__ import annotations

import random
import threading
import time

import pytest

from shared.client.pushing import batches
from shared.testing.system import wait_until
from tests.faults.load import Load

EVENTS = 8_000
PROCESSES = ("inspection", "documents", "audit", "notify", "broker")
#: Each process once; the long form kills each on both databases.
SHORT = {"sqlite": {"inspection", "broker"}, "postgresql": {"audit", "notify"}}
#: Of the soak.
KILLS = 15

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.mark.parametrize("process", PROCESSES)
def test_a_killed_process_loses_nothing_and_repeats_nothing(system, books, process):
    _push_while(system, lambda: system.kill(process), seed=f"{process} {system.store}")
    assert books.faults() == []
    assert len(system.log.accepted) >= EVENTS


@pytest.mark.timeout(1800)
def test_kills_of_any_process_one_after_the_other_lose_nothing(system, books):
    dice = random.Random(f"soak {system.store}")
    with Load(system, rate=3000, attempts=30) as load:
        for _ in range(KILLS):
            enough = load.pushed + dice.randrange(1000, 8000)
            assert wait_until(lambda enough=enough: load.pushed >= enough, 120)
            time.sleep(dice.uniform(0, 0.3))
            system.kill(dice.choice([name for name in PROCESSES if name in system.supervisor.pids]))
    assert load.unanswered == 0
    assert books.faults(180.0) == []


def _push_while(system, strike, *, seed):
    """Push events; strike at a random moment of the middle half."""
    dice = random.Random(seed)
    at = dice.randrange(EVENTS // 4, EVENTS * 3 // 4)
    pusher, pushed = system.pusher(), 0
    striker = None
    for batch in batches(system.take_events(EVENTS)):
        if striker is None and pushed >= at:
            # Anywhere within the next batches: before, in or after their commits.
            striker = threading.Timer(dice.uniform(0, 0.3), strike)
            striker.start()
        assert pusher.push(batch), "the retries were used up"
        pushed += len(batch)
    striker.join()
