"""Peers: agencies of the same kind ranked by the composite score, with how much of the score is known; never across kinds.

One of them can be looked at part by part, each part leading to the events behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from werkzeug.wrappers import Request, Response

from services.inspection.exports.sheet import percent_cell
from services.inspection.read_models import Figure, percent
from services.inspection.web.access import limited_filters, require_agency_seen, require_session
from services.inspection.web.board_page import agency_unknown
from services.inspection.web.filters import N_, Filters
from services.inspection.web.forms import filter_values, further_values
from services.inspection.web.programme_tables import Telling
from services.inspection.web.rendering import language_of, views_of
from services.inspection.web.room_tables import RoomColumn, RoomTable, RowsOf, Shown
from services.inspection.web.rooms import room, room_filters, spoken, translator
from services.inspection.web.words import definition, label
from shared.service.context import ServiceContext

#: Kind that is shown while none is chosen.
_KIND = "provincial_department"

Place = Mapping[str, Any]


def peers(context: ServiceContext, request: Request) -> Response:
    """Show the agencies of one kind by rank, those without enough data last; and one of them part by part.

    Raises:
        Problem: 403 outside one's own part, 404 no such agency.
    """
    session = require_session(context, request, "oversee")
    filters = room_filters(request, limited_filters(context, request, session), {"of": None})
    filters = replace(filters, kind=filters.kind or _KIND)
    language, chosen = language_of(request), filters.chosen("of")
    if chosen:
        require_agency_seen(context, request, chosen)
    try:
        answer = views_of(context).league(filters)
        score = _score(context, filters, chosen) if chosen else None
    except LookupError:
        raise agency_unknown(chosen or filters.scope or "") from None
    places = [row.figure.values for row in answer.rows]
    names = views_of(context).names({chosen} if chosen else set(), filters.as_of)
    telling = Telling(translator(request), language, filters, names)
    shown = [_places(places, telling)]
    if score is not None:
        shown.append(_parts(score, chosen, answer.known_at, telling))
    return room(
        context,
        request,
        ("peers.html", "peers"),
        filters,
        shown,
        total=len(places),
        ranked=sum(1 for place in places if place["rank"] is not None),
        known_at=answer.known_at,
        formula=definition("I30", language)[1],
        chosen=spoken(names[chosen], language) if chosen else "",
        **_form(filters, language),
    )


def _form(filters: Filters, language: str) -> dict[str, Any]:
    """Return what the filter form needs beside the filters themselves."""
    values = filter_values(filters, language, (), with_variant=True)
    del values["filters"]
    return {**values, **further_values(filters, language, ("kind", "level", "obligation"))}


def _score(context: ServiceContext, filters: Filters, agency_id: str) -> Figure:
    """Return the composite score of one agency alone."""
    return (
        views_of(context)
        .explain("I29", replace(filters.narrow, agency=agency_id, known_at=filters.known_at), most=0)
        .found.figure
    )


def _places(places: Sequence[Place], telling: Telling) -> RoomTable:
    say, filters = telling.translate, telling.filters
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Rank")), "whole"),
        RoomColumn(say(N_("Score")), "whole", decimals=2),
        RoomColumn(say(N_("Share of the weight that is known")), "whole"),
        RoomColumn(say(N_("Places gained in a year")), "whole"),
    ]

    def row(place: Place) -> list[Shown]:
        return [
            Shown(place["name"], f"/agencies/{place['agency_id']}{filters.narrow.address()}", below=place["agency_id"]),
            Shown(place["rank"]) if place["rank"] is not None else Shown(say(N_("not enough data")), tone="grey"),
            Shown(place["score"], f"{filters.address(of=place['agency_id'])}#parts"),
            Shown(place["weight_present"]),
            Shown(place["rank_change"]),
        ]

    empty = (say(N_("No agency of this kind")), say(N_("Choose another kind or another day.")))
    kind = say(label("kind", filters.kind))
    return RoomTable("places", f"{say(N_('Peers'))}: {kind}", columns, RowsOf(places, row), empty)


def _parts(score: Figure, agency_id: str, known_at: int, telling: Telling) -> RoomTable:
    """Return the parts of one agency's score: value, weight, points, and the way to the events behind each."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Part"))),
        RoomColumn(say(N_("Value, 100 is best")), "percent"),
        RoomColumn(say(N_("Weight")), "whole"),
        RoomColumn(say(N_("Points")), "whole", decimals=2),
    ]
    asked = replace(telling.filters.narrow, agency=agency_id).pinned(known_at)
    rows = []
    for name, part in score.values["parts"].items():
        value, weight = part["value"], part["weight"]
        titles = " · ".join(f"{one} {definition(one, telling.language)[0]}" for one in name.split("_"))
        link = f"/indicators/{name.partition('_')[0]}/explain{asked.address()}#events"
        share = percent_cell(percent(value, 1)) if value is not None else None
        points = round(value * weight, 2) if value is not None else None
        rows.append([Shown(titles, link), Shown(share), Shown(weight), Shown(points)])
    return RoomTable("parts", say(N_("Parts of the score")), columns, rows)
