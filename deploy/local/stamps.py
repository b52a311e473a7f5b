"""What set-up has already done: one small file a step, holding a digest of what the step depended on."""

from __future__ import annotations

import fcntl
import hashlib
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Stamps:
    """The stamps in one directory."""

    def __init__(self, directory: Path) -> None:
        """Use `directory`, which exists."""
        self._directory = directory

    def good(self, step: str, inputs: str) -> bool:
        """Tell whether the step was done with these inputs and this Python."""
        try:
            return self._file(step).read_text() == _digest(step, inputs)
        except OSError:
            return False

    def remember(self, step: str, inputs: str) -> None:
        """Note that the step is done."""
        self._file(step).write_text(_digest(step, inputs))

    def forget(self, step: str) -> None:
        """Drop the note, so that an interrupted step runs again."""
        self._file(step).unlink(missing_ok=True)

    def _file(self, step: str) -> Path:
        return self._directory / f"{step.lower().replace(' ', '-').replace(',', '')}.stamp"


@contextmanager
def set_up_alone(directory: Path) -> Iterator[None]:
    """Let one set-up run at a time in a checkout; a second one waits for the first."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("another set-up is running in this directory; waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def file_digest(*paths: Path) -> str:
    """Return a digest of the files' contents; a file that is missing counts as empty."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.exists() else b""
        digest.update(len(content).to_bytes(8) + content)
    return digest.hexdigest()


def _digest(step: str, inputs: str) -> str:
    parts = (step, inputs, platform.python_version(), sys.base_prefix, platform.machine())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
