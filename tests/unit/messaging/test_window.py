"""Assembly of windows: whatever the order, the repetitions and the losses, every position comes out once, in order."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from shared.eventstore.records import RecordedEvent
from shared.messaging.window import Assembly, add_page


def event(position):
    return RecordedEvent(
        service="documents",
        partition=0,
        position=position,
        type="qms.procedure.revised",
        source="a",
        agency_id="a",
        subject="s",
        event_id=str(position),
        occurred_at=0,
        recorded_at=position,
        received_at=0,
        provenance="self_reported",
        asserter="a",
        stream_version=1,
        body=b"{}",
    )


@st.composite
def histories(draw):
    """Give windows cut into messages, of which some are lost, some repeated, all in any order."""
    total = draw(st.integers(1, 60))
    start = draw(st.integers(0, total - 1))
    cuts = sorted(draw(st.sets(st.integers(1, total - 1), max_size=8))) if total > 1 else []
    messages = []
    for first, last in zip([0, *cuts], [*cuts, total], strict=True):
        keys = draw(st.lists(st.integers(0, 3), min_size=last - first, max_size=last - first))
        for key in set(keys):
            positions = [first + 1 + n for n, one in enumerate(keys) if one == key]
            messages.append((positions, last))
    kept = [m for m in messages for _ in range(draw(st.integers(0, 2)))]
    return total, start, draw(st.permutations(kept)), draw(st.integers(1, 70))


@given(histories())
def test_every_position_is_applied_once_in_order_with_repair_from_the_feed(history):
    total, start, messages, limit = history
    assembly = Assembly(start)
    applied, acknowledged, delivered = [], 0, {}

    def drain():
        nonlocal acknowledged
        while assembly.is_ready:
            batch = assembly.take(limit)
            assert 0 < len(batch) <= limit
            applied.extend(e.position for e in batch)
            tag = assembly.applied(batch[-1].position)
            if tag is not None:
                assert tag > acknowledged
                acknowledged = tag
                assert all(last <= assembly.position for t, last in delivered.items() if t <= tag)

    for tag, (positions, window_last) in enumerate(messages, start=1):
        delivered[tag] = positions[-1] if positions[-1] > assembly.position else 0
        assembly.add(map(event, positions), window_last)
        assembly.delivered(tag, delivered[tag])
        drain()
    assembly.saw_head(total)
    while assembly.position < total:
        assert assembly.is_missing
        add_page(assembly, [event(p) for p in range(assembly.position + 1, min(total, assembly.position + 7) + 1)])
        drain()
    assembly.release()
    assert applied == list(range(start + 1, total + 1))
    assert assembly.unacknowledged == 0
    assert assembly.buffered == 0
    assert not assembly.is_missing


def test_a_torn_window_waits_for_its_other_messages():
    assembly = Assembly(0)
    assembly.add([event(1), event(3)], 4)
    assert not assembly.is_ready
    assert assembly.is_missing
    assembly.add([event(2), event(4)], 4)
    assert [e.position for e in assembly.take(100)] == [1, 2, 3, 4]


def test_a_heartbeat_tells_of_positions_that_never_came():
    assembly = Assembly(5)
    assembly.saw_head(5)
    assert not assembly.is_missing
    assembly.saw_head(6)
    assert assembly.is_missing


def test_deliveries_behind_a_gap_are_not_acknowledged():
    assembly = Assembly(0)
    assembly.delivered(1, 2)
    assembly.add([event(2)], 2)
    assembly.delivered(2, 0)
    assert assembly.release() is None
    assembly.add([event(1)], 2)
    assert assembly.applied(2) == 2


def test_events_outlive_a_lost_connection_but_tags_do_not():
    assembly = Assembly(0)
    assembly.add([event(1)], 1)
    assembly.delivered(7, 1)
    assembly.disconnected()
    assert [e.position for e in assembly.take(10)] == [1]
    assert assembly.applied(1) is None


def test_window_boundaries_of_a_second_relay_do_no_harm():
    events = [event(p) for p in range(1, 101)]
    assembly = Assembly(0)
    order = [(events[0:60], 60), (events[30:100], 100), (events[0:45], 45)]
    random.Random(3).shuffle(order)
    for run, last in order:
        assembly.add(run, last)
    assert [e.position for e in assembly.take(1000)] == list(range(1, 101))
