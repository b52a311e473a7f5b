"""A rehearsal: backups under load, a log put back to an earlier moment, everybody notices, everybody goes on, nothing is lost.

The last file for PostgreSQL: it leaves a system behind whose books begin anew.
"""

from __future__ import annotations

import re
import shutil

import pytest
from click.testing import CliRunner

from deploy.backup import backups
from deploy.backup.errors import BackupError
from deploy.backup.manifest import load as load_manifest
from deploy.local import service_databases
from shared.cli.main import cli
from shared.client.pushing import batches
from shared.testing import accounting
from shared.testing.system import wait_until
from tests.faults.conftest import SERVICES, Books
from tests.faults.load import Load

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(900),
    pytest.mark.parametrize("shared_system", ["postgresql"], indirect=True),
]
RESTORED = "audit"
#: The rehearsal belongs to the long form (`make test-long`).
SHORT: dict[str, set[str]] = {"postgresql": set()}


@pytest.fixture
def sent(system, monkeypatch):
    """Give what clients keep: every line that this test takes to be pushed."""
    lines, take = [], system.take_events
    monkeypatch.setattr(system, "take_events", lambda count: [lines.append(line) or line for line in take(count)])
    return lines


@pytest.fixture
def saved(system, sent, tmp_path):
    """Give backups of all four databases, taken while agencies push; pushed again later, everything is in the logs."""
    with Load(system, rate=1500) as load:
        assert wait_until(lambda: load.pushed >= 600)
        files = {name: tmp_path / f"{name}.dump" for name in SERVICES}
        for name, file in files.items():
            backups.take(name, _url(system, name), file)
        enough = load.pushed + 600
        assert wait_until(lambda: load.pushed >= enough)
    assert accounting.settle(system) == []
    return files


def test_restored_to_an_earlier_moment_it_is_noticed_and_mended(system, saved, sent, tmp_path):
    before = system.heads()[RESTORED]
    _check_backups(system, saved)
    cut = _restore(system, RESTORED, saved[RESTORED])
    assert 0 < cut < before, "what came after the backup is gone"

    beyond = {("notify", "alerts")} | {
        ("inspection", name) for name in ("oversight", "obligations", "inconsistencies", "sequences")
    }
    assert wait_until(lambda: _stopped(system) >= beyond), _stopped(system)
    diverged = "oversight_subscription_diverged_state"
    assert system.metric("notify", diverged, consumer="alerts", source=RESTORED) == 1
    # Whoever had not read beyond the backup goes on by itself; doctor names a command for each of the others.
    told = re.findall(r"`oversight ([^`]+)`", _oversight(system, "doctor", expected=1))
    assert "rebuild inspection oversight" in told
    assert f"resume notify alerts {RESTORED}" in told
    assert {tuple(command.split()[1:3]) for command in told} == _stopped(system)
    for command in told:
        said = _oversight(system, *command.split())
        if command == f"resume notify alerts {RESTORED}":
            assert f"had applied {before} events of {RESTORED} and reads on behind position {cut}" in said

    for batch in batches(sent):
        assert system.pusher().push(batch), "what is there answers duplicate, the rest is accepted"

    books = Books(system, tmp_path)
    try:
        assert books.faults() == []
    finally:
        books.close()
        # Nobody may go on with books that were kept before.
        system.is_sound = False
    assert wait_until(lambda: _stopped(system) == set())
    assert system.metric("notify", diverged) == 0
    assert system.heads()[RESTORED] >= before


def _check_backups(system, saved):
    """Each is whole in a database of its own; a damaged one, and one over a living database, are turned away."""
    for name, file in saved.items():
        url = service_databases.url_of(system.cluster.url(), f"{name}_rehearsal")
        service_databases.create(system.cluster.url(), [f"{name}_rehearsal"])
        try:
            (log,) = backups.put_back(file, url, service=name)
            manifest = load_manifest(file)
            assert log.position == manifest.positions["0"]
            assert log.epoch.endswith(f"@{log.position}<{manifest.epochs['0']}")
            with pytest.raises(BackupError, match="not empty"):
                backups.put_back(file, url, service=name)
        finally:
            service_databases.drop(system.cluster.url(), [f"{name}_rehearsal"])
    torn = saved["notify"].with_name("torn.dump")
    torn.write_bytes(saved["notify"].read_bytes()[:-1])
    shutil.copy(f"{saved['notify']}.json", f"{torn}.json")
    with pytest.raises(BackupError, match="damaged"):
        backups.put_back(torn, _url(system, "notify"), service="notify")


def _restore(system, service, file):
    """Do what the guide says: stop the service, a new database, put the backup back, start it; return the cut."""
    with system.unattended():
        process = system.process(service)
        process.terminate()
        process.wait(30)
        service_databases.drop(system.cluster.url(), [service])
        service_databases.create(system.cluster.url(), [service])
        (log,) = backups.put_back(file, _url(system, service), service=service)
    assert wait_until(lambda: system.get(service, "/readyz")[0] == 200)
    return log.position


def _stopped(system):
    return {(one["service"], one["consumer"]) for one in system.subscriptions() if one["state"] == "diverged"}


def _url(system, service):
    return service_databases.url_of(system.cluster.url(), service)


def _oversight(system, *arguments, expected=0):
    done = CliRunner().invoke(cli, arguments, env={"OVERSIGHT_DATA": str(system.data), "COLUMNS": "400"})
    assert done.exit_code == expected, (done.output, done.exception)
    return done.stdout
