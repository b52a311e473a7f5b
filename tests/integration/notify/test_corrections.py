"""An alert rests on facts that count: what is corrected or retracted no longer does, and the alert follows."""

from __future__ import annotations

import random
from functools import partial
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select

from services.notify.condition_facts import condition_facts
from services.notify.tables import conditions, deadlines
from shared.eventstore.records import RecordedEvent
from tests.integration.notify.alert_world import AlertWorld, at

RAISED = {"class": "major_nc", "raised_on": "2026-03-02"}
PLANNED = {"due_on": "2026-03-10"}
FLAG = {
    "legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23",
    "cause": "replaced",
    "change": {"source": "vpcp", "id": "vb-1"},
    "announced_on": "2026-03-02",
    "since": "2026-04-01",
    "due_on": "2026-05-01",
}


def names(world: AlertWorld) -> list[str]:
    return [name for name in world.names() if name != "escalated"]


def retract(world: AlertWorld, event: RecordedEvent, **more: Any) -> RecordedEvent:
    name = f"{event.aggregate}.retracted"
    return world.observe(name, event.subject, {"reason": "Nhập nhầm"}, corrects=event.event_id, **more)


def test_the_alert_ends_when_the_fact_that_opened_it_is_retracted_and_says_by_what(world):
    raised = world.observe("nonconformity.raised", "KPH-1", RAISED)
    world.tick()
    assert names(world) == ["opened"]
    retraction = retract(world, raised)
    world.tick()
    assert names(world) == ["opened", "resolved"]
    assert world.log()[-1].data == {"how": "auto", "evidence": {"source": "so-khcn", "id": retraction.event_id}}


def test_the_alert_ends_when_the_fact_is_corrected_to_something_harmless(world):
    raised = world.observe("nonconformity.raised", "KPH-1", RAISED)
    world.tick()
    minor = {**RAISED, "class": "minor_nc"}
    world.observe("nonconformity.raised", "KPH-1", minor, corrects={"source": "so-khcn", "id": raised.event_id})
    world.tick()
    assert names(world) == ["opened", "resolved"]


def test_the_alert_begins_again_when_what_had_ended_it_is_retracted(world):
    world.observe("nonconformity.raised", "KPH-1", RAISED)
    world.tick()
    closed = world.observe("nonconformity.closed", "KPH-1", {})
    world.tick()
    retract(world, closed)
    world.tick()
    assert names(world) == ["opened", "resolved", "reopened"]


def test_a_correction_in_the_batch_of_what_it_corrects_counts_too(world):
    raised = world.event("nonconformity.raised", "KPH-1", RAISED)
    gone = world.event("nonconformity.retracted", "KPH-1", {"reason": "Nhập nhầm"}, corrects=raised.event_id)
    other = world.event("nonconformity.raised", "KPH-2", RAISED)
    world.apply([raised, gone, other])
    world.tick()
    assert [event.data["subject"]["id"] for event in world.log() if event.name == "opened"] == ["KPH-2"]


