"""A table as PDF, set by Typst in Be Vietnam Pro; in a process of its own, since a large one takes seconds.

`python -m services.inspection.exports.pdf_file` reads the data of a sheet from standard input and writes the PDF.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from services.inspection.exports.sheet import Cell, Column, Sheet
from shared.vietnam import format as vietnam

MEDIA_TYPE = "application/pdf"
#: Most rows of one file; more belong into a spreadsheet.
MOST_ROWS = 2000
_SECONDS = 60
_TEMPLATE = Path(__file__).parent / "table.typ"
_RIGHT = ("whole", "percent")


class PdfError(RuntimeError):
    """The PDF could not be made."""


class TooLongForPdfError(PdfError):
    """A PDF holds at most 2,000 rows; take XLSX or CSV, or narrow the filters."""


def write(sheet: Sheet) -> bytes:
    """Return the file.

    Raises:
        TooLongForPdfError: more rows than a PDF takes.
        PdfError: the process that sets it failed.
    """
    if sum(len(table.rows) for table in (sheet, *sheet.more)) > MOST_ROWS:
        raise TooLongForPdfError(TooLongForPdfError.__doc__)
    command = [sys.executable, "-m", "services.inspection.exports.pdf_file"]
    made = subprocess.run(command, input=orjson.dumps(_data(sheet)), capture_output=True, timeout=_SECONDS, check=False)
    if made.returncode != 0 or not made.stdout.startswith(b"%PDF"):
        raise PdfError(made.stderr.decode(errors="replace")[-500:])
    return made.stdout


def _data(sheet: Sheet) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "language": sheet.language,
        "basis": list(sheet.basis),
        "columns": [column.title for column in sheet.columns],
        "widths": [0 if column.kind in (*_RIGHT, "day") else 1 for column in sheet.columns],
        "links": [column.kind == "link" for column in sheet.columns],
        "right": [column.kind in _RIGHT for column in sheet.columns],
        "rows": [_cells(row, sheet.columns, sheet.language) for row in sheet.rows],
        "more": [_data(table) for table in sheet.more],
    }


def _cells(row: Sequence[Cell], columns: Sequence[Column], language: str) -> list[str]:
    return [shown(value, column, language) for value, column in zip(row, columns, strict=True)]


def shown(value: Cell, column: Column, language: str) -> str:
    """Return a cell as people read it in a language."""
    tongue: Any = language
    if value is None:
        return "–"
    if column.kind == "day" and isinstance(value, int):
        return vietnam.day(value)
    if column.kind == "percent" and isinstance(value, Decimal):
        return vietnam.percent(str(value), tongue)
    if column.kind == "whole" and isinstance(value, int | float):
        return vietnam.number(value, tongue, column.decimals)
    return str(value)


def main() -> None:
    """Set the sheet that stands on standard input."""
    import fontpkg_be_vietnam_pro
    import typst

    fonts = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"
    inputs = {"sheet": sys.stdin.buffer.read().decode()}
    made = typst.compile(str(_TEMPLATE), font_paths=[str(fonts)], ignore_system_fonts=True, sys_inputs=inputs)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
