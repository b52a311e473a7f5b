"""Stream states, quarantine and derived events: what is written in the append's transaction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.store import QuarantineEntry, StreamState
from shared.ids import event_key
from shared.testing.new_events import NEW_YEAR


def in_transaction(store, name, *arguments):
    return store.transact(lambda transaction: getattr(transaction, name)(*arguments))


def state(number=0, version=1):
    return StreamState(
        stream=event_key("agency-1", f"e{number}"),
        aggregate="procedure",
        stream_id=f"agency-1/thủ tục {number}",
        version=version,
        last_occurred_at=NEW_YEAR + version,
        inconsistent=version % 2 == 0,
        state=b'{"status":"in_force"}' * version,
    )


def entry(number=0, **changes):
    waiting = QuarantineEntry(
        key=event_key("agency-1", f"e{number}"),
        source="agency-1",
        event_id=f"e{number}",
        type="qms.procedure.revised",
        agency_id="agency-1",
        asserter="agency-1",
        status="waiting",
        code="PREDECESSOR_MISSING",
        pointer="/subject",
        hint_vi="Thủ tục chưa được ban hành.",
        hint_en="The procedure has not been issued.",
        waits_on=b"w" * 16,
        received_at=NEW_YEAR + number,
        digest=b"d" * 32,
        raw=b"{}",
    )
    return replace(waiting, **changes)


def derived(number=0, causation=("agency-2", "cause")):
    return DerivedEvent("qms.procedure.flagged_stale", "agency-1", "s", f"d{number}", NEW_YEAR, {"n": [1]}, causation)


def test_states_are_inserted_then_overwritten(store):
    in_transaction(store, "save_states", [state(0), state(1)])
    in_transaction(store, "save_states", [state(1, version=2), state(2)])
    wanted = [state(number).stream for number in range(4)]
    assert in_transaction(store, "states", wanted) == {
        state(0).stream: state(0),
        state(1).stream: state(1, version=2),
        state(2).stream: state(2),
    }


def test_a_stream_looked_up_and_saved_twice_in_one_transaction_keeps_the_last_state(store):
    def work(transaction):
        assert transaction.states([state(0).stream]) == {}
        transaction.save_states([state(0), state(1)])
        transaction.save_states([state(0, version=2)])
        return transaction.states([state(0).stream, state(1).stream])

    assert store.transact(work) == {state(0).stream: state(0, version=2), state(1).stream: state(1)}


def test_many_states_are_saved_and_found_in_one_go(store):
    states = [state(number, version=3) for number in range(1100)]
    in_transaction(store, "save_states", states)
    found = in_transaction(store, "states", [each.stream for each in states])
    assert list(map(found.get, [each.stream for each in states])) == states


def test_nothing_asked_is_nothing_found(store):
    for name in ("known", "states", "quarantined"):
        assert in_transaction(store, name, []) == {}
    assert in_transaction(store, "waiting_on", []) == []
    for name in ("save_states", "put_quarantine", "settle_quarantine", "put_derived"):
        in_transaction(store, name, [])


def test_a_quarantined_item_is_found_by_key_with_an_id_for_urls(store):
    in_transaction(store, "put_quarantine", [entry(7)])
    found = in_transaction(store, "quarantined", [entry(7).key, entry(8).key])
    assert set(found) == {entry(7).key}
    kept = found[entry(7).key]
    assert kept == entry(7, id=kept.id, first_received_at=NEW_YEAR + 7)
    assert kept.id.isalnum()
    assert len(kept.id) == 16


def test_the_same_item_again_counts_as_an_attempt_and_keeps_its_first_arrival(store):
    in_transaction(store, "put_quarantine", [entry(1)])
    again = entry(1, status="refused", code="OTHER", received_at=NEW_YEAR + 99, waits_on=None)
    in_transaction(store, "put_quarantine", [again])
    kept = in_transaction(store, "quarantined", [entry(1).key])[entry(1).key]
    assert (kept.attempts, kept.first_received_at, kept.received_at) == (2, NEW_YEAR + 1, NEW_YEAR + 99)
    assert (kept.status, kept.code, kept.waits_on) == ("refused", "OTHER", None)


def test_items_wait_in_order_of_their_first_arrival(store):
    in_transaction(store, "put_quarantine", [entry(5), entry(3)])
    in_transaction(store, "put_quarantine", [entry(9, waits_on=b"v" * 16), entry(4, status="refused")])
    in_transaction(store, "put_quarantine", [entry(1)])
    in_transaction(store, "put_quarantine", [entry(5)])
    both = in_transaction(store, "waiting_on", [b"w" * 16, b"v" * 16])
    assert [waiting.event_id for waiting in both] == ["e5", "e3", "e9", "e1"]
    assert [waiting.event_id for waiting in in_transaction(store, "waiting_on", [b"v" * 16])] == ["e9"]


@pytest.mark.parametrize("how", ["applied", "discarded"])
def test_a_settled_item_is_open_no_more(store, how):
    in_transaction(store, "put_quarantine", [entry(1), entry(2)])
    in_transaction(store, "settle_quarantine", [(entry(1).key, how), (b"?" * 16, how)])
    assert set(in_transaction(store, "quarantined", [entry(1).key, entry(2).key])) == {entry(2).key}
    assert [waiting.event_id for waiting in in_transaction(store, "waiting_on", [b"w" * 16])] == ["e2"]


def test_a_settled_item_that_comes_again_is_open_again(store):
    in_transaction(store, "put_quarantine", [entry(1)])
    in_transaction(store, "settle_quarantine", [(entry(1).key, "discarded")])
    in_transaction(store, "put_quarantine", [entry(1)])
    kept = in_transaction(store, "quarantined", [entry(1).key])[entry(1).key]
    assert (kept.attempts, kept.settled_at, kept.settled_as) == (2, None, None)


def test_derived_events_leave_the_queue_in_order_and_once(store):
    in_transaction(store, "put_derived", [derived(2), derived(1)])
    in_transaction(store, "put_derived", [derived(0, causation=None)])
    assert in_transaction(store, "take_derived", 2) == [derived(2), derived(1)]
    assert in_transaction(store, "take_derived", 2) == [derived(0, causation=None)]
    assert in_transaction(store, "take_derived", 2) == []


def test_a_derived_event_handed_in_twice_is_queued_once(store):
    in_transaction(store, "put_derived", [derived(1), derived(1)])
    in_transaction(store, "put_derived", [derived(1)])
    assert in_transaction(store, "take_derived", 9) == [derived(1)]


def test_a_failed_transaction_changes_none_of_them(store):
    in_transaction(store, "save_states", [state(1)])
    in_transaction(store, "put_quarantine", [entry(1)])
    in_transaction(store, "put_derived", [derived(1), derived(2)])

    def fail(transaction):
        transaction.save_states([state(1, version=2), state(2)])
        transaction.put_quarantine([entry(1), entry(2)])
        transaction.settle_quarantine([(entry(1).key, "applied")])
        transaction.put_derived([derived(3)])
        transaction.take_derived(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.transact(fail)
    assert in_transaction(store, "states", [state(1).stream, state(2).stream]) == {state(1).stream: state(1)}
    assert [found.attempts for found in in_transaction(store, "waiting_on", [b"w" * 16])] == [1]
    assert in_transaction(store, "take_derived", 9) == [derived(1), derived(2)]
