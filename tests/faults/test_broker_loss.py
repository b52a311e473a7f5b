"""The broker stopped, killed and wiped: pushes go on, the views follow the feeds and come back by themselves."""

from __future__ import annotations

import time

import pytest

from shared.client.pushing import batches
from shared.testing.system import wait_until
from tests.faults.load import Load, by_owner

#: How long the views may take, while there is no broker, to show what has been accepted.
LAG_SECONDS = 10.0
#: What a service may grow by during an outage: less than the events of the outage would take.
GROWTH_BYTES = 40 * 1024 * 1024

SHORT = {
    "sqlite": {"test_a_wiped_broker_is_made_up_for_by_the_feeds"},
    "postgresql": {"test_without_a_broker_pushes_are_accepted_and_the_views_follow_the_feeds"},
}

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]


def test_a_wiped_broker_is_made_up_for_by_the_feeds(system, books):
    for batch in batches(system.take_events(1000)):
        system.pusher().push(batch)
    with system.unattended():
        with system.frozen("inspection"):
            later = _push_to_owners(system, system.take_events(3000))
            assert wait_until(lambda: _published(system, ("documents", "audit"))), "the messages were in the broker"
            system.kill("broker")
            assert wait_until(lambda: system.broker.pid is None)
            system.broker.wipe()
            system.broker.start()
        assert wait_until(lambda: _is_back(system)), system.subscriptions()
    for batch in batches(later):
        assert system.pusher().push(batch)
    assert books.faults() == []
    _arrives_over_the_broker(system)
    assert books.faults() == []


@pytest.mark.parametrize("seconds", [8, pytest.param(120, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_without_a_broker_pushes_are_accepted_and_the_views_follow_the_feeds(system, books, seconds):
    # One attempt: whatever is not accepted at once fails the test.
    with Load(system, rate=500, attempts=1) as load:
        # Warm before it is weighed: what grows with the first events says nothing about the outage.
        assert wait_until(lambda: load.pushed >= seconds * 200, 600)
        with system.unattended():
            system.broker.stop()
            time.sleep(3)
            before, began = {name: system.memory(name) for name in _SERVICES}, load.pushed
            lags = list(_lags(system, until=time.monotonic() + seconds))
            after, accepted = {name: system.memory(name) for name in _SERVICES}, load.pushed - began
            states = {one["state"] for one in system.subscriptions() if one["service"] != one["source"]}
            system.broker.start()
        assert wait_until(lambda: _is_back(system)), system.subscriptions()
    assert load.unanswered == 0
    assert accepted > seconds * 100, "load went on during the outage"
    assert max(lags) < LAG_SECONDS
    assert states <= {"feed", "waiting", "starting", "shared"}
    assert all(after[name] - before[name] < GROWTH_BYTES for name in _SERVICES), (before, after)
    assert books.faults() == []
    _arrives_over_the_broker(system)


_SERVICES = ("inspection", "documents", "audit", "notify")


def _lags(system, *, until):
    """Measure again and again how long the views take to have what the logs have, in seconds."""
    while time.monotonic() < until:
        started, heads = time.monotonic(), system.heads()
        assert wait_until(lambda heads=heads: _has(system.applied(), heads), seconds=LAG_SECONDS * 2)
        yield time.monotonic() - started
        time.sleep(0.5)


def _has(applied, heads):
    return all(applied.get(source, 0) >= position for source, position in heads.items())


def _push_to_owners(system, lines):
    """Push past the front door, which stands still; return what is its own and has to come later."""
    owned = by_owner(lines)
    later = owned.pop("inspection", [])
    for service, own in owned.items():
        for batch in batches(own):
            assert system.pusher(service=service).push(batch)
    return later


def _published(system, services):
    heads = {service: system.checks(service)["log"]["position"] for service in services}
    return all(
        system.rows(service, "SELECT position FROM cursors WHERE name = 'relay'") == [(head,)]
        for service, head in heads.items()
    )


def _is_back(system):
    reports = [one for one in system.subscriptions() if one["service"] != one["source"]]
    # Some read behind others of their service, and know no broker.
    states = {one["state"] for one in reports} - {"shared"}
    return len(reports) > len(_SERVICES) and states == {"broker"}


def _arrives_over_the_broker(system):
    """Push once more: what comes now comes over the broker."""
    before = {source: _via_broker(system, source) for source in ("documents", "audit")}
    for batch in batches(system.take_events(1000)):
        assert system.pusher().push(batch)
    for source, count in before.items():
        assert wait_until(lambda source=source, count=count: _via_broker(system, source) > count), source


def _via_broker(system, source):
    labels = {"consumer": "oversight", "source": source, "via": "broker"}
    return system.metric("inspection", "oversight_subscription_events_total", **labels)
