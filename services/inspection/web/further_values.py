"""What a rate alone does not say: counts and shares that an indicator gives beside it, as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.inspection.read_models import Figure, percent
from services.inspection.web.filters import N_
from shared.vietnam import format as vietnam

#: Message ids of the values that are shown, in their order; what only programs read is left out.
TITLES: dict[str, str] = {
    "version": N_("Newest version of the standard"),
    "not_moved": N_("Not moved to it yet"),
    "days_past_deadline": N_("Days past the deadline for moving"),
    "partly_implemented": N_("Carried out in part"),
    "weighted_rate": N_("Counting those in part as half"),
    "overdue": N_("Past their due day"),
    "overdue_original": N_("By the first due day"),
    "overdue_over_30_days": N_("More than 30 days overdue"),
    "overdue_over_90_days": N_("More than 90 days overdue"),
    "extensions": N_("Extensions of due days"),
    "agencies_without_audit": N_("Agencies without an audit for a year"),
    "completeness": N_("Received of those due"),
    "silent_agencies": N_("Silent agencies"),
    "unverifiable": N_("Could not be verified"),
}
#: Values that are shares between 0 and 1.
_SHARES = frozenset({"weighted_rate"})


def further_values_of(figure: Figure, language: str) -> list[tuple[str, str]]:
    """Return message id and text of each value beside a ratio; nothing for what is no ratio or does not apply."""
    if not figure.denominator:
        return []
    told = ((title, _text(figure.values.get(name), language, share=name in _SHARES)) for name, title in TITLES.items())
    return [(title, text) for title, text in told if text]


def _text(value: Any, language: str, *, share: bool) -> str:
    tongue: Any = language
    if isinstance(value, Mapping):
        counted = (
            f"{vietnam.number(value['numerator'], tongue)}\u202f/\u202f{vietnam.number(value['denominator'], tongue)}"
        )
        return f"{vietnam.percent(value['percent'], tongue)} ({counted})" if value["percent"] is not None else ""
    if isinstance(value, int | float):
        return vietnam.percent(percent(value, 1) or "0", tongue) if share else vietnam.number(value, tongue)
    return str(value or "")
