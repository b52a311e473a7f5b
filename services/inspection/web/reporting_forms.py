"""What the forms of the reporting room do: fill a report in from events, hand it in, roll reports up.

Owns no rule: the same commands and the same intake as over the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from services.inspection import reports_api
from services.inspection.cases import Case
from services.inspection.domain.periodic_report_rules import difference
from services.inspection.domain.report_templates import ReportField, templates
from services.inspection.web.access import require_agency_seen, require_form
from services.inspection.web.acting import Deed, act, given_of
from services.inspection.web.contract_forms import number_of
from services.inspection.web.inner import ask
from services.inspection.web.reporting_pages import known_report, show_report
from services.inspection.web.reporting_tables import report_address
from services.inspection.web.signing_in import redirect
from shared import clock
from shared.service.context import ServiceContext


def prefill(context: ServiceContext, request: Request, agency_id: str, report: str) -> Response:
    """Fill a report in from the agency's events, and record it.

    Raises:
        Problem: 403 not one's own part, 404 no such report, 409 it was handed in already.
    """
    session = require_form(context, request, "act")
    require_agency_seen(context, request, agency_id)
    found = known_report(context, request, session, agency_id, report)
    path = f"/v1/periodic-reports/{agency_id}/{report}/prefill"
    ask(context, request, lambda asked, sent: reports_api.prefill_report(asked, sent, agency_id, report), path, b"")
    return redirect(report_address(found))


def submit(context: ServiceContext, request: Request, agency_id: str, report: str) -> Response:
    """Hand a report in, with a difference for every field that departs from the events; or say what is wrong.

    Raises:
        Problem: 403 not one's own part, 404 no such report.
    """
    session = require_form(context, request, "act")
    require_agency_seen(context, request, agency_id)
    found = known_report(context, request, session, agency_id, report)
    given = given_of(request)
    data = submission(found, given, clock.vietnam_day(context.clock()))
    outcome = act(context, session, Deed("qms.periodic_report.submitted", agency_id, report, data))
    if outcome.done:
        return redirect(report_address(found))
    return show_report(context, request, session, found, outcome, given)


def submission(found: Case, given: Mapping[str, str], today: int) -> dict[str, Any]:
    """Return the data of a submission from a form: values, differences with reasons, day, number, reason for being late."""
    values = [_value(one, given) for one in templates()[found.state["template_version"]].fields]
    told: dict[str, Any] = {"values": [value for value in values if value is not None]}
    differences = [
        _difference(entry, found.state["prefilled"], given)
        for entry in told["values"]
        if entry["field"] in found.state["prefilled"] and _departs(entry, found.state["prefilled"])
    ]
    if differences:
        told["differences"] = differences
    told["submitted_on"] = clock.to_date(today).isoformat()
    for name in ("late_reason", "report_no", "signer"):
        text = given.get(name, "").strip()
        if text:
            told[name] = text
    return told


def _value(one: ReportField, given: Mapping[str, str]) -> dict[str, Any] | None:
    text = given.get(f"value.{one.field}", "").strip()
    if one.text:
        return {"field": one.field, "value": None, "note": text} if text else None
    return {"field": one.field, "value": number_of(text) if text else None}


def _departs(entry: Mapping[str, Any], prefilled: Mapping[str, float | None]) -> bool:
    value = entry["value"]
    return not isinstance(value, str) and difference(prefilled[entry["field"]], value) > 0


def _difference(
    entry: Mapping[str, Any], prefilled: Mapping[str, float | None], given: Mapping[str, str]
) -> dict[str, Any]:
    name = entry["field"]
    told = {"field": name, "prefilled": prefilled[name], "submitted": entry["value"]}
    reason = given.get(f"reason.{name}", "").strip()
    return {**told, "reason": reason} if reason else told


def record_roll_up(context: ServiceContext, request: Request, body: str, report: str) -> Response:
    """Fill the receiver's own report in with the sums, and record which reports became part of it.

    Raises:
        Problem: 403 not the receiver, 404 no such report, 409 it was handed in already.
    """
    session = require_form(context, request, "act")
    require_agency_seen(context, request, body)
    found = known_report(context, request, session, body, report)
    path = f"/v1/periodic-reports/{body}/{report}/roll-up"
    ask(context, request, lambda asked, sent: reports_api.record_roll_up(asked, sent, body, report), path, b"")
    return redirect(report_address(found))
