"""Pieces of Markdown that the reference pages are put together from, and how a page is written or checked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

REFERENCE = Path("docs/reference")


def cell(text: str) -> str:
    """Return text that stays within a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; nothing where there is no row."""
    lines = ["| " + " | ".join(cell(text) for text in row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *lines])


def joined(parts: Iterable[str]) -> str:
    """Return parts with an empty line between them; empty parts are left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def made_by(module: str) -> str:
    """Return the line that says where a page comes from."""
    return f"<!-- Made from the code by `python -m {module}`; do not edit. -->"


def run(path: Path, render: Callable[[], str]) -> None:
    """Write a page, or with `--check` say whether it is as the code would have it (exit status 1: it is not)."""
    parser = argparse.ArgumentParser(description=f"Write {path} from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the page is stale")
    text = render()
    if not parser.parse_args().check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        sys.exit(f"{path} is stale; run `make docs`")
