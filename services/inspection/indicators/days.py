"""Days in the fields of events, as day numbers. Owns only the reading of optional date fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

#: Day number of 1970-01-01 in the proleptic Gregorian ordinals that `date` counts in.
_EPOCH = date(1970, 1, 1).toordinal()


def day_in(data: Mapping[str, Any], name: str, default: int) -> int:
    """Return the day number of a date field, or the default where it is missing."""
    text = data.get(name)
    return default if text is None else date.fromisoformat(text).toordinal() - _EPOCH
