"""What every room does alike: its own filters beside the common ones, its tables on the page or in a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.wrappers import Request, Response

from services.inspection.web.exporting import basis_lines, file_answer, tools, wanted_format
from services.inspection.web.filters import N_, FieldError, Filters
from services.inspection.web.forms import filter_values
from services.inspection.web.rendering import TEMPLATES, language_of, page, views_of
from services.inspection.web.room_tables import RoomTable, Shown
from services.inspection.web.views import Name
from shared.service.context import ServiceContext
from shared.web.roles import BOUND, may, scope_of, sees
from shared.web.sessions import Session

#: Longest value of a room's own filter.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Offered:
    """One filter of a room, with what can be chosen; texts in the reader's language."""

    name: str
    title: str
    #: Code and text of each choice.
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Moment:
    """Up to when facts counted on a page, and how far the views had come."""

    known_at: int
    watermark: int


def room_filters(request: Request, filters: Filters, words: Mapping[str, Sequence[str] | None]) -> Filters:
    """Return the filters with those of the room; a word that is not offered is reported beside its field.

    Args:
        request: Whose address has them.
        filters: The common ones.
        words: What may be chosen by name of the filter; None for any text.
    """
    chosen, errors = [], list(filters.errors)
    for name, offered in words.items():
        text = request.args.get(name, "").strip()[:_LONGEST]
        if text and offered is not None and text not in offered:
            errors.append(FieldError(name, N_("Choose one of the list")))
        elif text:
            chosen.append((name, text))
    return replace(filters, further=tuple(chosen), errors=tuple(errors))


def seen_in_lists(context: ServiceContext, session: Session, day: int) -> Callable[[str], bool]:
    """Return the function that says whether somebody may see an agency's records, for many thousand agencies at once.

    It says what `visible_to` says, out of the registry that the lists are made of.
    """
    if session.role not in BOUND:
        everything = may(session.role, "read")
        return lambda _agency_id: everything
    own = scope_of(session.role, session.oversees)
    under = views_of(context).under(own, day) if own is not None else ()
    return lambda agency_id: sees(session.role, session.oversees, agency_id, lambda _own, other: other in under)


def moment_of(context: ServiceContext, filters: Filters) -> Moment:
    """Return the moment that a page's filters mean."""
    mark = views_of(context).freshness().watermark
    return Moment(mark if filters.known_at is None else min(filters.known_at, mark), mark)


def room(
    context: ServiceContext,
    request: Request,
    named: tuple[str, str],
    filters: Filters,
    tables: Sequence[RoomTable],
    *,
    offered: Sequence[Offered] = (),
    dated: bool = True,
    **values: Any,
) -> Response:
    """Show a room, or give its tables as a file.

    Args:
        context: The service.
        request: Whose address says what is asked for.
        named: Template and section of the menu.
        filters: All that the address asks for.
        tables: What is shown, the most important first.
        offered: Filters of the room.
        dated: Whether the room can be shown as of another day.
        values: What else the template needs.
    """
    language = language_of(request)
    moment = moment_of(context, filters)
    wanted = wanted_format(request)
    if wanted:
        lines = basis_lines(request, filters, moment.known_at, moment.watermark, _said(filters, offered))
        first, *others = tables
        return file_answer(first.sheet(language, lines, [one.sheet(language) for one in others]), wanted)
    rows = sum(len(one.rows) for one in tables) if tables else values.get("total", 0)
    return page(
        context,
        request,
        *named,
        tables={one.name: one for one in tables},
        offered=offered,
        dated=dated,
        moment=moment,
        **{**filter_values(filters, language, (), with_variant=False), **tools(filters, rows=rows), **values},
    )


def _said(filters: Filters, offered: Sequence[Offered]) -> list[tuple[str, str]]:
    """Return the room's own filters in words."""
    said = []
    for one in offered:
        code = filters.chosen(one.name)
        if code:
            said.append((one.title, dict(one.options).get(code, code)))
    return said


def translator(request: Request) -> Any:
    """Return the function that translates messages into the reader's language."""
    return TEMPLATES.gettext(language_of(request))


def spoken(name: Name, language: str) -> str:
    """Return an agency's name in a language, the Vietnamese one where there is no other."""
    return name.name_en if language == "en" and name.name_en else name.name_vi


def agency_cell(name: Name, filters: Filters, language: str) -> Shown:
    """Return the cell of an agency: its name, its id, the way to its file as of the same moment."""
    link = f"/agencies/{name.agency_id}{filters.narrow.address()}"
    return Shown(spoken(name, language), link, below=name.agency_id)
