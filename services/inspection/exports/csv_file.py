"""A table as CSV (RFC 4180) in UTF-8 with a byte order mark, without which Excel misreads Vietnamese.

Numbers have a decimal point and no thousands separator, days read YYYY-MM-DD: this is the form for programs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from services.inspection.exports.sheet import Cell, Column, Sheet
from shared.vietnam.format import iso_day

MEDIA_TYPE = "text/csv; charset=utf-8"
_HUNDREDTH = Decimal("0.01")
#: A cell that begins so is taken for a formula by spreadsheet programs (OWASP: CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(sheet: Sheet) -> bytes:
    """Return the file: what the figures rest on, an empty line, headings, rows; further tables follow."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for table in (sheet, *sheet.more):
        if table is not sheet:
            writer.writerow([])
        writer.writerow([table.title])
        writer.writerows([label, _safe(value)] for label, value in table.basis)
        writer.writerow([])
        writer.writerow([column.title for column in table.columns])
        writer.writerows(_cells(row, table.columns) for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _cells(row: Sequence[Cell], columns: Sequence[Column]) -> list[str]:
    return [_cell(value, column) for value, column in zip(row, columns, strict=True)]


def _cell(value: Cell, column: Column) -> str:
    if value is None:
        return ""
    if column.kind == "day" and isinstance(value, int):
        return iso_day(value)
    if column.kind == "percent" and isinstance(value, Decimal):
        return str(value.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP))
    return _safe(value) if isinstance(value, str) else str(value)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
