"""The national board as a table for files: the same rows in the same order as on the page, and the funnel."""

from __future__ import annotations

from werkzeug.wrappers import Request

from services.inspection.exports.sheet import Cell, Column, Sheet, percent_cell
from services.inspection.read_models import Board, BoardRow
from services.inspection.web.board_rows import sorted_rows
from services.inspection.web.exporting import basis_lines
from services.inspection.web.filters import N_, Filters
from services.inspection.web.rendering import TEMPLATES, language_of
from services.inspection.web.words import BOARD_INDICATORS, INDICATOR_WORDS, label


def board_sheet(request: Request, board: Board, filters: Filters, targets: Sheet | None) -> Sheet:
    """Return the board as a sheet, with numerator, denominator and rate of every figure; funnel and targets below it."""
    language = language_of(request)
    translate = TEMPLATES.gettext(language)
    columns = [Column(translate(N_("Province or city"))), Column(translate(N_("Agencies")), "whole")]
    counted, of = translate(N_("Counted")), translate(N_("Of"))
    for indicator in BOARD_INDICATORS:
        name = f"{translate(INDICATOR_WORDS[indicator].short)} ({indicator})"
        columns += [
            Column(f"{name}: {counted}", "whole"),
            Column(f"{name}: {of}", "whole"),
            Column(name, "percent"),
        ]
    rows = [_row(row, language) for row in sorted_rows(board.rows, filters.sort, language)]
    total = [translate(N_("Total")), *_row(board.total, language)[1:]]
    funnel = Sheet(
        translate(N_("Steps of building up the quality management system")),
        (),
        [
            Column(translate(N_("Step"))),
            Column(translate(N_("Agencies")), "whole"),
            Column(translate(N_("Share")), "percent"),
        ],
        [
            [translate(label("status", step.state)), step.count, percent_cell(step.percent)]
            for step in board.total.funnel
        ],
        language,
    )
    lines = basis_lines(request, filters, board.known_at, board.watermark)
    more = (funnel,) if targets is None else (funnel, targets)
    return Sheet(translate(N_("National board")), lines, columns, [*rows, total], language, more)


def _row(row: BoardRow, language: str) -> list[Cell]:
    cells: list[Cell] = [row.label_en if language == "en" else row.label_vi, row.agencies]
    for indicator in BOARD_INDICATORS:
        figure = row.figures.get(indicator)
        if figure is None:
            cells += [None, None, None]
        else:
            cells += [figure.numerator, figure.denominator, percent_cell(*figure.exact)]
    return cells
