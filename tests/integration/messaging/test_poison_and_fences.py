"""Events that cannot be applied, workers that were overtaken, and logs that are not what they were."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shared.database.engine import open_database
from shared.eventstore.tables import KERNEL, log_head, parked_events
from shared.messaging.applying import Applier
from shared.messaging.errors import FencedError
from shared.messaging.own_log import OwnLogSubscription
from shared.messaging.parking import BEHIND, POISON, replay
from shared.messaging.progress import Progress
from shared.messaging.watermark import watermark
from tests.integration.messaging.parts import CountingConsumer, append, relay, running, subscription, wait_until


@pytest.fixture
def database(database_url):
    """Give the consumer's database, on SQLite and on PostgreSQL."""
    opened = open_database(database_url)
    opened.write(KERNEL.create_all)
    yield opened
    opened.close()


def test_poison_is_parked_with_its_stream_and_the_others_flow(store, database, feed, consumer):
    append(store, "a", 100, subjects=10)
    consumer.poison = {"a-23"}
    reader = subscription(database, consumer, feed)
    with running(reader):
        assert wait_until(lambda: reader.position == 100)
        append(store, "b", 5)
        assert wait_until(lambda: reader.position == 105)
    held = [24, *range(34, 101, 10)]
    assert _parked(database) == held
    assert consumer.positions(database) == [p for p in range(1, 106) if p not in held]
    assert _reasons(database) == {POISON: 1, BEHIND: len(held) - 1}


def test_the_watermark_stops_before_the_oldest_parked_event(store, database, feed, consumer):
    append(store, "a", 100, subjects=10)
    consumer.poison = {"a-23"}
    reader = subscription(database, consumer, feed)
    with running(reader):
        assert wait_until(lambda: reader.position == 100)
    poisoned_at = store.read(23, 1)[0].recorded_at
    assert database.read(lambda c: watermark(c, "counting")) == poisoned_at - 1


def test_replay_applies_a_stream_in_order_and_frees_it(store, database, feed, consumer):
    append(store, "a", 100, subjects=10)
    consumer.poison = {"a-23"}
    reader = subscription(database, consumer, feed)
    with running(reader):
        assert wait_until(lambda: reader.position == 100)
        failed = replay(database, consumer)
        assert failed.applied == 0
        assert "cannot digest a-23" in failed.failed[0][1]
        consumer.poison = set()
        assert replay(database, consumer).applied == 8
        append(store, "a2", 10)
        assert wait_until(lambda: reader.position == 110)
    assert _parked(database) == []
    applied = consumer.positions(database)
    assert sorted(applied) == list(range(1, 111))
    assert [p for p in applied if p % 10 == 4 and p <= 100] == [4, 14, *range(24, 101, 10)]
    last = store.read(109, 1)[0].recorded_at
    assert database.read(lambda c: watermark(c, "counting")) >= last, "nothing is parked any more"


def test_a_consumer_that_digests_nothing_parks_everything_and_goes_on(store, database, feed, consumer):
    append(store, "a", 40)
    consumer.poison = {f"a-{n}" for n in range(40)}
    reader = subscription(database, consumer, feed)
    with running(reader):
        assert wait_until(lambda: reader.position == 40)
    assert _parked(database) == list(range(1, 41))


def test_a_transient_error_parks_nothing(store, database, feed, consumer):
    append(store, "a", 10)
    failures = iter([TimeoutError("first"), ConnectionResetError("second")])

    def fail_twice():
        error = next(failures, None)
        if error is not None:
            raise error

    consumer.before_return = fail_twice
    reader = subscription(database, consumer, feed)
    with running(reader):
        assert wait_until(lambda: reader.position == 10)
    assert _parked(database) == []
    assert next(failures, None) is None, "it was tried again"


