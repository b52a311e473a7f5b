"""The registry copy of a service that several processes share: one applies, the others notice."""

from __future__ import annotations

import time

from shared.database.engine import open_database
from shared.eventstore.tables import KERNEL
from shared.registry.copy import RegistryCopy
from shared.registry.projection import RegistryProjection
from shared.testing.recorded import RecordedLogs


def test_a_process_notices_what_another_one_applied(database_url):
    database = open_database(database_url)
    database.write(KERNEL.create_all)
    database.write(RegistryProjection.tables.create_all)
    logs = RecordedLogs()
    logs.agency("P")
    applying, other = RegistryCopy(database), RegistryCopy(database)
    projection = RegistryProjection(applying)
    events = logs.of("inspection")
    database.write(lambda connection: projection.apply(connection, events))
    before = other.agencies(["P"])["P"]
    logs.add("agency.obligation_changed", "P", "P", {"to": "exempt"}, on="2026-01-01")
    later = logs.of("inspection")[len(events) :]
    database.write(lambda connection: projection.apply(connection, later))

    deadline = time.monotonic() + 2
    while other.agencies(["P"])["P"].obligations == before.obligations and time.monotonic() < deadline:
        time.sleep(0.01)

    assert other.agencies(["P"])["P"].obligations != before.obligations
    database.close()


def test_a_position_that_the_copy_holds_needs_no_look_at_the_registry(database_url):
    database = open_database(database_url)
    database.write(KERNEL.create_all)
    database.write(RegistryProjection.tables.create_all)
    logs = RecordedLogs()
    logs.agency("P")
    copy = RegistryCopy(database)
    pulls = []
    copy.pull = lambda: pulls.append(1) is None
    events = logs.of("inspection")
    database.write(lambda connection: RegistryProjection(copy).apply(connection, events))
    copy.reach(events[-1].position)

    assert pulls == []
    database.close()
