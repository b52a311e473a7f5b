"""Server processes that we started: spawning, ending by process id, and what an earlier run left behind.

A process is only ever signalled when it is our own child, or when its recorded id still belongs to a
program that runs in our directory. Process names are never used to choose whom to end.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from deploy.local.errors import DirectoryInUseError, ServerStartError

if TYPE_CHECKING:
    from deploy.local.accounts import Account

#: Pause between two looks at a process or a port, in seconds.
POLL = 0.05


class DirectoryLock:
    """One owner at a time for a server directory; the kernel frees it when the owner dies."""

    def __init__(self, path: Path) -> None:
        """Remember the lock file; nothing is taken yet."""
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            DirectoryInUseError: another living process holds it.
        """
        if self._descriptor is not None:
            return
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            message = f"{self.path.parent} is used by another running process"
            raise DirectoryInUseError(message, hint="stop it, or use another directory (--data DIR)") from None
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def spawn(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    log: Path,
    account: Account | None,
    cwd: Path,
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, as `account`, its output appended to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in argv],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **dropped_to(account),
        )


class Dropped(TypedDict, total=False):
    """The arguments of `subprocess` that change the account of a program."""

    user: int
    group: int
    extra_groups: list[int]


def dropped_to(account: Account | None) -> Dropped:
    """Return the arguments of `subprocess` that run a program under `account`."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def wait_until_ready(
    process: subprocess.Popen[bytes],
    ready: Callable[[], bool],
    *,
    seconds: float,
    name: str,
    log: Path,
) -> None:
    """Poll `ready` until it holds.

    Raises:
        ServerStartError: the process ended, or `seconds` passed; the end of its log is in the text.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            message = f"{name} ended while starting (exit {process.returncode})\n{tail(log)}"
            raise ServerStartError(message, hint=f"the whole log is {log}")
        if ready():
            return
        time.sleep(POLL)
    message = f"{name} was not ready after {seconds:.0f} s\n{tail(log)}"
    raise ServerStartError(message, hint=f"the whole log is {log}")


def end(process: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn and wait its seconds, until the process has ended."""
    for number, seconds in steps:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return


def children_of(pid: int) -> list[int]:
    """Return the direct child processes of `pid`."""
    running = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [candidate for candidate in running if _parent_of(candidate) == pid]


def end_leftover(pid_file: Path, directory: Path, gently: signal.Signals = signal.SIGTERM) -> None:
    """End the server that a killed owner left running in `directory`, if there is one.

    The id in `pid_file` may have been given to another program since, so it counts only while that
    program's command line or environment names `directory`.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    if not _works_in(pid, directory):
        return
    for number, seconds in ((gently, 10.0), (signal.SIGKILL, 5.0)):
        kill(pid, number)
        if wait_gone(pid, seconds):
            return


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Signal one process id; harmless when it is gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait until a process that is not our child has ended; False when it has not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _alive(pid):
            return True
        time.sleep(POLL)
    return not _alive(pid)


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log, indented, for an error text."""
    try:
        text = log.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        return "    (no log was written)"
    return "\n".join(f"    {line}" for line in text) or "    (the log is empty)"


def _works_in(pid: int, directory: Path) -> bool:
    for source in ("cmdline", "environ"):
        try:
            content = Path(f"/proc/{pid}/{source}").read_bytes()
        except OSError:
            continue
        if os.fsencode(directory) in content:
            return True
    return False


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _parent_of(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return None
