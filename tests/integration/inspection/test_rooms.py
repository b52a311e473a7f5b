"""What the rooms read out of the views, on both databases: meetings of visits, praise, who was heard last."""

from __future__ import annotations

from services.inspection import silence
from services.inspection.praise import praise
from services.inspection.selection.calendar import meetings
from services.inspection.silence import events_about, last_heard, silent_agencies
from shared import clock
from shared.testing.recorded import at

DAY = clock.day_of("2026-03-31")
NOW = at("2029-12-31")


def planned(views, subject: str, first: str, last: str, *, body: str, agency: str = "xa-a") -> None:
    window = {"mode": "on_site", "kind": "planned", "window": {"from": first, "to": last}, "person_days": 5}
    views.logs.add("inspection.planned", body, subject, window, on="2026-01-05", agency=agency)


def test_visits_of_others_near_the_quarter_of_an_entry_are_meetings_and_ones_own_are_not(views):
    for agency in ("so-khcn", "bo", "xa-a", "xa-b"):
        views.logs.agency(agency)
    planned(views, "xa", "2026-02-20", "2026-02-21", body="bo")
    planned(views, "gan", "2026-07-29", "2026-07-30", body="bo")
    planned(views, "giua", "2026-05-04", "2026-05-05", body="bo")
    planned(views, "minh", "2026-05-04", "2026-05-05", body="so-khcn")
    planned(views, "khac", "2026-05-04", "2026-05-05", body="bo", agency="xa-b")
    views.catch_up()
    joined = {"source": "/agencies/bo", "id": "giua"}
    entry = {"agency_id": "xa-a", "mode": "on_site", "quarter": 2, "person_days": 4, "joint_with": joined}
    found = views.read(meetings, "so-khcn", 2026, [entry], (DAY, NOW))
    assert [(one.visit.subject, one.joint, one.savable_days) for one in found] == [
        ("giua", True, 1.6),
        ("gan", False, 1.6),
    ]


def test_praise_stands_from_its_day_and_from_when_it_was_recorded_and_a_corrected_one_no_more(views):
    views.logs.agency("xa-a")
    shared = {"title": "Nhắc hạn", "shared_on": "2026-02-10"}
    first = views.logs.add("good_practice.shared", "xa-a", "clh-1", shared, on="2026-02-10", known="2026-02-12")
    awarded = {"by": "Bộ", "decision_no": "8/QĐ", "awarded_on": "2026-03-01", "ground": "Thành tích"}
    views.logs.add("commendation.awarded", "xa-a", "kt-1", awarded, on="2026-03-01")
    views.catch_up()

    def found(as_of: str, known: str) -> list[tuple[str, str]]:
        told = views.read(praise, clock.day_of(as_of), at(known, 23))
        return [(one.kind, str(one.data.get("title", ""))) for one in told]

    assert found("2026-03-31", "2026-03-31") == [("commendation", ""), ("good_practice", "Nhắc hạn")]
    assert found("2026-02-28", "2026-03-31") == [("good_practice", "Nhắc hạn")]
    assert found("2026-03-31", "2026-02-11") == []
    again = {**shared, "title": "Nhắc hạn qua tin nhắn"}
    views.logs.add("good_practice.shared", "xa-a", "clh-1", again, on="2026-02-10", corrects=first.event_id)
    views.catch_up()
    assert found("2026-02-28", "2029-01-01") == [("good_practice", "Nhắc hạn qua tin nhắn")]


def test_only_what_an_agency_tells_of_its_own_work_is_a_sign_of_life(views):
    for agency in ("bo", "xa-a", "xa-b"):
        views.logs.agency(agency)
    held = {"held_on": "2026-01-10", "attendees": [{"agency_id": "xa-a", "people": 9}]}
    views.logs.add("training.held", "xa-a", "th-1", held, on="2026-01-10")
    alert = {"rule": "A2", "severity": "warning", "facts": [], "opened_on": "2026-03-30"}
    alert["subject"] = {"aggregate": "action", "source": "xa-a", "id": "HD-03"}
    views.logs.add("alert.opened", "xa-a", "al-1", alert, on="2026-03-30", provenance="derived")
    planned(views, "kt-1", "2026-03-30", "2026-03-31", body="bo")
    views.catch_up()
    assert views.read(last_heard) == {"xa-a": clock.day_of("2026-01-10")}
    silent = views.read(silent_agencies, DAY, NOW, days=60, within=["xa-a"])
    assert [(one.agency_id, one.last_on, one.days) for one in silent] == [("xa-a", clock.day_of("2026-01-10"), 80)]
    assert views.read(silent_agencies, DAY, NOW, days=81, within=["xa-a"]) == []
    assert views.read(events_about, ["xa-a"])["xa-a"] >= 3
    # What has come since is added, an older fact changes nothing, and what others or the system say still does not count.
    views.logs.add("training.held", "xa-a", "th-0", {**held, "held_on": "2025-12-01"}, on="2025-12-01")
    views.logs.add("training.held", "xa-b", "th-2", {**held, "held_on": "2026-02-03"}, on="2026-02-03")
    views.logs.add("alert.opened", "xa-b", "al-2", alert, on="2026-03-30", provenance="derived")
    views.catch_up()
    known = {"xa-a": clock.day_of("2026-01-10"), "xa-b": clock.day_of("2026-02-03")}
    assert views.read(last_heard) == known
    silence._heard.clear()
    assert views.read(last_heard) == known
