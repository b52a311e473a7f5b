"""Directories for test servers that parallel test runs never share.

Every pytest process (each xdist worker too) takes a numbered slot under `.oversight/test-servers/` for as
long as it lives. Slots keep their data, so that the next run need not initialise a cluster again.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from deploy.local.errors import DirectoryInUseError
from deploy.local.processes import DirectoryLock

SLOTS = 64


class ServerSlot:
    """One slot, held until `release`."""

    def __init__(self, root: Path) -> None:
        """Take the first free slot below `root`.

        Raises:
            DirectoryInUseError: all slots are taken.
        """
        root.mkdir(parents=True, exist_ok=True)
        for number in range(SLOTS):
            lock = DirectoryLock(root / f"{number}.lock")
            try:
                lock.acquire()
            except DirectoryInUseError:
                continue
            self._lock = lock
            self.directory = root / str(number)
            return
        message = f"all {SLOTS} test server slots under {root} are in use"
        raise DirectoryInUseError(message, hint="wait for the other test runs to end")

    def fresh_directory(self, name: str) -> Path:
        """Return the place of a server directory that does not exist yet; an earlier test's is removed.

        Better than pytest's `tmp_path`, which root closes to the accounts that servers run under.
        """
        path = self.directory / name
        if path.exists():
            shutil.rmtree(path.resolve())
        path.unlink(missing_ok=True)
        return path

    def release(self) -> None:
        """Give the slot back."""
        self._lock.release()
