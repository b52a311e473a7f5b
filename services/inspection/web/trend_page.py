"""How a figure has come about: its value at the end of each of the last twelve months, as a table, a sentence and a chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from services.inspection.exports.sheet import Column, Sheet, percent_cell
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.read_models import Figure
from services.inspection.web.access import limited_filters, require_session
from services.inspection.web.exporting import basis_lines, file_answer, tools, wanted_format
from services.inspection.web.filters import N_
from services.inspection.web.rendering import STATIC, TEMPLATES, language_of, page, views_of
from services.inspection.web.words import definition
from shared import clock
from shared.service.context import ServiceContext
from shared.vietnam import format as vietnam
from shared.web.routing import not_found

_MONTHS = 12


def trend(context: ServiceContext, request: Request, indicator: str) -> Response:
    """Show an indicator over the last twelve months, all as known at the same instant.

    Raises:
        Problem: 404 no such indicator or scope, or one that is no ratio.
    """
    session = require_session(context, request, "oversee")
    if indicator not in INDICATORS or not INDICATORS[indicator].ratio:
        raise not_found()
    filters = limited_filters(context, request, session)
    views = views_of(context)
    try:
        told = views.trend(indicator, filters, month_ends(filters.as_of))
    except LookupError:
        raise not_found() from None
    known_at, fresh = told.known_at, told.watermark
    points = [(int(row.key), row.figure) for row in told.rows]
    language = language_of(request)
    name, formula = definition(indicator, language)
    wanted = wanted_format(request)
    if wanted:
        lines = basis_lines(request, filters, known_at, fresh)
        return file_answer(_sheet(f"{indicator} {name}", points, language, lines), wanted)
    return page(
        context,
        request,
        "trend.html",
        "board",
        indicator=indicator,
        name=name,
        formula=formula,
        points=points,
        known_at=known_at,
        sentence=sentence(points, language),
        chart_module=STATIC.url("chart.js"),
        chart_library=STATIC.url("vendor/echarts/echarts.common.min.js"),
        filters=filters,
        **tools(filters),
    )


def month_ends(as_of: int) -> list[int]:
    """Return the ends of the eleven months before, and the day itself; the earliest first."""
    days = [as_of]
    while len(days) < _MONTHS:
        days.append(clock.day_number(clock.to_date(days[-1]).replace(day=1) - timedelta(days=1)))
    return days[::-1]


def sentence(points: Sequence[tuple[int, Figure]], language: str) -> str:
    """Return what the chart shows in words: first and last value, and the change in points."""
    translate = TEMPLATES.gettext(language)
    tongue: Any = language
    known = [(day, figure) for day, figure in points if figure.percent is not None]
    if not known:
        return translate(N_("The figure does not apply at any of these times."))
    (first_day, first), (last_day, last) = known[0], known[-1]
    change = (last.rate or 0.0) - (first.rate or 0.0)
    text = translate(N_("From %(first)s on %(from)s to %(last)s on %(to)s: %(change)s percentage points."))
    values = {
        "first": vietnam.percent(str(first.percent), tongue),
        "from": vietnam.day(first_day),
        "last": vietnam.percent(str(last.percent), tongue),
        "to": vietnam.day(last_day),
        "change": ("+" if change >= 0 else vietnam.MINUS) + vietnam.number(abs(change) * 100, tongue, 2),
    }
    return text % values


def _sheet(title: str, points: Sequence[tuple[int, Figure]], language: str, lines: list[tuple[str, str]]) -> Sheet:
    translate = TEMPLATES.gettext(language)
    columns = [Column(translate(N_("As of the end of")), "day"), Column(translate(N_("Counted")), "whole")]
    columns += [Column(translate(N_("Of")), "whole"), Column(translate(N_("Rate")), "percent")]
    rows = [[day, one.numerator, one.denominator, percent_cell(*one.exact)] for day, one in points]
    return Sheet(title, lines, columns, rows, language)
