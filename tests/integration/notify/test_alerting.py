"""From events of other services to alerts, on both databases, with the clock in hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import orjson

from shared.eventsourcing.derived import DerivedEvent
from tests.integration.notify.alert_world import SETTLE, AlertWorld, at

RAISED = {"class": "major_nc", "raised_on": "2026-03-02"}
PLANNED = {"due_on": "2026-03-10"}
CHANGE = {
    "legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23",
    "cause": "replaced",
    "change": {"source": "vpcp", "id": "vb-1"},
    "announced_on": "2026-03-02",
    "since": "2026-04-01",
    "due_on": "2026-05-01",
}


def act(world: AlertWorld, name: str, **data: object) -> None:
    """Let a person do something to the first alert."""
    alert = world.log()[0]
    event = DerivedEvent(f"qms.alert.{name}", alert.source, alert.subject, f"{name}-{world.now}", world.now, data)
    world.store.transact(lambda tx: tx.put_derived([event]))
    world.settle()


def test_a_major_nonconformity_opens_an_alert_at_once_and_its_closing_ends_it(world):
    world.observe("nonconformity.raised", "KPH-1", RAISED)
    world.tick()
    assert world.names() == ["opened"]
    closed = world.observe("nonconformity.closed", "KPH-1", {})
    world.tick()
    assert world.names() == ["opened", "resolved"]
    assert world.log()[-1].data == {"how": "auto", "evidence": {"source": "so-khcn", "id": closed.event_id}}
    assert [row["status"] for row in world.alerts()] == ["resolved"]


def test_an_overdue_action_is_raised_step_by_step_without_any_further_event(world):
    world.observe("action.planned", "HD-1", PLANNED)
    for day in ("2026-03-10", "2026-03-11", "2026-03-30", "2026-04-09", "2026-06-08"):
        world.tick(at(day, hour=0))
    assert [(event.name, event.data.get("to")) for event in world.log() if event.name != "escalated"] == [
        ("opened", None),
        ("severity_raised", "serious"),
        ("severity_raised", "critical"),
    ]


def test_an_action_done_in_time_opens_nothing(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.now = at("2026-03-09")
    world.observe("action.done", "HD-1", {})
    world.tick(at("2026-12-31"))
    assert world.names() == []


def test_missed_days_are_made_up_for_with_the_present_severity(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.tick(at("2026-06-08"))
    assert world.names() == ["opened"]
    assert world.log()[0].data["severity"] == "critical"
    assert world.log()[0].data["opened_on"] == "2026-03-11"


def test_a_history_that_is_settled_by_now_opens_nothing(world):
    old = {"occurred_at": at("2015-01-05"), "provenance": "imported"}
    world.observe("action.planned", "HD-1", {"due_on": "2015-03-01"}, **old)
    world.tick()
    world.now += SETTLE // 2
    world.observe("action.done", "HD-1", {}, occurred_at=at("2015-06-05"), provenance="imported")
    world.tick(world.now + 2 * SETTLE)
    assert world.names() == []


def test_an_imported_action_that_is_still_open_opens_an_alert(world):
    world.observe(
        "action.planned", "HD-1", {"due_on": "2015-03-01"}, occurred_at=at("2015-01-05"), provenance="imported"
    )
    world.tick(world.now + SETTLE)
    assert [event.data["severity"] for event in world.log()] == ["critical"]


def test_further_procedures_repeat_the_alert_of_a_legal_change(world):
    for number in (1, 2, 3):
        world.observe("procedure.flagged_stale", f"QT-{number}", CHANGE)
        world.tick()
    assert [(event.name, event.data["count"]) for event in world.log()] == [
        ("opened", 1),
        ("repeated", 2),
        ("repeated", 3),
    ]
    for number in (1, 2, 3):
        world.observe("procedure.staleness_cleared", f"QT-{number}", {"change": CHANGE["change"]})
    world.tick()
    assert world.names()[-1] == "resolved"


def test_a_condition_that_comes_back_soon_reopens_the_alert_and_later_opens_a_new_one(world):
    world.observe("nonconformity.raised", "KPH-1", RAISED)
    world.tick()
    for day in ("2026-03-05", "2026-03-30"):
        world.now = at("2026-03-03") if day == "2026-03-05" else at("2026-03-06")
        world.observe("nonconformity.closed", "KPH-1", {})
        world.tick()
        world.now = at(day)
        world.observe("nonconformity.reopened", "KPH-1", {"cause": "x"})
        world.tick()
    assert world.names() == ["opened", "resolved", "reopened", "resolved", "closed", "opened"]
    assert len({event.subject for event in world.log()}) == 2


def test_a_silent_agency_is_noticed_and_its_next_event_ends_the_alert(world):
    world.observe("agency.registered", "so-khcn", {"name_vi": "Sở"}, source="so-khcn", asserter="staff")
    world.tick(at("2026-05-30"))
    assert world.names() == []
    world.tick(at("2026-05-31"))
    assert world.names() == ["opened"]
    world.observe("action.planned", "HD-1", {"due_on": "2027-01-01"})
    world.tick()
    assert world.names() == ["opened", "resolved"]


# -- escalation -----------------------------------------------------------------------------------------


def escalated(world: AlertWorld) -> list[str]:
    return [event.data["to"] for event in world.log() if event.name == "escalated"]


def test_an_alert_that_nobody_takes_up_goes_up_level_by_level(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.tick(at("2026-03-11"))
    reached = []
    for day in ("2026-03-17", "2026-03-18", "2026-03-25", "2026-04-10"):
        world.tick(at(day))
        reached.append(len(escalated(world)))
    assert reached == [0, 1, 2, 3]
    assert escalated(world) == ["agency_head", "parent", "so_khcn"]


def test_a_level_that_falls_on_a_day_off_waits_for_the_next_working_day(world):
    # Opened on Saturday 2026-03-21: seven days later is a Saturday again.
    world.observe("action.planned", "HD-1", {"due_on": "2026-03-20"})
    world.tick(at("2026-03-21"))
    world.tick(at("2026-03-29"))
    assert escalated(world) == []
    world.tick(at("2026-03-30"))
    assert escalated(world) == ["agency_head"]


def test_escalation_stops_when_somebody_takes_the_alert_up(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.tick(at("2026-03-11"))
    act(world, "acknowledged", by="so-khcn")
    world.tick(at("2026-05-01"))
    assert escalated(world) == []


def test_escalation_waits_for_the_end_of_a_snooze(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.tick(at("2026-03-11"))
    act(world, "snoozed", by="so-khcn", until="2026-04-08", reason="Chờ phần mềm")
    world.tick(at("2026-04-08"))
    assert escalated(world) == []
    world.tick(at("2026-04-09"))
    assert escalated(world) == ["agency_head", "parent"]


def test_a_snooze_takes_the_place_of_an_acknowledgement_and_afterwards_the_alert_is_open_again(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.tick(at("2026-03-11"))
    act(world, "acknowledged", by="so-khcn", escalates_on="2026-03-18")
    act(world, "progressed", escalates_on="2026-06-01")
    act(world, "snoozed", by="so-khcn", until="2026-03-25", reason="Chờ phần mềm")
    world.tick(at("2026-03-25"))
    assert escalated(world) == []
    world.tick(at("2026-03-26"))
    assert escalated(world) == ["agency_head", "parent"]
    assert set(world.statuses) == {"accepted"}, "nothing that the scheduler derives is refused"
    assert [row["status"] for row in world.alerts()] == ["opened"]


def test_a_planned_action_spares_the_highest_level_of_a_major_nonconformity(world):
    world.observe("nonconformity.raised", "KPH-1", RAISED)
    world.observe("nonconformity.raised", "KPH-2", RAISED)
    world.tick()
    world.observe("nonconformity.action_planned", "KPH-1", {"action_ids": ["HD-1"]})
    world.tick(at("2026-03-20"))
    keys = {event.subject: event.data["key"] for event in world.log() if event.name == "opened"}
    assert [keys[event.subject] for event in world.log() if event.name == "escalated"] == ["so-khcn/KPH-2"]


def test_an_ended_alert_does_not_escalate(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.tick(at("2026-03-11"))
    world.observe("action.done", "HD-1", {})
    world.tick()
    world.tick(at("2026-06-01"))
    assert world.names() == ["opened", "resolved", "closed"]


def test_an_alert_that_was_taken_up_goes_on_when_no_progress_follows_within_the_time_of_the_level(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.tick(at("2026-03-11"))
    act(world, "acknowledged", by="so-khcn", escalates_on="2026-03-20")
    world.tick(at("2026-03-19"))
    assert escalated(world) == []
    world.tick(at("2026-03-20"))
    assert escalated(world) == ["agency_head"]
    # The next level comes as long after this one as it would have.
    world.tick(at("2026-03-26"))
    assert escalated(world) == ["agency_head"]
    world.tick(at("2026-03-27"))
    assert escalated(world) == ["agency_head", "parent"]


def test_progress_on_the_record_keeps_an_alert_in_hand(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.tick(at("2026-03-11"))
    world.observe("action.progress_noted", "HD-1", {"note": "x"})
    world.tick()
    assert world.names() == ["opened"]
    act(world, "acknowledged", by="so-khcn", escalates_on="2026-03-18")
    world.now = at("2026-03-16")
    noted = world.observe("action.progress_noted", "HD-1", {"note": "x"})
    world.tick()
    assert world.names() == ["opened", "acknowledged", "progressed"]
    # Monday and seven days.
    expected = {"evidence": {"source": "so-khcn", "id": noted.event_id}, "escalates_on": "2026-03-23"}
    assert world.log()[-1].data == expected
    world.tick(at("2026-03-20"))
    assert escalated(world) == []
    world.tick(at("2026-03-23"))
    assert escalated(world) == ["agency_head"]


def plan_inspection(world: AlertWorld, body: str, first: str) -> None:
    data = {"agency_id": "ubnd-xa", "mode": "on_site", "kind": "planned", "window": {"from": first, "to": first}}
    world.observe("inspection.planned", f"KT-{body}", data, source=body)


def test_what_people_ended_by_decision_is_not_opened_again_by_the_same_event(world):
    for body in ("so-khcn", "so-noi-vu"):
        plan_inspection(world, body, "2026-04-01")
    world.tick()
    assert [event.data["rule"] for event in world.log()] == ["A16"]
    act(world, "resolved", how="manual", by="staff", note="Hai đoàn làm việc cùng ngày theo yêu cầu của cơ quan.")
    plan_inspection(world, "so-y-te", "2027-01-05")
    world.tick()
    assert world.names() == ["opened", "resolved"]
    world.tick(at("2026-03-20"))
    assert world.names() == ["opened", "resolved", "closed"]


# -- crashes and replicas -------------------------------------------------------------------------------


class CrashError(Exception):
    """Stands for the end of a process in the middle of a transaction."""


def test_a_crash_of_the_scheduler_neither_loses_nor_doubles_alerts(world):
    for number in range(20):
        world.observe("action.planned", f"HD-{number}", PLANNED)
    world.now = at("2026-03-11")

    def crash(tx):
        world.scheduler._page(tx)
        raise CrashError

    for _ in range(2):
        try:
            world.store.transact(crash)
        except CrashError:
            world.settle()
    assert world.names() == []
    world.tick()
    world.tick()
    assert world.names() == ["opened"] * 20
    assert set(world.statuses) == {"accepted"}


def test_applying_the_same_events_again_changes_nothing(world):
    events = [world.event("action.planned", f"HD-{number}", PLANNED) for number in range(5)]
    world.apply(events)
    world.tick(at("2026-03-11"))
    world.apply(events)
    world.tick(at("2026-03-12"))
    assert world.names() == ["opened"] * 5


def test_two_replicas_open_every_alert_once(world):
    for number in range(40):
        world.observe("action.planned", f"HD-{number}", PLANNED)
    world.now = at("2026-03-11")
    replicas = [world.new_scheduler() for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        looked_at = list(pool.map(lambda replica: replica.run_due(), replicas))
    world.settle()
    assert sum(looked_at) == 40
    assert world.names() == ["opened"] * 40


def test_an_end_that_arrives_while_the_scheduler_works_is_not_lost(world):
    world.observe("action.planned", "HD-1", PLANNED)
    world.now = at("2026-03-11")
    done = world.event("action.done", "HD-1", {})
    with ThreadPoolExecutor(2) as pool:
        working = pool.submit(world.scheduler.run_due)
        reading = pool.submit(world.apply, [done])
        working.result()
        reading.result()
    world.tick()
    assert world.names() in ([], ["opened", "resolved"])


def test_what_an_alert_says_is_valid_by_its_contract(world):
    from shared.contracts.catalogue import load

    world.observe("action.planned", "HD-1", PLANNED)
    world.observe("nonconformity.raised", "KPH-1", RAISED)
    world.observe("procedure.flagged_stale", "QT-1", CHANGE)
    world.observe("agency.registered", "so-khcn", {})
    world.tick(at("2026-09-01"))
    world.observe("nonconformity.closed", "KPH-1", {})
    world.tick()
    world.tick(at("2026-12-01"))
    assert {event.name for event in world.log()} == {"opened", "escalated", "resolved", "closed"}
    for event in world.log():
        assert load()[event.type].schema().validate(orjson.loads(event.body)["data"]) == {}
