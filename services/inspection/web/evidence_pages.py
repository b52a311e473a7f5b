"""From a figure to its events: the explanation of an indicator, and one event of a log."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from werkzeug.wrappers import Request, Response

from services.inspection.explain import Share
from services.inspection.exports.sheet import Column, Sheet, percent_cell
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.web.access import limited_filters, require_agency_seen, require_session
from services.inspection.web.exporting import basis_lines, file_answer, tools, wanted_format
from services.inspection.web.filters import N_, Filters
from services.inspection.web.further_values import further_values_of
from services.inspection.web.rendering import TEMPLATES, language_of, page, views_of
from services.inspection.web.sources import EXPLAINED_A_PAGE
from services.inspection.web.views import Explained
from services.inspection.web.words import definition
from shared import clock
from shared.contracts.catalogue import OWNERS
from shared.eventsourcing import Hint
from shared.service.context import ServiceContext
from shared.web.problem import Problem
from shared.web.routing import not_found

#: Events of an explanation that are listed; further ones by choosing one agency.
_SHOWN_AT_MOST = 200


def explanation(context: ServiceContext, request: Request, indicator: str) -> Response:
    """Show the agencies and the events behind a figure.

    Raises:
        Problem: 404 for an indicator or a scope that is not known.
    """
    session = require_session(context, request)
    if indicator not in INDICATORS:
        raise not_found()
    filters = limited_filters(context, request, session)
    wanted = wanted_format(request)
    limit, most = (_IN_A_FILE, 0) if wanted else (EXPLAINED_A_PAGE, _SHOWN_AT_MOST)
    try:
        explained, fresh = views_of(context).together(
            lambda views: (views.explain(indicator, filters, limit=limit, most=most), views.freshness())
        )
    except LookupError:
        raise not_found() from None
    if wanted:
        return file_answer(_sheet(request, indicator, explained, filters), wanted)
    language = language_of(request)
    name, formula = definition(indicator, language)
    where = explained.where_en if language == "en" and explained.where_en else explained.where_vi
    return page(
        context,
        request,
        "explain.html",
        "board",
        fresh=fresh,
        indicator=indicator,
        name=name,
        formula=formula,
        legal_basis=INDICATORS[indicator].source,
        explained=explained.found,
        agencies=counted(explained.found.agencies),
        labels={share.agency_id: share.label for share in explained.found.agencies},
        further=further_values_of(explained.found.figure, language),
        shown_at_most=_SHOWN_AT_MOST,
        where=where,
        filters=filters.pinned(explained.found.known_at),
        **tools(filters.pinned(explained.found.known_at), rows=_at_most(explained)),
    )


def _at_most(explained: Explained) -> int:
    """Return how many agencies the file can have: those of the row, of which each that counts is one of the denominator."""
    found = explained.found
    if found.figure.numerator is None or found.figure.denominator is None:
        return found.members
    return min(found.members, int(found.figure.denominator))


#: Agencies of one file; their events are on the pages.
_IN_A_FILE = 20_000


def _sheet(request: Request, indicator: str, explained: Explained, filters: Filters) -> Sheet:
    language = language_of(request)
    translate = TEMPLATES.gettext(language)
    name, formula = definition(indicator, language)
    where = explained.where_en if language == "en" and explained.where_en else explained.where_vi
    further = [(translate(N_("Part of the country")), where), (translate(N_("Formula")), formula)]
    further.append((translate(N_("Legal basis")), INDICATORS[indicator].source))
    columns = [Column(translate(N_("Agency"))), Column(translate(N_("Agency id")))]
    columns += [Column(translate(N_("Counted")), "whole"), Column(translate(N_("Of")), "whole")]
    rows = [
        [
            share.label,
            share.agency_id,
            share.figure.numerator,
            share.figure.denominator,
            percent_cell(*share.figure.exact),
        ]
        for share in counted(explained.found.agencies)
    ]
    lines = basis_lines(request, filters, explained.found.known_at, explained.found.watermark, further)
    columns.append(Column(translate(N_("Rate")), "percent"))
    return Sheet(f"{indicator} {name}", lines, columns, rows, language)


def counted(shares: Sequence[Share]) -> list[Share]:
    """Return the agencies that enter a figure, in the order of the registry."""
    return [share for share in shares if share.figure.denominator or share.figure.numerator is None]


def event(context: ServiceContext, request: Request, service: str, position: int) -> Response:
    """Show one event as it was accepted.

    Raises:
        Problem: 404 where the log has no such position (yet).
    """
    require_session(context, request)
    if service not in OWNERS:
        raise not_found()
    views = views_of(context)
    try:
        record = views.event(service, position)
    except LookupError:
        raise _no_such_event(service, position) from None
    require_agency_seen(context, request, record.agency_id)
    language = language_of(request)
    name = views.name(record.agency_id, clock.vietnam_day(record.occurred_at))
    return page(
        context,
        request,
        "event.html",
        "board",
        event=record,
        agency_name=name.name_en if language == "en" and name.name_en else name.name_vi,
        pretty=orjson.dumps(record.cloud_event, option=orjson.OPT_INDENT_2).decode(),
    )


def _no_such_event(service: str, position: int) -> Problem:
    return Problem(
        404,
        "EVENT_UNKNOWN",
        Hint(
            f"Nhật ký {service} chưa có sự kiện số {position}, hoặc sự kiện chưa đến trang này. Hãy thử lại sau.",
            f"The log of {service} has no event {position}, or it has not arrived here yet. Try again later.",
        ),
    )
