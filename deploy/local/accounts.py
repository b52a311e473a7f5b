"""Which operating-system account a private server runs under, and a directory that it can reach.

PostgreSQL refuses to run as root, and a broker has no need to: when set-up runs as root, servers run
under the account that their package made. An ordinary user runs them as himself.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local import reachable_directories


@dataclass(frozen=True, slots=True)
class Account:
    """An account to drop to; only root can."""

    name: str
    uid: int
    gid: int


def server_account(*names: str) -> Account | None:
    """Return the first account of `names` that exists, or None when not running as root.

    Falls back to `nobody`, so that a server never runs as root.
    """
    if os.geteuid() != 0:
        return None
    for name in (*names, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    return None


def own_directory(path: Path, account: Account | None) -> Path:
    """Create a directory of mode 0700 that `account` owns and can reach; return its real place.

    When a parent of `path` is closed to the account, the directory is made elsewhere and `path` becomes a
    symbolic link to it, see `reachable_directories`.
    """
    path = path.absolute()
    if account is None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path.resolve()
    if not path.is_symlink():
        path.parent.mkdir(parents=True, exist_ok=True)
        if _can_enter(path.parent, account):
            path.mkdir(mode=0o700, exist_ok=True)
        else:
            reachable_directories.stand_in_for(path)
    real = path.resolve()
    real.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chown(real, account.uid, account.gid)
    return real


def give(path: Path, account: Account | None, mode: int = 0o600) -> None:
    """Hand one file or directory to the account, with `mode`."""
    path.chmod(mode)
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _can_enter(path: Path, account: Account) -> bool:
    # Asking the kernel as that account also honours access control lists, which mode bits do not show.
    return (
        subprocess.run(
            ["/usr/bin/test", "-x", str(path.resolve())],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            check=False,
        ).returncode
        == 0
    )