def test_of_two_owners_the_later_one_is_fenced_and_applies_nothing(store, database, feed, consumer):
    append(store, "a", 20)
    events = store.read(0, 20)
    first, second = (Progress(Applier(database, consumer, service="inspection"), "documents") for _ in range(2))
    first.load()
    first.meet(store.head().epoch, 20, 0)
    second.load()
    first.apply(events[:10], "feed")
    with pytest.raises(FencedError):
        second.apply(events, "feed")
    assert consumer.positions(database) == list(range(1, 11))


def test_two_workers_apply_every_event_once_between_them(amqp_uri, store, database, feed, consumer):
    readers = [subscription(database, consumer, feed, amqp_uri=amqp_uri) for _ in range(2)]
    readers += [subscription(database, consumer, feed)]
    with running(relay(store, amqp_uri), *readers):
        for wave in range(10):
            append(store, f"w{wave}", 200, batch=20)
        assert wait_until(lambda: consumer.positions(database)[-1:] == [2000])
    assert consumer.positions(database) == list(range(1, 2001))


def test_two_workers_of_the_own_log_take_turns(store, source_database):
    consumer = CountingConsumer("documents")
    source_database.write(consumer.tables.create_all)
    readers = [OwnLogSubscription(Applier(source_database, consumer, service="documents"), store) for _ in range(2)]
    with running(*readers):
        append(store, "a", 2000, batch=50)
        assert wait_until(lambda: consumer.positions(source_database)[-1:] == [2000])
    assert consumer.positions(source_database) == list(range(1, 2001))


def test_another_epoch_stops_the_source_until_the_right_log_is_back(store, source_database, database, feed, consumer):
    append(store, "a", 10)
    reader = subscription(database, consumer, feed)
    with running(reader):
        assert wait_until(lambda: reader.position == 10)
        epoch = store.head().epoch
        _set_epoch(source_database, "another life")
        append(store, "b", 10)
        assert wait_until(lambda: reader.state == "diverged")
        assert "another life" in reader.trouble
        assert reader.position == 10
        _set_epoch(source_database, epoch)
        assert wait_until(lambda: reader.position == 20)
    assert consumer.positions(database) == list(range(1, 21))


def test_another_epoch_is_noticed_over_the_broker(amqp_uri, store, source_database, database, feed, consumer):
    reader = subscription(database, consumer, feed, amqp_uri=amqp_uri)
    with running(reader):
        with running(relay(store, amqp_uri)):
            append(store, "a", 10)
            assert wait_until(lambda: reader.position == 10 and reader.state == "broker")
        _set_epoch(source_database, "another life")
        with running(relay(store, amqp_uri)):
            append(store, "b", 10)
            assert wait_until(lambda: reader.state == "diverged")
    assert reader.position == 10


def test_a_log_that_was_cut_and_written_anew_is_never_merged(store, source_database, database, feed, consumer):
    append(store, "a", 20)
    reader = subscription(database, consumer, feed)
    with running(reader):
        assert wait_until(lambda: reader.position == 20)
        _cut(source_database, 10)
        append(store, "new", 5)
        assert wait_until(lambda: reader.state == "diverged")
    append(store, "newer", 50)
    after_restart = subscription(database, consumer, feed)
    with running(after_restart):
        assert wait_until(lambda: after_restart.state == "diverged")
    assert consumer.positions(database) == list(range(1, 21))


def _parked(database):
    columns = parked_events.c
    statement = sa.select(columns.position).where(columns.replayed_at.is_(None)).order_by(columns.position)
    return database.read(lambda connection: list(connection.execute(statement).scalars()))


def _reasons(database):
    statement = sa.select(parked_events.c.reason, sa.func.count()).group_by(parked_events.c.reason)
    return database.read(lambda connection: dict(map(tuple, connection.execute(statement))))


def _set_epoch(database, epoch):
    database.write(lambda connection: connection.execute(sa.update(log_head).values(epoch=epoch)))


def _cut(database, position):
    def work(connection):
        connection.execute(sa.text("DELETE FROM events WHERE position > :p"), {"p": position})
        connection.execute(sa.update(log_head).values(position=position))

    database.write(work)
