"""The progress bar of commands that take a while."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


def progress_bar(console: Console | None = None) -> Progress:
    """Return a bar with a count; by default on standard error, and only where somebody looks at it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    if console is not None:
        return Progress(*columns, console=console)
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
