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

from deploy.local.accounts import FALLBACK_ROOT  # noqa: E402 (the path is set above)
from deploy.local.errors import DirectoryInUseError  # noqa: E402
from deploy.local.processes import DirectoryLock  # noqa: E402

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
    for outside in _directories_outside(PROJECT / ".oversight"):
        shutil.rmtree(outside, ignore_errors=True)
    for name in MADE:
        shutil.rmtree(PROJECT / name, ignore_errors=True)
    return 0


def _refuse_while_servers_run(state: Path) -> None:
    for path in state.glob("**/owner.lock"):
        lock = DirectoryLock(path)
        lock.acquire()
        lock.release()


def _directories_outside(state: Path) -> list[Path]:
    """Return the server directories that had to be made elsewhere, see `accounts.own_directory`."""
    targets = [path.resolve() for path in state.rglob("*") if path.is_symlink()]
    return [target for target in targets if target.is_relative_to(FALLBACK_ROOT) and target != FALLBACK_ROOT]


if __name__ == "__main__":
    sys.exit(main())
