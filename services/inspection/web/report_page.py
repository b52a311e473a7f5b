"""The report generator: every indicator as of a day as one document, each number with the address that asks for it again."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.wrappers import Request, Response

from services.inspection.exports.sheet import Cell, Column, Sheet, percent_cell
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.read_models import Board, Figure
from services.inspection.web.access import limited_filters, require_session
from services.inspection.web.board_page import agency_unknown
from services.inspection.web.board_sheet import board_sheet
from services.inspection.web.board_targets import targets_of_board
from services.inspection.web.exporting import basis_lines, file_answer, tools, wanted_format
from services.inspection.web.filters import N_, Filters
from services.inspection.web.forms import filter_values, further_values
from services.inspection.web.rendering import TEMPLATES, language_of, page, views_of
from services.inspection.web.words import definition
from shared.service.context import ServiceContext

#: A report is also edited further.
_FORMATS = ("docx", "xlsx", "pdf", "csv")


def report(context: ServiceContext, request: Request) -> Response:
    """Show the report as it will be written, or write it.

    Raises:
        Problem: 404 no such agency.
    """
    session = require_session(context, request, "oversee")
    filters = limited_filters(context, request, session)
    views = views_of(context)
    try:
        told = views.report(filters)
    except LookupError:
        raise agency_unknown(filters.scope or "") from None
    board, figures = told.board, {row.key: row.figure for row in told.rows}
    pinned = filters.pinned(board.known_at)
    language = language_of(request)
    wanted = wanted_format(request)
    if wanted:
        targets = targets_of_board(views, filters, request)
        return file_answer(_sheet(request, board, figures, filters, targets), wanted)
    return page(
        context,
        request,
        "report.html",
        "report",
        board=board,
        figures=figures,
        definition=definition,
        indicators=INDICATORS,
        explain_address=lambda indicator: explain_of(indicator, pinned),
        **{
            **filter_values(filters, language, (), with_variant=True),
            **further_values(filters, language, ("level", "kind", "obligation"), with_period=True),
        },
        **tools(filters, _FORMATS),
    )


def explain_of(indicator: str, pinned: Filters) -> str:
    """Return the address that asks for a number again, and shows what is behind it."""
    return f"/indicators/{indicator}/explain{pinned.address(sort=None, map=None)}"


def _sheet(
    request: Request, board: Board, figures: dict[str, Figure], filters: Filters, targets: Sheet | None
) -> Sheet:
    language = language_of(request)
    translate = TEMPLATES.gettext(language)
    pinned = filters.pinned(board.known_at)
    columns = [
        Column(translate(N_("Indicator"))),
        Column(translate(N_("Counted")), "whole"),
        Column(translate(N_("Of")), "whole"),
        Column(translate(N_("Rate")), "percent"),
        Column(translate(N_("Legal basis"))),
        Column(translate(N_("Where the number comes from")), "link"),
    ]
    host = request.host_url.rstrip("/")
    rows: list[list[Cell]] = [
        [
            f"{name} {definition(name, language)[0]}",
            figure.numerator,
            figure.denominator,
            percent_cell(*figure.exact),
            INDICATORS[name].source,
            f"{host}{explain_of(name, pinned)}",
        ]
        for name, figure in figures.items()
    ]
    whole = board_sheet(request, board, filters, targets)
    further = (replace(whole, title=translate(N_("By province")), basis=(), more=()), *whole.more)
    lines = basis_lines(request, filters, board.known_at, board.watermark)
    title = translate(N_("Report on the application of TCVN ISO 9001 in state administrative agencies"))
    return Sheet(title, lines, columns, rows, language, further)
