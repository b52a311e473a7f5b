"""The collector of cyclic garbage looks through everything only when nobody waits for an answer."""

from __future__ import annotations

import gc
from types import SimpleNamespace

import pytest

from services.inspection import collecting as module
from services.inspection.collecting import Tidying, paused
from shared.turns import waited_for


@pytest.fixture
def looks(monkeypatch):
    """Return the state of a process by second: seconds passed, how often the collector looked through the younger objects."""
    state = SimpleNamespace(now=0.0, younger=0, collected=[])
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: state.now))
    monkeypatch.setattr(module, "_looks_at_younger", lambda: state.younger)
    monkeypatch.setattr(module.gc, "collect", lambda: state.collected.append(state.now))
    return state


def _run(state, seconds: int, *, younger_a_second: int = 1) -> list[float]:
    """Let the loop run for some seconds, and return when it looked through everything."""
    ends = state.now + seconds

    def wait(_seconds: float) -> bool:
        state.now += 1
        state.younger += younger_a_second
        return state.now > ends

    Tidying().run(SimpleNamespace(wait=wait))
    return state.collected


def test_everything_is_looked_through_now_and_then(looks):
    assert _run(looks, 65) == [30, 60]


def test_nothing_is_looked_through_where_little_is_made(looks):
    assert _run(looks, 300, younger_a_second=0) == []


def test_it_waits_for_a_moment_in_which_nobody_waits_but_not_for_ever(looks):
    with waited_for():
        assert _run(looks, 130) == [120]


def test_it_waits_while_a_question_is_worked_out(looks):
    with paused():
        assert _run(looks, 500) == []


def test_python_does_as_before_when_the_loop_has_ended_whoever_told_it_in_between(looks):
    before, met = gc.get_threshold(), []

    def wait(_seconds: float) -> bool:
        met.append(gc.get_threshold())
        if len(met) == 2:
            # As the runner does once all loops have begun.
            gc.set_threshold(before[0] + 1, *before[1:])
        return len(met) == 4

    try:
        Tidying().run(SimpleNamespace(wait=wait))
        assert [one[2] > 1000 for one in met] == [False, True, True, True]
        assert met[3][0] == before[0] + 1
        assert gc.get_threshold() == (before[0] + 1, *before[1:])
    finally:
        gc.set_threshold(*before)
    assert not looks.collected
