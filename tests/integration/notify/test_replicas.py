"""Two replicas as processes, killed at random moments: no alert is lost, none is doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import time

from services.notify.leases import Lease
from tests.integration.notify.alert_world import AlertWorld, at

ACTIONS = 200


def replica(url: str, instant: int) -> subprocess.Popen:
    arguments = [sys.executable, "-m", "tests.integration.notify.replica", url, str(instant)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE)


def end(process: subprocess.Popen) -> None:
    """Kill a replica without a word of warning."""
    process.kill()
    process.communicate()


def opened(world: AlertWorld) -> list[str]:
    return [event.data["key"] for event in world.store.read(0, 10_000) if event.name == "opened"]


def test_replicas_killed_at_random_moments_open_every_alert_once(postgres_url):
    world = AlertWorld(postgres_url)
    for number in range(ACTIONS):
        world.observe("action.planned", f"HD-{number}", {"due_on": "2026-03-10"})
    later, chance = at("2026-03-11"), random.Random(7)
    running = [replica(postgres_url, later), replica(postgres_url, later)]
    try:
        for process in running:
            assert process.stdout is not None
            process.stdout.readline()
        for turn in range(2):
            time.sleep(chance.uniform(0.0, 0.05))
            end(running[turn])
            running[turn] = replica(postgres_url, later)
        until = time.monotonic() + 60
        while len(opened(world)) < ACTIONS and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(0.3)
        assert sorted(opened(world)) == sorted(f"so-khcn/HD-{number}" for number in range(ACTIONS))
    finally:
        for process in running:
            end(process)
        world.close()


def test_a_lease_passes_on_when_its_holder_is_silent(database_url):
    world = AlertWorld(database_url)
    try:
        first, second = (Lease(world.database, "x", lambda: world.now) for _ in range(2))
        assert first.holds()
        assert not second.holds()
        world.now += 9_000_000
        assert first.holds()
        world.now += 9_000_000
        assert not second.holds()
        world.now += 2_000_000
        assert second.holds()
        assert not first.holds()
        second.give_up()
        assert first.holds()
    finally:
        world.close()
