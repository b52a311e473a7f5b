"""The virtual environment: made, filled from the hash-locked file, and the project's own command in it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from deploy.local import system_packages
from deploy.local.errors import LocalSetupError, ProgramMissingError
from deploy.local.progress import Progress
from deploy.local.stamps import file_digest

PIP_ENVIRONMENT = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}


def interpreter(project: Path) -> Path:
    """Return the environment's Python."""
    return project / ".venv" / "bin" / "python"


def locked_inputs(project: Path) -> str:
    """What the installed packages depend on."""
    return file_digest(project / "requirements.lock")


def present(project: Path) -> bool:
    """Tell whether the environment's Python is there and its base has not been removed."""
    return interpreter(project).exists()


def install_locked(project: Path, progress: Progress) -> bool:
    """Make the environment when it is missing or broken, and install exactly what the lock file names.

    Raises:
        LocalSetupError: packages could not be fetched, or one does not have the locked hash.
    """
    if not _works(interpreter(project)):
        _make(project, progress)
    count = sum(1 for line in (project / "requirements.lock").read_text().splitlines() if "==" in line[:80])
    progress.say(f"{count} packages at locked versions, each checked against its hash")
    lock = project / "requirements.lock"
    _pip(project, progress, ["--require-hashes", "--no-deps", "-r", str(lock)])
    return True


def project_inputs(project: Path) -> str:
    """What the command's installation depends on."""
    return file_digest(project / "pyproject.toml", project / "requirements.lock")


def command_present(project: Path) -> bool:
    """Tell whether the command is there."""
    return (project / ".venv" / "bin" / "oversight").exists()


def install_project(project: Path, progress: Progress) -> bool:
    """Put the `oversight` command into the environment, running the code of this directory; needs no network."""
    _pip(project, progress, ["--no-build-isolation", "--no-deps", "--no-index", "-e", str(project)])
    return True


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"
    return subprocess.run([str(python), "-c", check], capture_output=True, check=False).returncode == 0


def _make(project: Path, progress: Progress) -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        system_packages.provide((system_packages.PYTHON_VENV,), progress)
    progress.say("making .venv")
    # A new process, because this one has looked for ensurepip before it was installed.
    code = progress.run([sys.executable, "-m", "venv", "--clear", project / ".venv"])
    if code != 0:
        message = f"the virtual environment could not be made\n{progress.log_tail()}"
        raise ProgramMissingError(message, hint="sudo apt-get install python3-venv")


def _pip(project: Path, progress: Progress, arguments: list[str]) -> None:
    command: list[str | Path] = [interpreter(project), "-m", "pip", "install", "--progress-bar", "off", *arguments]
    if progress.run(command, env=PIP_ENVIRONMENT, cwd=project) != 0:
        message = f"pip could not install what is needed\n{progress.log_tail()}"
        hint = f"see {progress.log}; is the package index reachable (pip config list)?"
        raise LocalSetupError(message, hint=hint)
