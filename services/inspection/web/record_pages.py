"""Lists and pages of the records that people act on: inspections, recommendations, programmes, targets, reports, reorganisations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection
from werkzeug.wrappers import Request, Response

from services.inspection import cases
from services.inspection.cases import MOVES, Case, open_states
from services.inspection.domain.checklists import checklist
from services.inspection.exports.sheet import Cell, Column, Sheet
from services.inspection.kept_cases import kept_cases
from services.inspection.past_cases import cases_as_of
from services.inspection.web.access import limited_filters, require_agency_seen, require_session, visible_to
from services.inspection.web.act_pages import act_address
from services.inspection.web.exporting import basis_lines, file_answer, wanted_format
from services.inspection.web.filters import N_, Filters
from services.inspection.web.rendering import TEMPLATES, language_of, page, views_of
from services.inspection.web.rooms import moment_of, room, room_filters, seen_in_lists
from services.inspection.web.views import Name
from shared import clock
from shared.contracts.catalogue import EventType
from shared.service.context import ServiceContext
from shared.turns import in_turns
from shared.vietnam.text import matches
from shared.web.roles import may
from shared.web.routing import not_found
from shared.web.sessions import Session

#: Title and name of the type that opens a new one, by kind of record.
KINDS: dict[str, tuple[str, str]] = {
    "inspection": (N_("Inspections"), "planned"),
    "recommendation": (N_("Recommendations"), "issued"),
    "inspection_programme": (N_("Yearly programmes"), "drafted"),
    "target": (N_("Targets"), "set"),
    "periodic_report": (N_("Periodic reports"), "opened"),
    "reorganisation": (N_("Reorganisations"), "planned"),
}
#: Rows of a page, and of a file.
_SHOWN, _IN_A_FILE = 200, 20_000


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One record as the lists show it."""

    record: Case
    names: Mapping[str, Name]
    #: Days past the due day; 0 while it is not overdue.
    overdue_days: int

    @property
    def name(self) -> Name:
        """Return the names of the agency that it is about."""
        return self.names[self.record.agency_id]


def record_list(context: ServiceContext, request: Request, aggregate: str) -> Response:
    """Show the records of a kind that one may see; those that are open first, the earliest due first.

    Raises:
        Problem: 404 no such kind.
    """
    if aggregate not in KINDS:
        raise not_found()
    session = require_session(context, request)
    filters = limited_filters(context, request, session)
    states = ("open", "all", *MOVES[aggregate].words)
    filters = room_filters(request, filters, {"state": states})
    state = filters.chosen("state") or "open"
    chosen = {"open": open_states(aggregate), "all": None}.get(state, {state})
    found = lines_of(context, session, filters, aggregate, chosen)
    wanted = wanted_format(request)
    if wanted:
        return file_answer(_sheet(context, request, aggregate, found[:_IN_A_FILE], filters), wanted)
    return room(
        context,
        request,
        ("records.html", aggregate),
        filters,
        (),
        aggregate=aggregate,
        title=TEMPLATES.gettext(language_of(request))(KINDS[aggregate][0]),
        lines=found[:_SHOWN],
        total=len(found),
        state=state,
        states=MOVES[aggregate].words,
        kinds=[(name, kind[0]) for name, kind in KINDS.items()],
        new_address=act_address(f"qms.{aggregate}.{KINDS[aggregate][1]}") if may(session.role, "act") else None,
    )


def lines_of(
    context: ServiceContext, session: Session, filters: Filters, aggregate: str, states: Collection[str] | None = None
) -> list[RecordLine]:
    """Return the records of a kind that somebody may see, as the filters ask for them: tree, search, day, instant.

    Args:
        context: The service.
        session: Whose part of the country counts.
        filters: Of the page.
        aggregate: Kind of record.
        states: Only those in one of them; None for all.
    """
    found = context.database.read(lambda connection: _cases(connection, aggregate, filters, states))
    seen = seen_in_lists(context, session, filters.today)
    shown = [one for one in found if seen(one.agency_id) or seen(one.source)]
    if filters.scope is not None and filters.scope != filters.own:
        within = views_of(context).within(filters.scope, filters.as_of)
        shown = [one for one in shown if one.agency_id in within]
    names = views_of(context).names((), filters.as_of)
    lines = [RecordLine(one, names, overdue(one, filters.as_of)) for one in in_turns(shown)]
    return [line for line in lines if not filters.query or _matches(filters.query, line)][:_IN_A_FILE]


def _cases(connection: Connection, aggregate: str, filters: Filters, states: Collection[str] | None) -> Sequence[Case]:
    if filters.is_today:
        return kept_cases(connection, aggregate, states)
    found = cases_as_of(connection, aggregate, filters.as_of, filters.known_at)
    return [one for one in found if states is None or one.status in states]


