"""The national board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from werkzeug.wrappers import Request, Response

from services.inspection.read_models import Board, BoardRow, FunnelStep
from services.inspection.web.access import home_of, limited_filters, require_session
from services.inspection.web.filters import Filters
from services.inspection.web.forms import filter_values
from services.inspection.web.rendering import TEMPLATES, language_of, page, views_of
from services.inspection.web.words import ALERT_RULES, BOARD_INDICATORS, INDICATOR_WORDS, definition, label
from shared.eventsourcing import Hint
from shared.service.context import ServiceContext
from shared.vietnam.format import number, percent
from shared.vietnam.text import folded
from shared.web.problem import Problem

_SHOWN_AT_MOST = 6
_BAR = 1000


def national_board(context: ServiceContext, request: Request) -> Response:
    """Show the figures of the whole country, or of an agency and all below it."""
    session = require_session(context, request)
    home = home_of(session)
    if home is not None:
        return home
    filters = limited_filters(context, request, session)
    views = views_of(context)
    try:
        board = views.board(filters)
    except LookupError:
        raise agency_unknown(filters.scope or "") from None
    pinned = filters.pinned(board.known_at)
    language = language_of(request)
    return page(
        context,
        request,
        "board.html",
        "board",
        board=board,
        board_title=_title(board, language),
        rows=sorted_rows(board.rows, filters.sort, language),
        alerts=views.alerts(pinned),
        changes=views.legal_changes(pinned),
        indicators=BOARD_INDICATORS,
        names=INDICATOR_WORDS,
        definition=definition,
        rules=ALERT_RULES,
        shown_at_most=_SHOWN_AT_MOST,
        funnel_parts=funnel_parts(board.total.funnel),
        funnel_summary=_summary(board.total.funnel, language),
        explain_address=explain_addresses(filters, board.known_at),
        **filter_values(filters, language, ("scope", "sort"), with_variant=True),
    )


def explain_addresses(filters: Filters, known_at: int) -> Callable[[str, str | None], str]:
    """Return the function from an indicator and a row to the address of its explanation.

    The address is pinned to what the figure was computed from, so that figure and explanation agree.
    """
    pinned = filters.pinned(known_at)

    def address(indicator: str, province: str | None) -> str:
        return f"/indicators/{indicator}/explain{pinned.address(province=province, sort=None)}"

    return address


def sorted_rows(rows: Sequence[BoardRow], sort: str, language: str) -> list[BoardRow]:
    """Return the rows by name, by number of agencies, or by an indicator (worst or highest rate first)."""
    if sort in BOARD_INDICATORS:
        return sorted(rows, key=lambda row: _descending(row.figures[sort].rate))
    if sort == "agencies":
        return sorted(rows, key=lambda row: -row.agencies)
    return sorted(rows, key=lambda row: _by_name(row, language))


def _descending(rate: float | None) -> tuple[bool, float]:
    return rate is None, -(rate or 0.0)


def _by_name(row: BoardRow, language: str) -> tuple[bool, str]:
    # Central agencies lie in no province and come first.
    name = row.label_en if language == "en" else row.label_vi
    return row.key != "central", folded(name.removeprefix("Thành phố ").removeprefix("Tỉnh "))


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
