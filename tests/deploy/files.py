"""Where the files of deploy/ are, and running the programs that check them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy"
SERVICES = ("inspection", "documents", "audit", "notify")


def program(name: str) -> str:
    """Return the path of a program; set-up installs it, so that a missing one is a failure and no reason to skip."""
    found = shutil.which(name, path=os.pathsep.join((os.environ["PATH"], "/usr/sbin", "/sbin")))
    assert found, f"{name} is missing: make setup"
    return found


def run(*command: str | Path, expected: int = 0, **options) -> str:
    """Run a program; return what it printed."""
    done = subprocess.run(
        [program(str(command[0])), *map(str, command[1:])],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )
    said = done.stdout + done.stderr
    assert done.returncode == expected, said
    return said
