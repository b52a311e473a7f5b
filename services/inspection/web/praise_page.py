"""Good practice and commendation: what agencies do well and were praised for, found by words, field, territory and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from werkzeug.wrappers import Request, Response

from services.inspection.praise import Praise, praise
from services.inspection.web.access import limited_filters, require_session
from services.inspection.web.board_page import agency_unknown
from services.inspection.web.filters import N_, Filters
from services.inspection.web.programme_tables import Telling
from services.inspection.web.rendering import language_of, views_of
from services.inspection.web.room_tables import RoomColumn, RoomTable, Shown
from services.inspection.web.rooms import Offered, moment_of, room, room_filters, translator
from services.inspection.web.words import label
from shared import clock
from shared.service.context import ServiceContext
from shared.vietnam.collation import collation_key
from shared.vietnam.text import matches

_KINDS = ("good_practice", "commendation")
#: Fields of activity that are offered; the others are found by words.
_FIELDS = 40


def good_practice(context: ServiceContext, request: Request) -> Response:
    """Show what agencies shared and were commended for, the latest first.

    Raises:
        Problem: 404 no such agency.
    """
    session = require_session(context, request, "oversee")
    filters = room_filters(
        request, limited_filters(context, request, session), {"what": _KINDS, "field": None, "year": None}
    )
    known_at = moment_of(context, filters).known_at
    found = context.database.read(lambda connection: praise(connection, filters.as_of, known_at))
    if filters.scope is not None:
        within = _within(context, filters)
        found = [one for one in found if one.agency_id in within]
    names = views_of(context).names({one.agency_id for one in found}, filters.as_of)
    telling = Telling(translator(request), language_of(request), filters, names)
    shown = [one for one in found if _chosen(one, telling)]
    parts = {kind: [one for one in shown if one.kind == kind] for kind in _KINDS}
    return room(
        context,
        request,
        ("good_practice.html", "good-practice"),
        filters,
        [_practices(parts["good_practice"], telling), _commendations(parts["commendation"], telling)],
        offered=_offered(found, telling),
    )


def _within(context: ServiceContext, filters: Filters) -> set[str]:
    try:
        return set(views_of(context).within(str(filters.scope), filters.as_of))
    except LookupError:
        raise agency_unknown(filters.scope or "") from None


def _fields(one: Praise) -> list[str]:
    return [str(field) for field in one.data.get("fields_of_activity", ())]


def _year(one: Praise) -> str:
    return str(clock.to_date(one.on).year)


def _offered(found: Sequence[Praise], telling: Telling) -> list[Offered]:
    """Return what can be chosen: the fields that most practices suit, the years in which there was anything."""
    say = telling.translate
    fields = Counter(field for one in found for field in _fields(one))
    listed = sorted((field for field, _count in fields.most_common(_FIELDS)), key=collation_key)
    years = sorted({_year(one) for one in found}, reverse=True)
    return [
        Offered("what", say(N_("What")), [(kind, say(label("praise", kind))) for kind in _KINDS]),
        Offered("field", say(N_("Field of activity")), [(field, field) for field in listed]),
        Offered("year", say(N_("Year")), [(year, year) for year in years]),
    ]


def _chosen(one: Praise, telling: Telling) -> bool:
    filters, name = telling.filters, telling.names[one.agency_id]
    texts = (str(one.data.get(part, "")) for part in ("title", "description", "ground", "by", "decision_no"))
    field = filters.chosen("field")
    return (
        filters.chosen("what") in ("", one.kind)
        and filters.chosen("year") in ("", _year(one))
        and (not field or field in _fields(one))
        and matches(filters.query, *texts, *_fields(one), name.name_vi, name.name_en, name.agency_id)
    )


def _event(one: Praise) -> str:
    return f"/events/{one.service}/{one.position}"


def _practices(found: Sequence[Praise], telling: Telling) -> RoomTable:
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Practice"))),
        RoomColumn(say(N_("What it is and what it brought"))),
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Fields of activity"))),
        RoomColumn(say(N_("Shared on")), "day"),
    ]
    rows = [
        [
            Shown(str(one.data["title"]), _event(one)),
            Shown(one.data.get("description")),
            telling.agency(one.agency_id),
            Shown(", ".join(_fields(one))),
            Shown(one.on),
        ]
        for one in found
    ]
    hint = say(N_("Agencies share a practice with an event of their own; choose other words, another field or year."))
    return RoomTable("practices", say(N_("Good practices")), columns, rows, (say(N_("No good practice")), hint))


def _commendations(found: Sequence[Praise], telling: Telling) -> RoomTable:
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("What for"))),
        RoomColumn(say(N_("Form"))),
        RoomColumn(say(N_("Awarded by"))),
        RoomColumn(say(N_("Decision"))),
        RoomColumn(say(N_("Awarded on")), "day"),
    ]
    rows = [
        [
            telling.agency(one.agency_id),
            Shown(one.data.get("ground")),
            Shown(say(label("commendation", one.data["form"])) if one.data.get("form") else None),
            Shown(str(one.data["by"])),
            Shown(str(one.data["decision_no"]), _event(one)),
            Shown(one.on),
        ]
        for one in found
    ]
    empty = (say(N_("No commendation")), say(N_("Choose other words or another year.")))
    return RoomTable("commendations", say(N_("Commendations")), columns, rows, empty)
