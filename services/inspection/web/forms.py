"""What the filter form of a page needs: errors beside their fields, and fields to keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.inspection import geography
from services.inspection.web.filters import N_, STEPS, Filters
from services.inspection.web.rendering import TEMPLATES
from services.inspection.web.words import LABELS, label
from shared import clock
from shared.vietnam.collation import collation_key

#: Name in the address of a filter that is kept in a hidden field.
_NAMES = {"scope": "scope", "province": "province", "sort": "sort", "query": "q"}


#: Filters that stand in the folded part of the form.
_FURTHER = ("level", "kind", "obligation", "province", "step", "scope", "begins", "ends")


def further_values(
    filters: Filters, language: str, names: Sequence[str], *, with_period: bool = False
) -> dict[str, Any]:
    """Return the values that `more_filters.html` needs: the choices of each filter in the reader's language.

    Args:
        filters: Of the page.
        language: The reader's.
        names: Which of level, kind, obligation, province and step are offered.
        with_period: Whether first and last day of the period are asked for.
    """
    translate = TEMPLATES.gettext(language)
    titles = {
        "level": translate(N_("Level")),
        "kind": translate(N_("Kind")),
        "obligation": translate(N_("Obligation")),
        "province": translate(N_("Province or city")),
        "step": translate(N_("Step reached")),
    }
    options = {name: _options(name, filters, translate) for name in names}
    return {
        "choices": [(name, titles[name], options[name]) for name in names],
        "with_period": with_period,
        "further_set": any(getattr(filters, name) is not None for name in _FURTHER if name != "scope")
        or (filters.scope is not None and filters.scope != filters.own),
    }


def _options(name: str, filters: Filters, translate: Callable[[str], str]) -> list[tuple[str, str]]:
    if name == "province":
        units = geography.provinces(filters.as_of)
        named = sorted(((unit.code, unit.name) for unit in units), key=lambda unit: province_order(unit[1]))
        return [(geography.CENTRAL, translate(N_("Central agencies"))), *named]
    if name == "step":
        return [(step, translate(label("status", step))) for step in STEPS]
    return [(code, translate(message)) for code, message in LABELS[name].items()]


def province_order(name: str) -> tuple[Any, ...]:
    """Return the key by which provinces stand in Vietnamese order, whatever their kind."""
    return collation_key(name.removeprefix("Thành phố ").removeprefix("Tỉnh "))


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
        "choices": (),
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
