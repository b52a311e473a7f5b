"""One event that the oversight views cannot take: it is parked with its stream, everything else flows, and it shows."""

from __future__ import annotations

from collections import Counter

import orjson
import pytest

from services.inspection.projections import VERSION
from shared import clock
from shared.client.pushing import batches
from shared.eventstore.wire import SOURCE_PREFIX
from shared.testing.system import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(200)]


def test_poison_holds_its_own_stream_and_the_watermark_only(system, books):
    lines = system.take_events(5000)
    source, subject, count = _busy_stream(lines)
    _refuse(system, source, subject)
    for batch in batches(lines):
        assert system.pusher().push(batch)
    assert wait_until(lambda: _parked(system) == count), _parked(system)
    assert wait_until(lambda: system.applied() == system.heads()), "all others flow"
    items = system.get("inspection", "/v1/parked")[1]["items"]
    reasons = Counter(item["reason"] for item in items)
    assert reasons == {"POISON": 1, "BEHIND_POISON": count - 1}
    held = _recorded_at(system, min(items, key=lambda item: item["position"]))
    assert wait_until(lambda: _watermark(system) == held - 1), "it stops just before the poisoned event"
    for batch in batches(system.take_events(500)):
        assert system.pusher().push(batch)
    assert wait_until(lambda: system.applied() == system.heads())
    assert _watermark(system) == held - 1

    _take_again(system)
    status, answer = system.get("inspection", "/v1/parked/replay?consumer=oversight", "POST")
    assert status == 200
    assert [(one["consumer"], one["failed"]) for one in answer["consumers"]] == [("oversight", [])]
    assert wait_until(lambda: _watermark(system) > held), "and goes on"
    assert books.faults() == []


def _busy_stream(lines):
    """Return the source and subject of a stream with many events among these, and how many it has."""
    counts = Counter(
        (event["type"].rpartition(".")[0], event["source"].removeprefix(SOURCE_PREFIX), event["subject"])
        for event in map(orjson.loads, lines)
        if not event["type"].startswith("qms.agency.")
    )
    [((_aggregate, source, subject), count)] = counts.most_common(1)
    assert count > 1
    return source, subject, count


def _refuse(system, source, subject):
    """Let the views' table refuse the events of one stream."""
    condition = f"NEW.source = '{source}' AND NEW.subject = '{subject}'"
    if system.store == "sqlite":
        system.execute(
            "inspection",
            f"CREATE TRIGGER poison BEFORE INSERT ON oversight_events_v{VERSION} WHEN {condition} "
            "BEGIN SELECT RAISE(ABORT, 'indigestible'); END",
        )
        return
    system.execute(
        "inspection",
        "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION 'indigestible'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER poison BEFORE INSERT ON oversight_events_v{VERSION} FOR EACH ROW EXECUTE FUNCTION poison()",
    )


def _take_again(system):
    if system.store == "sqlite":
        system.execute("inspection", "DROP TRIGGER poison")
    else:
        system.execute("inspection", "DROP FUNCTION poison() CASCADE")


def _parked(system):
    return system.checks("inspection")["parked"]["events"]


def _recorded_at(system, item):
    query = f"SELECT recorded_at FROM events WHERE position = {item['position']}"
    return system.rows(item["source"], query)[0][0]


def _watermark(system):
    return clock.from_rfc3339(system.get("inspection", "/v1/indicators/I1")[1]["watermark"])
