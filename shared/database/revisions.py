"""Which revision a service's database has, and which one this release wants; without alembic, which only changes databases."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from shared.database.engine import Database
from shared.database.errors import DatabaseError

#: How a file of `versions/` says its revision, and the one before it.
_SAYS = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


class MigrationsMissingError(DatabaseError):
    """The service has no migrations directory."""


def migrations_of(service: str) -> Path:
    """Return the directory of a service's migrations.

    Raises:
        MigrationsMissingError: no such service, or it has none.
    """
    spec = find_spec(f"services.{service}")
    locations = spec.submodule_search_locations if spec else None
    directory = Path(next(iter(locations))) / "migrations" if locations else None
    if directory is None or not (directory / "env.py").is_file():
        raise MigrationsMissingError(service)
    return directory


def newest_revision(service: str) -> str:
    """Return the revision that this release of the service wants: the one that no other follows.

    Raises:
        MigrationsMissingError: no such service, or it has no migrations.
    """
    files = (migrations_of(service) / "versions").glob("*.py")
    said: list[tuple[str, str]] = [one for file in files for one in _SAYS.findall(file.read_text(encoding="utf-8"))]
    followed = {revision for word, revision in said if word == "down_revision"}
    [newest] = {revision for word, revision in said if word == "revision"} - followed
    return newest


def stored_revision(database: Database) -> str | None:
    """Return the revision that the database has; None before the first migration.

    Raises:
        DatabaseUnavailableError: the database cannot be reached.
    """
    return database.read(_stored)


def _stored(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
