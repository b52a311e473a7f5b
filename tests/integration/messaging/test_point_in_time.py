"""A rehearsal of PostgreSQL's own archive: a log is recovered to a moment, proved whole, begun anew, and its readers notice."""

from __future__ import annotations

import json
import os
import subprocess
import time

import pytest
from click.testing import CliRunner

from deploy.local.accounts import own_directory, server_account
from deploy.local.postgres_program import find_postgres
from deploy.local.processes import dropped_to
from shared.cli.backup import backup
from shared.database.engine import open_database
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import KERNEL
from shared.messaging.feed_client import HttpFeed
from tests.integration.messaging.parts import CountingConsumer, FeedServer, append, running, subscription, wait_until

SERVICE = "documents"


@pytest.fixture
def archive(own_postgres_cluster):
    """Give the directory into which the server copies every finished segment of its write-ahead log."""
    cluster = own_postgres_cluster
    directory = own_directory(cluster.directory / "archive", server_account("postgres"))
    cluster.execute("ALTER SYSTEM SET archive_mode = on")
    cluster.execute(f"ALTER SYSTEM SET archive_command = 'test ! -f {directory}/%f && cp %p {directory}/%f'")
    cluster.restart()
    return directory


def _base_backup(cluster, directory):
    """Copy the running cluster as operators do."""
    url = cluster.url()
    password = url.split(":")[2].rpartition("@")[0]
    program = find_postgres().postgres.with_name("pg_basebackup")
    place = ["-h", "127.0.0.1", "-p", str(cluster.port), "-U", "oversight", "-D", str(directory), "-c", "fast"]
    subprocess.run(
        [str(program), *place],
        env={**os.environ, "PGPASSWORD": password},
        cwd="/",
        check=True,
        capture_output=True,
        **dropped_to(server_account("postgres")),
    )


def _recover(cluster, base, archive, moment):
    """Do what the guide says: stop the server, put the base backup in its place, name archive and moment, start it."""
    cluster.stop()
    (data,) = cluster.directory.glob("data-[0-9]*")
    data.rename(cluster.directory / "lost")
    base.rename(data)
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {archive}/%f %p'\n")
        settings.write(f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n")
    (data / "recovery.signal").touch()
    cluster.start()
    assert wait_until(lambda: cluster.execute("SELECT pg_is_in_recovery()").strip() == "f")


def _archived(cluster):
    last = cluster.execute("SELECT pg_walfile_name(pg_switch_wal())").strip()
    assert wait_until(lambda: cluster.execute("SELECT last_archived_wal FROM pg_stat_archiver").strip() >= last)


def _told(*arguments):
    done = CliRunner().invoke(backup, arguments, catch_exceptions=False)
    (log,) = json.loads(done.stdout)["logs"]
    return log


def test_a_log_recovered_to_a_moment_is_whole_and_whoever_had_read_beyond_it_stops(
    own_postgres_cluster, archive, database, tmp_path
):
    cluster = own_postgres_cluster
    url = cluster.create_database(SERVICE)
    source = open_database(url)
    source.write(KERNEL.create_all)
    store = SqlEventStore(source, SERVICE)
    append(store, "before", 30)
    base = cluster.directory / "base"
    _base_backup(cluster, base)
    append(store, "kept", 20)
    server = FeedServer(store)
    feed = HttpFeed({SERVICE: server.url}, FeedServer.token)
    ahead, behind = CountingConsumer(SERVICE), CountingConsumer(SERVICE)
    behind.name = "behind"
    database.write(ahead.tables.create_all)
    other = open_database(f"sqlite:///{tmp_path / 'behind.db'}")
    other.write(KERNEL.create_all)
    other.write(behind.tables.create_all)
    try:
        with running(subscription(other, behind, feed)):
            assert wait_until(lambda: len(behind.positions(other)) == 50)
        moment = cluster.execute("SELECT clock_timestamp()").strip()
        time.sleep(0.05)
        append(store, "lost", 10)
        with running(subscription(database, ahead, feed)):
            assert wait_until(lambda: len(ahead.positions(database)) == 60)
        old = store.head().epoch
        _archived(cluster)
        source.close()

        _recover(cluster, base, archive, moment)
        assert _told("check", "--database-url", cluster.url(SERVICE))["position"] == 50
        log = _told("new-epoch", SERVICE, "--database-url", cluster.url(SERVICE))
        assert log["epoch"].endswith(f"@50<{old}")

        source = open_database(cluster.url(SERVICE))
        store = server.store = SqlEventStore(source, SERVICE)
        append(store, "after", 15)
        stopped, going = subscription(database, ahead, feed), subscription(other, behind, feed)
        with running(stopped, going):
            assert wait_until(lambda: stopped.state == "diverged")
            assert wait_until(lambda: going.position == 65)
        assert ahead.positions(database) == list(range(1, 61)), "nothing of the new history is mixed in"
        assert behind.positions(other) == list(range(1, 66))
    finally:
        server.close()
        source.close()
        other.close()
