"""Stand-ins for server directories that a server's account cannot reach, as in a checkout under /root.

The directory is made below `ROOT`, and a symbolic link in the wanted place leads to it. A note beside it says
where that link is, so that a directory whose link was deleted (pytest's old ones, a removed checkout) can go.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from deploy.local.errors import DirectoryInUseError
from deploy.local.processes import DirectoryLock

ROOT = Path("/var/lib/oversight")
_NOTE = ".origin"


def stand_in_for(path: Path) -> Path:
    """Make the stand-in of `path`, link `path` to it, and return it."""
    ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
    remove_abandoned()
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    target = ROOT / f"{path.name}-{digest}"
    target.mkdir(mode=0o700, exist_ok=True)
    # The link before the note: nobody may take a new directory for an abandoned one.
    path.symlink_to(target, target_is_directory=True)
    (ROOT / f"{target.name}{_NOTE}").write_text(str(path))
    return target


def remove_abandoned() -> None:
    """Remove every stand-in to which no link leads any more and that no living process owns."""
    for note in ROOT.glob(f"*{_NOTE}"):
        target = note.with_suffix("")
        if Path(note.read_text()).is_symlink() or not _is_free(target):
            continue
        shutil.rmtree(target, ignore_errors=True)
        note.unlink(missing_ok=True)


def _is_free(directory: Path) -> bool:
    if not directory.is_dir():
        return True
    lock = DirectoryLock(directory / "owner.lock")
    try:
        lock.acquire()
    except DirectoryInUseError:
        return False
    lock.release()
    return True
