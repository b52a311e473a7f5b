"""Which revision a service's database has, and which one this release wants; without alembic, which only changes databases.

Revisions only add: tables, columns that may be empty, indexes. So a release works on the database of a later one too, and
whoever is not content with a new release goes back to the one before.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from shared.database.engine import Database
from shared.database.errors import DatabaseError

_log = logging.getLogger(__name__)

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
    said = _said(service)
    [newest] = said["revision"] - said["down_revision"]
    return newest


def lacks_revisions(database: Database, service: str) -> bool:
    """Return whether a database is to be migrated; one with a revision that this release does not know is not.

    Raises:
        MigrationsMissingError: no such service, or it has no migrations.
        DatabaseUnavailableError: the database cannot be reached.
    """
    stored = stored_revision(database)
    if stored == newest_revision(service):
        return False
    if stored is None or stored in _said(service)["revision"]:
        return True
    _log.warning("the database of %s is left as it is: a later release gave it revision %s", service, stored)
    return False


def _said(service: str) -> Mapping[str, set[str]]:
    """Return the revisions of a service, and those that others follow, by the words that say so."""
    said: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for file in (migrations_of(service) / "versions").glob("*.py"):
        for word, revision in _SAYS.findall(file.read_text(encoding="utf-8")):
            said[word].add(revision)
    return said


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
