"""The rows of the national board in the order asked for, and the board limited to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.inspection.read_models import Board, BoardRow
from services.inspection.web.forms import province_order
from services.inspection.web.words import BOARD_INDICATORS


def only(board: Board, province: str | None) -> Board:
    """Return the board limited to one of its rows, where the filters name one; the row is then the total too."""
    if province is None:
        return board
    rows = [row for row in board.rows if row.key == province]
    total = rows[0] if rows else BoardRow(province, province, province, 0, {}, ())
    return replace(board, rows=rows, total=total)


def sorted_rows(rows: Sequence[BoardRow], sort: str, language: str) -> list[BoardRow]:
    """Return the rows by name, by number of agencies, or by an indicator (worst or highest rate first)."""
    if sort in BOARD_INDICATORS:
        return sorted(rows, key=lambda row: _descending(row.figures[sort].rate))
    if sort == "agencies":
        return sorted(rows, key=lambda row: -row.agencies)
    return sorted(rows, key=lambda row: _by_name(row, language))


def _descending(rate: float | None) -> tuple[bool, float]:
    return rate is None, -(rate or 0.0)


def _by_name(row: BoardRow, language: str) -> tuple[bool, tuple[Any, ...]]:
    # Central agencies lie in no province and come first.
    return row.key != "central", province_order(row.label_en if language == "en" else row.label_vi)
