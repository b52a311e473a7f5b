"""PostgreSQL restarted and killed under load: 503 meanwhile, then everything goes on without a restart of services."""

from __future__ import annotations

import orjson
import pytest
import urllib3

from shared.testing.system import wait_until
from tests.faults.load import Load

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(300),
    pytest.mark.parametrize("shared_system", ["postgresql"], indirect=True),
]
_SERVICES = ("inspection", "documents", "audit", "notify")


def test_a_database_that_was_away_costs_nothing_that_was_accepted(system, books):
    pids = {name: system.pid(name) for name in _SERVICES}
    with Load(system, rate=2000, attempts=20) as load:
        for end in (system.cluster.stop, system.cluster.kill9):
            enough = load.pushed + 2000
            assert wait_until(lambda enough=enough: load.pushed >= enough), "it goes on"
            end()
            assert wait_until(lambda: _push_alone(system) == (503, "STORE_UNAVAILABLE")), _push_alone(system)
            assert [system.get(name, "/readyz")[0] for name in _SERVICES] == [503] * 4
            assert [system.get(name, "/healthz")[0] for name in _SERVICES] == [200] * 4
            system.cluster.start()
        enough = load.pushed + 2000
        assert wait_until(lambda: load.pushed >= enough), "and again"
    assert load.unanswered == 0
    assert books.faults() == []
    assert {name: system.pid(name) for name in _SERVICES} == pids, "no service had to be started again"


def _push_alone(system):
    """Push one event without retries; return status and code."""
    event = {
        "specversion": "1.0",
        "id": "never-accepted",
        "source": "/agencies/nobody",
        "type": "qms.procedure.issued",
        "subject": "p",
        "time": "2026-01-05T08:00:00+07:00",
        "data": {},
    }
    answer = urllib3.request(
        "POST",
        system.supervisor.urls["documents"] + "/v1/events",
        body=orjson.dumps(event),
        headers={
            "Authorization": f"Bearer {system.supervisor.staff_token}",
            "Content-Type": "application/cloudevents+json",
        },
        retries=False,
        timeout=30,
    )
    return answer.status, orjson.loads(answer.data).get("code")
