"""How set-up shows what it is doing: a headline a step, one moving line on a terminal, a log with everything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.processes import tail

#: Where output is no terminal, a sign of life this often, in seconds.
HEARTBEAT = 15.0


class Progress:
    """The progress of one step."""

    def __init__(self, headline: str, *, log: Path) -> None:
        """Print the headline."""
        self.log = log
        self._started = self._spoke = time.monotonic()
        self._terminal = sys.stdout.isatty()
        print(headline, flush=True)

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._clear()
        print(f"      {text}", flush=True)

    def warn(self, text: str) -> None:
        """Print a line that must not be overlooked."""
        self._clear()
        bold, plain = ("\033[1m", "\033[0m") if self._terminal else ("", "")
        print(f"{bold}  !   {text}{plain}", flush=True)

    def done(self) -> None:
        """Say how long the step took."""
        self.say(f"done in {time.monotonic() - self._started:.1f} s")

    def run(self, argv: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> int:
        """Run a command, its output to the log, its latest line shown as it moves; return its exit code."""
        command = [str(part) for part in argv]
        with self.log.open("a") as log:
            log.write(f"\n$ {' '.join(command)[:500]}\n")
            with subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env={**os.environ, **(env or {})},
                cwd=cwd,
            ) as process:
                for line in process.stdout or ():
                    log.write(line)
                    self._show(line.strip())
        return process.returncode

    def log_tail(self) -> str:
        """Return the end of the log, for an error text."""
        return tail(self.log)

    def _show(self, line: str) -> None:
        if not line:
            return
        if self._terminal:
            width = shutil.get_terminal_size().columns - 8
            self._clear()
            print(f"      {line[:width]}", end="", flush=True)
        elif time.monotonic() - self._spoke > HEARTBEAT:
            self._spoke = time.monotonic()
            print(f"      … {line[:100]}", flush=True)

    def _clear(self) -> None:
        if self._terminal:
            print("\r\033[K", end="")
