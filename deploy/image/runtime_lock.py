"""Prints the part of `requirements.lock` that running needs, hashes and all: tools for tests and builds stay out of the image.

The lock says of every package who asked for it (`# via`); what leads back to the run-time part of `requirements.in`,
which ends at the line that begins with `# Tools`, belongs to it. Needs the standard library alone.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_TOOLS = "# Tools"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ASKED_BY_US = "-r requirements.in"


def canonical(name: str) -> str:
    """Return a package's name as all spellings of it compare (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def roots(requirements: str) -> set[str]:
    """Return the names of the packages that running asks for itself."""
    run_time = requirements.split(f"\n{_TOOLS}", 1)[0]
    found = (_NAME.match(line) for line in run_time.splitlines() if not line.startswith("#"))
    return {canonical(name.group()) for name in found if name}


def blocks(lock: str) -> dict[str, str]:
    """Return the lock's text by package."""
    parts = re.split(r"\n(?=[A-Za-z0-9])", "\n" + lock)
    return {canonical(match.group()): part for part in parts if (match := _NAME.match(part))}


def askers(block: str) -> set[str]:
    """Return who asked for a package."""
    after = block.split("# via", 1)[1]
    return {line.strip().removeprefix("#").strip() for line in after.splitlines() if line.strip(" #")}


def runtime(requirements: str, lock: str) -> str:
    """Return the lock without what only tools asked for."""
    packages = blocks(lock)
    wanted = roots(requirements) & packages.keys()
    before: set[str] = set()
    while wanted != before:
        before = set(wanted)
        wanted |= {name for name, block in packages.items() if {canonical(who) for who in askers(block)} & before}
    return "".join(packages[name].rstrip() + "\n" for name in sorted(wanted))


if __name__ == "__main__":
    sys.stdout.write(runtime((PROJECT / "requirements.in").read_text(), (PROJECT / "requirements.lock").read_text()))
