"""Figures of the oversight views on both databases, by the deployments' own numbers and the worked examples."""

from __future__ import annotations

import pytest

from services.inspection.figures import Asked, Others, UnknownScopeError, answer
from services.inspection.groups import Filters
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.read_models import Figure
from shared import clock
from shared.testing.recorded import at

T1, T2 = {"source": "vpcp", "id": "vb-1"}, {"source": "vpcp", "id": "vb-2"}


def ask(views, indicator: str, as_of: str, *, known: str | None = None, scope: str | None = None, **options):
    """Return the rows of an indicator by key: (numerator, denominator) and values."""
    filters = Filters(scope, options.pop("level", None), options.pop("kind", None), options.pop("obligation", None))
    days = {name: clock.day_of(options.pop(name)) for name in ("begins", "ends") if name in options}
    asked = Asked(clock.day_of(as_of), at(known) if known else None, filters, **options, **days)
    found = views.read(answer, INDICATORS[indicator], asked)
    return {row.key: row.figure for row in found.rows}


def ratio(views, indicator: str, as_of: str, **options) -> tuple[int | None, int | None, str | None]:
    (figure,) = ask(views, indicator, as_of, **options).values()
    return figure.numerator, figure.denominator, figure.percent


def answer_of(views, filters: Filters, day: int) -> Figure:
    """Return I2 of a part of the country, asked by itself."""
    return views.read(answer, INDICATORS["I2"], Asked(day, at("2030-01-01"), filters)).rows[0].figure


def certificate(views, agency: str, issued: str = "2013-06-01", valid_to: str = "2016-05-31") -> None:
    data = {"kind": "new", "standard_version": "TCVN ISO 9001:2008", "issued_on": issued, "valid_to": valid_to}
    views.logs.add("declaration.certificate_recorded", agency, "iso", data, on=issued, provenance="imported")


def declare(views, agency: str, on: str, **options) -> None:
    views.logs.add("declaration.building_started", agency, "iso", {}, on=on, **options)
    views.logs.add("declaration.applied", agency, "iso", {}, on=on, **options)
    data = {"declared_on": on, "standard_version": "TCVN ISO 9001:2015", "decision_no": "1/QĐ", "signed_by": "head"}
    views.logs.add("declaration.declared", agency, "iso", data, on=on, **options)


def procedure(views, agency: str, subject: str, on: str, tthc: str | None = None, **options) -> None:
    kind = {"kind": "tthc", "tthc_code": tthc} if tthc else {"kind": "internal"}
    views.logs.add("procedure.drafted", agency, subject, {"code": subject, "title": "QT", **kind}, on=on, **options)
    issued = {"edition": 1, "revision": 0, "effective_from": on}
    views.logs.add("procedure.issued", agency, subject, issued, on=on, **options)


def test_certificates_of_before_2014_cover_121_of_122_units_of_can_tho(views):
    views.logs.agency("can-tho", kind="provincial_pc", level="province", admin_unit_code="P92", obligation="exempt")
    for number in range(122):
        views.logs.agency(f"ct-{number}", parent_id="can-tho")
    for number in range(121):
        certificate(views, f"ct-{number}")
    views.logs.add("declaration.building_started", "ct-121", "iso", {}, on="2013-03-01")
    views.catch_up()
    assert ratio(views, "I2", "2014-04-30", scope="can-tho", level="commune") == (121, 122, "99.18")
    (funnel,) = ask(views, "I2a", "2014-04-30", scope="can-tho", level="commune").values()
    assert funnel.values["certified"] == {"count": 121, "share": 121 / 122, "percent": "99.18"}
    assert funnel.values["building"]["percent"] == "0.82"
    assert ask(views, "I2", "2014-04-30", by="province", level="commune")["P92"].percent == "99.18"
    # Targets ask of one part after the other: the sums that are read once for all of them give what each would by itself.
    days, parts = (
        [clock.day_of(day) for day in ("2014-04-30", "2016-06-01")],
        ({"territory": "can-tho"}, {"territory": "ct-3"}, {}),
    )
    one_after_the_other = views.read(
        lambda connection: [
            others.figure("I2", part, "reported", day)
            for others in [Others(connection, at("2030-01-01"))]
            for part in parts
            for day in days
        ]
    )
    alone = [answer_of(views, Filters(part.get("territory")), day) for part in parts for day in days]
    assert one_after_the_other == alone
    assert [figure.numerator for figure in alone] == [121, 0, 1, 0, 121, 0]
    # The certificates ran out, and nobody declared.
    assert ratio(views, "I2", "2016-06-01", scope="can-tho", level="commune") == (0, 122, "0.00")


