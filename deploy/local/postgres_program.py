"""Where PostgreSQL's server programs are on this machine; Debian keeps them off the PATH, by version."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import ProgramMissingError

#: Overrides the search: the directory that holds initdb and postgres.
BIN_SETTING = "OVERSIGHT_POSTGRES_BIN"
INSTALL_HINT = "sudo apt-get install postgresql   (set-up does it by itself when run as root)"


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """The programs of one PostgreSQL installation."""

    initdb: Path
    postgres: Path
    psql: Path
    #: Major version; data directories of different major versions do not mix.
    major: str


def find_postgres() -> PostgresPrograms:
    """Find the newest installed PostgreSQL server.

    Raises:
        ProgramMissingError: no server is installed.
    """
    for directory in _candidates():
        if (directory / "initdb").exists() and (directory / "postgres").exists():
            psql = directory / "psql"
            return PostgresPrograms(
                initdb=directory / "initdb",
                postgres=directory / "postgres",
                psql=psql if psql.exists() else Path(shutil.which("psql") or "psql"),
                major=_major(directory),
            )
    message = "PostgreSQL is not installed"
    raise ProgramMissingError(message, hint=INSTALL_HINT)


def _candidates() -> Iterator[Path]:
    if setting := os.environ.get(BIN_SETTING):
        yield Path(setting)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    yield from sorted(Path("/usr").glob("pgsql-*/bin"), key=_version, reverse=True)
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent


def _version(directory: Path) -> int:
    digits = re.findall(r"\d+", str(directory))
    return int(digits[0]) if digits else 0


def _major(directory: Path) -> str:
    return str(_version(directory) or "unknown")
