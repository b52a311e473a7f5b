"""The inspector's work queue: what waits for a decision, what is overdue, the alerts of one's own territory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import orjson
from werkzeug.wrappers import Request, Response

from services.inspection import alerts_api
from services.inspection.cases import open_states
from services.inspection.web.access import limited_filters, require_form, require_session
from services.inspection.web.acting import given_of, wait_until_shown
from services.inspection.web.filters import N_
from services.inspection.web.inner import ask
from services.inspection.web.notices import with_notice
from services.inspection.web.record_pages import RecordLine, lines_of
from services.inspection.web.rendering import TEMPLATES, language_of, page, views_of
from services.inspection.web.signing_in import redirect, safe_target
from services.inspection.web.words import ALERT_RULES
from shared.service.context import ServiceContext
from shared.web.roles import may

#: Rows of one part of the queue; the rest is a click away.
_SHOWN = 20
#: Alerts that can be acknowledged here; the others once these are in hand.
_ALERTS = 50

#: Title, kind of record, what puts a record into this part, address of the whole list.
_PARTS: Sequence[tuple[str, str, Callable[[RecordLine], bool], str]] = (
    (
        N_("Recommendations to verify"),
        "recommendation",
        lambda line: line.record.status in ("evidence_submitted", "under_verification"),
        "/records/recommendation?state=evidence_submitted",
    ),
    (
        N_("Disagreements to decide"),
        "recommendation",
        lambda line: line.record.status == "disagreed",
        "/records/recommendation?state=disagreed",
    ),
    (
        N_("Overdue recommendations"),
        "recommendation",
        lambda line: line.overdue_days > 0,
        "/records/recommendation",
    ),
    (N_("Inspections under way"), "inspection", lambda line: line.record.open, "/records/inspection"),
    (
        N_("Reports to accept"),
        "periodic_report",
        lambda line: line.record.status == "submitted",
        "/records/periodic_report?state=submitted",
    ),
)

#: In which states records of each kind can belong to a part at all.
_STATES = {
    "recommendation": open_states("recommendation"),
    "inspection": open_states("inspection"),
    "periodic_report": frozenset({"submitted"}),
}


def work(context: ServiceContext, request: Request) -> Response:
    """Show what waits for the inspector."""
    session = require_session(context, request, "oversee")
    filters = limited_filters(context, request, session)
    translate = TEMPLATES.gettext(language_of(request))
    lines = {kind: lines_of(context, session, filters, kind, states) for kind, states in _STATES.items()}
    parts = []
    for title, kind, belongs, address in _PARTS:
        found = [line for line in lines[kind] if belongs(line)]
        parts.append((translate(title), found[:_SHOWN], len(found), address))
    return page(
        context,
        request,
        "work.html",
        "work",
        parts=parts,
        alerts=views_of(context).alerts(filters),
        rules=ALERT_RULES,
        shown_at_most=_SHOWN,
        alerts_at_most=_ALERTS,
        acting=may(session.role, "act"),
        filters=filters,
    )


def acknowledge_alert(context: ServiceContext, request: Request, alert_id: str) -> Response:
    """Take an alert into hand; its escalation stops.

    Raises:
        Problem: 403 not one's own part, 404 no such alert, 422 it cannot be acknowledged any more.
    """
    require_form(context, request, "act")
    given = given_of(request)
    note = given.get("note", "").strip()
    body = orjson.dumps({"note": note} if note else {})
    ask(context, request, alerts_api.relay_checked, f"/v1/alerts/{alert_id}/acknowledge", body)
    wait_until_shown(context, context.clock())
    there = safe_target(given["next"]) if given.get("next") else "/work"
    return redirect(with_notice(there, "qms.alert.acknowledged"))
