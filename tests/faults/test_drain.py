"""SIGTERM under load: the service drains within its deadline, loses nothing, and the others keep answering."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from deploy.local.supervisor import DRAIN_SECONDS
from shared.testing.system import wait_until
from tests.faults.load import Load

SHORT = {"sqlite": {"documents"}, "postgresql": {"inspection"}}

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.mark.parametrize("service", ["documents", "inspection", "audit", "notify"])
def test_a_terminated_service_drains_in_time_and_loses_nothing(system, books, service):
    with Load(system, rate=2000) as load:
        assert wait_until(lambda: load.pushed >= 2000)
        with _asked_all_the_time(system, "audit" if service != "audit" else "documents") as answers:
            process, started = system.process(service), time.monotonic()
            assert wait_until(lambda: _has_ended(process), DRAIN_SECONDS + 5), "it did not end"
            took = time.monotonic() - started
            assert wait_until(lambda: system.get(service, "/readyz")[0] == 200), "it came back"
        enough = load.pushed + 2000
        assert wait_until(lambda: load.pushed >= enough)
    assert process.returncode == 0
    assert took < DRAIN_SECONDS
    assert load.unanswered == 0
    assert set(answers) == {200}
    assert books.faults() == []


def _has_ended(process):
    """Say whether it has; ask it to, once more, if it has not: who is impatient asks again."""
    process.send_signal(signal.SIGTERM)
    return process.poll() is not None


class _asked_all_the_time:  # noqa: N801 - reads as a phrase
    """Asks another service for its health again and again; gives the statuses."""

    def __init__(self, system, service):
        self._statuses = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask, args=(system, service))

    def __enter__(self):
        self._thread.start()
        return self._statuses

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _ask(self, system, service):
        while not self._stop.wait(0.1):
            self._statuses.append(system.get(service, "/readyz")[0])
