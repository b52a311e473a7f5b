"""How long readers rest between batches."""

from __future__ import annotations

from shared.messaging.gulps import Gulps
from shared.testing.new_events import ManualClock


def test_a_rest_follows_the_work_up_to_a_limit():
    now = ManualClock(100)
    gulps = Gulps(now=now)
    gulps.begin()
    now.instant += 0.02
    assert round(gulps.rest(500), 6) == 0.01
    now.instant += 5
    assert gulps.rest(500) == 0.05


def test_nobody_rests_in_front_of_a_full_batch():
    now = ManualClock(100)
    gulps = Gulps(0.1, now)
    gulps.begin()
    now.instant += 1
    assert gulps.rest(2000, more=True) == 0.0


def test_readers_whose_news_nobody_waits_for_rest_longer():
    gulps = Gulps(0.1, ManualClock(100))
    gulps.begin()
    assert gulps.rest(1) == 0.1


def test_who_gives_way_leaves_most_of_the_time_to_the_others_even_in_front_of_a_full_batch_but_not_until_its_news_is_old():
    now = ManualClock(100)
    gulps = Gulps.giving_way(0.1, now)
    gulps.begin()
    now.instant += 0.5
    assert gulps.rest(2000, more=True, waited=2.0) == 1.5
    assert gulps.rest(2000, more=True, waited=16.0) == 0.0
    now.instant += 60
    assert gulps.rest(2000, more=True, waited=2.0) == 3.0


def test_a_single_event_waits_for_company_only_for_a_moment():
    now = ManualClock(100)
    gulps = Gulps(now=now)
    gulps.begin()
    now.instant += 1
    assert gulps.rest(1) == 0.0105
