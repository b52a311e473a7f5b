"""Memories with room for a few entries, which are replaced and never changed, so that threads need no lock.

The worst that can happen is that two threads work out the same. Owns no memory: each module has its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")


def with_newest(memory: Mapping[K, T], key: K, value: T, size: int) -> Mapping[K, T]:
    """Return a memory with an entry as its newest one, without the oldest ones that are too many."""
    others = [(known, one) for known, one in memory.items() if known != key]
    return dict([*others[max(0, len(others) + 1 - size) :], (key, value)])
