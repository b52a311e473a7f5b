"""The reporting room: who owes which report, one report field by field, and the roll-up up to the Prime Minister's.

Owns what the pages show; what their forms do is in `reporting_forms.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from werkzeug.wrappers import Request, Response

from services.inspection import cases, reports_api
from services.inspection.cases import Case
from services.inspection.domain.report_templates import ReportField, templates
from services.inspection.kept_cases import kept_cases
from services.inspection.past_cases import cases_as_of
from services.inspection.web import reporting_tables as tables
from services.inspection.web.access import acts_for, limited_filters, require_agency_seen, require_session, visible_to
from services.inspection.web.act_pages import act_address
from services.inspection.web.acting import Outcome
from services.inspection.web.filters import N_, Filters
from services.inspection.web.inner import ask
from services.inspection.web.programme_tables import Telling
from services.inspection.web.rendering import language_of, views_of
from services.inspection.web.reporting_tables import GROUP_WORDS, GROUPS, ReportLine
from services.inspection.web.rooms import Offered, room, room_filters, seen_in_lists, spoken, translator
from shared import clock
from shared.service.context import ServiceContext
from shared.turns import in_turns
from shared.vietnam.text import matches
from shared.web.problem import Problem
from shared.web.roles import may
from shared.web.routing import not_found
from shared.web.sessions import Session

_KIND = "periodic_report"
#: A roll-up that cannot be made now: the receiver's own report was handed in already.
_CONFLICT = 409


def reporting(context: ServiceContext, request: Request) -> Response:
    """Show who owes which report, counted by form, period and receiver, and one by one."""
    session = require_session(context, request)
    asked = {"state": tuple(GROUPS), "report": None, "receiver": None}
    filters = room_filters(request, limited_filters(context, request, session), asked)
    lines = _lines(context, session, filters)
    names = views_of(context).names((), filters.as_of)
    telling = Telling(translator(request), language_of(request), filters, names)
    shown = _chosen(lines, telling)
    say = telling.translate
    periods = sorted({line.record.subject for line in lines}, reverse=True)
    receivers = sorted({line.record.receiver for line in lines} - {""})
    return room(
        context,
        request,
        ("reporting.html", "reporting"),
        filters,
        [tables.reports_table(shown, telling), tables.summary_table(lines, telling)],
        offered=[
            Offered("report", say(N_("Report")), [(one, one) for one in periods]),
            Offered(
                "receiver", say(N_("Receiver")), [(one, spoken(names[one], telling.language)) for one in receivers]
            ),
            Offered("state", say(N_("State")), [(code, say(word)) for code, word in GROUP_WORDS.items()]),
        ],
        new_address=act_address("qms.periodic_report.opened") if may(session.role, "act") else None,
    )


def _lines(context: ServiceContext, session: Session, filters: Filters) -> list[ReportLine]:
    """Return the reports that somebody may see as of the day: those that are theirs to give or to receive."""
    if filters.is_today:
        found = context.database.read(lambda connection: kept_cases(connection, _KIND))
    else:
        moment = (filters.as_of, filters.known_at)
        found = context.database.read(lambda connection: cases_as_of(connection, _KIND, *moment))
    seen = seen_in_lists(context, session, filters.today)
    shown = [one for one in found if seen(one.agency_id) or seen(one.receiver or one.source)]
    if filters.scope is not None and filters.scope != filters.own:
        within = views_of(context).within(filters.scope, filters.as_of)
        shown = [one for one in shown if one.agency_id in within]
    return [tables.line_of(one, filters.as_of) for one in in_turns(shown)]


def _chosen(lines: Sequence[ReportLine], telling: Telling) -> Sequence[ReportLine]:
    """Return the reports that the filters of the room leave."""
    filters = telling.filters
    state, report, receiver = (filters.chosen(name) for name in ("state", "report", "receiver"))
    if state or report or receiver:
        lines = [
            line
            for line in lines
            if report in ("", line.record.subject)
            and receiver in ("", line.receiver)
            and (not state or GROUPS[state](line))
        ]
    return [line for line in lines if _found(line, telling)] if filters.query else lines


def _found(line: ReportLine, telling: Telling) -> bool:
    name = telling.names[line.record.agency_id]
    return matches(telling.filters.query, name.agency_id, name.name_vi, name.name_en, line.record.subject)


def report_page(context: ServiceContext, request: Request, agency_id: str, report: str) -> Response:
    """Show one periodic report: what events say, what was handed in, and what may follow.

    Raises:
        Problem: 403 outside one's own part, 404 no such report.
    """
    session = require_session(context, request)
    return show_report(context, request, session, known_report(context, request, session, agency_id, report))


def known_report(context: ServiceContext, request: Request, session: Session, agency_id: str, report: str) -> Case:
    """Return a report that somebody may see, as its agency or as its receiver.

    Raises:
        Problem: 403 outside one's own part, 404 no such report.
    """
    found = context.database.read(lambda connection: cases.case(connection, _KIND, agency_id, report))
    if found is None:
        require_agency_seen(context, request, agency_id)
        raise not_found()
    if not visible_to(context, session)(found.receiver or agency_id):
        require_agency_seen(context, request, agency_id)
    return found


def show_report(
    context: ServiceContext,
    request: Request,
    session: Session,
    found: Case,
    outcome: Outcome | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    """Return a report's page; with what was wrong with a form that was sent, and what it had."""
    filters = limited_filters(context, request, session)
    receiver = found.receiver
    names = views_of(context).names({found.agency_id, *([receiver] if receiver else [])}, filters.as_of)
    telling = Telling(translator(request), language_of(request), filters, names)
    acting = may(session.role, "act")
    own = session.agency_id is None or acts_for(context, session, found.agency_id)
    return room(
        context,
        request,
        ("reporting_report.html", "reporting"),
        filters,
        [tables.fields_table(found, telling)],
        dated=False,
        status=422 if outcome is not None else 200,
        record=found,
        line=tables.line_of(found, filters.as_of),
        form=templates()[found.state["template_version"]],
        sections=_sections(found, telling.language),
        agency=names[found.agency_id],
        receiver=names[receiver] if receiver else None,
        here=tables.report_address(found),
        filling=acting and own and found.status in ("opened", "prefilled"),
        submitting=acting and own and found.status in ("opened", "prefilled", "returned"),
        acts=_acts(context, session, found) if acting else [],
        receiving=_receives(context, found),
        refused=outcome,
        given=given or {},
    )


