"""What the rooms' forms and filters mean: addresses that keep everything, numbers as people write them, what a form becomes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from services.inspection.cases import Case, case_of
from services.inspection.selection.calendar import quarter_days
from services.inspection.web.builder_fields import FIELDS, command, share_text
from services.inspection.web.contract_forms import number_of
from services.inspection.web.filters import Filters, read_filters
from services.inspection.web.reporting_forms import submission
from services.inspection.web.reporting_tables import GROUPS, line_of
from services.inspection.web.room_tables import RoomColumn, RoomTable, Shown
from services.inspection.web.rooms import room_filters
from shared import clock

NOW = clock.from_rfc3339("2026-11-22T14:05:09+07:00")
TODAY = clock.vietnam_day(NOW)


def asked(query: str) -> Request:
    return Request(EnvironBuilder(path="/", query_string=query).get_environ())


def filters_of(query: str, words) -> Filters:
    request = asked(query)
    return room_filters(request, read_filters(request, NOW), words)


def test_a_rooms_own_filters_stay_in_every_address_until_they_are_taken_out():
    filters = filters_of("state=owed&q=ha+noi&as_of=2026-06-30", {"state": ("owed", "late")})
    assert filters.chosen("state") == "owed"
    assert filters.address() == "?as_of=2026-06-30&q=ha+noi&state=owed"
    assert filters.address(state="late") == "?as_of=2026-06-30&q=ha+noi&state=late"
    assert filters.address(state=None, q=None, as_of=None) == ""
    assert filters.narrow.address() == "?as_of=2026-06-30"


def test_a_word_that_a_room_does_not_offer_is_reported_beside_its_field():
    filters = filters_of("state=gone", {"state": ("owed",)})
    assert filters.chosen("state") == ""
    assert [error.field for error in filters.errors] == ["state"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1.234,5", 1234.5),
        ("1.234", 1234),
        ("1.500.000", 1_500_000),
        ("0.763", 0.763),
        ("0,5", 0.5),
        ("12", 12),
        ("1.5", 1.5),
        ("nhiều", "nhiều"),
    ],
)
def test_numbers_are_read_as_vietnamese_write_them(text, meant):
    assert number_of(text) == meant


def test_the_builder_asks_the_command_in_shares_and_days():
    query = "capacity=12&random_share=20&onsite_share_min=62,5&level=commune&instructed=xa-a:+UBND;xa-b&seed=hạt"
    told = command(filters_of(query, dict.fromkeys(FIELDS)))
    assert told == {
        "as_of": "2026-11-22",
        "level": "commune",
        "capacity": 12,
        "random_share": 0.2,
        "onsite_share_min": 0.625,
        "seed": "hạt",
        "instructed": {"xa-a": "UBND", "xa-b": "–"},
    }
    assert command(filters_of("capacity=mười", dict.fromkeys(FIELDS)))["capacity"] == "mười"
    assert share_text(0.625) == "62,5"


@pytest.mark.parametrize(
    ("quarter", "first", "last"), [(1, "2027-01-01", "2027-03-31"), (4, "2027-10-01", "2027-12-31")]
)
def test_a_quarter_has_its_three_months(quarter, first, last):
    assert quarter_days(2027, quarter) == (clock.day_of(first), clock.day_of(last))


def report(status: str = "prefilled", **state) -> Case:
    told = {
        "status": status,
        "agency_id": "xa-a",
        "template_version": "qd19-year.1",
        "period": "2025",
        "due_on": "2026-01-31",
        "receiver": "so",
        "tolerance": 0.0,
        "prefilled": {"trainings.held": 2, "audits.completed": None},
        "submitted": {},
        "reasons": {},
        "submitted_on": None,
        **state,
    }
    return case_of("periodic_report", "xa-a/qd19-year.1:2025", told)


@pytest.mark.parametrize(
    ("status", "due"), [("in_progress", "2026-04-05"), ("record_signed", "2026-04-05"), ("follow_up", None)]
)
def test_the_days_of_a_visit_are_due_only_until_it_is_concluded(status, due):
    found = case_of("inspection", "so/KT-1", {"status": status, "agency_id": "xa-a", "window_to": "2026-04-05"})
    assert found.due == (clock.day_of(due) if due else None)


def test_a_form_becomes_a_submission_with_every_difference_and_its_reason():
    given = {
        "value.trainings.held": "5",
        "reason.trainings.held": "Lớp quý IV",
        "value.audits.completed": "",
        "value.budget.spent": "1.500.000",
        "report_no": "9/BC",
        "late_reason": " ",
    }
    data = submission(report(), given, TODAY)
    values = {entry["field"]: entry.get("value") for entry in data["values"]}
    assert (values["trainings.held"], values["audits.completed"], values["budget.spent"]) == (5, None, 1_500_000)
    departing = {"field": "trainings.held", "prefilled": 2, "submitted": 5, "reason": "Lớp quý IV"}
    assert data["differences"] == [departing]
    assert (data["submitted_on"], data["report_no"]) == ("2026-11-22", "9/BC")
    assert "late_reason" not in data


def groups_of(case: Case) -> set[str]:
    line = line_of(case, TODAY)
    return {name for name, belongs in GROUPS.items() if belongs(line)}


def test_a_report_counts_where_it_stands():
    assert groups_of(report()) == {"owed", "overdue"}
    assert groups_of(report(due_on="2026-11-22")) == {"owed"}
    late = {"submitted_on": "2026-02-02", "submitted": {"trainings.held": 5}}
    assert groups_of(report("submitted", **late)) == {"handed_in", "late", "to_accept", "differing"}
    on_time = {"submitted_on": "2026-01-31", "submitted": {"trainings.held": 2}}
    assert groups_of(report("accepted", **on_time)) == {"handed_in", "accepted"}


def test_a_file_has_the_rows_of_the_page_and_the_second_lines_in_columns_of_their_own():
    columns = [RoomColumn("Cơ quan", below="Mã"), RoomColumn("Tỷ lệ", "percent")]
    rows = [[Shown("Xã A", "/agencies/xa-a", below="xa-a"), Shown(Decimal("99.18"))]] * 300
    table = RoomTable("x", "Bảng", columns, rows)
    sheet = table.sheet("vi")
    assert [column.title for column in sheet.columns] == ["Cơ quan", "Mã", "Tỷ lệ"]
    assert sheet.rows[0] == ["Xã A", "xa-a", Decimal("99.18")]
    assert (len(table.shown), len(sheet.rows)) == (200, 300)
