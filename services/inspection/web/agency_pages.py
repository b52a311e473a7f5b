"""The agency file, and the search for agencies."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.wrappers import Request, Response

from services.inspection.exports.sheet import Column, Sheet
from services.inspection.inconsistencies.listing import inconsistencies
from services.inspection.read_models import AgencyFile, AgencyPage, ProcedureLine
from services.inspection.web.access import limited_filters, require_agency_seen, require_session
from services.inspection.web.act_pages import act_address
from services.inspection.web.board_page import agency_unknown, explain_addresses
from services.inspection.web.exporting import basis_lines, file_answer, tools, wanted_format
from services.inspection.web.filters import N_, Filters
from services.inspection.web.forms import filter_values, further_values
from services.inspection.web.rendering import TEMPLATES, language_of, page, views_of
from services.inspection.web.sources import AGENCIES_A_PAGE
from services.inspection.web.views import Name
from services.inspection.web.words import BOARD_INDICATORS, INDICATOR_WORDS, definition, label
from shared import clock
from shared.service.context import ServiceContext
from shared.web.roles import may

#: Most agencies of one file.
_IN_A_FILE = 20_000


def agencies(context: ServiceContext, request: Request) -> Response:
    """Show the agencies that a search finds, as of a day; or all of them as a file."""
    session = require_session(context, request, "oversee")
    filters = limited_filters(context, request, session)
    views = views_of(context)
    language = language_of(request)
    wanted = wanted_format(request)
    try:
        found = views.agencies(filters, limit=_IN_A_FILE if wanted else AGENCIES_A_PAGE)
    except LookupError:
        raise agency_unknown(filters.scope or "") from None
    if wanted:
        return file_answer(_agencies_sheet(request, found, filters), wanted)
    province = found.agencies[0].province_label if filters.province and found.agencies else filters.province
    return page(
        context,
        request,
        "agencies.html",
        "agencies",
        page=found,
        province_label=province or "",
        **{
            **filter_values(filters, language, (), with_variant=False),
            **further_values(filters, language, ("level", "kind", "obligation", "province", "step")),
        },
        **tools(filters, rows=found.total),
    )


def _agencies_sheet(request: Request, found: AgencyPage, filters: Filters) -> Sheet:
    language = language_of(request)
    translate = TEMPLATES.gettext(language)
    titles = (
        N_("Agency"),
        N_("Agency id"),
        N_("Kind"),
        N_("Level"),
        N_("Obligation"),
        N_("Province or city"),
        N_("State"),
    )
    rows = [
        [
            line.name_en if language == "en" and line.name_en else line.name_vi,
            line.agency_id,
            translate(label("kind", line.kind)),
            translate(label("level", line.level)),
            translate(label("obligation", line.obligation)),
            line.province_label,
            translate(label("status", line.status)),
        ]
        for line in found.agencies
    ]
    lines = basis_lines(request, filters, found.known_at, found.watermark)
    return Sheet(translate(N_("Agencies")), lines, [Column(translate(title)) for title in titles], rows, language)


def agency_file(context: ServiceContext, request: Request, agency_id: str) -> Response:
    """Show all that is known of one agency.

    Raises:
        Problem: 404 for an agency that the registry does not know.
    """
    session = require_session(context, request)
    require_agency_seen(context, request, agency_id)
    filters = limited_filters(context, request, session)
    views = views_of(context)
    try:
        file = views.agency(agency_id, filters)
    except LookupError:
        raise agency_unknown(agency_id) from None
    language = language_of(request)
    agency = file.agency
    return page(
        context,
        request,
        "agency.html",
        "agencies",
        file=file,
        agency=agency,
        agency_name=agency.name_en if language == "en" and agency.name_en else agency.name_vi,
        parent=_name(context, agency.parent_id, filters),
        sector_parent=_name(context, agency.sector_parent_id, filters),
        procedures=sorted(file.procedures, key=_stale_first),
        timeline=file.timeline,
        inconsistent=_inconsistent(context, agency_id, file),
        plan_address=act_address("qms.inspection.planned", agency_id=agency_id)
        if may(session.role, "act") and may(session.role, "oversee")
        else None,
        parts=_contents(file, language),
        indicators=BOARD_INDICATORS,
        names=INDICATOR_WORDS,
        definition=definition,
        explain_address=explain_addresses(replace(filters, agency=agency.agency_id, after=None), file.known_at),
        **filter_values(filters, language, (), with_variant=True),
    )


def _inconsistent(context: ServiceContext, agency_id: str, file: AgencyFile) -> list[tuple[str, int, int | None]]:
    """Return what facts of other services contradict, of this agency alone: kind, day, and until which day it held."""
    listed = context.database.read(lambda connection: inconsistencies(connection, agency_id, file.as_of, file.known_at))
    return [
        (one.kind, clock.day_of(one.on), None if one.ended_on is None else clock.day_of(one.ended_on))
        for one in listed.found
        if one.agency_id == agency_id
    ]


def _name(context: ServiceContext, agency_id: str | None, filters: Filters) -> Name | None:
    return views_of(context).name(agency_id, filters.as_of) if agency_id else None


def _stale_first(item: ProcedureLine) -> tuple[bool, int, str]:
    return not item.stale, -(item.stale_days or 0), item.code


def _contents(file: AgencyFile, language: str) -> list[tuple[str, str, int | None]]:
    translate = TEMPLATES.gettext(language)
    return [
        ("facts", translate("Registry"), None),
        ("declarations", translate("Declarations"), len(file.declarations)),
        ("procedures", translate("Procedures"), len(file.procedures)),
        ("actions", translate("Nonconformities and actions"), len(file.nonconformities) + len(file.actions)),
        ("timeline", translate("Time line"), None),
    ]
