"""Whatever is done in whatever order, SQLite and memory answer alike, and the log stays sound."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared.database.engine import open_database
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.errors import CursorBackwardsError, LostRaceError
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.store import QuarantineEntry, StreamState
from shared.eventstore.tables import KERNEL
from shared.ids import event_key
from shared.testing.new_events import NEW_YEAR, ManualClock, new_event

SMALL = st.integers(0, 5)
NUMBERS = st.lists(SMALL, max_size=4, unique=True)
PICKS = st.lists(st.tuples(SMALL, SMALL, st.integers(1, 3)), max_size=4)


class PlannedError(Exception):
    """Thrown to roll a transaction back."""


def quarantined(number, on):
    return QuarantineEntry(
        key=event_key("agency-1", str(number)),
        source="agency-1",
        event_id=str(number),
        type="qms.procedure.revised",
        agency_id="agency-1",
        asserter="agency-1",
        status="waiting" if on else "refused",
        code="CODE",
        pointer="",
        hint_vi="",
        hint_en="",
        waits_on=bytes([on]) * 16 if on else None,
        received_at=NEW_YEAR,
        digest=b"d" * 32,
        raw=b"{}",
    )


class Stores(RuleBasedStateMachine):
    """Do the same to both stores and compare what they say."""

    @initialize()
    def open(self):
        self.clock = ManualClock()
        self.directory = tempfile.TemporaryDirectory()
        self.database = open_database(f"sqlite:///{Path(self.directory.name) / 'model.db'}")
        self.database.write(KERNEL.create_all)
        self.stores = (
            SqlEventStore(self.database, "documents", time=self.clock),
            MemoryEventStore("documents", time=self.clock),
        )
        self.promise = self.same(lambda store: replace(store.head(), epoch=""))

    def same(self, ask):
        """Return what both stores answer; an error is an answer."""

        def answer(store):
            try:
                return ask(store)
            except (LostRaceError, CursorBackwardsError, PlannedError) as error:
                return LostRaceError if isinstance(error, LostRaceError) else type(error)

        first, second = map(answer, self.stores)
        assert first == second
        return first

    def both(self, name, *arguments, rolls_back=False):
        def work(transaction):
            answer = getattr(transaction, name)(*arguments)
            if rolls_back:
                raise PlannedError
            return answer

        return self.same(lambda store: store.transact(work))

    @rule(picks=PICKS, rolls_back=st.booleans())
    def append(self, picks, rolls_back):
        events = [new_event(f"e{a}", subject=f"s{b}", version=version) for a, b, version in picks]
        self.both("append", events, rolls_back=rolls_back)

    @rule(numbers=NUMBERS, version=SMALL, rolls_back=st.booleans())
    def save_states(self, numbers, version, rolls_back):
        states = [StreamState(bytes([n]) * 16, "procedure", str(n), version, 5, version > 2, b"{}") for n in numbers]
        self.both("save_states", states, rolls_back=rolls_back)

    @rule(numbers=NUMBERS, on=SMALL, rolls_back=st.booleans())
    def put_quarantine(self, numbers, on, rolls_back):
        self.both("put_quarantine", [quarantined(number, on) for number in numbers], rolls_back=rolls_back)

    @rule(numbers=NUMBERS, rolls_back=st.booleans())
    def settle_quarantine(self, numbers, rolls_back):
        settled = [(event_key("agency-1", str(number)), "applied") for number in numbers]
        self.both("settle_quarantine", settled, rolls_back=rolls_back)

    @rule(numbers=NUMBERS, rolls_back=st.booleans())
    def put_derived(self, numbers, rolls_back):
        events = [DerivedEvent("qms.alert.raised", "a", "s", str(number), 1, {"n": number}) for number in numbers]
        self.both("put_derived", events, rolls_back=rolls_back)

    @rule(limit=SMALL, rolls_back=st.booleans())
    def take_derived(self, limit, rolls_back):
        self.both("take_derived", limit, rolls_back=rolls_back)

    @rule(expected=SMALL, position=SMALL)
    def advance_cursor(self, expected, position):
        self.same(lambda store: store.advance_cursor("relay", expected, position))

    @rule(microseconds=st.integers(-1_000_000, 1_000_000))
    def move_the_clock(self, microseconds):
        self.clock.instant += microseconds

    @rule()
    def heartbeat(self):
        self.same(lambda store: replace(store.heartbeat(), epoch=""))

    @invariant()
    def the_log_is_sound_and_the_same(self):
        if not hasattr(self, "stores"):
            return
        events = self.same(lambda store: store.read(0, 1000))
        head = self.same(lambda store: replace(store.head(), epoch=""))
        assert [event.position for event in events] == list(range(1, head.position + 1))
        times = [event.recorded_at for event in events]
        assert times == sorted(set(times))
        later = times[self.promise.position :]
        assert not later or later[0] > self.promise.recorded_at
        self.promise = head

    @invariant()
    def everything_else_is_the_same(self):
        if not hasattr(self, "stores"):
            return
        keys = [event_key("agency-1", str(number)) for number in range(6)]
        streams = [bytes([number]) * 16 for number in range(6)]
        self.both("known", [new_event(f"e{number}").key for number in range(6)])
        self.both("stream", new_event("x", subject="s1").stream)
        self.both("states", streams)
        self.both("quarantined", keys)
        self.both("waiting_on", streams)
        self.same(lambda store: store.cursor("relay"))

    def teardown(self):
        if hasattr(self, "stores"):
            self.database.close()
            self.directory.cleanup()


TestStores = Stores.TestCase
TestStores.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
