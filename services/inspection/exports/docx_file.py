"""Tables as a Word document: headings, what the figures rest on, and tables that people may go on editing."""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from services.inspection.exports.pdf_file import shown
from services.inspection.exports.sheet import Sheet, for_xml

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: The face that Decree 30/2020/ND-CP on clerical work asks for.
_FACE = "Times New Roman"
#: Characters of a property of a document (ECMA-376, part 2).
_LONGEST_PROPERTY = 255
_RIGHT = ("whole", "percent")


def write(sheet: Sheet) -> bytes:
    """Return the file."""
    sheet = for_xml(sheet)
    document = Document()
    _set_up(document)
    document.core_properties.title = sheet.title[:_LONGEST_PROPERTY]
    document.core_properties.author = ""
    for table in (sheet, *sheet.more):
        _table(document, table)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: DocumentObject) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    width, height = section.page_width, section.page_height
    if width is not None and height is not None and width < height:
        section.page_width, section.page_height = height, width
    for name in ("Normal", "Heading 1"):
        style = document.styles[name]
        style.font.name = _FACE
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FACE)
    document.styles["Normal"].font.size = Pt(11)


def _table(document: DocumentObject, sheet: Sheet) -> None:
    document.add_heading(sheet.title, level=1)
    for label, value in sheet.basis:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(f"{label}: ")
        paragraph.add_run(value).bold = True
    if not sheet.columns:
        return
    width = len(sheet.columns)
    made = document.add_table(rows=1 + len(sheet.rows), cols=width, style="Table Grid")
    # All cells at once: asked for by row, each row is worked out from all others.
    cells = made._cells  # noqa: SLF001
    for cell, column in zip(cells, sheet.columns, strict=False):
        cell.paragraphs[0].add_run(column.title).bold = True
    for number, row in enumerate(sheet.rows, start=1):
        line = cells[number * width : (number + 1) * width]
        for cell, content, column in zip(line, row, sheet.columns, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.add_run(shown(content, column, sheet.language))
            if column.kind in _RIGHT:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
