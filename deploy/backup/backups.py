"""Taking a backup of one service, putting it back, and proving a log whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, create_engine, select
from sqlalchemy.engine import make_url

from deploy.backup import manifest as manifests
from deploy.backup import postgresql, sqlite
from deploy.backup.errors import BackupError
from deploy.backup.manifest import Manifest
from shared.database.engine import open_database
from shared.eventstore.checking import CheckedLog, check_log
from shared.eventstore.errors import EventStoreError
from shared.eventstore.restoring import begin_new_epoch
from shared.eventstore.tables import log_head


def take(service: str, url: str, file: Path) -> Manifest:
    """Write a backup of a service's database, which may be running under load, and its manifest.

    Raises:
        BackupError: it cannot be read.
    """
    taken_at = datetime.now(UTC).isoformat(timespec="seconds")
    heads: dict[int, tuple[int, str]] = {}

    def look(connection: Connection) -> None:
        columns = log_head.c
        rows = connection.execute(select(columns.partition, columns.position, columns.epoch))
        heads.update({partition: (position, epoch) for partition, position, epoch in rows})

    dialect = make_url(url).get_backend_name()
    if dialect == "sqlite":
        sqlite.dump(url, file)
        with create_engine(f"sqlite:///{file}").connect() as connection:
            look(connection)
    else:
        postgresql.dump(url, file, look)
    manifest = Manifest(
        service=service,
        dialect=dialect,
        taken_at=taken_at,
        positions={str(partition): position for partition, (position, _) in heads.items()},
        epochs={str(partition): epoch for partition, (_, epoch) in heads.items()},
        sha256=manifests.digest_of(file),
    )
    manifests.store(manifest, file)
    return manifest


def put_back(file: Path, url: str, *, service: str = "") -> list[CheckedLog]:
    """Fill an empty database from a backup, check every event, and begin a new epoch of its log.

    Args:
        file: the backup, with its manifest beside it.
        url: an empty database of the same kind.
        service: whose backup it must be; empty for any.

    Raises:
        BackupError: damaged, another service's, another kind of database, or the log in it is not whole.
    """
    manifest = manifests.load(file)
    if service and manifest.service != service:
        raise BackupError(f"{file} is a backup of {manifest.service}, not of {service}")
    if manifest.dialect != make_url(url).get_backend_name():
        raise BackupError(f"{file} comes from {manifest.dialect}", hint="put it back into the same kind of database")
    (sqlite.restore if manifest.dialect == "sqlite" else postgresql.restore)(file, url)
    found = check(url)
    if {str(log.partition): log.position for log in found} != manifest.positions:
        raise BackupError("the positions are not those of the manifest", hint="this backup cannot be trusted")
    return _renew(url, manifest.service)


def begin_anew(url: str, service: str) -> list[CheckedLog]:
    """Check a log that was put back by other means, and begin a new epoch of it.

    Raises:
        BackupError: it is not whole.
    """
    check(url)
    return _renew(url, service)


def _renew(url: str, service: str) -> list[CheckedLog]:
    database = open_database(url)
    try:
        return database.write(lambda connection: begin_new_epoch(connection, service))
    finally:
        database.close()


def check(url: str) -> list[CheckedLog]:
    """Read a log from the first event to the last and return how far it goes.

    Raises:
        BackupError: it is not whole.
    """
    database = open_database(url)
    try:
        return database.read(check_log)
    except EventStoreError as error:
        raise BackupError(f"the log is not whole: {error}") from error
    finally:
        database.close()