def test_a_due_day_that_was_moved_by_mistake_holds_again(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.tick(at("2026-03-11", hour=0))
    assert names(world) == ["opened"]
    done = world.observe("action.done", "HD-1", {"done_on": "2026-03-11"})
    world.tick()
    assert names(world) == ["opened", "resolved"]
    retract(world, done)
    world.tick()
    assert names(world) == ["opened", "resolved", "reopened"]


def test_a_flag_of_staleness_that_was_taken_back_ends_its_alert(world):
    flags = [
        world.observe("procedure.flagged_stale", subject, FLAG, provenance="derived", event_id=f"stale:{subject}")
        for subject in ("QT-1", "QT-2")
    ]
    world.tick()
    assert names(world)[0] == "opened"
    retract(world, flags[0], provenance="derived")
    world.tick()
    assert "resolved" not in names(world)
    retract(world, flags[1], provenance="derived")
    world.tick()
    assert names(world)[-1] == "resolved"


def test_another_agencys_event_of_the_same_id_is_left_alone(world):
    raised = world.observe("nonconformity.raised", "KPH-1", RAISED, event_id="e-1")
    world.tick()
    retract(world, raised, source="so-khac")
    world.tick()
    assert names(world) == ["opened"]


FOUND = {
    "kind": "declared_without_audit",
    "claim": {"source": "so-khcn", "id": "cb-1"},
    "on": "2026-03-20",
    "against": [],
}


def test_an_inconsistency_is_alerted_until_it_ends_or_is_taken_back(world):
    for subject in ("k-1", "k-2"):
        world.observe("inconsistency.found", subject, FOUND, provenance="derived", event_id=f"found-{subject}")
    world.tick()
    assert [event.data["rule"] for event in world.log() if event.name == "opened"] == ["A26", "A26"]
    ended = {"kind": FOUND["kind"], "claim": FOUND["claim"], "ended_on": "2026-04-15"}
    world.observe("inconsistency.ended", "k-1", ended, provenance="derived")
    found = next(event for event in world.log() if event.data["subject"]["id"] == "k-2")
    assert found.name == "opened"
    world.observe("inconsistency.retracted", "k-2", {"reason": "Đã đính chính"}, corrects="found-k-2")
    world.tick()
    assert names(world).count("resolved") == 2


def test_an_event_that_waits_too_long_is_alerted_until_it_waits_no_more(world):
    overdue = {
        "event_id": "e-17",
        "event_type": "qms.nonconformity.accepted",
        "code": "PREDECESSOR_MISSING",
        "reason_vi": "Chưa có hồ sơ “KPH-17”.",
        "reason_en": "There is no record “KPH-17” yet.",
        "pushed_by": "so-khcn",
        "waiting_since": "2026-02-20T08:00:00+07:00",
    }
    world.observe("audit_intake.waiting_overdue", "abc", overdue, provenance="derived")
    world.tick()
    assert [event.data["rule"] for event in world.log() if event.name == "opened"] == ["A25"]
    world.observe("audit_intake.waiting_ended", "abc", {"event_id": "e-17", "how": "applied"}, provenance="derived")
    world.tick()
    assert names(world) == ["opened", "resolved"]


def test_an_overdue_action_follows_its_heir_and_comes_back_when_the_inheritance_is_retracted(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.tick(at("2026-03-12"))
    inheritance = {"kind": "action", "id": "HD-1", "to": "so-moi", "effective": "2026-03-20"}
    decided = world.observe("obligation.inherited", "action:HD-1", inheritance)
    world.tick(at("2026-03-19"))
    assert names(world) == ["opened"], "the day of effect has not come"
    world.tick(at("2026-03-20", hour=0))
    assert [(event.name, event.source) for event in world.log()] == [
        ("opened", "so-khcn"),
        ("escalated", "so-khcn"),
        ("resolved", "so-khcn"),
        ("opened", "so-moi"),
    ]
    retract(world, decided)
    world.tick()
    assert [(event.name, event.source) for event in world.log()][4:] == [("resolved", "so-moi"), ("opened", "so-khcn")]
    assert set(world.statuses) <= {"accepted"}


@pytest.mark.parametrize("seed", range(4))
def test_many_corrections_in_one_batch_come_to_the_same_as_one_event_at_a_time(world, tmp_path, seed):
    other = AlertWorld(f"sqlite:///{tmp_path / 'other.db'}")
    for each, sizes in ((world, (1, 3, 7, 40)), (other, (1,))):
        events = _history(each, random.Random(seed))
        for size in cycle(sizes):
            each.apply(events[:size])
            events = events[size:]
            if not events:
                break
    stored = _stored(world)
    assert all(stored.values()), "what is not kept shows nothing"
    assert stored == _stored(other)
    other.close()


def _history(world: AlertWorld, chance: random.Random) -> list[RecordedEvent]:
    """Return what happens to a few records, with corrections and retractions of what went before, and of these again."""
    made: list[RecordedEvent] = []
    for number in range(160):
        world.now += chance.choice((0, 1, 3_600_000_000))
        earlier = [event for event in made[-30:] if event.aggregate == "nonconformity"]
        subject = f"KPH-{chance.randrange(4)}"
        kind = chance.randrange(4)
        if kind == 0 and earlier:
            gone = chance.choice(earlier)
            data = {"reason": "Nhập nhầm"}
            event = world.event("nonconformity.retracted", gone.subject, data, corrects=gone.event_id)
        elif kind == 1 and earlier:
            mended = chance.choice(earlier)
            data = {**RAISED, "class": chance.choice(("minor_nc", "major_nc"))}
            event = world.event("nonconformity.raised", mended.subject, data, corrects=mended.event_id)
        elif kind == 2:
            event = world.event("nonconformity.closed", subject, {})
        elif number % 2:
            event = world.event("action.planned", f"HD-{number % 3}", PLANNED)
        else:
            event = world.event("nonconformity.raised", subject, RAISED)
        made.append(event)
    return made


def _stored(world: AlertWorld) -> dict[str, list[Any]]:
    """Return all that the policy keeps."""
    kept = (conditions, deadlines, condition_facts)
    return {table.name: world.database.read(partial(_rows, table)) for table in kept}


def _rows(table: Table, connection: Connection) -> list[tuple[Any, ...]]:
    return sorted(map(tuple, connection.execute(select(table)).all()))
