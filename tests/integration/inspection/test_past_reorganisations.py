"""A reorganisation as of a past day: it stays what it was while other facts come, and changes with those that concern it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import orjson
import pytest

from services.inspection.obligations import past
from services.inspection.obligations.past import checklist_as_of
from services.inspection.obligations.projection import ObligationViews
from shared import clock, ids
from shared.contracts.catalogue import load
from shared.database.schema import ensure_tables
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.store import StreamState
from shared.testing.new_events import new_event
from shared.testing.recorded import at

EXAMPLES = {name: kind.example for name, kind in load().items()}
SUBJECT = "sap-xep"
DAY = clock.day_of("2026-03-20")
LINKS = [{"old": "xa-1", "new": "xa-2", "share": "whole", "is_default": True}]
PLANNED = {
    "planned": {"effective_on": "2026-03-10"},
    "mapped": {"links": LINKS},
    "announced": {"announced_on": "2026-03-01"},
    "took_effect": {"effective": "2026-03-10"},
}


@pytest.fixture
def told(views):
    """Two communes, of which the first went into the second, and owed an action."""
    views.database.write(lambda connection: ensure_tables(connection, ObligationViews().tables))
    store = SqlEventStore(views.database, "inspection", time=lambda: at("2026-03-11"))
    key, events = ids.stream_key("reorganisation", f"tinh/{SUBJECT}"), []
    for version, (name, data) in enumerate(PLANNED.items(), 1):
        kind = f"qms.reorganisation.{name}"
        plain = new_event(
            f"sx-{version}", source="tinh", subject=SUBJECT, aggregate="reorganisation", version=version,
            occurred_at=at(f"2026-03-0{version}"),
        )  # fmt: skip
        body = {**orjson.loads(plain.body), "type": kind, "data": {**EXAMPLES[kind], **data}}
        raw = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        events.append(replace(plain, type=kind, body=raw, digest=sha256(b"\0" + raw).digest()))
    state = StreamState(key, "reorganisation", f"tinh/{SUBJECT}", len(events), events[-1].occurred_at, False, b"{}")
    store.transact(lambda tx: (tx.append(events), tx.save_states([state])))
    for agency in ("xa-1", "xa-2"):
        views.logs.agency(agency, name_vi=agency)
    planned(views, "hd-1", on="2026-02-01")
    return views


def planned(views, subject: str, *, on: str, agency: str = "xa-1", event: str = "action.planned") -> None:
    """Let a fact about an action become known."""
    views.logs.add(event, agency, subject, EXAMPLES[f"qms.{event}"], on=on)
    views.catch_up()


def things(views, known_at: int | None = None) -> list[tuple[str, str]]:
    """Return what is listed, with its state, which is always that of everything worked out anew."""
    known = known_at or at("2029-01-01")
    found = views.read(checklist_as_of, SUBJECT, "tinh", DAY, known)
    past._memory.clear()
    assert views.read(checklist_as_of, SUBJECT, "tinh", DAY, known) == found
    assert found[0].watermark == known
    assert found[1] == {"xa-1": ["xa-2"]}
    return [(one.thing.id, one.state) for one in found[0].things]


def test_what_concerns_it_changes_it_and_other_facts_do_not(told, monkeypatch):
    assert [name for name, _state in things(told)] == ["hd-1"]
    filled = []
    whole = past._filled
    monkeypatch.setattr(past, "_filled", lambda events: filled.append(len(events)) or whole(events))
    told.read(checklist_as_of, SUBJECT, "tinh", DAY, at("2029-02-01"))
    planned(told, "hd-9", on="2026-02-03", agency="xa-2")
    planned(told, "hd-8", on="2026-03-25")
    before = len(filled)
    found = told.read(checklist_as_of, SUBJECT, "tinh", DAY, at("2029-03-01"))
    assert len(filled) == before, "worked out anew although nothing about it has come"
    assert found[0].watermark == at("2029-03-01")
    monkeypatch.undo()
    planned(told, "hd-2", on="2026-02-04")
    assert sorted(name for name, _state in things(told)) == ["hd-1", "hd-2"]
    # Before it was planned, or before that was known, there is none.
    assert told.read(checklist_as_of, SUBJECT, "tinh", clock.day_of("2026-02-20"), at("2029-01-01")) is None
    assert told.read(checklist_as_of, SUBJECT, "tinh", DAY, at("2026-03-01")) is None
