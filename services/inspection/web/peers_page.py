"""Peers: agencies of the same kind ranked by the composite score, with how much of the score is known; never across kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.wrappers import Request, Response

from services.inspection.exports.sheet import Cell, Column, Sheet
from services.inspection.read_models import Answer
from services.inspection.web.access import limited_filters, require_session
from services.inspection.web.board_page import agency_unknown
from services.inspection.web.exporting import basis_lines, file_answer, tools, wanted_format
from services.inspection.web.filters import N_, Filters
from services.inspection.web.forms import filter_values, further_values
from services.inspection.web.rendering import TEMPLATES, language_of, page, views_of
from services.inspection.web.words import definition, label
from shared.service.context import ServiceContext

#: Kind that is shown while none is chosen.
_KIND = "provincial_department"
_SHOWN = 300

Place = Mapping[str, Any]


def peers(context: ServiceContext, request: Request) -> Response:
    """Show the agencies of one kind by rank, those without enough data last.

    Raises:
        Problem: 404 no such agency.
    """
    session = require_session(context, request, "oversee")
    filters = limited_filters(context, request, session)
    filters = replace(filters, kind=filters.kind or _KIND)
    try:
        answer = views_of(context).league(filters)
    except LookupError:
        raise agency_unknown(filters.scope or "") from None
    places = sorted((row.figure.values for row in answer.rows), key=_order)
    wanted = wanted_format(request)
    if wanted:
        return file_answer(_sheet(request, places, filters, answer), wanted)
    language = language_of(request)
    ranked = [place for place in places if place["rank"] is not None]
    return page(
        context,
        request,
        "peers.html",
        "peers",
        places=places[:_SHOWN],
        total=len(places),
        ranked=len(ranked),
        known_at=answer.known_at,
        formula=definition("I30", language)[1],
        **{
            **filter_values(filters, language, (), with_variant=True),
            **further_values(filters, language, ("kind", "level", "obligation")),
        },
        **tools(filters),
    )


def _order(place: Place) -> tuple[Any, ...]:
    return place["rank"] is None, place["position"] or 0, -(place["score"] or 0), place["name"]


def _sheet(request: Request, places: list[Place], filters: Filters, answer: Answer) -> Sheet:
    language = language_of(request)
    translate = TEMPLATES.gettext(language)
    columns = [
        Column(translate(N_("Rank")), "whole"),
        Column(translate(N_("Agency"))),
        Column(translate(N_("Agency id"))),
    ]
    columns += [
        Column(translate(N_("Score")), "whole"),
        Column(translate(N_("Share of the weight that is known")), "whole"),
    ]
    columns.append(Column(translate(N_("Places gained in a year")), "whole"))
    rows: list[list[Cell]] = [
        [
            *(place["rank"], place["name"], place["agency_id"], place["score"], place["weight_present"]),
            place["rank_change"],
        ]
        for place in places
    ]
    title = translate(N_("Peers"))
    kind = translate(label("kind", filters.kind))
    lines = basis_lines(request, filters, answer.known_at, answer.watermark)
    return Sheet(f"{title}: {kind}", lines, columns, rows, language)
