"""Dumps and restores of PostgreSQL databases by its own programs, with the password in their environment alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import URL, make_url

from deploy.backup.errors import BackupError
from deploy.local.errors import ProgramMissingError
from deploy.local.postgres_program import find_postgres


def dump(url: str, file: Path, look: Callable[[Connection], None]) -> None:
    """Write a snapshot of a running database into a file; `look` sees the very same snapshot.

    Raises:
        BackupError: the server does not let us.
    """
    engine = create_engine(_driver(url), poolclass=NullPool, isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        look(connection)
        _run("pg_dump", url, ["--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={file}"])
    engine.dispose()


def restore(file: Path, url: str) -> None:
    """Put a dump into an empty database, whole or not at all.

    Raises:
        BackupError: the database is not empty, or the server refused.
    """
    engine = create_engine(_driver(url), poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar_one()
    engine.dispose()
    if found:
        raise BackupError(
            "the database is not empty: nothing is put over what is there",
            hint="create a new database for the backup, and keep the old one until all is well",
        )
    _run("pg_restore", url, ["--exit-on-error", "--single-transaction", "--no-owner", str(file)], option="--dbname")


def _run(program: str, url: str, arguments: list[str], option: str = "--dbname") -> None:
    parsed = make_url(url)
    plain = parsed.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, **({"PGPASSWORD": str(parsed.password)} if parsed.password else {})}
    done = subprocess.run(
        [_found(program), f"{option}={plain}", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BackupError(f"{program} failed: {done.stderr.strip()}")


def _found(program: str) -> str:
    """Return where a client program is: on the PATH (containers), or beside the server's."""
    if on_path := shutil.which(program):
        return on_path
    beside = find_postgres().psql.with_name(program)
    if not beside.exists():
        raise ProgramMissingError(f"{program} is missing", hint="sudo apt-get install postgresql-client")
    return str(beside)


def _driver(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+psycopg")
