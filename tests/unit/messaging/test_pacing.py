"""When the feed is asked, how much of a log is read at once, and how pauses grow."""

from __future__ import annotations

from types import SimpleNamespace

from shared.messaging.broker import Backoff
from shared.messaging.gap_repair import GapWatch, PollPace
from shared.messaging.reading import ReadSize
from shared.testing.new_events import ManualClock


def test_a_gap_is_given_time_for_stragglers():
    now = ManualClock(100)
    watch = GapWatch(3, now)
    assert not watch.is_due(7, missing=True)
    now.instant += 2
    assert not watch.is_due(7, missing=True)
    assert watch.remaining() == 1
    now.instant += 1
    assert watch.is_due(7, missing=True)


def test_progress_gives_a_later_gap_its_own_time():
    now = ManualClock(100)
    watch = GapWatch(3, now)
    watch.is_due(7, missing=True)
    now.instant += 3
    assert not watch.is_due(8, missing=True)
    assert not watch.is_due(8, missing=False)
    assert watch.remaining() is None


def test_what_a_full_page_left_open_is_due_at_once():
    watch = GapWatch(3, ManualClock(100))
    watch.still_open(1000)
    assert watch.is_due(1000, missing=True)


def test_polling_is_quick_after_news_and_slow_in_silence():
    now = ManualClock(100)
    pace = PollPace(0.2, 1.0, now)
    assert pace.is_due
    pace.got(0, more=False)
    pauses = []
    for _ in range(8):
        pauses.append(pace.remaining())
        pace.got(0, more=False)
    assert pauses == sorted(pauses)
    assert pauses[-1] == 1.0
    pace.got(5, more=False)
    assert round(pace.remaining(), 6) == 0.2
    pace.got(1000, more=True)
    assert pace.is_due


def test_pauses_after_failures_grow_with_jitter_up_to_a_limit():
    backoff = Backoff(0.2, 5.0)
    pauses = [backoff.next() for _ in range(12)]
    assert 0.1 <= pauses[0] <= 0.2
    assert all(2.5 <= pause <= 5.0 for pause in pauses[-4:])
    assert len(set(pauses)) == len(pauses)
    backoff.reset()
    assert backoff.next() <= 0.2


def test_large_events_are_read_in_small_numbers():
    size = ReadSize(2000, 1_000_000)
    large = [SimpleNamespace(body=b"x" * 200_000) for _ in range(256)]
    assert len(size.cut(large[: size.limit])) == 5
    assert size.limit == 16
    small = [SimpleNamespace(body=b"x" * 500) for _ in range(16)]
    assert len(size.cut(small)) == 16
    assert size.limit == 2000


def test_an_event_above_the_limit_still_passes():
    size = ReadSize(2000, 10)
    assert len(size.cut([SimpleNamespace(body=b"x" * 50)])) == 1