def _sections(found: Case, language: str) -> list[tuple[str, list[ReportField]]]:
    """Return the fields of a report's form under their headings, in its order."""
    fields = templates()[found.state["template_version"]].fields
    parts = groupby(fields, key=lambda one: one.section_en if language == "en" else one.section_vi)
    return [(section, list(under)) for section, under in parts]


def _acts(context: ServiceContext, session: Session, found: Case) -> list[tuple[Any, str]]:
    """Return what the receiver may do: return or accept."""
    receiver = found.receiver
    if session.agency_id is not None and not visible_to(context, session)(receiver or found.agency_id):
        return []
    if session.agency_id == found.agency_id:
        return []
    common = {"source": receiver or found.agency_id, "subject": found.subject, "agency_id": found.agency_id}
    common["next"] = tables.report_address(found)
    accepted = {"accepted_on": clock.to_date(clock.vietnam_day(context.clock())).strftime("%d/%m/%Y")}
    steps = {"qms.periodic_report.accepted": accepted, "qms.periodic_report.returned": {}}
    return [
        (context.catalogue[name], act_address(name, **common, **filled))
        for name, filled in steps.items()
        if name in found.next_events
    ]


def _receives(context: ServiceContext, found: Case) -> bool:
    """Return whether other agencies owe this agency a report of the same form and period."""
    listed = context.database.read(lambda connection: kept_cases(connection, _KIND))
    return any((one.subject, one.receiver) == (found.subject, found.agency_id) for one in listed)


def roll_up_page(context: ServiceContext, request: Request, body: str, report: str) -> Response:
    """Show what rolling the accepted reports up would give: sums, who is in them, who is missing, all differences.

    Raises:
        Problem: 403 not the receiver, 404 no such report of the receiver.
    """
    session = require_session(context, request, "oversee")
    require_agency_seen(context, request, body)
    found = known_report(context, request, session, body, report)
    filters = limited_filters(context, request, session)
    path = f"/v1/periodic-reports/{body}/{report}/roll-up"
    rolled, refused = _EMPTY, None
    try:
        rolled = ask(context, request, lambda asked, sent: reports_api.preview_roll_up(asked, sent, body, report), path)
    except Problem as problem:
        if problem.status != _CONFLICT:
            raise
        refused = problem
    named = {body, *rolled["included"], *(one["agency_id"] for one in (*rolled["missing"], *rolled["differences"]))}
    names = views_of(context).names(named, filters.as_of)
    telling = Telling(translator(request), language_of(request), filters, names)
    return room(
        context,
        request,
        ("roll_up.html", "reporting"),
        filters,
        [
            tables.sums_table(rolled["values"], found.state["template_version"], telling),
            tables.parts_table(rolled, telling),
            tables.departures_table(rolled["differences"], telling),
        ],
        dated=False,
        record=found,
        agency=names[body],
        rolled=rolled,
        as_of=clock.day_of(rolled["as_of"]) if rolled["as_of"] else filters.as_of,
        refused=refused,
        here=tables.report_address(found),
        recording=may(session.role, "act") and refused is None,
    )


_EMPTY: dict[str, Any] = {"as_of": None, "values": {}, "included": [], "missing": [], "differences": []}
