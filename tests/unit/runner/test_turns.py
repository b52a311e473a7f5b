"""A long computation lets what waits in the same process go first, again and again."""

from __future__ import annotations

import subprocess
import sys

from shared import turns

#: One greenlet computes for a third of a second, another one wants to run every millisecond; prints its longest wait.
_SCRIPT = """
import warnings; warnings.simplefilter("ignore")
import eventlet
eventlet.monkey_patch()
import time
from shared.runner.provider import giving_way
from shared.turns import give_way_by, in_turns

if {gives_way}:
    give_way_by(giving_way())
gaps, ended = [], []

def other():
    last = time.perf_counter()
    while not ended:
        eventlet.sleep(0.001)
        gaps.append(time.perf_counter() - last)
        last = time.perf_counter()

def compute():
    began = time.process_time()
    for _ in in_turns(iter(int, 1)):
        if time.process_time() - began > 0.3:
            break
    ended.append(True)

others = eventlet.spawn(other)
eventlet.sleep(0)
compute()
others.wait()
print(len(gaps))
"""


def _runs_of_the_other(*, gives_way: bool) -> int:
    script = _SCRIPT.format(gives_way=gives_way)
    return int(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)


def test_others_run_while_it_computes():
    assert _runs_of_the_other(gives_way=True) > 10
    assert _runs_of_the_other(gives_way=False) <= 2


def test_outside_a_service_the_items_simply_come():
    assert list(turns.in_turns(range(5))) == [0, 1, 2, 3, 4]
