"""Verdicts, visits, risks and filled-in reports out of the views: as of a day, as known at an instant, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from services.inspection import records
from services.inspection.claims import verdicts_on
from services.inspection.figures import Asked
from services.inspection.reports.prefill import fill_in, period_of
from services.inspection.selection.gathering import gather
from services.inspection.selection.inputs import Share, Visit
from services.inspection.selection.proposing import propose, selection_data
from services.inspection.selection.selecting import Parameters
from services.inspection.visits import overlaps, visits_to
from shared import clock
from shared.testing.recorded import at

DAY = clock.day_of("2026-03-31")
NOW = at("2029-12-31")


def planned(views, subject: str, first: str, last: str, *, body: str = "so-khcn", agency: str = "xa-a", **data) -> None:
    window = {"mode": "on_site", "kind": "planned", "window": {"from": first, "to": last}, **data}
    views.logs.add("inspection.planned", body, subject, window, on="2026-01-05", agency=agency)


def verdict(views, subject: str, event: str, found: str, *, on: str, corrects: str | None = None) -> str:
    data = {"event_id": {"source": "/agencies/xa-a", "id": event}, "verdict": found}
    told = views.logs.add(
        "inspection.claim_verified", "so-khcn", subject, data, on=on, agency="xa-a", corrects=corrects
    )
    return told.event_id


@pytest.fixture
def land(views):
    for agency in ("so-khcn", "xa-a", "xa-b"):
        views.logs.agency(agency)
    planned(views, "kt-1", "2026-02-02", "2026-02-03", person_days=5, scope={"procedures": ["QT-07"]})
    return views


def test_a_verdict_is_there_from_its_day_and_from_when_it_was_recorded(land):
    claim = ("xa-a", "audit-1")
    verdict(land, "kt-1", "audit-1", "contradicted", on="2026-02-02")
    # The event that it names comes only afterwards.
    held = {"held_on": "2026-01-10", "attendees": [{"agency_id": "xa-a", "people": 9}]}
    land.logs.add("training.held", "xa-a", "th-1", held, on="2026-01-10", known="2026-02-20")
    land.catch_up()

    def found(as_of: str, known: str) -> str | None:
        told = land.read(verdicts_on, [claim, ("xa-b", "audit-1")], clock.day_of(as_of), at(known, 23))
        return told[claim].verdict if claim in told else None

    assert found("2026-02-02", "2026-02-02") == "contradicted"
    assert found("2026-02-01", "2026-02-28") is None
    assert found("2026-02-28", "2026-02-01") is None


def test_the_latest_verdict_counts_and_a_corrected_one_no_more(land):
    claim = ("xa-a", "audit-1")
    first = verdict(land, "kt-1", "audit-1", "contradicted", on="2026-02-02")
    verdict(land, "kt-1", "audit-1", "confirmed", on="2026-02-03", corrects=first)
    land.catch_up()
    assert land.read(verdicts_on, [claim], DAY, NOW)[claim].verdict == "confirmed"
    verdict(land, "kt-2", "audit-1", "unverifiable", on="2026-03-01")
    land.catch_up()
    told = land.read(verdicts_on, [claim], DAY, NOW)[claim]
    assert (told.verdict, told.day) == ("unverifiable", clock.day_of("2026-03-01"))
    earlier = land.read(verdicts_on, [claim], clock.day_of("2026-02-28"), NOW)[claim]
    assert earlier.verdict == "confirmed"


def test_visits_are_read_as_they_stood_and_pairs_say_what_they_share(land):
    audit = {
        "kind": "internal",
        "scope": {"procedures": ["QT-07", "QT-09"]},
        "planned_from": "2026-03-01",
        "planned_to": "2026-03-02",
        "person_days": 2,
    }
    land.logs.add("audit.planned", "xa-a", "dg-1", audit, on="2026-01-10")
    land.logs.add("audit.planned", "xa-b", "dg-2", {**audit, "scope": {}}, on="2026-01-10")
    moved = {"planned_from": "2026-05-01", "planned_to": "2026-05-02", "reason": "Trùng"}
    land.logs.add("audit.rescheduled", "xa-a", "dg-1", moved, on="2026-02-20")
    land.catch_up()

    def pairs(as_of: str) -> list:
        return overlaps(land.read(visits_to, ["xa-a", "xa-b"], clock.day_of(as_of), NOW))

    (pair,) = pairs("2026-02-01")
    assert (pair.first.subject, pair.second.subject, pair.gap_days) == ("kt-1", "dg-1", 26)
    assert (pair.common, pair.savable_days, pair.joint) == (("p:QT-07",), 0.8, False)
    assert pairs("2026-02-20") == []
    planned(land, "kt-9", "2026-05-10", "2026-05-11", joint_with={"source": "/agencies/xa-a", "id": "dg-1"})
    land.catch_up()
    (joined,) = pairs("2026-03-01")
    assert joined.joint
    land.logs.add("inspection.cancelled", "so-khcn", "kt-9", {"reason": "Hoãn"}, on="2026-03-02")
    land.catch_up()
    assert pairs("2026-03-02") == []


def gathered(connection: Connection, known_at: int | None = None):
    return gather(connection, Asked(DAY, known_at), "so-khcn", {"xa-b": "UBND tỉnh"})


def test_the_inputs_of_a_risk_come_from_the_views(land):
    raised = {"class": "major_nc", "clause": "7.5", "statement": "Sai", "raised_on": "2025-12-01", "source": "self"}
    land.logs.add("nonconformity.raised", "xa-a", "kph-1", raised, on="2025-12-01")
    land.logs.add("nonconformity.raised", "xa-a", "kph-2", {**raised, "raised_on": "2026-03-20"}, on="2026-03-20")
    land.logs.add("nonconformity.regraded", "xa-a", "kph-2", {"to": "minor_nc"}, on="2026-03-25")
    verdict(land, "kt-1", "audit-9", "contradicted", on="2026-02-03")
    concluded = {"conclusion_no": "1", "concluded_on": "2026-02-10"}
    land.logs.add("inspection.concluded", "so-khcn", "kt-1", concluded, on="2026-02-10", agency="xa-a")
    planned(land, "bo-1", "2026-06-01", "2026-06-02", body="bo-khcn", agency="xa-b")
    land.catch_up()
    first, second = land.read(gathered).candidates
    assert (first.agency_id, second.agency_id) == ("xa-a", "xa-b")
    assert (first.open_majors, first.old_majors, first.reliability) == (1, 1, Share(0, 1))
    assert (first.last_on_site, first.visits) == (clock.day_of("2026-02-10"), ())
    assert first.last_event == clock.day_of("2026-03-25")
    assert second.instructed == "UBND tỉnh"
    coming = Visit(clock.day_of("2026-06-01"), clock.day_of("2026-06-02"), "bo-khcn/bo-1")
    assert second.visits == (coming,)


def test_a_selection_of_a_past_moment_is_the_same_whatever_came_since(land):
    land.catch_up()
    known = at("2026-03-31")
    asked = Parameters(2, DAY + 1, clock.day_of("2026-12-31"))
    first = propose(land.read(gathered, known), asked, "")
    raised = {"class": "major_nc", "clause": "7.5", "statement": "Sai", "raised_on": "2025-12-01", "source": "self"}
    land.logs.add("nonconformity.raised", "xa-a", "kph-1", raised, on="2025-12-01", known="2026-04-02")
    land.catch_up()
    again = propose(land.read(gathered, known), asked, "")
    assert selection_data(again, "programme-2026", 2026) == selection_data(first, "programme-2026", 2026)
    now = propose(land.read(gathered), asked, "")
    assert now.digest != first.digest


def test_a_report_says_what_the_events_of_its_period_say(land):
    add = land.logs.add
    add("procedure.drafted", "xa-a", "qt-1", {"kind": "tthc", "code": "QT-01"}, on="2025-03-01")
    issued = {"edition": 1, "revision": 0, "effective_from": "2025-03-10"}
    add("procedure.issued", "xa-a", "qt-1", issued, on="2025-03-10")
    counts = {"received": 12, "resolved_early": 5, "resolved_on_time": 6, "resolved_late": 1}
    add("dossier_stats.submitted", "xa-a", "2025-06:x", {"period": "2025-06", **counts}, on="2025-07-01")
    add("dossier_stats.amended", "xa-a", "2025-06:x", {"received": 13}, on="2025-07-05")
    add("dossier_stats.submitted", "xa-a", "2026-01:x", {"period": "2026-01", **counts}, on="2026-02-01")
    raised = {"class": "minor_nc", "clause": "7.5", "statement": "Sai", "raised_on": "2025-05-01", "source": "self"}
    add("nonconformity.raised", "xa-a", "kph-1", raised, on="2025-05-01")
    add("nonconformity.closed", "xa-a", "kph-1", {"closed_on": "2026-01-15"}, on="2026-01-15")
    wrong = add("nonconformity.raised", "xa-a", "kph-2", raised, on="2025-05-02")
    add("nonconformity.retracted", "xa-a", "kph-2", {"reason": "Nhầm"}, on="2025-05-03", corrects=wrong.event_id)
    land.catch_up()
    filled = land.read(fill_in, "xa-a", "qd19-year.1", "2025", DAY, None)
    told = filled.values
    assert filled.as_of == clock.day_of("2025-12-31")
    assert (told["procedures.in_force"], told["procedures.tthc"], told["procedures.issued_in_period"]) == (1, 1, 1)
    assert (told["dossiers.received"], told["dossiers.on_time"], told["dossiers.late"]) == (13, 6, 1)
    assert (told["nonconformities.opened"], told["nonconformities.open"], told["nonconformities.closed"]) == (1, 1, 0)
    assert (told["agencies.in_duty"], told["agencies.in_duty_mandatory"]) == (1, 1)
    assert "difficulties" not in told


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-Q1", "2025-01-01", "2025-03-31"),
        ("2025-Q4", "2025-10-01", "2025-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
    ],
)
def test_periods_have_their_days(period, first, last):
    assert period_of(period) == (clock.day_of(first), clock.day_of(last))


def test_many_agencies_are_read_as_a_few_are(land, monkeypatch):
    planned(land, "kt-2", "2026-05-01", "2026-05-02", agency="xa-b")
    land.catch_up()
    few = land.read(visits_to, ["xa-a", "xa-b"], DAY, NOW, ("inspection",))
    monkeypatch.setattr(records, "_NAMED", 1)
    assert land.read(visits_to, ["xa-a", "xa-b"], DAY, NOW, ("inspection",)) == few
    assert land.read(visits_to, ["xa-a", "xa-b"], DAY, NOW, ("inspection", "audit")) == few
    assert [visit.subject for visit in few] == ["kt-1", "kt-2"]
