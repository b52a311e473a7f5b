"""Days in the fields of events, as day numbers and back. Owns only the reading of optional date fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

#: Day number of 1970-01-01 in the proleptic Gregorian ordinals that `date` counts in.
_EPOCH = date(1970, 1, 1).toordinal()


def day_in(data: Mapping[str, Any], name: str, default: int) -> int:
    """Return the day number of a date field, or the default where it is missing."""
    text = data.get(name)
    return default if text is None else date.fromisoformat(text).toordinal() - _EPOCH


@lru_cache(maxsize=16_384)
def iso(day: int) -> str:
    """Return a day number as `YYYY-MM-DD`."""
    return date.fromordinal(day + _EPOCH).isoformat()


def reference(named: Any, source: str = "") -> str:
    """Return a reference of an event's data as `source/id`, a bare id as it is (or with the source given)."""
    if isinstance(named, Mapping):
        return f"{str(named['source']).removeprefix('/agencies/')}/{named['id']}"
    return f"{source}/{named}" if source else str(named)
