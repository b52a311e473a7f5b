"""What is in a file that the pages export: rows of cells, whatever the format."""

from __future__ import annotations

import csv
import io
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
from docx import Document
from playwright.sync_api import Page
from pypdf import PdfReader

Rows = list[list[object]]


def exported(page: Page, name: str) -> bytes:
    """Return the file of a page in a format: `CSV`, as its link is named."""
    with page.expect_download() as download:
        page.locator(".tools__files").first.get_by_role("link", name=name, exact=True).click()
    return download.value.path().read_bytes()


def of_csv(content: bytes) -> Rows:
    """Return the rows; the file begins with the mark that spreadsheets know UTF-8 by."""
    assert content.startswith(b"\xef\xbb\xbf")
    return [list(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


def of_xlsx(content: bytes) -> Rows:
    """Return the rows of all sheets, one after the other."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [list(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def of_docx(content: bytes) -> Rows:
    """Return the rows of all tables."""
    tables = Document(io.BytesIO(content)).tables
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows]


def text_of_pdf(content: bytes) -> str:
    """Return the text of all pages, without the breaks of its lines."""
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def links_of_pdf(content: bytes) -> set[str]:
    """Return where the links of a PDF lead."""
    marks = [mark.get_object() for page in PdfReader(io.BytesIO(content)).pages for mark in page.get("/Annots") or ()]
    return {str(mark["/A"]["/URI"]) for mark in marks if "/A" in mark and "/URI" in mark["/A"]}


def row_of(rows: Rows, first: str) -> list[object]:
    """Return the first row whose first cell begins so."""
    return next(row for row in rows if row and str(row[0] or "").startswith(first))


def percent(row: dict) -> str:
    """Return the rate of a row of the HTTP API as the pages write it."""
    rate = Decimal(row["numerator"] * 100) / Decimal(row["denominator"])
    return f"{rate.quantize(Decimal('0.01'), ROUND_HALF_UP)}".replace(".", ",")
