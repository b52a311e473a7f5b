"""Has a service's database migrated by a process of its own.

alembic takes eleven megabytes of the process that imports it, for good, and is wanted for a moment of a release's first start.
"""

from __future__ import annotations

import os
import subprocess
import sys

from shared.database.engine import Database
from shared.database.errors import DatabaseError
from shared.database.revisions import lacks_revisions


class MigrationFailedError(DatabaseError):
    """The process that migrates ended badly; it has said why."""


def migrate_apart(database: Database, url: str, service: str) -> None:
    """Bring a service's database to the newest revision, unless it has that or a later release's.

    Args:
        database: the open database.
        url: how another process opens it.
        service: whose migrations.

    Raises:
        MigrationsMissingError: no such service, or it has no migrations.
        DatabaseUnavailableError: the database cannot be reached.
        MigrationFailedError: it could not be migrated.
    """
    if not lacks_revisions(database, service):
        return
    environment = {**os.environ, "OVERSIGHT_DATABASE_URL": url}
    command = [sys.executable, "-m", "shared.database.migrate", service]
    code = subprocess.run(command, env=environment, check=False).returncode
    if code:
        raise MigrationFailedError(f"migrating the database of {service} ended with {code}")
