"""HTTP handlers of periodic reports: the forms, one report with its differences, filling in, rolling up.

Owns the JSON forms. Opening, submitting, returning and accepting are events that agencies and receivers push.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from services.inspection.commanding import read_views, record, require_body, stored_states
from services.inspection.domain.periodic_report import ReportState
from services.inspection.domain.periodic_report_rules import difference, unexplained
from services.inspection.domain.report_templates import templates
from services.inspection.kept_cases import kept_cases
from services.inspection.reports.counting import Value
from services.inspection.reports.prefill import Filled, fill_in
from services.inspection.reports.rolling_up import Handed, RolledUp, roll_up
from services.inspection.selection.inputs import inputs_hash
from shared import clock
from shared.contracts.envelope import SOURCE_PREFIX
from shared.eventsourcing import Hint
from shared.eventsourcing.derived import DerivedEvent
from shared.web.answers import json_answer
from shared.web.auth import authenticate
from shared.web.problem import Problem
from shared.web.scope import require_agency

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

#: States in which a report can still be filled in.
_OPEN = ("opened", "prefilled")


def list_templates(context: ServiceContext, request: Request) -> Response:
    """Answer the forms of periodic reports with their fields."""
    authenticate(context, request)
    return json_answer({"templates": [asdict(found) for found in templates().values()]})


def get_report(context: ServiceContext, request: Request, agency_id: str, report: str) -> Response:
    """Answer where a report stands: values filled in and submitted, differences with their reasons.

    Raises:
        Problem: 403 outside the caller's agencies, 404 no such report.
    """
    require_agency(context, authenticate(context, request), agency_id)
    return json_answer(_form(report, _report(context, agency_id, report)))


def prefill_report(context: ServiceContext, request: Request, agency_id: str, report: str) -> Response:
    """Fill a report in from the agency's events, and record it.

    Raises:
        Problem: 403 outside the caller's agencies, 404 no such report, 409 it was handed in already.
    """
    require_agency(context, authenticate(context, request), agency_id)
    filled = _filled(context, agency_id, _report(context, agency_id, report))
    _record_filled(context, agency_id, report, filled.values, filled)
    return json_answer(_form(report, _report(context, agency_id, report)))


def preview_roll_up(context: ServiceContext, request: Request, body: str, report: str) -> Response:
    """Answer what rolling up would give: sums, which reports are in it, which are missing, all differences.

    Raises:
        Problem: 403 not the receiver, 404 no such report of the receiver.
    """
    require_body(context, request, body)
    found, filled = _rolled_up(context, body, report)
    return json_answer(_roll_up_form(body, report, found, filled))


def record_roll_up(context: ServiceContext, request: Request, body: str, report: str) -> Response:
    """Fill the receiver's own report in with the sums, and record which reports became part of it.

    Raises:
        Problem: 403 not the receiver, 404 no such report, 409 it was handed in already.
    """
    require_body(context, request, body)
    found, filled = _rolled_up(context, body, report)
    _record_filled(context, body, report, found.values, filled)
    now, into = context.clock(), {"source": SOURCE_PREFIX + body, "id": report}
    taken = [one.agency_id for one in _reports(context, found.included, report) if one.status == "accepted"]
    record(
        context,
        [
            DerivedEvent(
                "qms.periodic_report.rolled_up",
                body,
                report,
                f"rolled-up:{agency_id}:{report}"[:128],
                now,
                {"agency_id": agency_id, "into": into},
            )
            for agency_id in taken
        ],
    )
    return json_answer(_roll_up_form(body, report, found, filled))


def _report(context: ServiceContext, agency_id: str, report: str) -> ReportState:
    found = _reports(context, [agency_id], report)
    if not found:
        raise Problem(
            404,
            "UNKNOWN_REPORT",
            Hint(f"Cơ quan {agency_id} không có báo cáo '{report}'.", f"{agency_id} has no report '{report}'."),
            pointer="/path/report",
        )
    return found[0]


def _reports(context: ServiceContext, agency_ids: Sequence[str], report: str) -> list[ReportState]:
    """Return the reports of agencies, as far as they have one."""
    found = stored_states(context, "periodic_report", [f"{agency_id}/{report}" for agency_id in agency_ids])
    return [ReportState(**found[stream]) for stream in sorted(found)]


def _filled(context: ServiceContext, agency_id: str, report: ReportState) -> Filled:
    if report.status not in _OPEN:
        raise Problem(
            409,
            "REPORT_NOT_OPEN",
            Hint("Báo cáo đã nộp, không điền lại số liệu.", "The report was handed in; it is not filled in again."),
        )
    today = clock.vietnam_day(context.clock())
    return read_views(
        context,
        lambda connection: fill_in(connection, agency_id, report.template_version, report.period, today, None),
        "/path/agency_id",
    )


def _record_filled(
    context: ServiceContext, agency_id: str, report: str, values: Mapping[str, Value], filled: Filled
) -> None:
    listed = [{"field": name, "value": value} for name, value in values.items()]
    digest = inputs_hash(listed)
    data = {
        "values": listed,
        "as_of": clock.to_date(filled.as_of).isoformat(),
        "known_at": clock.to_rfc3339(filled.known_at),
        "inputs_hash": digest,
    }
    event_id = f"prefilled:{report}:{filled.known_at}:{digest[:16]}"[:128]
    record(context, [DerivedEvent("qms.periodic_report.prefilled", agency_id, report, event_id, context.clock(), data)])


def _rolled_up(context: ServiceContext, body: str, report: str) -> tuple[RolledUp, Filled]:
    own = _report(context, body, report)
    filled = _filled(context, body, own)
    found = context.database.read(lambda connection: kept_cases(connection, "periodic_report"))
    owed = (one for one in found if (one.subject, one.receiver) == (report, body) and one.source != body)
    reports = [ReportState(**one.state) for one in owed]
    handed = [Handed(one.agency_id, one.status, one.submitted, one.prefilled, one.reasons) for one in reports]
    return roll_up(filled.values, handed), filled


def _form(report: str, found: ReportState) -> dict[str, Any]:
    missing = set(unexplained(found))
    differences = [
        {
            "field": name,
            "prefilled": before,
            "submitted": found.submitted[name],
            "difference": difference(before, found.submitted[name]),
            "reason": found.reasons.get(name),
            "must_be_explained": name in missing,
        }
        for name, before in found.prefilled.items()
        if name in found.submitted and difference(before, found.submitted[name]) > 0
    ]
    return {"report": report, **asdict(found), "differences": differences}


def _roll_up_form(body: str, report: str, found: RolledUp, filled: Filled) -> dict[str, Any]:
    return {
        "body": body,
        "report": report,
        "as_of": clock.to_date(filled.as_of).isoformat(),
        "known_at": clock.to_rfc3339(filled.known_at),
        "values": found.values,
        "included": list(found.included),
        "missing": [{"agency_id": agency_id, "status": status} for agency_id, status in found.missing],
        "differences": [
            {"agency_id": agency_id, "field": name, "prefilled": before, "submitted": after, "reason": why or None}
            for agency_id, name, before, after, why in found.differences
        ],
    }
