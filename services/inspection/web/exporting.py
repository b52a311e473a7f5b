"""What is on a page as a file: the same handler with `format` in the address answers CSV, XLSX, PDF or DOCX.

Owns names and headers of the files, and the lines that say what their figures rest on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from werkzeug.wrappers import Request, Response

from services.inspection.exports import pdf_file
from services.inspection.exports.sheet import Sheet
from services.inspection.web.filters import N_, Filters
from services.inspection.web.rendering import TEMPLATES, language_of
from services.inspection.web.words import label
from shared.eventsourcing import Hint
from shared.vietnam import format as vietnam
from shared.vietnam.text import folded
from shared.web.problem import Problem

Writer = Callable[[Sheet], bytes]
#: Module of each format; imported when the first file is wanted, since some bring large libraries along.
_WRITERS: Mapping[str, str] = {
    name: f"services.inspection.exports.{name}_file" for name in ("csv", "xlsx", "pdf", "docx")
}
#: Offered on every page with a table; DOCX only where something is written on.
FORMATS = ("csv", "xlsx", "pdf")


def wanted_format(request: Request) -> str | None:
    """Return the file format that the address asks for; None for the page itself.

    Raises:
        Problem: 400 a format that is not made.
    """
    wanted = request.args.get("format", "")
    if not wanted:
        return None
    if wanted not in _WRITERS:
        listed = ", ".join(_WRITERS)
        hint = Hint(f"Chỉ xuất được các định dạng: {listed}.", f"These formats are made: {listed}.")
        raise Problem(400, "FORMAT_UNKNOWN", hint, pointer="/query/format")
    return wanted


def tools(filters: Filters, formats: Sequence[str] = FORMATS, rows: int = 0) -> dict[str, Any]:
    """Return the values that `tools.html` needs.

    Args:
        filters: Of the page.
        formats: What the page can be had as.
        rows: How many rows the file would have; a PDF is not offered where it would not be made.
    """
    too_long = "pdf" in formats and rows > pdf_file.MOST_ROWS
    return {
        "formats": [name for name in formats if name != "pdf" or not too_long],
        "most_rows_of_pdf": pdf_file.MOST_ROWS if too_long else None,
        "export_address": lambda name: filters.address(format=name, after=None),
    }


def _writer(wanted: str) -> tuple[str, Writer]:
    module = import_module(_WRITERS[wanted])
    return module.MEDIA_TYPE, module.write


def file_answer(sheet: Sheet, wanted: str) -> Response:
    """Return a sheet as a file.

    Raises:
        Problem: 422 too long for a PDF.
    """
    media_type, write = _writer(wanted)
    try:
        content = write(sheet)
    except pdf_file.TooLongForPdfError:
        hint = Hint(
            f"Tệp PDF chứa tối đa {pdf_file.MOST_ROWS} dòng. Hãy xuất XLSX hoặc CSV, hoặc thu hẹp bộ lọc.",
            f"A PDF holds at most {pdf_file.MOST_ROWS} rows. Take XLSX or CSV, or narrow the filters.",
        )
        raise Problem(422, "TOO_LONG_FOR_PDF", hint) from None
    response = Response(content, content_type=media_type)
    name = "-".join(folded(sheet.title).split())[:60]
    plain = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign == "-")) or "oversight"
    response.headers["Content-Disposition"] = f'attachment; filename="{plain}.{wanted}"'
    return response


def basis_lines(
    request: Request, filters: Filters, known_at: int, watermark: int, further: Sequence[tuple[str, str]] = ()
) -> list[tuple[str, str]]:
    """Return what figures rest on, in the reader's language: days and times, filters, the address to ask again.

    Args:
        request: Whose address is written down.
        filters: Of the page.
        known_at: Instant up to which facts counted.
        watermark: How far the views had come.
        further: Filters that only this page has.
    """
    translate = TEMPLATES.gettext(language_of(request))
    lines = [
        (translate(N_("As of the end of")), vietnam.day(filters.as_of)),
        (translate(N_("As known at")), vietnam.entry(known_at) if known_at else "–"),
        (translate(N_("Data up to")), vietnam.entry(watermark) if watermark else "–"),
        (translate(N_("Figures")), translate(label("variant", filters.variant))),
        *_filters(filters, translate),
        *further,
    ]
    address = f"{request.host_url.rstrip('/')}{request.path}{filters.pinned(known_at).address(as_of=vietnam.iso_day(filters.as_of))}"
    return [*lines, (translate(N_("Address of exactly these figures")), address)]


def _filters(filters: Filters, translate: Callable[[str], str]) -> list[tuple[str, str]]:
    given: list[tuple[str, Any, str]] = [
        (N_("Agency and all below it"), filters.scope, ""),
        (N_("Province or city"), filters.province, ""),
        (N_("Level"), filters.level, "level"),
        (N_("Kind"), filters.kind, "kind"),
        (N_("Obligation"), filters.obligation, "obligation"),
        (N_("Step reached"), filters.step, "status"),
        (N_("Search"), filters.query, ""),
    ]
    lines = [
        (translate(name), translate(label(group, value)) if group else value) for name, value, group in given if value
    ]
    if filters.begins is not None and filters.ends is not None:
        lines.append((translate(N_("Period")), f"{vietnam.day(filters.begins)} – {vietnam.day(filters.ends)}"))
    return lines
