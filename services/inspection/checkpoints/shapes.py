"""Which measures have sums up to the ends of months, and how these are kept: derived from what the indicators need.

A measure of which only the whole is ever asked for is kept by agency; one that is asked for by what it is broken down by,
or within a period, is kept by that too. A measure that is not needed by any indicator has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from services.inspection.indicators.definitions import INDICATORS
from services.inspection.indicators.sums import EVENT_LAG, EVENT_LAST, Need
from services.inspection.indicators.timeline import VERIFIED

#: Length of `YYYY-MM`: what a dimension begins with where a measure is asked for within a period.
MONTH = 7


@dataclass(frozen=True, slots=True)
class Shape:
    """What is kept of a measure."""

    #: The sum over all dimensions, by agency.
    totals: bool = False
    #: The sums by agency and dimension.
    entries: bool = False
    #: In parts by what the dimension begins with (a month, or a year).
    parted: bool = False

    def answers(self, need: Need) -> bool:
        """Return whether a need can be met from what is kept."""
        if need.within == "happened" or (need.within != "always" and not self.parted):
            return False
        return self.entries if need.broken or need.within != "always" else self.totals

    def part(self, dimension: str) -> str:
        """Return the part that a dimension belongs to."""
        return dimension[:MONTH] if self.parted else ""


#: What is counted in the inbox (`inbox.py`).
OF_EVENTS = {EVENT_LAG: Shape(totals=False, entries=True, parted=True), EVENT_LAST: Shape(totals=True)}


@cache
def shapes() -> dict[str, Shape]:
    """Return the shapes of the measures that are sums of changes, verified ones included."""
    found: dict[str, Shape] = {}
    for need in _needs():
        known = found.get(need.measure, Shape())
        parted = need.within != "always"
        shape = Shape(known.totals or not need.broken, known.entries or need.broken or parted, known.parted or parted)
        found[need.measure] = shape
    return {**found, **{name + VERIFIED: shape for name, shape in found.items()}}


def _needs() -> Iterable[Need]:
    for indicator in INDICATORS.values():
        yield from (need for need in indicator.needs if need.measure not in OF_EVENTS)
