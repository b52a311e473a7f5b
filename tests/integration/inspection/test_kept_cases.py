"""Lists of cases out of memory: after every change of the log they say what the kept states say, on both databases."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import select, update

from services.inspection import kept_cases as memory
from services.inspection.cases import Case, case_of, urgency
from services.inspection.kept_cases import kept_cases
from shared import ids
from shared.database.schema import ensure_tables
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.store import StreamState
from shared.eventstore.tables import KERNEL, log_head, stream_states
from shared.testing.new_events import new_event

KIND = "recommendation"


class Log:
    """The own log of the service, into which cases are written as the kernel writes them: event and state at once."""

    def __init__(self, database) -> None:
        self.database = database
        database.write(lambda connection: ensure_tables(connection, KERNEL))
        self.store = SqlEventStore(database, "inspection")
        self._count = 0

    def tell(
        self, subject: str, *, kind: str = KIND, due: str = "2026-05-01", gone: bool = False, **state: str
    ) -> None:
        """Append an event of a case, with the state that the case comes to; `gone`: nothing is left of it."""
        self._count += 1
        stream_id = f"so/{subject}"
        key = ids.stream_key(kind, stream_id)
        event = new_event(f"e-{self._count}", source="so", subject=subject, aggregate=kind, version=self._count)
        told = None if gone else {"status": "issued", "agency_id": "xa", "due_on": due, **state}
        saved = StreamState(key, kind, stream_id, self._count, event.occurred_at, False, orjson.dumps(told))

        def work(transaction) -> None:
            transaction.states([key])
            transaction.append([event])
            transaction.save_states([saved])

        self.store.transact(work)

    def expected(self) -> list[Case]:
        """Return what the kept states say, read one by one."""
        columns = stream_states.c
        rows = self.database.read(
            lambda c: c.execute(select(columns.stream_id, columns.state).where(columns.aggregate == KIND)).all()
        )
        found = [case_of(KIND, name, told) for name, raw in rows if (told := orjson.loads(raw)) is not None]
        return sorted(found, key=urgency)

    def kept(self, *states: str) -> list[Case]:
        """Return what the memory says."""
        return list(self.database.read(lambda connection: kept_cases(connection, KIND, states or None)))


@pytest.fixture
def log(database) -> Log:
    return Log(database)


def test_a_case_that_is_new_changed_or_taken_back_is_noticed_with_the_next_question(log):
    assert log.kept() == []
    log.tell("b", due="2026-05-02")
    log.tell("a", due="2026-05-03")
    log.tell("khac", kind="inspection")
    assert [one.subject for one in log.kept()] == ["b", "a"]
    log.tell("b", due="2026-05-09", receiver="bo")
    assert [(one.subject, one.receiver) for one in log.kept()] == [("a", ""), ("b", "bo")]
    log.tell("a", status="closed")
    assert [one.subject for one in log.kept("issued")] == ["b"]
    assert log.kept() == log.expected()
    log.tell("b", gone=True)
    assert log.kept() == log.expected()
    assert [one.subject for one in log.kept()] == ["a"]


def test_only_the_cases_with_new_events_are_read_again(log):
    log.tell("a")
    log.tell("b")
    before = {one.subject: one for one in log.kept()}
    log.tell("khac", kind="inspection")
    log.tell("b", due="2026-06-01")
    after = {one.subject: one for one in log.kept()}
    assert after["a"] is before["a"]
    assert after["b"].due != before["b"].due


def test_after_many_events_and_in_another_life_of_the_log_everything_is_read_again(log, monkeypatch):
    log.tell("a")
    first = log.kept()
    monkeypatch.setattr(memory, "_MANY", 1)
    log.tell("b")
    log.tell("c")
    assert log.kept() == log.expected()
    assert len(log.kept()) == 3
    monkeypatch.undo()

    def restored(connection) -> None:
        connection.execute(update(log_head).values(epoch="another"))
        state = orjson.dumps({"status": "closed", "agency_id": "xa", "due_on": "2026-05-01"})
        connection.execute(update(stream_states).where(stream_states.c.stream_id == "so/a").values(state=state))

    log.database.write(restored)
    assert log.kept() == log.expected()
    assert first[0].status == "issued"
    assert {one.subject: one.status for one in log.kept()}["a"] == "closed"
