"""Programs from the system's package manager: which are missing, and installing them without side effects.

Owns the use of apt-get. Installing never starts a system-wide service, neither now nor at the next boot, and
makes no PostgreSQL cluster: our servers are private ones (`rabbitmq`, `postgres`).
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import ProgramMissingError
from deploy.local.postgres_program import find_postgres
from deploy.local.progress import Progress
from deploy.local.rabbitmq_program import find_rabbitmq

#: Where an ordinary user's PATH may not look.
_ADMIN_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
INSTALL_SCRIPT = Path(__file__).with_name("install_packages.sh")


@dataclass(frozen=True, slots=True)
class Program:
    """A program this project uses, and the Debian packages that bring it."""

    name: str
    packages: tuple[str, ...]
    found: Callable[[], bool]
    #: What cannot be done without it; empty when nothing works without it.
    without: str = ""


def _finds(search: Callable[[], object]) -> Callable[[], bool]:
    def found() -> bool:
        try:
            search()
        except ProgramMissingError:
            return False
        return True

    return found


def _on_path(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _loads(library: str) -> Callable[[], bool]:
    def found() -> bool:
        try:
            ctypes.CDLL(library)
        except OSError:
            return False
        return True

    return found


PYTHON_VENV = Program("python3-venv", ("python3-venv",), lambda: importlib.util.find_spec("ensurepip") is not None)
RABBITMQ_FOR_TESTS = Program("RabbitMQ", ("rabbitmq-server",), _finds(find_rabbitmq))
RABBITMQ = Program(
    "RabbitMQ",
    ("rabbitmq-server",),
    _finds(find_rabbitmq),
    without="the services read each other's feeds instead: slower, nothing lost; AMQP intake is off",
)
POSTGRESQL = Program("PostgreSQL", ("postgresql",), _finds(find_postgres))
CHROMIUM = Program("Chromium", ("chromium",), _on_path("chromium", "chromium-browser", "google-chrome"))
# What playwright's wheel carries is linked against it, and a minimal Debian lacks it.
LIBATOMIC = Program("libatomic", ("libatomic1",), _loads("libatomic.so.1"))
# What the files under deploy/ are checked with, and Prometheus and Alertmanager run on them.
PROMETHEUS = Program("Prometheus", ("prometheus",), _on_path("promtool"))
ALERTMANAGER = Program("Alertmanager", ("prometheus-alertmanager",), _on_path("amtool"))
NGINX = Program("nginx", ("nginx-light",), lambda: shutil.which("nginx", path=_ADMIN_PATH) is not None)
# The commands of README and how-to pages are run as they stand there.
CURL = Program("curl", ("curl",), _on_path("curl"))
SYSTEMD = Program("systemd-analyze", ("systemd",), _on_path("systemd-analyze"))
NPM = Program(
    "npm",
    ("nodejs", "npm"),
    _on_path("npm"),
    without="pages are shown without their fonts and their finer styles; everything works",
)


def inputs(programs: Sequence[Program]) -> str:
    """What the presence of programs depends on."""
    return " ".join(package for program in programs for package in program.packages)


def missing(programs: Sequence[Program]) -> list[Program]:
    """Return those that are not on this machine."""
    return [program for program in programs if not program.found()]


def provide(programs: Sequence[Program], progress: Progress) -> bool:
    """Install what is missing; False when something optional stays missing.

    Raises:
        ProgramMissingError: something needed cannot be installed; the hint is the command to run.
    """
    wanted = missing(programs)
    if not wanted:
        progress.say("found on this machine")
        return True
    reason = _install([package for program in wanted for package in program.packages], progress)
    importlib.invalidate_caches()
    still = missing(wanted)
    if not still:
        return True
    needed = [program for program in still if not program.without]
    if needed:
        names = ", ".join(program.name for program in needed)
        message = f"{names} is missing and could not be installed: {reason}"
        raise ProgramMissingError(message, hint=f"run this, then try again: {_command(still)}")
    for program in still:
        progress.warn(f"{program.name} is missing ({reason}): {program.without}")
        progress.warn(f"to have it: {_command([program])}")
    return False


def _command(programs: Sequence[Program]) -> str:
    packages = " ".join(package for program in programs for package in program.packages)
    return f"sudo apt-get install --no-install-recommends {packages}"


def _install(packages: Sequence[str], progress: Progress) -> str:
    """Install Debian packages; return why not, or an empty text."""
    if shutil.which("apt-get") is None:
        return "this machine has no apt-get"
    prefix = _as_root()
    if prefix is None:
        return "set-up is not run as root, and there is no sudo without a password"
    progress.say(f"installing by apt-get: {' '.join(packages)}")
    code = progress.run([*prefix, "sh", INSTALL_SCRIPT, *packages], cwd=Path("/"))
    return "" if code == 0 else f"apt-get failed, see {progress.log}"


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n"] if allowed else None
