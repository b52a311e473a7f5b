"""The duty roster from an iCalendar file: who is on duty when."""

from __future__ import annotations

import pytest

from services.notify.roster import EMPTY, OnDuty, Roster, RosterError, parse_roster
from tests.integration.notify.alert_world import at

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//oversight//roster//VI
BEGIN:VEVENT
UID:tuan-1
DTSTAMP:20260101T000000Z
DTSTART;TZID=Asia/Ho_Chi_Minh:20260302T080000
DTEND;TZID=Asia/Ho_Chi_Minh:20260302T200000
RRULE:FREQ=DAILY;COUNT=5
EXDATE;TZID=Asia/Ho_Chi_Minh:20260304T080000
ATTENDEE:mailto:ca-ngay@oversight.test
ATTENDEE:tel:+84912345678
SUMMARY:Ca ngày
END:VEVENT
BEGIN:VEVENT
UID:tuan-1
DTSTAMP:20260101T000000Z
RECURRENCE-ID;TZID=Asia/Ho_Chi_Minh:20260305T080000
DTSTART;TZID=Asia/Ho_Chi_Minh:20260305T100000
DTEND;TZID=Asia/Ho_Chi_Minh:20260305T120000
ATTENDEE:mailto:doi-ca@oversight.test
SUMMARY:Đổi ca
END:VEVENT
BEGIN:VEVENT
UID:cuoi-tuan
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20260307
RRULE:FREQ=WEEKLY;BYDAY=SA,SU;UNTIL=20260315
CONTACT:truc-cuoi-tuan@oversight.test\\, 0912345679
SUMMARY:Trực cuối tuần
END:VEVENT
END:VCALENDAR
"""
DAY = [OnDuty(email="ca-ngay@oversight.test"), OnDuty(telephone="+84912345678")]
WEEKEND = [OnDuty(email="truc-cuoi-tuan@oversight.test"), OnDuty(telephone="0912345679")]


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        ("2026-03-02", 7, []),
        ("2026-03-02", 8, DAY),
        ("2026-03-03", 19, DAY),
        ("2026-03-03", 20, []),
        # Dropped; moved to another time and another person.
        ("2026-03-04", 9, []),
        ("2026-03-05", 9, []),
        ("2026-03-05", 11, [OnDuty(email="doi-ca@oversight.test")]),
        ("2026-03-06", 9, DAY),
        ("2026-03-07", 3, WEEKEND),
        ("2026-03-15", 23, WEEKEND),
        ("2026-03-21", 9, []),
    ],
)
def test_turns_of_duty_recur_and_are_moved(day, hour, expected):
    roster = Roster(turns=parse_roster(FILE.encode()))
    assert roster.on_duty(at(day, hour)) == expected


def test_a_changed_file_counts_at_once(tmp_path):
    path = tmp_path / "lich-truc.ics"
    path.write_text(FILE, "utf-8")
    roster = Roster(str(path))
    assert roster.on_duty(at("2026-03-02", 9)) == DAY
    path.write_text(FILE.replace("ca-ngay@", "ca-moi@").replace("Ca ngày", "Ca ngày mới"), "utf-8")
    assert roster.on_duty(at("2026-03-02", 9))[0] == OnDuty(email="ca-moi@oversight.test")


def test_without_a_roster_or_with_one_that_is_broken_nobody_is_on_duty(tmp_path):
    assert EMPTY.on_duty(at("2026-03-02")) == []
    path = tmp_path / "lich-truc.ics"
    path.write_text("not a calendar", "utf-8")
    assert Roster(str(path)).on_duty(at("2026-03-02")) == []


@pytest.mark.parametrize("text", [b"hello", FILE.replace("ATTENDEE:mailto:doi-ca@oversight.test\n", "").encode()])
def test_a_roster_that_cannot_be_used_is_refused(text):
    with pytest.raises(RosterError):
        parse_roster(text)
