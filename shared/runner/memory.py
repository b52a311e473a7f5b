"""Gives memory that has been freed back to the system.

The C library keeps what large batches needed in the holes between what is still used: after a flood a third of a
process. `malloc_trim(3)` gives the free pages back, at the price of a millisecond or so.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

#: Below this (bytes resident) a service is as small as it gets.
_WORTH_IT = 120_000_000
_PAGE = os.sysconf("SC_PAGE_SIZE")


def trimmer(resident: Callable[[], int] | None = None) -> Callable[[], bool]:
    """Return a function that gives freed memory back where there may be some, and tells whether it tried.

    Does nothing where the C library has no `malloc_trim` (it is glibc's own). Takes how to learn the resident bytes.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    known = resident or _resident

    def give_back() -> bool:
        if trim is None or known() < _WORTH_IT:
            return False
        trim(0)
        return True

    return give_back


def _resident() -> int:
    """Return the resident bytes of this process (proc(5)); 0 where nobody tells."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0
