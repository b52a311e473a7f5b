"""The fields of the programme builder, between the address, where people write per cent, and the command of the API."""

from __future__ import annotations

from typing import Any

from services.inspection.web.filters import Filters
from shared import clock
from shared.vietnam.format import iso_day

#: Fields that the address of a programme may have beside the common filters.
FIELDS = (
    *("capacity", "capacity_days", "random_share", "onsite_share_min", "most_per_territory", "other_body_days"),
    *("seed", "instructed"),
)
_WHOLE = ("capacity", "most_per_territory", "other_body_days")
_SHARES = ("random_share", "onsite_share_min")
#: Answers of the command that say what is wrong with a field.
REFUSABLE = (400, 422)
_PERCENT = 100


def command(filters: Filters) -> dict[str, Any]:
    """Return the body of the command that proposes a selection; what cannot be read goes on as it is."""
    told: dict[str, Any] = {"as_of": iso_day(filters.as_of)}
    if filters.known_at is not None:
        told["known_at"] = clock.to_rfc3339(filters.known_at)
    for name in ("scope", "level", "kind", "obligation"):
        value = getattr(filters, name)
        if value and value != filters.own:
            told[name] = value
    for name in FIELDS:
        text = filters.chosen(name)
        if text:
            told[name] = _value(name, text)
    return told


def _value(name: str, text: str) -> Any:
    if name == "instructed":
        return _instructed(text)
    if name == "seed":
        return text
    try:
        if name in _WHOLE:
            return int(text)
        number = float(text.replace(",", ".").removesuffix("%"))
    except ValueError:
        return text
    return number / _PERCENT if name in _SHARES else number


def _instructed(text: str) -> dict[str, str]:
    """Return why the leadership wants agencies inspected, out of `id: reason; id: reason`."""
    pairs = (part.partition(":") for part in text.split(";") if part.strip())
    return {agency_id.strip(): why.strip() or "–" for agency_id, _colon, why in pairs}


def share_text(share: float) -> str:
    """Return a share as people write it in per cent."""
    return f"{share * _PERCENT:g}".replace(".", ",")
