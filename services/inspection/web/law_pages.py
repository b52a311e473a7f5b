"""The legal-change room: changes of the law, and for one of them every procedure that it makes stale."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from services.inspection.exports.sheet import Cell, Column, Sheet
from services.inspection.law_effects import AffectedProcedure
from services.inspection.read_models import LegalChange
from services.inspection.web.access import limited_filters, require_session
from services.inspection.web.exporting import basis_lines, file_answer, tools, wanted_format
from services.inspection.web.filters import N_, Filters
from services.inspection.web.forms import filter_values
from services.inspection.web.rendering import TEMPLATES, language_of, page, views_of
from services.inspection.web.words import label
from shared import clock
from shared.service.context import ServiceContext
from shared.web.routing import not_found

_SHOWN = 300


def law(context: ServiceContext, request: Request) -> Response:
    """Show the changes of the law of the last year, with what they made stale."""
    session = require_session(context, request, "oversee")
    filters = limited_filters(context, request, session)
    changes = views_of(context).legal_changes(filters, limit=_SHOWN)
    language = language_of(request)
    fresh = views_of(context).freshness().watermark
    known_at = fresh if filters.known_at is None else min(filters.known_at, fresh)
    wanted = wanted_format(request)
    if wanted:
        return file_answer(_changes_sheet(request, changes, filters, known_at, fresh), wanted)
    return page(
        context,
        request,
        "law.html",
        "law",
        changes=changes,
        known_at=known_at,
        **filter_values(filters, language, ("scope",), with_variant=False),
        **tools(filters),
    )


def law_change(context: ServiceContext, request: Request, source: str, event_id: str) -> Response:
    """Show one change of the law: each procedure that rests on the text.

    Raises:
        Problem: 404 no such change in the year before the day.
    """
    session = require_session(context, request, "oversee")
    filters = limited_filters(context, request, session)
    views = views_of(context)
    changes = views.legal_changes(filters, limit=None)
    change = next((one for one in changes if (one.source, one.event_id) == (source, event_id)), None)
    if change is None:
        raise not_found()
    procedures, known_at = views.affected(source, event_id, filters)
    fresh = views.freshness().watermark
    wanted = wanted_format(request)
    if wanted:
        return file_answer(_procedures_sheet(request, change, procedures, filters, (known_at, fresh)), wanted)
    leads = sorted(one.lead_days for one in procedures if one.lead_days is not None)
    return page(
        context,
        request,
        "law_change.html",
        "law",
        change=change,
        procedures=procedures[:_SHOWN],
        total=len(procedures),
        known_at=known_at,
        late=sum(
            one.updated_on is None and one.due_on is not None and one.due_on < filters.as_of for one in procedures
        ),
        median_lead=leads[len(leads) // 2] if leads else None,
        **filter_values(filters, language_of(request), ("scope",), with_variant=False),
        **tools(filters),
    )


def _changes_sheet(request: Request, changes: list[LegalChange], filters: Filters, known_at: int, fresh: int) -> Sheet:
    language = language_of(request)
    translate = TEMPLATES.gettext(language)
    titles = (N_("Number"), N_("Legal text"), N_("Issuer"), N_("Change"))
    columns = [*(Column(translate(title)) for title in titles)]
    columns += [Column(translate(N_("Announced on")), "day"), Column(translate(N_("In force from")), "day")]
    columns += [Column(translate(title), "whole") for title in (N_("Stale procedures"), N_("Brought up to date"))]
    columns.append(Column(translate(N_("Agencies")), "whole"))
    rows: list[list[Cell]] = [
        [
            *(one.number, one.title, one.issuer, translate(label("change", one.change))),
            *(clock.vietnam_day(one.announced_at), one.effective_from, one.stale, one.updated, one.agencies),
        ]
        for one in changes
    ]
    lines = basis_lines(request, filters, known_at, fresh)
    return Sheet(translate(N_("Changes of the law")), lines, columns, rows, language)


def _procedures_sheet(
    request: Request,
    change: LegalChange,
    procedures: list[AffectedProcedure],
    filters: Filters,
    times: tuple[int, int],
) -> Sheet:
    language = language_of(request)
    translate = TEMPLATES.gettext(language)
    columns = [Column(translate(title)) for title in (N_("Agency"), N_("Agency id"), N_("Province or city"))]
    columns.append(Column(translate(N_("Procedure"))))
    columns += [
        Column(translate(title), "day") for title in (N_("Stale since"), N_("Due"), N_("Brought up to date on"))
    ]
    columns.append(Column(translate(N_("Days until then")), "whole"))
    rows: list[list[Cell]] = [
        [
            *(one.name_en if language == "en" and one.name_en else one.name_vi, one.agency_id, one.province_label),
            *(one.procedure_id, one.since, one.due_on, one.updated_on, one.lead_days),
        ]
        for one in procedures
    ]
    return Sheet(f"{change.number} {change.title}", basis_lines(request, filters, *times), columns, rows, language)