def test_plans_count_for_ministries_and_provinces_as_of_the_day(views):
    for number in range(23):
        views.logs.agency(f"bo-{number}", kind="ministry", level="central")
    views.logs.agency("so", kind="provincial_department", level="province")
    for number in range(18):
        data = {"plan_no": "1", "approved_on": "2013-10-01"}
        views.logs.add("declaration.plan_approved", f"bo-{number}", "iso", data, on="2013-10-01")
    views.logs.add("declaration.plan_approved", "bo-20", "iso", {"plan_no": "2"}, on="2015-01-05")
    views.catch_up()
    assert ratio(views, "I1", "2013-11-30") == (18, 23, "78.26")
    assert ratio(views, "I1", "2021-01-01") == (19, 23, "82.61")
    assert ratio(views, "I1", "2013-11-30", level="commune") == (0, 0, None)


def test_a_public_procedure_counts_once_for_its_level_and_not_when_opted_out_of(views):
    views.logs.agency("tinh", kind="provincial_pc", level="province")
    views.logs.agency("xa-1", parent_id="tinh")
    views.logs.agency("xa-2", parent_id="tinh")
    for code in ("1.001", "1.002", "1.003"):
        entry = {"name": "Thủ tục", "levels": ["commune"], "effective_from": "2020-01-01"}
        views.logs.add("tthc.published", "tinh", code, entry, on="2020-01-01")
    reason = {"entry": {"source": "tinh", "id": "1.003"}, "reason": "Không phát sinh"}
    views.logs.add("tthc.opted_out", "xa-1", "khong-1.003", reason, on="2020-02-01")
    procedure(views, "xa-1", "qt-1", "2020-03-01", "1.001")
    procedure(views, "xa-1", "qt-1b", "2020-03-01", "1.001")
    procedure(views, "xa-1", "qt-3", "2020-03-01", "1.003")
    views.catch_up()
    rows = ask(views, "I3", "2020-12-31", by="agency")
    assert {key: (figure.numerator, figure.denominator) for key, figure in rows.items()} == {
        "tinh": (0, 0),
        "xa-1": (1, 2),
        "xa-2": (0, 3),
    }
    assert rows["tinh"].percent is None
    assert ratio(views, "I3", "2020-12-31") == (1, 5, "20.00")


def test_a_procedure_goes_stale_and_is_cleared_by_a_revision_with_its_lead_time(views):
    views.logs.agency("xa")
    procedure(views, "xa", "qt-07", "2025-01-10")
    flag = {"legal_text_id": "x", "cause": "replaced", "announced_on": "2026-02-01", "change": T1}
    flag |= {"since": "2026-03-01", "due_on": "2026-03-31"}
    views.logs.add("procedure.flagged_stale", "xa", "qt-07", flag, on="2026-02-01", provenance="derived")
    views.catch_up()
    assert ratio(views, "I6", "2026-02-28") == (0, 1, "0.00")
    assert ratio(views, "I6", "2026-03-01") == (1, 1, "100.00")
    (figure,) = ask(views, "I6", "2026-04-15").values()
    assert (figure.values["stale_days_mean"], figure.values["stale_over_grace"]) == (45, 1)
    cleared = {"legal_text_id": "x", "change": T1, "cleared_on": "2026-04-20", "lead_time_days": 50, "by": "revised"}
    views.logs.add("procedure.staleness_cleared", "xa", "qt-07", cleared, on="2026-04-16", provenance="derived")
    views.catch_up()
    assert ratio(views, "I6", "2026-04-19") == (1, 1, "100.00")
    (figure,) = ask(views, "I6", "2026-04-20", begins="2026-01-01", ends="2026-04-30").values()
    assert (figure.numerator, figure.denominator) == (0, 1)
    assert (figure.values["lead_time_median"], figure.values["lead_time_p90"]) == (50, 50)


