"""Brings a service's database to the newest revision of its migrations: `python -m shared.database.migrate SERVICE`.

Services have it done at their start, by a process of its own (`migrating_apart`). Each service has its own alembic environment
in `services/<service>/migrations/`. Processes that start at the same time take turns, and a failed revision leaves the
database as it was.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, MetaData, text

from shared.database.engine import Database, open_database
from shared.database.revisions import lacks_revisions, migrations_of
from shared.database.schema import lock_schema
from shared.lean_imports import without

with without("pygments"):
    from alembic import command, context
    from alembic.config import Config


def migrate(database: Database, service: str) -> None:
    """Run all revisions that the database does not have yet, in one transaction; none where a later release has run its own.

    Raises:
        MigrationsMissingError: no such service, or it has no migrations.
        DatabaseUnavailableError: the database cannot be reached or changed now.
    """
    if not lacks_revisions(database, service):
        return
    config = configuration(service)

    def upgrade(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            # A migration may take longer than any query of the running service may.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        lock_schema(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    database.write(upgrade)


def configuration(service: str) -> Config:
    """Return alembic's configuration for a service, also for `alembic revision`."""
    config = Config()
    config.set_main_option("script_location", str(migrations_of(service)).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def run_environment(metadata: MetaData | None = None, options: Mapping[str, Any] | None = None) -> None:
    """Run the revisions on the connection that `migrate` opened: the whole body of a service's `env.py`."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, **(options or {}))
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Migrate the database that `OVERSIGHT_DATABASE_URL` names, with the migrations of the service that is given."""
    [service] = sys.argv[1:]
    database = open_database(os.environ["OVERSIGHT_DATABASE_URL"])
    try:
        migrate(database, service)
    finally:
        database.close()


if __name__ == "__main__":
    main()
