"""The delivery: tries count up, an outcome belongs to the last try, nothing follows the end."""

from __future__ import annotations

import pytest

from services.notify.domain import AGGREGATES
from shared.contracts.notify.delivery import ATTEMPTED
from shared.testing.world import World


def act(world: World, event: str, n: int) -> str:
    return world.push(f"delivery.{event}", "dlv-1", {**ATTEMPTED.example, "n": n, "error": "refused"})


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([("attempted", 1)], "trying"),
        ([("attempted", 1), ("succeeded", 1)], "succeeded"),
        ([("attempted", 1), ("failed", 1)], "waiting"),
        ([("attempted", 1), ("failed", 1), ("attempted", 2), ("succeeded", 2)], "succeeded"),
        # A crash left the first try without an outcome.
        ([("attempted", 1), ("attempted", 2), ("dead", 2)], "dead"),
        ([("dead", 0)], "dead"),
        ([("attempted", 1), ("failed", 1), ("dead", 1)], "dead"),
    ],
)
def test_a_delivery_moves(events, status):
    world = World(AGGREGATES)
    for event, n in events:
        assert act(world, event, n) == "accepted"
    assert world.state("delivery", "dlv-1").status == status


@pytest.mark.parametrize(
    ("events", "event", "n", "code"),
    [
        ([], "succeeded", 1, "waiting"),
        ([], "attempted", 2, "TRY_OUT_OF_ORDER"),
        ([("attempted", 1)], "succeeded", 2, "TRY_OUT_OF_ORDER"),
        ([("attempted", 1), ("failed", 1)], "succeeded", 1, "TRANSITION_NOT_ALLOWED"),
        ([("attempted", 1), ("succeeded", 1)], "attempted", 2, "TRANSITION_NOT_ALLOWED"),
        ([("dead", 0)], "attempted", 1, "TRANSITION_NOT_ALLOWED"),
    ],
)
def test_a_delivery_refuses(events, event, n, code):
    world = World(AGGREGATES)
    for done, number in events:
        act(world, done, number)
    assert act(world, event, n) == code