def test_overdue_begins_the_day_after_the_due_date_and_moving_it_hides_nothing(views):
    views.logs.agency("xa")
    planned = {"source": "improvement", "type": "improvement", "owner": "van-thu", "due_on": "2026-03-10"}
    views.logs.add("action.planned", "xa", "hd-1", planned, on="2026-03-01")
    views.logs.add(
        "action.due_changed", "xa", "hd-1", {"from": "2026-03-10", "to": "2026-03-30", "reason": "r"}, on="2026-03-20"
    )
    views.logs.add("action.done", "xa", "hd-1", {"done_on": "2026-04-02"}, on="2026-04-02")
    views.catch_up()
    outcome = {}
    for day in ("2026-02-28", "2026-03-10", "2026-03-11", "2026-03-20", "2026-03-31", "2026-04-02"):
        (figure,) = ask(views, "I11", day).values()
        values = figure.values
        outcome[day] = (
            figure.numerator,
            figure.denominator,
            values["overdue_original"]["numerator"],
            values["extensions"],
        )
    assert outcome == {
        "2026-02-28": (0, 0, 0, 0),
        "2026-03-10": (0, 1, 0, 0),
        "2026-03-11": (1, 1, 1, 0),
        "2026-03-20": (0, 1, 1, 1),
        "2026-03-31": (1, 1, 1, 1),
        "2026-04-02": (0, 0, 0, 0),
    }


def test_dossiers_are_summed_over_full_months_and_pending_counts_as_of_the_last(views):
    views.logs.agency("xa")
    for month, early, late, overdue, in_time in (("2026-01", 10, 2, 3, 5), ("2026-02", 31, 0, 4, 6)):
        figures = {"period": month, "channel": "one_stop", "opening": 0, "received": early + late + overdue + in_time}
        figures |= {"resolved_early": early, "resolved_on_time": 0, "resolved_late": late, "pending_in_time": in_time}
        figures |= {"pending_overdue": overdue, "returned_incomplete": 0, "withdrawn": 0, "field": "Hộ tịch"}
        views.logs.add("dossier_stats.submitted", "xa", f"{month}:ho-tich:one_stop", figures, on=f"{month}-28")
    views.catch_up()
    (figure,) = ask(views, "I7", "2026-03-15").values()
    assert (figure.numerator, figure.denominator, figure.percent) == (41, 43, "95.35")
    assert figure.values["strict"]["denominator"] == 47
    assert figure.values["backlog"]["percent"] == "40.00"
    assert figure.values["unbalanced_returns"] == 0
    assert ratio(views, "I7", "2026-03-15", begins="2026-01-15", ends="2026-02-28") == (31, 31, "100.00")


def test_audits_of_the_period_count_when_completed_up_to_fifteen_days_late(views):
    views.logs.agency("xa")
    for number, completed in enumerate(("2026-03-25", "2026-03-26", "")):
        planned = {"kind": "internal", "planned_from": "2026-03-09", "planned_to": "2026-03-10"}
        views.logs.add("audit.planned", "xa", f"dg-{number}", planned, on="2026-01-05")
        if completed:
            views.logs.add("audit.completed", "xa", f"dg-{number}", {"completed_on": completed}, on=completed)
    views.catch_up()
    assert ratio(views, "I9", "2026-12-31") == (1, 3, "33.33")
    (figure,) = ask(views, "I9", "2027-03-26").values()
    assert figure.values["agencies_without_audit"] == 0
    (figure,) = ask(views, "I9", "2027-03-27").values()
    assert figure.values["agencies_without_audit"] == 1


def test_an_old_declaration_with_a_recent_audit_is_maintained(views):
    views.logs.agency("xa")
    declare(views, "xa", "2024-05-01")
    planned = {"kind": "internal", "planned_from": "2025-03-09", "planned_to": "2025-03-10"}
    views.logs.add("audit.planned", "xa", "dg", planned, on="2025-01-05")
    views.logs.add("audit.completed", "xa", "dg", {"completed_on": "2025-03-10"}, on="2025-03-10")
    views.catch_up()

    def state(day: str) -> str:
        (figure,) = ask(views, "I2a", day).values()
        return next(name for name, value in figure.values.items() if name != "agencies" and value["count"] == 1)

    assert [state(day) for day in ("2024-04-30", "2024-05-01", "2025-04-30", "2025-05-01", "2026-03-11")] == [
        "none",
        "declared",
        "declared",
        "maintained",
        "declared",
    ]


def test_a_late_fact_changes_only_what_is_known_afterwards(views):
    views.logs.agency("xa")
    planned = {"source": "risk", "type": "improvement", "owner": "van-thu", "due_on": "2026-01-10"}
    views.logs.add("action.planned", "xa", "hd-1", planned, on="2026-01-02")
    views.logs.add("action.started", "xa", "hd-1", {}, on="2026-02-01")
    views.catch_up(until="2026-02-15")
    before = ratio(views, "I11", "2026-01-20", known="2026-02-10")
    # Done on 9 January, told in March.
    views.logs.add("action.done", "xa", "hd-1", {"done_on": "2026-01-09"}, on="2026-01-09", known="2026-03-01")
    views.catch_up(until="2026-03-15")
    assert before == (1, 1, "100.00")
    assert ratio(views, "I11", "2026-01-20", known="2026-02-10") == before
    assert ratio(views, "I11", "2026-01-20", known="2026-03-10") == (0, 0, None)
    assert ratio(views, "I11", "2026-01-08", known="2026-03-10") == (0, 1, "0.00")


