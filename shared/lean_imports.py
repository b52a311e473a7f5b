"""Imports without what is only wanted if it is there.

Some libraries import others for looks: structlog and mako (below alembic) colour tracebacks through rich and pygments where
these are installed, which takes ten megabytes of each service and colours nothing there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Let what is imported inside find none of these packages, unless they have been imported already."""
    hidden = [package for package in packages if package not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for package in hidden:
            del sys.modules[package]
