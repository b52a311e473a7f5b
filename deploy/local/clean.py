#!/usr/bin/env python3
"""`make clean`: removes what set-up, servers and tests have made in this checkout, and nothing else.

Refuses while a private server of this checkout runs, since its data would be pulled from under it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from deploy.local.errors import DirectoryInUseError  # noqa: E402 (the path is set above)
from deploy.local.processes import DirectoryLock  # noqa: E402
from deploy.local.reachable_directories import remove_abandoned  # noqa: E402

MADE = (
    ".oversight",
    "node_modules",
    "services/inspection/web/static/vendor",
    "build",
    "htmlcov",
    "oversight.egg-info",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".import_linter_cache",
    ".hypothesis",
    ".venv",
)


def main() -> int:
    """Remove it all; return the exit code."""
    try:
        _refuse_while_servers_run(PROJECT / ".oversight")
    except DirectoryInUseError as error:
        print(f"nothing was removed: {error}", file=sys.stderr)
        return 1
    for name in MADE:
        shutil.rmtree(PROJECT / name, ignore_errors=True)
    remove_abandoned()
    return 0


def _refuse_while_servers_run(state: Path) -> None:
    for path in state.glob("**/owner.lock"):
        lock = DirectoryLock(path)
        lock.acquire()
        lock.release()


if __name__ == "__main__":
    sys.exit(main())
