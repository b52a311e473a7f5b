"""Long computations give way; what nobody waits for lets those go ahead who are waited for."""

from __future__ import annotations

from itertools import count

import pytest

from shared import turns
from shared.turns import REST, SMALL_SLICE, behind, in_turns, waited_for


@pytest.fixture
def rests(monkeypatch):
    """For how long was given way each time; a clock that each look moves by a small slice, and each rest by itself."""
    taken = []
    now = [0.0]

    def tick() -> float:
        now[0] += SMALL_SLICE / 2
        return now[0]

    def give_way(seconds: float) -> None:
        taken.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(turns, "perf_counter", tick)
    monkeypatch.setattr(turns, "_give_way", give_way)
    return taken


def _work(items: int = 20) -> list[int]:
    return list(in_turns(range(items)))


def test_a_computation_gives_way_after_each_slice_and_yields_everything(rests):
    assert _work() == list(range(20))
    assert rests
    assert set(rests) == {0}


def test_what_nobody_waits_for_rests_while_somebody_is_waited_for(rests):
    with behind() as place, waited_for():
        assert _work() == list(range(20))
    assert sum(rests) > REST
    assert place.rested > REST


def test_what_nobody_waits_for_keeps_on_when_nobody_is_waited_for(rests):
    with behind():
        _work()
        with waited_for():
            pass
        _work()
    assert set(rests) == {0}


def test_who_is_waited_for_does_not_rest_for_others(rests):
    with behind():
        pass
    with waited_for(), waited_for():
        _work()
    assert set(rests) == {0}


def test_a_rest_ends_as_soon_as_nobody_is_waited_for(monkeypatch):
    with waited_for():
        waiting = set(turns._waited_for)
    numbers = count()
    monkeypatch.setattr(turns, "_waited_for", waiting)
    monkeypatch.setattr(turns, "perf_counter", lambda: 0.0)
    monkeypatch.setattr(turns, "_give_way", lambda _seconds: next(numbers) < 3 or waiting.clear())
    turns.Behind().rest()
    assert next(numbers) == 4