def test_a_correction_and_a_retraction_change_only_what_is_known_afterwards(views):
    views.logs.agency("xa")
    planned = {"source": "risk", "type": "improvement", "owner": "van-thu", "due_on": "2026-01-10"}
    first = views.logs.add("action.planned", "xa", "hd-1", planned, on="2026-01-02")
    done = views.logs.add("action.done", "xa", "hd-1", {"done_on": "2026-01-09"}, on="2026-01-09")
    views.catch_up(until="2026-02-01")
    before = ratio(views, "I11", "2026-01-20", known="2026-01-31")
    views.logs.add(
        "action.retracted",
        "xa",
        "hd-1",
        {"reason": "Nhầm"},
        on="2026-02-10",
        known="2026-02-10",
        corrects=done.event_id,
    )
    views.catch_up(until="2026-03-01")
    retracted = ratio(views, "I11", "2026-01-20", known="2026-02-20")
    later = {**planned, "due_on": "2026-01-25"}
    views.logs.add("action.planned", "xa", "hd-1", later, on="2026-01-02", known="2026-03-10", corrects=first.event_id)
    views.catch_up(until="2026-04-01")
    assert before == (0, 0, None)
    assert retracted == (1, 1, "100.00")
    assert ratio(views, "I11", "2026-01-20", known="2026-01-31") == before
    assert ratio(views, "I11", "2026-01-20", known="2026-02-20") == retracted
    assert ratio(views, "I11", "2026-01-20", known="2026-03-20") == (0, 1, "0.00")
    assert ratio(views, "I11", "2026-01-26", known="2026-03-20") == (1, 1, "100.00")


def test_only_inspected_facts_count_as_verified_and_only_for_24_months(views):
    views.logs.agency("xa-1")
    views.logs.agency("xa-2")
    declare(views, "xa-1", "2024-01-10")
    declare(views, "xa-2", "2024-01-10")
    views.logs.add(
        "declaration.published", "xa-1", "iso", {"channel": "portal"}, on="2024-06-01", provenance="inspected"
    )
    views.catch_up()
    assert ratio(views, "I2", "2024-07-01") == (2, 2, "100.00")
    assert ratio(views, "I2", "2024-05-31", variant="verified") == (0, 2, "0.00")
    assert ratio(views, "I2", "2024-07-01", variant="verified") == (1, 2, "50.00")
    assert ratio(views, "I2", "2026-06-01", variant="verified") == (1, 2, "50.00")
    assert ratio(views, "I2", "2026-06-02", variant="verified") == (0, 2, "0.00")


def test_provinces_are_those_of_the_day_or_of_today(views):
    views.logs.agency("gia-lai", kind="provincial_pc", level="province", admin_unit_code="P64")
    views.logs.agency("xa-cu", parent_id="gia-lai")
    views.catch_up()
    assert set(ask(views, "I2", "2017-12-31", by="province")) == {"P64"}
    assert set(ask(views, "I2", "2017-12-31", by="province", restate=True)) == {"P52"}


def test_an_agency_is_in_scope_of_both_its_parents_and_unknown_scopes_are_told(views):
    views.logs.agency("bo", kind="ministry", level="central")
    views.logs.agency("tinh", kind="provincial_pc", level="province")
    views.logs.agency("so", kind="provincial_department", level="province", parent_id="tinh", sector_parent_id="bo")
    views.catch_up()
    assert ratio(views, "I2", "2024-01-01", scope="bo")[1] == 2
    assert ratio(views, "I2", "2024-01-01", scope="tinh")[1] == 2
    with pytest.raises(UnknownScopeError):
        ask(views, "I2", "2024-01-01", scope="khong-co")


def test_known_at_is_never_later_than_the_watermark(views):
    views.logs.agency("xa")
    views.catch_up(until="2024-01-01")
    views.promise(at("2023-06-01"), "notify")
    found = views.read(answer, INDICATORS["I2"], Asked(clock.day_of("2024-01-01"), at("2025-01-01")))
    assert found.known_at == found.watermark == at("2023-06-01")
