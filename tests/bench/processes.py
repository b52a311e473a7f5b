"""Memory and processor time of processes, from `/proc` (proc(5))."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.local.processes import children_of

_TICKS = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 13, 14


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process, in megabytes of 1,000,000 bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def seconds(pids: Iterable[int]) -> float:
    """Return the processor time that processes have used, in seconds; those that have ended count nothing."""
    return sum(_seconds(pid) for pid in pids)


def family(pid: int) -> list[int]:
    """Return a process and all that it has started, at any depth."""
    return [pid, *(below for child in children_of(pid) for below in family(child))]


def seconds_with_ended(pid: int) -> float:
    """Return the processor time of a process and of those of its children that have ended, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[at - 2]) for at in (_USER, _SYSTEM, _USER + 2, _SYSTEM + 2)) / _TICKS


def used(before: Mapping[str, float], after: Mapping[str, float], events: int) -> dict[str, float]:
    """Return microseconds of processor time an event by name."""
    return {name: (after[name] - before[name]) * 1e6 / events for name in before}


def _seconds(pid: int) -> float:
    try:
        # The name in parentheses may hold blanks; what follows does not.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[_USER - 2]) + int(fields[_SYSTEM - 2])) / _TICKS
