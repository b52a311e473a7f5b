"""Lists of cases as of a past day: what is kept and what is folded say together what folding everything says."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from itertools import product

import orjson
import pytest
from sqlalchemy import select

from services.inspection import past_cases
from services.inspection.cases import Case, case_of, urgency
from services.inspection.domain import AGGREGATES
from services.inspection.past_cases import cases_as_of, histories
from shared import clock, ids
from shared.contracts.catalogue import load
from shared.database.schema import ensure_tables
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.store import StreamState
from shared.eventstore.tables import KERNEL, stream_states
from shared.testing.new_events import ManualClock, new_event

KIND = "inspection"
FIRST = clock.day_of("2026-03-01")
EXAMPLES = {name: kind.example for name, kind in load().items()}


class Log:
    """The own log, into which facts are written with the state that follows from all of them, as the kernel does."""

    def __init__(self, database) -> None:
        self.database, self.clock, self._count = database, ManualClock(), 0
        database.write(lambda connection: ensure_tables(connection, KERNEL))
        self.store = SqlEventStore(database, "inspection", time=self.clock)

    def tell(
        self, subject: str, name: str, day: int, known: int, *, corrects: str = "", inconsistent: bool = False, **data
    ) -> str:
        """Append a fact of a day that becomes known on another one; return its id."""
        self._count += 1
        event_id, kind = f"e-{self._count}", f"qms.{KIND}.{name}"
        key = ids.stream_key(KIND, f"so/{subject}")
        at = clock.start_of_day(FIRST + day) + 1
        plain = new_event(event_id, source="so", subject=subject, aggregate=KIND, version=self._count, occurred_at=at)
        told = {**orjson.loads(plain.body), "type": kind, "data": {**EXAMPLES[kind], **data}}
        if corrects:
            told["corrects"] = corrects
        body = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
        event = replace(plain, type=kind, body=body, digest=sha256(b"\0" + body).digest())
        self.clock.instant = clock.start_of_day(FIRST + known) + self._count

        def work(transaction) -> None:
            before = transaction.states([key]).get(key)
            transaction.append([event])
            last = max(at, before.last_occurred_at) if before else at
            transaction.save_states([StreamState(key, KIND, f"so/{subject}", self._count, last, inconsistent, b"null")])

        self.store.transact(work)
        [state] = [orjson.dumps(found) for _key, _id, found in self._folded(key, FIRST + 10_000, None)]
        self.store.transact(lambda tx: tx.save_states([replace(tx.states([key])[key], state=state)]))
        return event_id

    def _folded(self, only: bytes | None, as_of: int, known_at: int | None) -> list:
        def work(connection) -> list:
            named = connection.execute(
                select(stream_states.c.stream, stream_states.c.stream_id).where(stream_states.c.aggregate == KIND)
            )
            names = {bytes(stream): name for stream, name in named if only is None or bytes(stream) == only}
            return [
                (stream, names[stream], past_cases._state(AGGREGATES[KIND], history, as_of))
                for stream, history in histories(connection, list(names), known_at).items()
            ]

        return self.database.read(work)

    def expected(self, as_of: int, known_at: int | None) -> list[Case]:
        """Return the cases with every one of them folded."""
        found = [(name, state) for _stream, name, state in self._folded(None, as_of, known_at) if state is not None]
        return sorted((case_of(KIND, name, state) for name, state in found), key=urgency)

    def check(self) -> int:
        """Compare at all moments that matter, and return how many different lists there are."""
        seen = set()
        instants = [None, *(clock.start_of_day(FIRST + known) + 5000 for known in (-1, 3, 12, 30))]
        for day, known_at in product((-1, 0, 1, 4, 9, 10, 20, 31), instants):
            as_of = FIRST + day
            found = self.database.read(lambda c, as_of=as_of, known_at=known_at: cases_as_of(c, KIND, as_of, known_at))
            assert list(found) == self.expected(as_of, known_at), (day, known_at)
            seen.add(tuple((one.subject, one.content) for one in found))
        return len(seen)


@pytest.fixture
def log(database) -> Log:
    return Log(database)


def test_at_every_day_and_instant_the_cases_are_what_all_their_facts_say(log):
    assert log.check() == 1
    planned = log.tell("a", "planned", 0, 2)
    log.tell("b", "planned", 4, 4)
    assert log.check() > 2
    log.tell("a", "started", 9, 10)
    log.tell("c", "planned", 1, 11)
    # Known late, of a day before others; and a correction that moves the beginning.
    log.tell("b", "started", 10, 29)
    log.tell("a", "planned", 1, 20, corrects=planned, agency_id="xa-khac")
    assert log.check() > 6


def test_what_the_kernel_calls_inconsistent_is_folded(log):
    log.tell("a", "planned", 0, 0)
    log.tell("a", "started", 1, 1, inconsistent=True)
    log.check()


def test_only_cases_of_which_something_came_later_are_folded_and_a_list_is_brought_up_to_the_log(log, monkeypatch):
    folded = []

    def noted(connection, streams, known_at):
        folded.extend(streams)
        return histories(connection, streams, known_at)

    monkeypatch.setattr(past_cases, "histories", noted)

    def asked() -> list[str]:
        folded.clear()
        found = log.database.read(lambda connection: cases_as_of(connection, KIND, FIRST + 5, None))
        return [one.subject for one in found]

    log.tell("a", "planned", 0, 0)
    log.tell("b", "planned", 1, 1)
    log.tell("b", "started", 8, 8)
    folded.clear()
    assert asked() == ["a", "b"]
    assert folded == [ids.stream_key(KIND, "so/b")]
    assert asked() == ["a", "b"]
    assert folded == []
    log.tell("a", "started", 3, 9)
    assert asked() == ["a", "b"]
    assert folded == [ids.stream_key(KIND, "so/a")]
