"""Answers of a moment ago: given again only where working them out takes long, and never for long."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from services.inspection import recent as module
from services.inspection.recent import LONGEST, TIMES, Refreshing, recent


class Engine:
    """Stands for a database."""


class Watch:
    """A clock that only the work moves, and the test."""

    def __init__(self):
        self.now, self.takes, self.count = 1000.0, 1.0, 0

    def monotonic(self):
        return self.now

    def work(self, _connection):
        self.count += 1
        self.now += self.takes
        return self.count


@pytest.fixture
def watch(monkeypatch):
    made = Watch()
    monkeypatch.setattr(module, "time", made)
    return made


@pytest.fixture
def connection():
    return SimpleNamespace(engine=Engine())


def test_what_is_quick_is_worked_out_each_time(watch, connection):
    watch.takes = 0.01
    assert [recent(connection, "board", watch.work) for _ in range(3)] == [1, 2, 3]


def test_what_is_slow_is_given_again_for_a_while(watch, connection):
    watch.takes = 0.5
    assert recent(connection, "board", watch.work) == 1
    watch.now += TIMES * watch.takes
    assert recent(connection, "board", watch.work) == 1
    watch.now += 0.1
    assert recent(connection, "board", watch.work) == 2


def test_never_for_longer_than_the_limit_however_slow(watch, connection):
    watch.takes = 60.0
    recent(connection, "board", watch.work)
    watch.now += LONGEST - 0.1
    assert recent(connection, "board", watch.work) == 1
    watch.now += 0.2
    assert recent(connection, "board", watch.work) == 2


def test_others_are_not_kept_waiting_while_one_works_it_out(watch, connection):
    recent(connection, "board", watch.work)
    watch.now += LONGEST + 0.1
    met = []

    def work(_connection):
        met.append(recent(connection, "board", watch.work))
        return "new"

    module._known[connection.engine]["board"].again = work
    assert recent(connection, "board", watch.work) == "new"
    assert met == [1]


def test_the_loop_renews_what_is_asked_for_and_nothing_else(watch, connection):
    database = SimpleNamespace(read=lambda work: work(connection))
    loop = Refreshing(database)

    def look():
        turns = iter([False, True])
        loop.run(SimpleNamespace(wait=lambda _seconds: next(turns)))

    recent(connection, "board", watch.work)
    watch.now += LONGEST / 2 - 0.1
    look()
    assert watch.count == 1, "worked out although nobody will have to wait for it for long"
    watch.now += 0.2
    look()
    assert watch.count == 2, "not worked out before somebody has to wait for it"
    assert recent(connection, "board", watch.work) == 2
    watch.now += 1000
    look()
    assert watch.count == 2, "worked out although nobody has asked for it for long"


def test_the_loop_rests_as_long_as_it_works_and_takes_the_oldest_first(watch, connection):
    database = SimpleNamespace(read=lambda work: work(connection))
    recent(connection, "board", watch.work)
    recent(connection, "report", watch.work)
    watch.now += LONGEST + 0.1
    rests = []

    def wait(seconds):
        rests.append(seconds)
        return len(rests) == 3

    watch.takes = 3.0
    Refreshing(database).run(SimpleNamespace(wait=wait))
    assert rests[1:] == [3.0, 3.0]
    known = module._known[connection.engine]
    assert known["board"].found < known["report"].found


def test_while_the_loop_has_its_hands_full_nobody_waits_for_what_it_will_come_to(watch, connection):
    database = SimpleNamespace(read=lambda work: work(connection))
    recent(connection, "board", watch.work)
    recent(connection, "report", watch.work)
    watch.now += LONGEST - 1
    watch.takes = 4.0
    turns = iter([False, True])
    Refreshing(database).run(SimpleNamespace(wait=lambda _seconds: next(turns)))
    assert recent(connection, "board", watch.work) == 3
    assert recent(connection, "report", watch.work) == 2
    assert module._known[connection.engine]["report"].is_due(), "the loop would not come to it"
    watch.now += 2 * LONGEST
    assert recent(connection, "report", watch.work) == 4, "given again although it is half a minute old"


def test_who_fails_does_not_keep_the_others_from_trying(watch, connection):
    recent(connection, "board", watch.work)
    watch.now += LONGEST + 0.1

    def fails(_connection):
        raise ValueError("the database is away")

    module._known[connection.engine]["board"].again = fails
    with pytest.raises(ValueError, match="away"):
        recent(connection, "board", watch.work)
    module._known[connection.engine]["board"].again = watch.work
    assert recent(connection, "board", watch.work) == 2


def test_what_is_kept_stays_so_though_it_was_worked_out_a_little_quicker(watch, connection):
    watch.takes = 0.11
    recent(connection, "board", watch.work)
    watch.takes = 0.09
    watch.now += LONGEST
    assert recent(connection, "board", watch.work) == 2
    assert recent(connection, "board", watch.work) == 2
    watch.takes = 0.04
    watch.now += LONGEST
    assert [recent(connection, "board", watch.work) for _ in range(2)] == [3, 4]
