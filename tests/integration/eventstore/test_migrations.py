"""Migrations bring an empty database to exactly the tables that the code works with."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, inspect, text

from shared.database import migrating_apart
from shared.database.engine import open_database
from shared.database.errors import DatabaseUnavailableError
from shared.database.migrate import configuration, migrate
from shared.database.migrating_apart import MigrationFailedError, migrate_apart
from shared.database.revisions import MigrationsMissingError, migrations_of, newest_revision, stored_revision
from shared.database.schema import ensure_tables
from shared.eventstore import revisions
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import KERNEL
from shared.testing.new_events import new_events

SERVICES = ("inspection", "documents", "audit", "notify")
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def empty(database_url):
    database = open_database(database_url)
    yield database
    database.close()


def differences(database):
    """Return what separates the kernel's tables in the database from their definition; others may exist."""

    def compare(connection):
        options = {
            "compare_type": True,
            "include_object": lambda _o, name, kind, *_: kind != "table" or name in KERNEL.tables,
        }
        return compare_metadata(MigrationContext.configure(connection, opts=options), KERNEL)

    return database.read(compare)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_gets_the_tables_of_the_kernel(empty, service):
    assert stored_revision(empty) is None
    migrate(empty, service)
    assert differences(empty) == []
    head = ScriptDirectory.from_config(configuration(service)).get_current_head()
    assert stored_revision(empty) == newest_revision(service) == head


def test_a_process_of_its_own_migrates_once(empty, database_url, monkeypatch):
    migrate_apart(empty, database_url, "inspection")
    assert differences(empty) == []
    assert stored_revision(empty) == newest_revision("inspection")
    monkeypatch.setattr(migrating_apart.subprocess, "run", None)
    migrate_apart(empty, database_url, "inspection")


def test_a_process_that_cannot_migrate_is_told(empty):
    with pytest.raises(MigrationFailedError, match="audit"):
        migrate_apart(empty, NOWHERE, "audit")
    assert stored_revision(empty) is None


def test_a_database_that_is_not_there_is_unavailable_before_anything_is_started(monkeypatch):
    monkeypatch.setattr(migrating_apart.subprocess, "run", None)
    gone = open_database(NOWHERE)
    with pytest.raises(DatabaseUnavailableError):
        migrate_apart(gone, NOWHERE, "audit")


def test_the_primary_keys_are_those_of_the_definition(empty):
    migrate(empty, "audit")

    def primary_keys(connection):
        return {name: inspect(connection).get_pk_constraint(name)["constrained_columns"] for name in KERNEL.tables}

    expected = {name: [column.name for column in table.primary_key] for name, table in KERNEL.tables.items()}
    assert empty.read(primary_keys) == expected


def test_a_missing_table_would_be_noticed(empty):
    migrate(empty, "audit")
    empty.write(lambda connection: connection.execute(text("DROP TABLE parked_events")))
    assert differences(empty) != []


def test_migrating_again_changes_nothing_and_keeps_the_log(empty):
    migrate(empty, "audit")
    store = SqlEventStore(empty, "audit")
    store.transact(lambda transaction: transaction.append(new_events("a", 3)))
    migrate(empty, "audit")
    assert SqlEventStore(empty, "audit").head() == store.head()


@pytest.mark.parametrize("bring", [migrate, lambda database, service: migrate_apart(database, NOWHERE, service)])
def test_a_release_works_on_the_database_of_a_later_one(empty, caplog, bring):
    migrate(empty, "audit")
    store = SqlEventStore(empty, "audit")
    store.transact(lambda transaction: transaction.append(new_events("a", 3)))
    for statement in (
        "ALTER TABLE events ADD COLUMN later text",
        "CREATE TABLE later (id text)",
        "UPDATE alembic_version SET version_num = '0099'",
    ):
        empty.write(lambda connection, statement=statement: connection.execute(text(statement)))
    bring(empty, "audit")
    assert "revision 0099" in caplog.text
    assert stored_revision(empty) == "0099"
    store = SqlEventStore(empty, "audit")
    store.transact(lambda transaction: transaction.append(new_events("b", 2)))
    assert [event.position for event in store.read(0, 10)] == [1, 2, 3, 4, 5]


def test_revisions_only_add():
    """What a release before could not do with it would make going back impossible."""
    written = [file for service in SERVICES for file in (migrations_of(service) / "versions").glob("*.py")]
    written += Path(revisions.__file__).parent.glob("*.py")
    text_of_all = "".join(file.read_text(encoding="utf-8") for file in written)
    done = set(re.findall(r"\bop\.(\w+)", text_of_all))
    assert done <= {"create_table", "create_index", "add_column"}
    assert "create_table" in done
    added = re.findall(r"op\.add_column\(.*", text_of_all)
    assert all("nullable=False" not in one or "server_default" in one for one in added)


def test_processes_that_start_together_take_turns(database_url):
    databases = [open_database(database_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda database: migrate(database, "audit"), databases))
    assert differences(databases[0]) == []
    for database in databases:
        database.close()


def test_a_service_without_migrations_is_an_error(empty):
    with pytest.raises(MigrationsMissingError):
        migrate(empty, "weather")


def test_a_consumer_creates_its_own_tables_once(empty):
    metadata = MetaData()
    table = Table("counts_v2", metadata, Column("n", Integer, primary_key=True))
    empty.write(lambda connection: ensure_tables(connection, metadata))
    empty.write(lambda connection: connection.execute(table.insert().values(n=1)))
    empty.write(lambda connection: ensure_tables(connection, metadata))
    assert empty.read(lambda connection: connection.execute(table.select()).all()) == [(1,)]
