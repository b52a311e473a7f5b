"""What `/metrics` says of a service's database: queues, cursors, parked and refused items, their age; and of a broken log."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from shared import clock
from shared.database.engine import open_database
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import KERNEL, events, parked_events, projection_generations, quarantine, subscriptions
from shared.observability.log_check import LogCheck
from shared.observability.state import State
from shared.testing.new_events import new_event

SECOND = 1_000_000


@dataclass
class Context:
    database: object
    extra: dict = field(default_factory=dict)
    settings: object = field(default_factory=lambda: SimpleNamespace(service="audit", waiting_days=7.0))
    clock = staticmethod(clock.now)


@pytest.fixture
def database(database_url):
    opened = open_database(database_url)
    opened.write(KERNEL.create_all)
    yield opened
    opened.close()


@pytest.fixture
def store(database):
    store = SqlEventStore(database, "audit")
    store.transact(lambda tx: tx.append([new_event(f"e-{n}") for n in range(20)]))
    return store


def _samples(database):
    """Return values by name and labels but for the service, as Prometheus reads them."""
    text = State(Context(database)).text().decode()
    found = [sample for metric in text_string_to_metric_families(text) for sample in metric.samples]
    assert {sample.labels["service"] for sample in found} == {"audit"}
    return {sample.name + _labels(sample.labels): sample.value for sample in found}


def _labels(labels):
    named = [f'{name}="{value}"' for name, value in sorted(labels.items()) if name != "service"]
    return "{" + ",".join(named) + "}" if named else ""


def test_the_log_and_what_has_not_left_it(database, store):
    assert store.advance_cursor("relay", 0, 15)
    found = _samples(database)
    assert found["oversight_log_position"] == 20
    assert found['oversight_cursor_position{cursor="relay"}'] == 15
    assert 0 < found['oversight_cursor_age_seconds{cursor="relay"}'] < 60
    assert -1 < found["oversight_log_promise_age_seconds"] < 60


def test_what_is_published_whole_is_not_old(database, store):
    assert store.advance_cursor("relay", 0, 20)
    assert _samples(database)['oversight_cursor_age_seconds{cursor="relay"}'] == 0


def test_a_clock_that_went_back_shows_as_a_promise_from_the_future(database, store):
    database.write(lambda c: c.execute(sa.text("UPDATE log_head SET recorded_at = recorded_at + 90000000")))
    assert -90 <= _samples(database)["oversight_log_promise_age_seconds"] < -60


def test_how_old_is_what_a_consumer_knows(database, store):
    row = {"version": 1, "partition": 0, "epoch": "e", "position": 7, "recorded_at": clock.now() - 90 * SECOND}
    _insert(database, subscriptions, consumer="alerts", source="documents", **row)
    found = _samples(database)
    assert found['oversight_subscription_position{consumer="alerts",source="documents"}'] == 7
    assert 90 <= found['oversight_subscription_age_seconds{consumer="alerts",source="documents"}'] < 120


def test_tables_filled_beside_are_told_apart_from_those_that_serve(database, store):
    row = {"partition": 0, "epoch": "e", "recorded_at": clock.now(), "consumer": "alerts", "source": "documents"}
    _insert(database, subscriptions, version=1, position=20, **row)
    _insert(database, subscriptions, version=1001, position=3, **row)
    stands = {"consumer": "alerts", "started_at": 1, "filled_from": "logs"}
    _insert(database, projection_generations, version=1, state="serving", **stands)
    _insert(database, projection_generations, version=1001, state="building", report=b'{"equal": false}', **stands)
    found = _samples(database)
    assert found['oversight_subscription_position{consumer="alerts",source="documents"}'] == 20
    assert found['oversight_projection_set_state{consumer="alerts",set="v1_g1",state="building"}'] == 1
    assert found['oversight_projection_set_events{consumer="alerts",set="v1_g1"}'] == 3
    assert found['oversight_projection_set_equal{consumer="alerts",set="v1_g1"}'] == 0


def test_what_an_earlier_program_read_is_no_sign_of_anything(database, store):
    row = {"partition": 0, "epoch": "e", "consumer": "alerts", "source": "documents"}
    _insert(database, subscriptions, version=1, position=2, recorded_at=1, **row)
    _insert(database, subscriptions, version=2, position=20, recorded_at=clock.now(), **row)
    context = Context(database)
    fed = SimpleNamespace(consumer=SimpleNamespace(name="alerts", version=2), status=list)
    context.extra["subscriptions"] = [fed]
    text = State(context).text().decode()
    assert 'oversight_subscription_position{consumer="alerts",service="audit",source="documents"} 20.0' in text


def test_parked_items_by_reason_with_the_age_of_the_oldest(database, store):
    for position, reason in ((3, "POISON"), (5, "BEHIND_POISON"), (9, "BEHIND_POISON")):
        _park(database, position, reason)
    _park(database, 11, "POISON", replayed_at=clock.now())
    found = _samples(database)
    assert found['oversight_parked_items{consumer="oversight",reason="POISON",source="documents"}'] == 1
    assert found['oversight_parked_items{consumer="oversight",reason="BEHIND_POISON",source="documents"}'] == 2
    assert 27 <= found['oversight_parked_oldest_seconds{consumer="oversight",source="documents"}'] < 60


def test_where_nothing_is_parked_is_0_and_no_gap(database, store):
    row = {"version": 1, "partition": 0, "epoch": "e", "position": 7, "recorded_at": clock.now()}
    _insert(database, subscriptions, consumer="alerts", source="documents", **row)
    found = _samples(database)
    for reason in ("POISON", "BEHIND_POISON", "MALFORMED_MESSAGE"):
        assert found[f'oversight_parked_items{{consumer="alerts",reason="{reason}",source="documents"}}'] == 0
    assert not [name for name in found if name.startswith("oversight_parked_oldest_seconds")]


def test_open_items_of_the_quarantine_by_status_and_code(database, store):
    _quarantine(database, "a", "refused", "ID_REUSED", 40)
    _quarantine(database, "b", "refused", "OCCURRED_IN_FUTURE", 20)
    _quarantine(database, "c", "waiting", "AGENCY_UNKNOWN", 300)
    _quarantine(database, "d", "refused", "ID_REUSED", 9000, settled_at=clock.now())
    found = _samples(database)
    assert found['oversight_quarantine_items{status="refused"}'] == 2
    assert found['oversight_quarantine_items{status="waiting"}'] == 1
    assert found['oversight_quarantine_refused_items{code="ID_REUSED"}'] == 1
    assert 300 <= found['oversight_quarantine_oldest_seconds{status="waiting"}'] < 330
    assert 40 <= found['oversight_quarantine_oldest_seconds{status="refused"}'] < 70


def test_what_has_waited_longer_than_the_setting_allows(database, store):
    _quarantine(database, "a", "waiting", "AGENCY_UNKNOWN", 8 * 86400)
    _quarantine(database, "b", "waiting", "AGENCY_UNKNOWN", 6 * 86400)
    _quarantine(database, "c", "refused", "ID_REUSED", 9 * 86400)
    _quarantine(database, "d", "waiting", "AGENCY_UNKNOWN", 9 * 86400, settled_at=clock.now())
    assert _samples(database)["oversight_quarantine_overdue_items"] == 1


def test_a_service_without_events_shows_nothing_old(database):
    SqlEventStore(database, "audit")
    found = _samples(database)
    assert found["oversight_log_position"] == 0
    assert found['oversight_quarantine_items{status="refused"}'] == 0
    assert found['oversight_cursor_age_seconds{cursor="relay"}'] == 0


def test_a_whole_log_is_verified_to_its_end(database, store):
    check = LogCheck("audit", database)
    check.step()
    check.step()
    assert REGISTRY.get_sample_value("oversight_log_verified_position", {"service": "audit"}) == 20
    assert REGISTRY.get_sample_value("oversight_log_broken_state", {"service": "audit"}) == 0


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (sa.update(events).where(events.c.position == 9).values(body=b"{}"), "position 9 does not have the digest"),
        (sa.delete(events).where(events.c.position == 9), "position 9 is missing"),
        (sa.update(events).where(events.c.position == 9).values(recorded_at=1), "position 9 was recorded before"),
    ],
)
def test_a_log_that_was_tampered_with_is_told_of(database, store, caplog, harm, said):
    database.write(lambda connection: connection.execute(harm))
    LogCheck("audit", database).step()
    assert REGISTRY.get_sample_value("oversight_log_broken_state", {"service": "audit"}) == 1
    assert said in caplog.text


def _insert(database, table, **values):
    database.write(lambda connection: connection.execute(sa.insert(table).values(**values)))


def _park(database, position, reason, replayed_at=None):
    key = {"consumer": "oversight", "version": 1, "source": "documents", "partition": 0, "position": position}
    what = {"stream": "s", "type": "t", "agency_id": "a", "reason": reason, "detail": "", "attempts": 1, "body": b""}
    parked_at = clock.now() - 3 * position * SECOND
    _insert(database, parked_events, **key, **what, parked_at=parked_at, replayed_at=replayed_at)


def _quarantine(database, key, status, code, seconds, settled_at=None):
    at = clock.now() - seconds * SECOND
    texts = dict.fromkeys(("source", "event_id", "type", "agency_id", "asserter", "pointer", "hint_vi", "hint_en"), "")
    _insert(
        database,
        quarantine,
        key=key.encode(),
        id=key,
        status=status,
        code=code,
        received_at=at,
        first_received_at=at,
        attempts=1,
        digest=b"",
        raw=b"",
        settled_at=settled_at,
        **texts,
    )
