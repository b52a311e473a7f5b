"""The national board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from werkzeug.wrappers import Request, Response

from services.inspection.read_models import AlertLine, Board, Freshness, FunnelStep, LegalChange
from services.inspection.web import tile_map
from services.inspection.web.access import home_of, limited_filters, require_session
from services.inspection.web.board_rows import only, sorted_rows
from services.inspection.web.board_sheet import board_sheet
from services.inspection.web.board_targets import BoardTargets, board_targets, targets_of_board
from services.inspection.web.exporting import file_answer, tools, wanted_format
from services.inspection.web.filters import N_, Filters
from services.inspection.web.forms import filter_values, further_values
from services.inspection.web.rendering import TEMPLATES, language_of, page, views_of
from services.inspection.web.views import Views
from services.inspection.web.words import ALERT_RULES, BOARD_INDICATORS, INDICATOR_WORDS, definition, label
from shared.eventsourcing import Hint
from shared.service.context import ServiceContext
from shared.vietnam.format import number, percent
from shared.web.problem import Problem

_SHOWN_AT_MOST = 6
#: Changes of the law that the board counts; the room has all of them.
_CHANGES = 20
_BAR = 1000


def national_board(context: ServiceContext, request: Request) -> Response:
    """Show the figures of the whole country, or of an agency and all below it."""
    session = require_session(context, request)
    home = home_of(session)
    if home is not None:
        return home
    filters = limited_filters(context, request, session)
    views, wanted = views_of(context), wanted_format(request)
    try:
        if wanted:
            board, targets = views.together(lambda one: (_board(one, filters), targets_of_board(one, filters, request)))
            return file_answer(board_sheet(request, board, filters, targets), wanted)
        found = views.together(lambda one: _found(one, filters))
    except LookupError:
        raise agency_unknown(filters.scope or "") from None
    return _shown(context, request, filters, found)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the views tell the board."""

    board: Board
    targets: BoardTargets | None
    alerts: Sequence[AlertLine]
    changes: Sequence[LegalChange]
    fresh: Freshness


def _board(views: Views, filters: Filters) -> Board:
    return only(views.board(filters), filters.province)


def _found(views: Views, filters: Filters) -> _Found:
    board = _board(views, filters)
    pinned = filters.pinned(board.known_at)
    return _Found(
        board,
        board_targets(views, filters),
        views.alerts(pinned),
        views.legal_changes(pinned, limit=_CHANGES),
        views.freshness(),
    )


def _shown(context: ServiceContext, request: Request, filters: Filters, found: _Found) -> Response:
    board, language = found.board, language_of(request)
    return page(
        context,
        request,
        "board.html",
        "board",
        fresh=found.fresh,
        board=board,
        board_title=_title(board, language),
        rows=sorted_rows(board.rows, filters.sort, language),
        alerts=found.alerts,
        changes=found.changes,
        changes_at_most=_CHANGES,
        indicators=BOARD_INDICATORS,
        names=INDICATOR_WORDS,
        definition=definition,
        rules=ALERT_RULES,
        targets=found.targets,
        shown_at_most=_SHOWN_AT_MOST,
        **_map(board, filters, language),
        funnel_parts=funnel_parts(board.total.funnel),
        funnel_summary=_summary(board.total.funnel, language),
        explain_address=explain_addresses(filters, board.known_at),
        trends=None if filters.province else filters.address(known_at=None, sort=None),
        **{
            **filter_values(filters, language, ("sort",), with_variant=True),
            **further_values(filters, language, ("level", "kind", "obligation", "province"), with_period=True),
        },
        **tools(filters),
    )


def explain_addresses(filters: Filters, known_at: int) -> Callable[[str, str | None], str]:
    """Return the function from an indicator and a row to the address of its explanation.

    The address is pinned to what the figure was computed from, so that figure and explanation agree.
    """
    pinned = filters.pinned(known_at)

    # A board has each of them for nine indicators.
    @cache
    def asked(province: str | None) -> str:
        return pinned.address(province=province or filters.province, sort=None)

    return lambda indicator, province: f"/indicators/{indicator}/explain{asked(province)}"


def funnel_parts(funnel: Sequence[FunnelStep]) -> list[dict[str, Any]]:
    """Return where each step of the bar begins and how wide it is, in thousandths of the bar."""
    total = sum(step.count for step in funnel)
    parts: list[dict[str, Any]] = []
    x = 0.0
    for step in funnel:
        if step.count:
            width = step.count * _BAR / total
            parts.append({"state": step.state, "x": round(x, 2), "width": round(width, 2)})
            x += width
    return parts


def _map(board: Board, filters: Filters, language: str) -> dict[str, Any]:
    """Return the values that `tile_map.html` needs."""
    indicator = filters.map if filters.map in BOARD_INDICATORS else _ON_THE_MAP
    found = tile_map.tiles(board.rows, indicator)
    return {
        "map_indicator": indicator,
        "map_tiles": found,
        "map_sentence": _map_sentence(board, indicator, language) if found else "",
    }


def _map_sentence(board: Board, indicator: str, language: str) -> str:
    translate = TEMPLATES.gettext(language)
    tongue: Any = language
    found = tile_map.reading(board.rows, indicator)
    if not found.highest:
        return translate(N_("No province has this figure on the day."))
    pieces = []
    for title, rows in ((translate(N_("Highest")), found.highest), (translate(N_("lowest")), found.lowest)):
        rate = percent(str(rows[0].figures[indicator].percent), tongue)
        names = ", ".join(row.label_vi for row in rows[:_NAMED])
        more = f" +{len(rows) - _NAMED}" if len(rows) > _NAMED else ""
        pieces.append(f"{title}: {names}{more} ({rate})")
    whole = board.total.figures[indicator].percent
    if whole is not None:
        together = translate(N_("together"))
        pieces.append(f"{together}: {percent(whole, tongue)}")
    if found.without:
        without = translate(N_("provinces without the figure"))
        pieces.append(f"{without}: {found.without}")
    return f"{'; '.join(pieces)}."


#: Indicator of the map when none is chosen; provinces that a sentence names.
_ON_THE_MAP, _NAMED = "I2", 4


def _summary(funnel: Sequence[FunnelStep], language: str) -> str:
    translate = TEMPLATES.gettext(language)
    tongue: Any = language
    return "; ".join(
        f"{translate(label('status', step.state))} {number(step.count, tongue)} ({percent(step.percent, tongue)})"
        for step in funnel
        if step.count
    )


def _title(board: Board, language: str) -> str:
    if board.scope is not None:
        return board.total.label_en if language == "en" and board.total.label_en else board.total.label_vi
    return TEMPLATES.gettext(language)("National board")


def agency_unknown(agency_id: str) -> Problem:
    """Return the answer to an agency id that is not known."""
    return Problem(
        404,
        "AGENCY_UNKNOWN",
        Hint(
            f"Không có cơ quan nào mang mã {agency_id} vào thời điểm này. Hãy tìm theo tên hoặc chọn ngày khác.",
            f"No agency has the id {agency_id} at this time. Search by name or choose another day.",
        ),
    )
