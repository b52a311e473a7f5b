"""What is behind a figure, agencies, files, time lines, alerts and changes of the law, on both databases."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest

from services.inspection.agency_file import Search, agency_page
from services.inspection.checkpoints.months import known_month
from services.inspection.contributions import contributions_of
from services.inspection.explain import UnknownRowError, explain
from services.inspection.figures import Asked, basis
from services.inspection.groups import Filters
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.indicators.sums import Sums
from services.inspection.queries import agency_file, freshness, legal_changes, national_board, open_alerts
from services.inspection.remembered import remembered_answer
from services.inspection.sums import read_sums
from services.inspection.timeline import CursorError, timeline
from shared import clock
from shared.testing.recorded import at

DAY = clock.day_of("2026-04-15")
TEXT = "61/2018/NĐ-CP|Chính phủ|2018-04-23"


@pytest.fixture
def told(views):
    """Two communes of Phú Thọ: one with a stale procedure, an overdue action, a nonconformity and an alert."""
    logs = views.logs
    logs.agency("phu-tho", kind="provincial_pc", level="province", admin_unit_code="P25", name_vi="UBND tỉnh Phú Thọ")
    logs.agency("xa-1", parent_id="phu-tho", name_vi="UBND xã Đồng Tâm")
    logs.agency("xa-2", parent_id="phu-tho", name_vi="UBND xã Võ Miếu")
    described = {"number": "61/2018/NĐ-CP", "issuer": "Chính phủ", "issued_on": "2018-04-23"}
    described |= {"title": "Một cửa", "effective_from": "2018-06-21"}
    logs.add("legal_text.registered", "vpcp", TEXT, described, on="2018-05-02")
    change = logs.add("legal_text.replaced", "vpcp", TEXT, {"by": "x", "effective_from": "2026-03-01"}, on="2026-02-01")
    for agency in ("xa-1", "xa-2"):
        drafted = {"code": "QT-07", "title": "Đăng ký hộ kinh doanh", "kind": "internal"}
        logs.add("procedure.drafted", agency, "qt-07", drafted, on="2025-01-05")
        issued = {"edition": 1, "revision": 0, "effective_from": "2025-02-01"}
        logs.add("procedure.issued", agency, "qt-07", issued, on="2025-01-15")
        flag = {"change": {"source": "vpcp", "id": change.event_id}, "since": "2026-03-01"}
        logs.add("procedure.flagged_stale", agency, "qt-07", flag, on="2026-02-01", provenance="derived")
    cleared = {"change": {"source": "vpcp", "id": change.event_id}, "cleared_on": "2026-03-20"}
    cleared |= {"lead_time_days": 19, "by": "revised"}
    logs.add("procedure.staleness_cleared", "xa-2", "qt-07", cleared, on="2026-03-20", provenance="derived")
    raised = {"class": "minor_nc", "source": "self", "statement": "Thiếu phiếu hẹn", "raised_on": "2026-03-02"}
    logs.add("nonconformity.raised", "doan", "kph-1", raised, on="2026-03-02", agency="xa-1", provenance="inspected")
    logs.add("nonconformity.accepted", "doan", "kph-1", {}, on="2026-03-05")
    planned = {"source": "nc", "type": "corrective", "owner": "o", "due_on": "2026-04-10", "what": "Tập huấn"}
    logs.add("action.planned", "xa-1", "hd-1", {**planned, "nc_id": "kph-1"}, on="2026-03-06")
    subject = {"service": "audit", "aggregate": "action", "source": "xa-1", "id": "hd-1"}
    alert = {"rule": "A2", "severity": "warning", "subject": subject, "facts": [{"name": "overdue_days", "value": "1"}]}
    logs.add("alert.opened", "xa-1", "a-1", alert, on="2026-04-11")
    logs.add("alert.opened", "xa-1", "a-2", {**alert, "severity": "critical"}, on="2026-04-11")
    logs.add("alert.acknowledged", "xa-1", "a-2", {"by": "staff"}, on="2026-04-12")
    logs.add("alert.opened", "xa-2", "a-3", alert, on="2026-04-11")
    logs.add("alert.resolved", "xa-2", "a-3", {"how": "auto"}, on="2026-04-13")
    views.catch_up()
    return views


def test_a_figure_is_explained_by_its_agencies_and_events(told):
    asked = Asked(DAY, by="province")
    found = told.read(explain, INDICATORS["I6"], asked, "P25")
    assert (found.figure.numerator, found.figure.denominator) == (1, 2)
    shares = {share.agency_id: (share.figure.numerator, share.figure.denominator) for share in found.agencies}
    assert shares == {"phu-tho": (0, 0), "xa-1": (1, 1), "xa-2": (0, 1)}
    behind = {(event.agency_id, event.type) for event in found.events if event.measures == ("procedure",)}
    assert ("xa-1", "qms.procedure.flagged_stale") in behind
    assert ("xa-2", "qms.procedure.issued") in behind
    assert {event.agency_id for event in found.events if event.measures == ("registry",)} == set(shares)
    assert found.next is None


def test_an_explanation_is_paged_by_agency_and_known_at_the_same_instant(told):
    asked = Asked(DAY, at("2026-02-15"))
    first = told.read(explain, INDICATORS["I6"], asked, "", limit=2)
    second = told.read(explain, INDICATORS["I6"], asked, "all", limit=2, after=first.next)
    assert [share.agency_id for share in (*first.agencies, *second.agencies)] == ["phu-tho", "xa-1", "xa-2"]
    assert second.next is None
    assert first.figure == second.figure
    assert all(event.recorded_at <= at("2026-02-15") for event in (*first.events, *second.events))
    # Stale from March on was known in February already; the revision was not.
    assert first.figure.numerator == 2
    with pytest.raises(UnknownRowError):
        told.read(explain, INDICATORS["I6"], asked, "P99")


@pytest.mark.parametrize(("query", "expected"), [("dong tam", ["xa-1"]), ("UBND XÃ", ["xa-1", "xa-2"]), ("zz", [])])
def test_agencies_are_found_by_names_without_marks(told, query, expected):
    page = told.read(agency_page, Asked(DAY), Search(query))
    assert [line.agency_id for line in page.agencies] == expected


def test_agencies_are_filtered_and_paged(told):
    asked, search = Asked(DAY, filters=Filters(level="commune")), Search(province="P25", parent="phu-tho")
    page = told.read(agency_page, asked, search, limit=1)
    assert ([line.agency_id for line in page.agencies], page.total, page.next) == (["xa-1"], 2, "xa-1")
    rest = told.read(agency_page, asked, Search(), limit=1, after=page.next)
    assert ([line.agency_id for line in rest.agencies], rest.next) == (["xa-2"], None)
    assert rest.agencies[0].province_label == "Tỉnh Phú Thọ"


def test_a_time_line_is_paged_newest_first_without_gap_or_repetition(told):
    known_at = at("2030-01-01")
    whole = told.read(timeline, "xa-1", DAY, known_at, known_at, limit=100).entries
    assert [entry.occurred_at for entry in whole] == sorted((entry.occurred_at for entry in whole), reverse=True)
    paged, after = [], ""
    while True:
        page = told.read(timeline, "xa-1", DAY, known_at, known_at, limit=2, after=after)
        paged += page.entries
        if page.next is None:
            break
        after = page.next
    assert paged == list(whole)
    for cursor in ("nonsense", f"{'9' * 40}.1.x.1", f"1.{-(2**63)}.x.1", f"1.1.x.{'9' * 5000}"):
        with pytest.raises(CursorError):
            told.read(timeline, "xa-1", DAY, known_at, known_at, after=cursor)


def test_the_file_of_an_agency_shows_what_it_owes_on_the_day(told):
    file = told.read(agency_file, "xa-1", DAY)
    (procedure,) = file.procedures
    assert (procedure.code, procedure.status, procedure.stale_days) == ("QT-07", "in_force", 45)
    (nonconformity,) = file.nonconformities
    assert (nonconformity.nc_id, nonconformity.status, nonconformity.age_days) == ("kph-1", "accepted", 44)
    (action,) = file.actions
    assert (action.nc_id, action.open, action.overdue_days) == ("kph-1", True, 5)
    assert file.funnel_state == "none"
    assert (file.figures["I6"].numerator, file.figures["I11"].numerator) == (1, 1)
    assert [change.type for change in file.changes] == ["qms.agency.registered"]
    earlier = told.read(agency_file, "xa-1", clock.day_of("2026-03-03"))
    assert earlier.nonconformities[0].status == "raised"
    assert earlier.actions == []


def test_open_alerts_come_most_urgent_first_and_only_while_open(told):
    alerts = told.read(open_alerts, None, DAY)
    assert [(alert.alert_id, alert.status) for alert in alerts] == [("a-2", "acknowledged"), ("a-1", "opened")]
    assert alerts[0].agency_name == "UBND xã Đồng Tâm"
    assert [alert.alert_id for alert in told.read(open_alerts, "xa-2", clock.day_of("2026-04-12"))] == ["a-3"]
    # What was found is given again until something comes of alerts; what was known earlier stays as it was.
    told.logs.add("alert.resolved", "xa-1", "a-2", {"how": "auto"}, on="2026-04-14", known="2026-04-20")
    told.catch_up()
    assert [alert.alert_id for alert in told.read(open_alerts, None, DAY)] == ["a-1"]
    before = told.read(open_alerts, None, DAY, at("2026-04-19"))
    assert [alert.alert_id for alert in before] == [alert.alert_id for alert in alerts]
    assert told.read(open_alerts, "xa-2", DAY) == []


def test_changes_of_the_law_count_stale_and_updated_procedures(told):
    (change,) = told.read(legal_changes, DAY)
    assert (change.number, change.change, change.title) == ("61/2018/NĐ-CP", "replaced", "Một cửa")
    assert (change.stale, change.updated, change.agencies) == (1, 1, 1)
    (before,) = told.read(legal_changes, clock.day_of("2026-02-15"))
    assert (before.stale, before.updated) == (0, 0)


def test_what_a_change_of_the_law_did_is_counted_again_when_more_is_known_of_it(told):
    def counts(known_at: int | None = None, within: set[str] | None = None) -> tuple[int, int, int]:
        (change,) = told.read(legal_changes, DAY, known_at, within=within)
        return change.stale, change.updated, change.agencies

    (change,) = told.read(legal_changes, DAY)
    named = {"change": {"source": change.source, "id": change.event_id}}
    assert counts(within={"xa-1"}) == (1, 0, 1)
    cleared = {**named, "cleared_on": "2026-04-01", "lead_time_days": 31, "by": "revised"}
    told.logs.add("procedure.staleness_cleared", "xa-1", "qt-07", cleared, on="2026-04-01", known="2030-01-10")
    told.catch_up(until="2030-01-20")
    assert [counts(), counts(within={"xa-1"}), counts(within={"xa-2"})] == [(0, 2, 0), (0, 1, 0), (0, 1, 0)]
    # Earlier, now, and earlier again: what was known then stays as it was.
    assert [counts(at("2030-01-05")), counts(), counts(at("2030-01-05"))] == [(1, 1, 1), (0, 2, 0), (1, 1, 1)]
    flagged = {**named, "since": "2026-04-05"}
    told.logs.add("procedure.flagged_stale", "xa-2", "qt-07", flagged, on="2026-04-05", known="2030-09-01")
    told.catch_up(until="2030-10-01")
    assert [counts(), counts(within={"xa-2"})] == [(1, 1, 1), (1, 0, 1)]
    assert counts(at("2030-01-19")) == (0, 2, 0)


def test_the_board_has_every_indicator_by_province_and_a_total(told):
    board = told.read(national_board, None, DAY)
    assert [row.key for row in board.rows] == ["P25"]
    assert set(board.total.figures) == {"I1", "I2", "I3", "I4", "I6", "I7", "I9", "I11", "I21"}
    assert board.total.figures["I6"] == board.rows[0].figures["I6"]
    assert {step.state: step.count for step in board.total.funnel if step.count} == {"none": 3}


def test_an_answer_is_remembered_until_a_log_moves_on(told):
    def asked() -> tuple[int, object]:
        found = told.read(remembered_answer, INDICATORS["I6"], Asked(DAY, by="province"))
        return found.watermark, found.rows

    _mark, rows = asked()
    told.promise(at("2031-01-01"))
    later, same = asked()
    assert later == at("2031-01-01")
    assert same is rows
    told.logs.add("procedure.withdrawn", "xa-1", "qt-07", {"reason": "r"}, on="2026-04-01", known="2030-06-01")
    told.catch_up(until="2032-01-01")
    _mark, other = asked()
    assert (rows[0].figure.denominator, other[0].figure.denominator) == (2, 1)


def test_what_is_asked_as_known_at_an_instant_that_has_passed_is_worked_out_once_whatever_comes(told):
    def asked() -> object:
        return told.read(remembered_answer, INDICATORS["I6"], Asked(DAY, at("2029-01-01"), by="province")).rows

    rows = asked()
    told.logs.add("procedure.withdrawn", "xa-1", "qt-07", {"reason": "r"}, on="2026-04-01", known="2030-06-01")
    told.catch_up(until="2032-01-01")
    assert asked() is rows
    now = told.read(remembered_answer, INDICATORS["I6"], Asked(DAY, by="province")).rows
    assert (rows[0].figure.denominator, now[0].figure.denominator) == (2, 1)


def test_the_figure_that_is_explained_is_the_one_that_was_answered(told):
    for name in ("I6", "I11", "I2a"):
        answered = told.read(remembered_answer, INDICATORS[name], Asked(DAY, by="province"))
        for row in answered.rows:
            found = told.read(explain, INDICATORS[name], Asked(DAY, by="province"), row.key, limit=1)
            assert (found.figure, found.known_at) == (row.figure, answered.known_at)
            shares = told.read(explain, INDICATORS[name], Asked(DAY, by="province"), row.key).agencies
            assert found.agencies == shares[:1]
    # The first events are those of all of them, with their number.
    for name, key in (("I6", ""), ("I11", "all"), ("I22", "")):
        whole = told.read(explain, INDICATORS[name], Asked(DAY), key)
        assert whole.count == len(whole.events) > 2
        for most in (0, 1, len(whole.events) + 1):
            found = told.read(explain, INDICATORS[name], Asked(DAY), key, most=most)
            assert replace(found, events=whole.events) == whole
            assert list(found.events) == list(whole.events)[:most]


def test_contributions_read_one_by_one_come_to_the_same_sums_and_have_the_same_events_behind_them(told):
    # Nothing is left of what it was counted for.
    told.logs.add("procedure.withdrawn", "xa-2", "qt-07", {"reason": "r"}, on="2026-04-01")
    told.catch_up()
    agency_ids, months = (
        ["phu-tho", "xa-1", "xa-2"],
        range(known_month(at("2018-01-01")), known_month(at("2030-01-01"))),
    )

    def compared(connection, name: str, variant: str) -> int:
        given = basis(connection, asked := Asked(DAY, variant=variant))
        found = contributions_of(connection, given.tables, INDICATORS[name].needs, given.moment, agency_ids, months)
        sums, causes = Sums(), {(place, measure) for one in found for measure, place in one.causes()}
        for one in found:
            sums = one.add_to(sums)
        needs = [need for one in found for need in one.needs]
        plain = read_sums(connection, given.tables, needs, given.moment, agency_ids)
        assert [_some(sums.totals), _some(sums.parts)] == [_some(plain.totals), _some(plain.parts)]
        measures = {need.measure for need in needs}
        events = explain(connection, INDICATORS[name], asked, "").events
        behind = {((e.service, e.partition, e.position), one) for e in events for one in e.measures if one in measures}
        assert causes == behind
        return len(causes)

    for name in ("I6", "I6a", "I11"):
        assert told.read(compared, name, "reported") > 0
        # Nobody has verified anything.
        assert told.read(compared, name, "verified") == 0


def _some(by_measure):
    """Return what is there, without measures of which there is nothing."""
    return {measure: found for measure, found in by_measure.items() if found}


def test_what_an_answer_was_worked_out_of_is_freed_without_a_look_for_garbage(told):
    gc.collect()
    gc.disable()
    try:
        told.read(national_board, None, DAY)
        told.read(remembered_answer, INDICATORS["I3"], Asked(DAY, by="province"))
        assert not [one for one in gc.get_objects() if isinstance(one, Sums)]
    finally:
        gc.enable()


def test_the_lag_of_events_is_counted_in_days_of_vietnam(told):
    logs = told.logs
    logs.add(
        "action.planned",
        "xa-2",
        "hd-9",
        {"source": "risk", "due_on": "2026-04-01"},
        on="2026-03-01",
        known="2026-03-31",
    )
    told.catch_up()
    row = told.read(remembered_answer, INDICATORS["I22"], Asked(DAY, filters=Filters("xa-2"))).rows[0]
    assert (row.figure.values["events"], row.figure.values["event_lag_days_median"]) == (1, 30)
    assert row.figure.values["silence_days_max"] == DAY - clock.day_of("2026-03-01")
    found = told.read(explain, INDICATORS["I22"], Asked(DAY, filters=Filters("xa-2")), "xa-2")
    assert [event.subject for event in found.events if "@event_last" in event.measures] == ["hd-9"]


def test_freshness_names_every_log(told):
    found = told.read(freshness)
    assert [source.service for source in found.sources] == ["audit", "documents", "inspection", "notify"]
    assert (found.watermark, found.parked) == (at("2030-01-01"), 0)
