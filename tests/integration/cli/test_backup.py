"""`oversight backup` on a SQLite file: take, restore, check, and what it refuses."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from shared.cli.backup import backup
from shared.database.engine import open_database
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import KERNEL, events
from shared.testing.new_events import new_event


@pytest.fixture
def source(tmp_path):
    """Give the URL of a log of thirty events, which stays open as a service would have it."""
    url = f"sqlite:///{tmp_path / 'audit.db'}"
    database = open_database(url)
    database.write(KERNEL.create_all)
    SqlEventStore(database, "audit").transact(lambda tx: tx.append([new_event(f"e-{n}") for n in range(30)]))
    yield url
    database.close()


def _run(*arguments):
    return CliRunner().invoke(backup, [str(argument) for argument in arguments])


def test_a_backup_is_put_back_whole_under_a_new_epoch(source, tmp_path):
    taken = _run("take", "audit", tmp_path / "audit.dump", "--database-url", source)
    manifest = json.loads(taken.stdout)
    assert manifest["positions"] == {"0": 30}
    target = f"sqlite:///{tmp_path / 'restored.db'}"
    restored = json.loads(_run("restore", "audit", tmp_path / "audit.dump", "--database-url", target).stdout)
    assert restored["logs"][0]["position"] == 30
    assert restored["logs"][0]["epoch"].endswith("@30<" + manifest["epochs"]["0"])
    checked = json.loads(_run("check", "--database-url", target).stdout)
    assert checked["logs"] == restored["logs"]
    renewed = json.loads(_run("new-epoch", "audit", "--database-url", target).stdout)
    assert renewed["logs"][0]["epoch"].endswith("@30<" + restored["logs"][0]["epoch"])


def test_nothing_is_put_over_what_is_there(source, tmp_path):
    _run("take", "audit", tmp_path / "audit.dump", "--database-url", source)
    refused = _run("restore", "audit", tmp_path / "audit.dump", "--database-url", source)
    assert "nothing is put over what is there" in str(refused.exception)


def test_another_services_backup_is_refused(source, tmp_path):
    _run("take", "audit", tmp_path / "audit.dump", "--database-url", source)
    refused = _run("restore", "notify", tmp_path / "audit.dump", "--database-url", f"sqlite:///{tmp_path / 'n.db'}")
    assert "is a backup of audit, not of notify" in str(refused.exception)


def test_a_log_that_was_altered_does_not_pass(source):
    database = open_database(source)
    database.write(
        lambda connection: connection.execute(sa.update(events).where(events.c.position == 7).values(body=b"{}"))
    )
    database.close()
    refused = _run("check", "--database-url", source)
    assert "position 7 does not have the digest" in str(refused.exception)
