"""A table as an Excel workbook: real numbers and dates in Vietnamese forms, headings that stay, filters on them."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from services.inspection.exports.sheet import Cell, Column, Sheet, for_xml
from shared import clock

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMS = {"whole": "#,##0", "percent": "0.00%", "day": "dd/mm/yyyy"}
_WIDTHS = {"text": 32, "whole": 12, "percent": 12, "day": 13, "link": 40}
#: Longest name of a worksheet, and signs that it must not have.
_NAME, _FORBIDDEN = 31, str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def write(sheet: Sheet) -> bytes:
    """Return the file; each table is a worksheet."""
    sheet = for_xml(sheet)
    file = io.BytesIO()
    # Text stays text: nothing that somebody pushed becomes a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        formats = {name: book.add_format({"num_format": form, "valign": "top"}) for name, form in _FORMS.items()}
        formats["text"] = formats["link"] = book.add_format({"text_wrap": True, "valign": "top"})
        heading = book.add_format(
            {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#E3EEFA", "valign": "top"}
        )
        for number, table in enumerate((sheet, *sheet.more), start=1):
            _worksheet(book, table, f"{number}. {table.title}", formats, heading)
    return file.getvalue()


def _worksheet(book: Workbook, table: Sheet, name: str, formats: dict[str, Format], heading: Format) -> None:
    page = book.add_worksheet(name.translate(_FORBIDDEN)[:_NAME].strip())
    page.write_string(0, 0, table.title, book.add_format({"bold": True, "font_size": 14}))
    for line, (label, value) in enumerate(table.basis, start=1):
        page.write_string(line, 0, f"{label}: {value}")
    top = len(table.basis) + 2
    for place, column in enumerate(table.columns):
        page.set_column(place, place, _WIDTHS[column.kind])
        page.write_string(top, place, column.title, heading)
    forms = [_form(book, column, formats) for column in table.columns]
    for line, row in enumerate(table.rows, start=top + 1):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _write(page, (line, place), cell, column, forms[place])
    page.freeze_panes(top + 1, 1)
    page.autofilter(top, 0, max(top, top + len(table.rows)), max(0, len(table.columns) - 1))
    page.set_landscape()
    page.repeat_rows(top)
    page.fit_to_pages(1, 0)


def _form(book: Workbook, column: Column, formats: dict[str, Format]) -> Format:
    if not column.decimals:
        return formats[column.kind]
    return book.add_format({"num_format": f"{_FORMS['whole']}.{'0' * column.decimals}", "valign": "top"})


def _write(page: Worksheet, place: tuple[int, int], value: Cell, column: Column, form: Format) -> None:
    if value is None:
        return
    if column.kind == "link" and isinstance(value, str):
        page.write_url(*place, value, string=value)
    elif column.kind == "day" and isinstance(value, int):
        page.write_datetime(*place, _date(value), form)
    elif column.kind == "percent" and not isinstance(value, str):
        # Divided as a decimal: 82.35 / 100 as binary fractions would be written as 0.8234999999999999.
        page.write_number(*place, float(Decimal(str(value)) / 100), form)
    elif column.kind == "whole" and not isinstance(value, str):
        page.write_number(*place, float(value), form)
    else:
        page.write_string(*place, str(value), form)


def _date(day: int) -> Any:
    return clock.to_date(day)
