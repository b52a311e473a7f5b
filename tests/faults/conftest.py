"""The running system of the fault tests, on both databases, and its books."""

from __future__ import annotations

import pytest

from services.inspection.projections import VERSION, OversightViews
from shared.registry.copy import RegistryCopy
from shared.registry.projection import RegistryProjection
from shared.testing import accounting
from shared.testing.system import RunningSystem

VIEWS = {
    f"oversight_events_v{VERSION}": "service, position, type, source, subject, event_id, recorded_at, body",
    f"oversight_streams_v{VERSION}": "stream, aggregate, agency_id, last_occurred_at, state",
    f"oversight_deltas_v{VERSION}": (
        "service, position, measure, agency_id, dimension, day, known_at, a1, a2, a3, a4, stream"
    ),
}
REGISTRY = {"registry_agencies": "agency_id, state, position", "registry_credentials": "key_id, agency_id, key_hash"}
SERVICES = ("inspection", "documents", "audit", "notify")


def pytest_collection_modifyitems(items):
    """Keep the tests of one database in one worker, and mark what a module's SHORT does not name as the long form."""
    for item in items:
        parameters = dict((getattr(item, "callspec", None) and item.callspec.params) or {})
        store = parameters.pop("shared_system", None)
        if store is None:
            continue
        item.add_marker(pytest.mark.xdist_group(f"faults-{store}"))
        short = getattr(item.module, "SHORT", None)
        if short is not None and short[store].isdisjoint({item.originalname, *parameters.values()}):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_system(request, server_slot):
    """Give one system per database; it lives through all tests, as a real one lives through all its faults."""
    cluster = request.getfixturevalue("session_cluster") if request.param == "postgresql" else None
    system = RunningSystem(server_slot.directory / f"system-{request.param}", cluster)
    yield system
    system.stop()


@pytest.fixture
def system(shared_system):
    """Give the running system, new if the test before has left it in disorder."""
    shared_system.restart_if_unsound()
    return shared_system


@pytest.fixture(scope="session")
def kept_books():
    """Keep the books of the running systems from test to test, so that each event is read once."""
    kept = {}
    yield kept
    for books in kept.values():
        books.close()


@pytest.fixture
def books(system, kept_books, tmp_path_factory):
    """Give the accounting of the system: called at the end of a test, it returns what does not balance."""
    found = kept_books.get(system.store)
    if found is None or found.log is not system.log:
        found = kept_books[system.store] = Books(system, tmp_path_factory.mktemp("books"))
    return found


class Books:
    def __init__(self, system, directory):
        self.log = system.log
        self._system = system
        self._reader = accounting.LogReader()
        self._views = accounting.OfflineFold(directory / "views.db", lambda _: OversightViews(), VIEWS)
        self._registry = accounting.OfflineFold(
            directory / "registry.db", lambda database: RegistryProjection(RegistryCopy(database)), REGISTRY
        )

    def faults(self, seconds=90.0):
        """Wait for quiet, then return everything that does not balance since the system's start."""
        unsettled = accounting.settle(self._system, seconds)
        if unsettled:
            return unsettled
        logs = self._reader.follow(self._system)
        found = [
            *accounting.log_faults(logs),
            *accounting.client_faults(self._system.log, logs),
            *accounting.stream_faults(self._system),
            *accounting.open_items(self._system),
            *self._unlike_folds(logs),
        ]
        self._system.is_sound = not found
        return found

    def close(self):
        self._views.close()
        self._registry.close()

    def _unlike_folds(self, logs):
        for fold in (self._views, self._registry):
            fold.follow(logs)
        found = self._views.differences(self._system, "inspection")
        for service in SERVICES:
            found += self._registry.differences(self._system, service)
        return found