def _matches(query: str, line: RecordLine) -> bool:
    one, name = line.record, line.name
    return matches(query, one.subject, one.source, one.agency_id, name.name_vi, name.name_en, *_titles(one))


def _titles(found: Case) -> list[str]:
    """Return what a record is called by, beside its id."""
    state = found.state
    return [str(state[field]) for field in ("title", "text", "name_vi", "period") if state.get(field)]


def overdue(found: Case, day: int) -> int:
    """Return how many days an open record is past its day on a day; overdue begins with the day after."""
    return max(0, day - found.due) if found.open and found.due is not None else 0


def _sheet(
    context: ServiceContext, request: Request, aggregate: str, lines: Sequence[RecordLine], filters: Filters
) -> Sheet:
    language = language_of(request)
    translate = TEMPLATES.gettext(language)
    moment = moment_of(context, filters)
    columns = [Column(translate(title)) for title in (N_("Id"), N_("Body"), N_("Agency"), N_("Agency id"), N_("State"))]
    columns += [Column(translate(N_("Due")), "day"), Column(translate(N_("Days overdue")), "whole")]
    rows: list[list[Cell]] = []
    for line in lines:
        one = line.record
        state = one.status.replace("_", " ") if language == "en" else one.status_vi
        name = line.name.name_en if language == "en" and line.name.name_en else line.name.name_vi
        rows.append([one.subject, one.source, name, one.agency_id, state, one.due, line.overdue_days])
    return Sheet(
        translate(KINDS[aggregate][0]),
        basis_lines(request, filters, moment.known_at, moment.watermark),
        columns,
        rows,
        language,
    )


def record_page(context: ServiceContext, request: Request, aggregate: str, source: str, subject: str) -> Response:
    """Show one record: where it stands, what may follow, its history.

    Raises:
        Problem: 403 outside one's own part, 404 no such record.
    """
    session = require_session(context, request)
    read = context.database.read
    found = read(lambda connection: cases.case(connection, aggregate, source, subject)) if aggregate in KINDS else None
    if found is None:
        raise not_found()
    seen = visible_to(context, session)
    if not seen(found.source):
        require_agency_seen(context, request, found.agency_id)
    filters = limited_filters(context, request, session)
    here = f"/records/{aggregate}/{source}/{subject}"
    answering = session.agency_id is not None and session.agency_id == found.agency_id != found.source
    fixed = {"source": source, "subject": subject, "next": here}
    if answering:
        fixed |= {"source": found.agency_id, "record_of": found.source}
    return page(
        context,
        request,
        "record.html",
        aggregate,
        record=found,
        kind_title=TEMPLATES.gettext(language_of(request))(KINDS[aggregate][0]),
        names=views_of(context).names({found.agency_id, found.source}, filters.as_of),
        overdue_days=overdue(found, filters.today),
        acts=_acts(context, found, answering=answering) if may(session.role, "act") else [],
        act_address=lambda kind, **values: act_address(kind, **{**_about(context, kind, found), **fixed, **values}),
        history=read(lambda connection: cases.history(connection, found)),
        filters=filters,
        **_inspection(context, found, filters, acting=may(session.role, "act")),
    )


def _acts(context: ServiceContext, found: Case, *, answering: bool) -> list[EventType]:
    """Return the types that may follow: those of the body, or those of the agency that answers it."""
    types = [context.catalogue[name] for name in found.next_events if name in context.catalogue]
    two_sided = any(kind.asserter == "source" for kind in types) and any(kind.asserter != "source" for kind in types)
    if not two_sided:
        return [kind for kind in types if kind.asserter != "system"]
    return [kind for kind in types if kind.asserter != "system" and (kind.asserter == "source") == answering]


def _about(context: ServiceContext, kind: str, found: Case) -> dict[str, str]:
    """Return the fields of a form that follow from the record."""
    asked = context.catalogue[kind].schema().fields
    return {"agency_id": found.agency_id} if "agency_id" in asked else {}


def _inspection(context: ServiceContext, found: Case, filters: Filters, *, acting: bool) -> dict[str, Any]:
    """Return what only an inspection's page shows: the checklist, and what the agency reported that is worth verifying."""
    if found.aggregate != "inspection":
        return {"checklist": None, "claims": ()}
    known = checklist(found.state.get("checklist"))
    wanted = {f"qms.{claim}" for item in known.items for claim in item.claims} if known else set()
    verdicts = found.state.get("verdicts", {})
    claims = [
        replace(one, verdict=verdicts.get(f"{one.source}#{one.event_id}"))
        for one in (views_of(context).claims(found.agency_id, wanted, filters) if wanted else ())
    ]
    return {
        "checklist": known,
        "claims": claims,
        "verifying": acting and found.status in ("in_progress", "record_signed", "follow_up"),
        "today": clock.to_date(filters.today).strftime("%d/%m/%Y"),
    }
