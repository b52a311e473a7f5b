"""Files of a table: read back by the programs that people open them with."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader

from services.inspection.exports import csv_file, docx_file, pdf_file, xlsx_file
from services.inspection.exports.sheet import Column, Sheet, percent_cell
from shared import clock

DAY = clock.day_of("2026-02-28")
TWIN = Sheet("Phễu: các bước", (), [Column("Bước"), Column("Số", "whole")], [["Đã công bố", 12]])
SHEET = Sheet(
    "Bảng toàn quốc",
    [("Tính đến hết ngày", "28/02/2026"), ("Theo thông tin có lúc", "28/02/2026 17:00:00")],
    [Column("Tỉnh"), Column("Cơ quan", "whole"), Column("Đã công bố", "percent"), Column("Ngày", "day")],
    [
        ["Thành phố Đà Nẵng", 1234, Decimal("99.18"), DAY],
        ["=HYPERLINK(1)", 0, None, None],
        ["#set text(red) *đậm* $x$ [a](b)", 1, Decimal("0.00"), DAY],
    ],
    "vi",
    (TWIN,),
)


def test_csv_begins_with_a_byte_order_mark_and_has_numbers_for_programs():
    content = csv_file.write(SHEET)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[1] == ["Tính đến hết ngày", "28/02/2026"]
    assert ["Thành phố Đà Nẵng", "1234", "99.18", "2026-02-28"] in rows
    assert ["Đã công bố", "12"] in rows


def test_rates_are_the_quotient_in_a_workbook_and_have_two_decimals_elsewhere_and_a_column_as_many_in_each_row():
    columns = [Column("Tỷ lệ", "percent"), Column("Làm tròn", "percent"), Column("Chênh lệch", "whole", 2)]
    sheet = Sheet("Chỉ tiêu", (), columns, [[percent_cell("82.35", 14, 17), percent_cell("82.35"), -1.5]], "vi")
    page = openpyxl.load_workbook(io.BytesIO(xlsx_file.write(sheet))).worksheets[0]
    assert [cell.value for cell in page[4]] == [14 / 17, 0.8235, -1.5]
    assert page["C4"].number_format == "#,##0.00"
    assert csv_file.write(sheet).decode("utf-8-sig").splitlines()[-1] == "82.35,82.35,-1.5"
    (row,) = sheet.rows
    told = [pdf_file.shown(cell, column, "vi") for cell, column in zip(row, columns, strict=True)]
    assert told == ["82,35\u00a0%", "82,35\u00a0%", "\u22121,50"]


def test_csv_has_no_cell_that_a_spreadsheet_takes_for_a_formula():
    assert b"'=HYPERLINK(1)" in csv_file.write(SHEET)
    assert b"\n=HYPERLINK" not in csv_file.write(SHEET)


def test_xlsx_has_real_numbers_dates_and_no_formulas():
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file.write(SHEET)))
    page = book.worksheets[0]
    assert page["A1"].value == "Bảng toàn quốc"
    cells = [[cell.value for cell in row] for row in page.iter_rows(min_row=6)]
    assert cells[0][:3] == ["Thành phố Đà Nẵng", 1234, 0.9918]
    assert cells[0][3].date().isoformat() == "2026-02-28"
    assert page["A7"].data_type == "s"
    assert page["C6"].number_format == "0.00%"
    assert page.freeze_panes == "B6"
    assert book.worksheets[1].title == "2. Phễu  các bước"
    assert [cell.value for cell in book.worksheets[1][4]] == ["Đã công bố", 12]


def test_pdf_shows_vietnamese_text_and_sets_no_markup_from_the_data():
    reader = PdfReader(io.BytesIO(pdf_file.write(SHEET)))
    text = "\n".join(page.extract_text() for page in reader.pages)
    for shown in ("Bảng toàn quốc", "Thành phố Đà Nẵng", "1.234", "99,18", "28/02/2026", "#set text(red) *đậm* $x$"):
        assert shown in text, shown
    fonts = {str(font.get_object()["/BaseFont"]) for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert all("BeVietnamPro" in font for font in fonts)


def test_a_pdf_that_is_too_long_is_not_begun():
    long = Sheet("Dài", (), [Column("x")], [["a"]] * (pdf_file.MOST_ROWS + 1))
    with pytest.raises(pdf_file.TooLongForPdfError):
        pdf_file.write(long)


def test_docx_holds_the_table_as_people_read_it():
    document = Document(io.BytesIO(docx_file.write(SHEET)))
    assert document.paragraphs[0].text == "Bảng toàn quốc"
    assert [cell.text for cell in document.tables[0].rows[1].cells][:3] == [
        "Thành phố Đà Nẵng",
        "1.234",
        "99,18\u00a0%",
    ]
    assert document.paragraphs[1].text == "Tính đến hết ngày: 28/02/2026"


@pytest.mark.parametrize("bad", ["\0", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_does_not_allow_spoils_no_file(bad):
    link = "http://127.0.0.1/a"
    columns = [Column(f"Tỉnh{bad}"), Column("Nơi", "link")]
    sheet = Sheet(f"Bảng{bad}", [(f"Lọc{bad}", f"x{bad}")], columns, [[f"Đà{bad} Nẵng\n2", link + bad]], "vi", (TWIN,))
    document = Document(io.BytesIO(docx_file.write(sheet)))
    assert [paragraph.text for paragraph in document.paragraphs[:2]] == ["Bảng", "Lọc: x"]
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["Tỉnh", "Nơi"],
        ["Đà Nẵng\n2", link],
    ]
    page = openpyxl.load_workbook(io.BytesIO(xlsx_file.write(sheet))).worksheets[0]
    assert [page[place].value for place in ("A1", "A2", "A4", "A5", "B5")] == [
        *("Bảng", "Lọc: x", "Tỉnh", "Đà Nẵng\n2", link),
    ]
    assert "Nẵng" in PdfReader(io.BytesIO(pdf_file.write(sheet))).pages[0].extract_text()


def test_a_long_title_fits_the_properties_of_a_document():
    assert docx_file.write(Sheet("Bảng " * 100, (), [], []))
