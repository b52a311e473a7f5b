"""Brings a service's database to the newest revision of its migrations; runs at each start of the service.

Each service has its own alembic environment in `services/<service>/migrations/`. Processes that start at the same
time take turns, and a failed revision leaves the database as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, text

from shared.database.engine import Database
from shared.database.errors import DatabaseError
from shared.database.schema import lock_schema
from shared.lean_imports import without

with without("pygments"):
    from alembic import command, context
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory


class MigrationsMissingError(DatabaseError):
    """The service has no migrations directory."""


def migrate(database: Database, service: str) -> None:
    """Run all revisions that the database does not have yet, in one transaction.

    Raises:
        MigrationsMissingError: no such service, or it has no migrations.
        DatabaseUnavailableError: the database cannot be reached or changed now.
    """
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


def revision(database: Database) -> str | None:
    """Return the revision that the database has; None before the first migration."""
    return database.read(lambda connection: MigrationContext.configure(connection).get_current_revision())


def newest_revision(service: str) -> str | None:
    """Return the revision that this release of the service wants."""
    return ScriptDirectory.from_config(configuration(service)).get_current_head()


def configuration(service: str) -> Config:
    """Return alembic's configuration for a service, also for `alembic revision`."""
    spec = find_spec(f"services.{service}")
    locations = spec.submodule_search_locations if spec else None
    directory = Path(next(iter(locations))) / "migrations" if locations else None
    if directory is None or not (directory / "env.py").is_file():
        raise MigrationsMissingError(service)
    config = Config()
    config.set_main_option("script_location", str(directory).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def run_environment(metadata: MetaData | None = None, options: Mapping[str, Any] | None = None) -> None:
    """Run the revisions on the connection that `migrate` opened: the whole body of a service's `env.py`."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, **(options or {}))
    with context.begin_transaction():
        context.run_migrations()
