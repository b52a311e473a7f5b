"""The programme builder: programmes of all bodies, and one of them from its draft over the selection to its approval.

Owns what the pages show; what follows from a form is in `programme_forms.py`, how agencies are chosen in `selection/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson
from werkzeug.wrappers import Request, Response

from services.inspection import cases, programmes_api
from services.inspection.cases import Case
from services.inspection.domain.limits import DEFAULT_ONSITE_SHARE
from services.inspection.domain.programme_state import subject_of
from services.inspection.kept_cases import kept_cases
from services.inspection.past_cases import cases_as_of
from services.inspection.programmes_api import Proposed
from services.inspection.selection.calendar import Meeting, meetings
from services.inspection.web import programme_tables as tables
from services.inspection.web.access import limited_filters, require_agency_seen, require_session, visible_to
from services.inspection.web.act_pages import act_address
from services.inspection.web.builder_fields import FIELDS, REFUSABLE, command, share_text
from services.inspection.web.filters import Filters
from services.inspection.web.forms import further_values
from services.inspection.web.inner import inner_request
from services.inspection.web.programme_tables import Telling
from services.inspection.web.rendering import language_of, views_of
from services.inspection.web.rooms import moment_of, room, room_filters, translator
from services.inspection.web.signing_in import redirect
from shared import clock
from shared.service.context import ServiceContext
from shared.vietnam.text import matches
from shared.web.problem import Problem
from shared.web.roles import may
from shared.web.routing import not_found
from shared.web.sessions import Session

_FIRST_YEAR, _LAST_YEAR = 2014, 2100
_STATES = tuple(cases.MOVES["inspection_programme"].words)


def programmes(context: ServiceContext, request: Request) -> Response:
    """Show the programmes of all bodies that one may see; a body and a year lead to that programme."""
    session = require_session(context, request, "oversee")
    body, year = request.args.get("body", "").strip(), request.args.get("year", "").strip()
    if body and year.isdigit():
        return redirect(f"/programmes/{quote(body, safe='')}/{year}")
    filters = room_filters(request, limited_filters(context, request, session), {"state": _STATES})
    telling, found = _told(context, request, session, filters)
    state = filters.chosen("state")
    shown = [
        one
        for one in found
        if state in ("", one.status)
        and matches(filters.query, one.source, str(one.state["year"]), telling.names[one.source].name_vi)
    ]
    return room(
        context,
        request,
        ("programmes.html", "programmes"),
        filters,
        [tables.programmes_table(shown, telling)],
        bodies=_bodies(context, session, filters),
        next_year=clock.to_date(filters.today).year + 1,
        states=[(code, code.replace("_", " ") if telling.language == "en" else text) for code, text in _words()],
        state=state,
        acting=may(session.role, "act"),
    )


def _words() -> list[tuple[str, str]]:
    return list(cases.MOVES["inspection_programme"].words.items())


def _bodies(context: ServiceContext, session: Session, filters: Filters) -> list[Any]:
    seen = visible_to(context, session)
    return [body for body in views_of(context).inspecting_bodies(filters.as_of) if seen(body.agency_id)]


def _told(context: ServiceContext, request: Request, session: Session, filters: Filters) -> tuple[Telling, list[Case]]:
    kind, seen = "inspection_programme", visible_to(context, session)
    if filters.is_today:
        found = context.database.read(lambda connection: kept_cases(connection, kind))
    else:
        moment = (filters.as_of, filters.known_at)
        found = context.database.read(lambda connection: cases_as_of(connection, kind, *moment))
    shown = [one for one in found if seen(one.source)]
    shown.sort(key=lambda one: (-one.state["year"], one.source))
    names = views_of(context).names({one.source for one in shown}, filters.as_of)
    return Telling(translator(request), language_of(request), filters, names), shown


def programme(context: ServiceContext, request: Request, body: str, year: int) -> Response:
    """Show one programme: where it stands, its entries, meetings with others; and propose a selection when asked.

    Raises:
        Problem: 403 outside one's own part, 404 no such body or year.
    """
    session = require_session(context, request, "oversee")
    require_agency_seen(context, request, body)
    record = context.registry.agency(body)
    if record is None or not record.inspection_rights or not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise not_found()
    filters = room_filters(request, limited_filters(context, request, session), dict.fromkeys(FIELDS))
    found = context.database.read(
        lambda connection: cases.case(connection, "inspection_programme", body, subject_of(year))
    )
    wanted, refused = _proposed(context, request, filters, (body, year))
    entries = found.state["entries"] if found is not None else []
    met = _meetings(context, filters, (body, year), entries)
    telling = _telling(context, request, filters, {body, *_agencies(entries, wanted)})
    shown = [tables.entries_table(entries, telling), tables.meetings_table(met, telling)]
    if wanted is not None:
        proposal = wanted.proposal
        shown = [
            tables.picks_table(proposal, telling),
            tables.dropped_table(proposal, telling),
            tables.risk_table(proposal, telling),
            *shown,
        ]
    return room(
        context,
        request,
        ("programme.html", "programmes"),
        filters,
        shown,
        dated=False,
        record=found,
        body=telling.names[body],
        year=year,
        here=f"/programmes/{quote(body, safe='')}/{year}",
        acts=_acts(context, found, (body, year), met) if may(session.role, "act") else [],
        wanted=wanted,
        refused=refused,
        meetings=met,
        share=share_text,
        least_on_site=found.state["onsite_share_min"] if found is not None else DEFAULT_ONSITE_SHARE,
        adopting=may(session.role, "act") and found is not None and found.status in ("draft", "selection_done"),
        changing=may(session.role, "act") and found is not None and "entry_added" in " ".join(found.next_events),
        **further_values(filters, telling.language, ("level", "kind", "obligation")),
    )


def _agencies(entries: list[Mapping[str, Any]], wanted: Proposed | None) -> set[str]:
    return {str(entry["agency_id"]) for entry in entries} | (set(wanted.proposal.scores) if wanted else set())


def _telling(context: ServiceContext, request: Request, filters: Filters, agency_ids: set[str]) -> Telling:
    names = views_of(context).names(agency_ids, filters.as_of)
    return Telling(translator(request), language_of(request), filters, names)


def _meetings(
    context: ServiceContext, filters: Filters, named: tuple[str, int], entries: list[Mapping[str, Any]]
) -> list[Meeting]:
    moment = (filters.as_of, moment_of(context, filters).known_at)
    return context.database.read(lambda connection: meetings(connection, *named, entries, moment))


def _proposed(
    context: ServiceContext, request: Request, filters: Filters, named: tuple[str, int]
) -> tuple[Proposed | None, Problem | None]:
    """Return the selection that the address asks for; or what is wrong with what was asked."""
    if not filters.chosen("capacity"):
        return None, None
    body = orjson.dumps(command(filters))
    asked = inner_request(context, request, f"/v1/inspection-programmes/{named[0]}/{named[1]}/selection", body)
    try:
        return programmes_api.proposed(context, asked, *named), None
    except Problem as problem:
        if problem.status not in REFUSABLE:
            raise
        return None, problem


def _acts(
    context: ServiceContext, found: Case | None, named: tuple[str, int], met: list[Meeting]
) -> list[tuple[Any, str]]:
    """Return what may follow, each with the form's address, filled with what is known."""
    body, year = named
    today = clock.to_date(clock.vietnam_day(context.clock())).strftime("%d/%m/%Y")
    common = {"source": body, "subject": subject_of(year), "next": f"/programmes/{body}/{year}"}
    if found is None:
        kind = context.catalogue["qms.inspection_programme.drafted"]
        basis = "Quyết định 19/2014/QĐ-TTg; Thông tư 26/2014/TT-BKHCN"
        return [(kind, act_address(kind.name, year=str(year), legal_basis=basis, **common))]
    joint = sum(1 for one in met if one.joint)
    filled = {
        "approved": {
            "approved_on": today,
            "conflict_check.checked_on": today,
            "conflict_check.overlaps_found": str(len(met)),
            "conflict_check.made_joint": str(joint),
        },
        "consulted": {"consulted_on": today},
        "started": {"started_on": today},
        "closed": {"closed_on": today},
    }
    types = [context.catalogue[name] for name in found.next_events if name in context.catalogue]
    return [
        (kind, act_address(kind.name, **common, **filled.get(kind.event, {})))
        for kind in types
        if kind.asserter != "system" and kind.event != "selection_adopted"
    ]
