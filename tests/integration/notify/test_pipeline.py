"""Groups, digests, hours, silences and inhibition, on both databases, with the clock in hand."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest
from sqlalchemy import select

from services.notify.arrangements import Arrangements
from services.notify.configuration import Configuration
from services.notify.domain.system_signal import SYSTEM
from services.notify.pipeline.muting import Silences
from services.notify.pipeline.routes import load_routes
from services.notify.tables import deliveries, sent
from shared import clock
from shared.database.bulk import insert_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.tables import registry_agencies
from tests.integration.notify.alert_world import HOUR, AlertWorld, at

MINUTE = 60_000_000


class Pipeline:
    """The shipped routes on a world with a province of agencies."""

    def __init__(self, world: AlertWorld) -> None:
        self.world = world
        self.silences = Silences()
        self.read = 0
        self.dispatcher = world.new_dispatcher(load_routes())

    def pass_time(self, microseconds: int = 0) -> list[dict]:
        """Let time pass and the pipeline work; return the messages that this led to."""
        before = {row["delivery_id"] for row in self.messages()}
        self.world.now += microseconds
        self.world.settle()
        events = self.world.store.read(self.read, 100_000)
        self.read += len(events)
        self.world.database.write(lambda connection: self.silences.apply(connection, events))
        self.dispatcher.run_due()
        self.world.settle()
        return [row for row in self.messages() if row["delivery_id"] not in before]

    def messages(self) -> list[dict]:
        query = select(deliveries).order_by(deliveries.c.created_at, deliveries.c.delivery_id)
        found = self.world.database.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])
        return [{**row, "body": orjson.loads(row["body"])} for row in found]

    def derive(self, event_type: str, subject: str, data: dict, source: str = SYSTEM) -> None:
        event = DerivedEvent(
            event_type, source, subject, f"{event_type}-{subject}-{self.world.now}", self.world.now, data
        )
        self.world.store.transact(lambda tx: tx.put_derived([event]))
        self.world.settle()


def agency(agency_id: str, parent: str | None, kind: str = "commune_pc") -> tuple[str, bytes, int]:
    state = {
        "agency_id": agency_id,
        "kind": kind,
        "level": "commune",
        "valid_from": 0,
        "names": [[0, {"vi": f"Cơ quan {agency_id}", "en": f"Agency {agency_id}"}]],
        "parents": [[0, parent]],
        "contact": {"email": f"{agency_id}@oversight.test"},
    }
    return agency_id, orjson.dumps(state), 1


@pytest.fixture
def pipeline(database_url: str) -> Iterator[Pipeline]:
    world = AlertWorld(database_url)
    rows = [agency("ubnd-tinh", None, "provincial_pc"), *(agency(f"xa-{number}", "ubnd-tinh") for number in range(4))]
    world.database.write(
        lambda connection: insert_rows(connection, registry_agencies, ("agency_id", "state", "position"), rows)
    )
    yield Pipeline(world)
    world.close()


def raise_major(pipeline: Pipeline, source: str, subject: str = "KPH-1") -> None:
    data = {"class": "major_nc", "raised_on": clock.to_date(clock.vietnam_day(pipeline.world.now)).isoformat()}
    pipeline.world.observe("nonconformity.raised", subject, data, source=source)


def told(rows: list[dict]) -> dict[str, int]:
    return {row["recipient"]: row["body"]["count"] for row in rows}


def test_alerts_of_one_cause_reach_each_person_as_one_message(pipeline):
    for number in range(4):
        raise_major(pipeline, f"xa-{number}")
    pipeline.world.tick()
    assert pipeline.pass_time() == []
    rows = pipeline.pass_time(31_000_000)
    # Each agency hears of its own, the body above of all four at once.
    assert told(rows) == {**{f"agency_head:xa-{n}": 1 for n in range(4)}, "so_khcn:xa-0": 4}
    query = select(sent.c.alert_id).where(sent.c.delivery_id == rows[-1]["delivery_id"])
    assert pipeline.pass_time(HOUR) == []
    assert len(pipeline.world.database.read(lambda connection: connection.execute(query).all())) in (1, 4)


def test_what_comes_later_waits_for_the_interval_of_the_group(pipeline):
    raise_major(pipeline, "xa-0")
    pipeline.world.tick()
    pipeline.pass_time()
    assert len(pipeline.pass_time(31_000_000)) == 2
    raise_major(pipeline, "xa-1")
    pipeline.world.tick()
    pipeline.pass_time(MINUTE)
    rows = pipeline.pass_time(MINUTE)
    assert "so_khcn:xa-0" not in told(rows)
    rows += pipeline.pass_time(14 * MINUTE)
    assert told(rows)["so_khcn:xa-0"] == 1


def test_nobody_is_woken_at_night_for_what_can_wait(pipeline):
    pipeline.world.now = at("2026-03-06", hour=22)
    raise_major(pipeline, "xa-0")
    pipeline.world.tick()
    pipeline.pass_time()
    assert pipeline.pass_time(HOUR) == []
    # Saturday and Sunday are no working days.
    pipeline.world.now = at("2026-03-09", hour=7)
    assert pipeline.pass_time() == []
    pipeline.world.now = at("2026-03-09", hour=8)
    assert len(pipeline.pass_time()) == 2


def test_a_critical_alert_does_not_wait_for_the_morning(pipeline):
    pipeline.world.now = at("2026-03-07", hour=2)
    signal = {"rule": "A20", "signal": "OversightLogVerificationFailed", "service": "audit"}
    pipeline.derive("qms.system_signal.raised", "log-audit", signal)
    pipeline.world.tick()
    pipeline.pass_time()
    rows = pipeline.pass_time(11_000_000)
    assert {row["channel"] for row in rows} == {"email", "sms", "zalo", "apprise"}
    assert {row["recipient"] for row in rows} == {f"operator:{SYSTEM}"}


def test_information_comes_once_a_day_all_together(pipeline):
    for number in range(3):
        due = {"due_on": "2026-03-09", "template_version": "1", "period": {"kind": "year"}}
        pipeline.world.observe("periodic_report.opened", f"BC-{number}", due, source="xa-1")
    pipeline.world.tick()
    pipeline.pass_time()
    assert pipeline.pass_time(2 * HOUR) == []
    pipeline.world.now = at("2026-03-03", hour=8)
    assert told(pipeline.pass_time()) == {"iso_officer:xa-1": 3}


def test_what_ends_before_anybody_was_told_is_no_news(pipeline):
    raise_major(pipeline, "xa-0")
    pipeline.world.tick()
    pipeline.pass_time()
    pipeline.world.observe("nonconformity.closed", "KPH-1", {}, source="xa-0")
    pipeline.world.tick()
    assert pipeline.pass_time(HOUR) == []


def test_those_who_were_told_of_the_beginning_are_told_of_the_end_once(pipeline):
    raise_major(pipeline, "xa-0")
    pipeline.world.tick()
    pipeline.pass_time()
    assert len(pipeline.pass_time(31_000_000)) == 2
    pipeline.world.observe("nonconformity.closed", "KPH-1", {}, source="xa-0")
    pipeline.world.tick()
    rows = pipeline.pass_time(16 * MINUTE) or pipeline.pass_time(MINUTE)
    assert {row["event"] for row in rows} == {"qms.alert.resolved"}
    assert pipeline.pass_time(9 * 24 * HOUR) == []


def test_an_open_alert_is_told_again_after_the_repeat_interval_unless_somebody_has_it_in_hand(pipeline):
    raise_major(pipeline, "xa-0")
    pipeline.world.tick()
    pipeline.pass_time()
    pipeline.pass_time(31_000_000)
    pipeline.world.now = at("2026-03-10", hour=10)
    assert [row["body"]["alerts"][0]["event"] for row in pipeline.pass_time()] == ["reminded"] * 2
    alert = pipeline.world.log()[0]
    pipeline.derive("qms.alert.acknowledged", alert.subject, {"by": "xa-0"}, source=alert.source)
    pipeline.world.now = at("2026-03-18", hour=10)
    assert pipeline.pass_time() == []
    # Taken up and left lying: after a month it is told again.
    pipeline.world.now = at("2026-04-14", hour=10)
    assert len(pipeline.pass_time()) == 2


def test_an_alert_that_was_put_off_is_told_again_after_its_pause(pipeline):
    raise_major(pipeline, "xa-0")
    pipeline.world.tick()
    pipeline.pass_time()
    pipeline.pass_time(31_000_000)
    alert = pipeline.world.log()[0]
    put_off = {"by": "xa-0", "until": "2026-03-12", "reason": "Chờ phần mềm"}
    pipeline.derive("qms.alert.snoozed", alert.subject, put_off, source=alert.source)
    pipeline.world.now = at("2026-03-11", hour=10)
    assert pipeline.pass_time() == []
    pipeline.world.now = at("2026-03-19", hour=10)
    assert [row["body"]["alerts"][0]["event"] for row in pipeline.pass_time()] == ["reminded"] * 2


# -- silences and inhibition ------------------------------------------------------------------------------


def silence(pipeline: Pipeline, *matchers: str, hours: int = 2, source: str = SYSTEM) -> None:
    now = pipeline.world.now
    data = {
        "matchers": list(matchers),
        "begins_at": clock.to_rfc3339(now),
        "ends_at": clock.to_rfc3339(now + hours * HOUR),
        "reason": "Bảo trì đường truyền theo kế hoạch.",
        "by": "staff" if source == SYSTEM else source,
    }
    pipeline.derive("qms.silence.started", f"KL-{now}", data, source=source)


def test_a_silence_holds_alerts_back_until_it_ends_and_says_so_in_the_log(pipeline):
    silence(pipeline, "rule=A1", "agency=xa-0")
    raise_major(pipeline, "xa-0")
    raise_major(pipeline, "xa-1")
    pipeline.world.tick()
    pipeline.pass_time()
    rows = pipeline.pass_time(31_000_000)
    assert told(rows) == {"agency_head:xa-1": 1, "so_khcn:xa-0": 1}
    assert pipeline.world.names().count("suppressed") == 1
    (quiet,) = [event for event in pipeline.world.log() if event.name == "suppressed"]
    assert (quiet.source, quiet.data["by"], quiet.data["reason"]) == (
        "xa-0",
        "silence",
        "Bảo trì đường truyền theo kế hoạch.",
    )
    rows = pipeline.pass_time(3 * HOUR)
    assert told(rows) == {"agency_head:xa-0": 1, "so_khcn:xa-0": 1}
    assert pipeline.world.names().count("released") == 1
    assert set(pipeline.world.statuses) == {"accepted"}


def test_an_agency_silences_no_more_than_its_own_alerts(pipeline):
    silence(pipeline, "rule=A1", source="xa-0")
    raise_major(pipeline, "xa-0")
    raise_major(pipeline, "xa-1")
    pipeline.world.tick()
    pipeline.pass_time()
    assert "agency_head:xa-1" in told(pipeline.pass_time(31_000_000))


def test_while_the_system_is_down_silence_is_nobodys_fault(pipeline):
    pipeline.derive("qms.system_signal.raised", "lag", {"rule": "A21", "signal": "OversightProjectionLag"})
    pipeline.world.tick()
    pipeline.pass_time(11_000_000)
    pipeline.world.observe("agency.registered", "xa-0", {}, source="xa-0", asserter="staff")
    pipeline.world.tick(at("2026-06-01"))
    pipeline.pass_time()
    rows = pipeline.pass_time(MINUTE)
    assert "iso_officer:xa-0" not in told(rows)
    assert "suppressed" in pipeline.world.names()
    pipeline.derive("qms.system_signal.cleared", "lag", {"rule": "A21", "signal": "OversightProjectionLag"})
    pipeline.world.tick()
    pipeline.pass_time(MINUTE)
    assert "iso_officer:xa-0" in told(pipeline.pass_time(20 * MINUTE))


# -- many, and twice --------------------------------------------------------------------------------------


def test_ten_thousand_alerts_of_one_cause_are_one_message(database_url):
    world = AlertWorld(database_url)
    pipeline = Pipeline(world)
    rows = [agency("ubnd-tinh", None, "provincial_pc"), *(agency(f"xa-{n}", "ubnd-tinh") for n in range(10))]
    world.database.write(
        lambda connection: insert_rows(connection, registry_agencies, ("agency_id", "state", "position"), rows)
    )
    try:
        _burst(pipeline, 10_000)
        dispatched = pipeline.pass_time()
        assert dispatched == []
        rows = pipeline.pass_time(31_000_000)
        to_the_province = [row for row in rows if row["recipient"].startswith("so_khcn:")]
        assert [row["body"]["count"] for row in to_the_province] == [10_000]
        assert len(to_the_province[0]["body"]["alerts"]) == 20
        assert len(rows) == 11
        assert pipeline.pass_time(HOUR) == []
    finally:
        world.close()


def _burst(pipeline: Pipeline, count: int) -> None:
    """Put alert events of one cause into the outbox, as the planner would."""
    from services.notify.tables import delivery_alerts, outbox

    alerts, told_of = [], []
    for number in range(count):
        row = {
            "alert_id": f"A1-{number}",
            "agency_id": f"xa-{number % 10}",
            "rule": "A1",
            "severity": "serious",
            "status": "opened",
            "opened_on": 20_000,
            "opened_at": pipeline.world.now,
            "changed_at": pipeline.world.now,
            "level": 0,
            "snoozed_until": 0,
        }
        subject = {"service": "audit", "aggregate": "nonconformity", "source": row["agency_id"], "id": f"KPH-{number}"}
        body = {"facts": [], "subject": subject, "count": 1}
        alerts.append((*row.values(), orjson.dumps(body).decode()))
        event = {"roles": ["agency_head", "so_khcn"], "alert": {**row, "body": body}}
        told_of.append(
            (number + 1, row["alert_id"], row["agency_id"], "opened", row["opened_at"], orjson.dumps(event).decode())
        )
    for table, values in ((delivery_alerts, alerts), (outbox, told_of)):
        columns = tuple(str(column.name) for column in table.columns)
        pipeline.world.database.write(
            lambda connection, table=table, columns=columns, values=values: insert_rows(
                connection, table, columns, values
            )
        )


def test_a_crash_of_the_dispatcher_neither_loses_nor_doubles_messages(pipeline):
    for number in range(4):
        raise_major(pipeline, f"xa-{number}")
    pipeline.world.tick()

    class CrashError(Exception):
        """Stands for the end of a process in the middle of a transaction."""

    def crash(tx):
        pipeline.dispatcher._page(tx)
        raise CrashError

    for _ in range(2):
        with pytest.raises(CrashError):
            pipeline.world.store.transact(crash)
        pipeline.dispatcher.run_due()
        pipeline.world.now += 31_000_000
    pipeline.dispatcher.run_due()
    assert len(pipeline.messages()) == 5
    assert pipeline.pass_time(HOUR) == []


def test_the_log_says_from_when_on_another_arrangement_holds(pipeline, tmp_path):
    world, roster = pipeline.world, tmp_path / "lich-truc.ics"
    roster.write_text("BEGIN:VCALENDAR", "utf-8")
    configuration = Configuration(roster=str(roster))
    first = Arrangements(world.store, configuration, lambda: world.now)
    assert first.run_due() == 3
    world.settle()
    # Another process knows it from the log.
    assert first.run_due() + Arrangements(world.store, configuration, lambda: world.now).run_due() == 0
    roster.write_text("BEGIN:VCALENDAR\nEND:VCALENDAR", "utf-8")
    assert first.run_due() == 1
    world.settle()
    changed = [event.type for event in world.store.read(0, 100) if event.name == "changed"]
    assert sorted(changed) == [
        "qms.escalation_policy.changed",
        "qms.oncall.changed",
        "qms.oncall.changed",
        "qms.subscription.changed",
    ]
