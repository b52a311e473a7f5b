"""Bytes in as much memory as they need.

`orjson.dumps` gives the room that it had reserved for its result along with it, from version 3.12 on: eight kilobytes for
half a one. Where the result goes into a table at once that is no matter; where thousands are kept it is most of a process.
"""

from __future__ import annotations


def compact(text: bytes) -> bytes:
    """Return equal bytes without what lies unused behind them."""
    return bytes(memoryview(text))
