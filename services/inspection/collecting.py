"""Lets Python's collector of cyclic garbage wait while a national question is worked out.

A question makes hundreds of thousands of tuples, none of them in a cycle, and frees most of them by itself. The collector would
look through all that is alive again and again meanwhile, which takes as long as the work itself.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_waiting_for = 0


@contextmanager
def paused() -> Iterator[None]:
    """Hold the collector until the last of those who asked for it is done."""
    global _waiting_for  # noqa: PLW0603 - the collector is one for the whole process
    with _lock:
        _waiting_for += 1
        if _waiting_for == 1:
            gc.disable()
    try:
        yield
    finally:
        with _lock:
            _waiting_for -= 1
            if _waiting_for == 0:
                gc.enable()
