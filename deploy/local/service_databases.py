"""One database per service on a PostgreSQL server, named after the service."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import OperationalError

from deploy.local.errors import ServerCommandError


def url_of(server: str, service: str) -> str:
    """Return the URL of a service's database on a server."""
    return _url(server).set(database=service).render_as_string(hide_password=False)


def create(server: str, services: Sequence[str]) -> None:
    """Create the databases that are missing.

    Raises:
        ServerCommandError: the server cannot be reached or does not allow it.
    """
    engine = _engine(server)
    try:
        with engine.connect() as connection:
            found = {row[0] for row in connection.execute(text("SELECT datname FROM pg_database"))}
            for service in services:
                if service not in found:
                    connection.execute(text(f'CREATE DATABASE "{service}"'))
    except OperationalError as error:
        raise ServerCommandError(
            "the PostgreSQL server does not answer or does not let us create databases",
            hint=f"check the URL and the rights of its user ({error.orig.__class__.__name__})",
        ) from None
    finally:
        engine.dispose()


def drop(server: str, services: Sequence[str]) -> None:
    """Drop the services' databases with everything in them (`--fresh`)."""
    engine = _engine(server)
    with engine.connect() as connection:
        for service in services:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{service}" WITH (FORCE)'))
    engine.dispose()


def _url(server: str) -> URL:
    return make_url(server).set(drivername="postgresql+psycopg")


def _engine(server: str) -> Engine:
    url = _url(server)
    return create_engine(url if url.database else url.set(database="postgres"), isolation_level="AUTOCOMMIT")
