"""What the filter form of a page needs: errors beside their fields, and fields to keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.inspection.web.filters import N_, Filters
from services.inspection.web.rendering import TEMPLATES
from shared import clock

#: Name in the address of a filter that is kept in a hidden field.
_NAMES = {"scope": "scope", "province": "province", "sort": "sort", "query": "q"}


def filter_values(filters: Filters, language: str, keep: Sequence[str], *, with_variant: bool) -> dict[str, Any]:
    """Return the values that `filters.html` needs."""
    translate = TEMPLATES.gettext(language)
    errors = {error.field: str(translate(error.message)) for error in filters.errors}
    links = [{"text": text, "href": f"#{_anchor(name)}"} for name, text in errors.items()]
    return {
        "filters": filters,
        "kept": {name: _NAMES[name] for name in keep},
        "with_variant": with_variant,
        "error_of": errors,
        "errors_with_links": links,
        "quick_days": quick_days(filters.today, translate),
    }


def _anchor(name: str) -> str:
    return "variant-reported" if name == "variant" else name


def quick_days(today: int, translate: Callable[[str], str]) -> list[tuple[str, int]]:
    """Return the days that reports are made for, the nearest first: ends of last month and of last year."""
    present = clock.to_date(today)
    month_end = clock.day_number(present.replace(day=1)) - 1
    year_end = clock.day_number(present.replace(month=1, day=1)) - 1
    named = {month_end: translate(N_("end of last month")), year_end: translate(N_("end of last year"))}
    return [(text, day) for day, text in named.items()]
