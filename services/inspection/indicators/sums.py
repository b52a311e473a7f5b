"""What indicators are computed from: amounts per agency, and the agencies they are about.

Owns the shapes only; `services/inspection/sums.py` reads them from the views, tests may write them by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from services.inspection.indicators.timeline import Amounts
from services.inspection.read_models import Figure

#: Which rows of a measure count, beside "day up to D": all; those of the period's full months (dimension `YYYY-MM`);
#: those whose dimension is a day of the period (`YYYY-MM-DD`); those that happened in the period.
Within = Literal["always", "months", "days", "happened"]

NOTHING: Amounts = (0, 0, 0, 0)


class Need(NamedTuple):
    """A measure that an indicator needs."""

    measure: str
    #: Keep the dimension, instead of summing over it.
    broken: bool = False
    within: Within = "always"
    #: The same in both variants: what is owed does not depend on who verified it.
    reported_only: bool = False
    #: Of all agencies, since those above matter too.
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums per measure and agency as of a day, as known at an instant, in one variant."""

    totals: Mapping[str, Mapping[str, Amounts]] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Mapping[str, Amounts]]] = field(default_factory=dict)

    def total(self, measure: str, agency_id: str) -> Amounts:
        """Return the sums of an agency, zeros where there is nothing."""
        return self.totals.get(measure, {}).get(agency_id, NOTHING)

    def part(self, measure: str, agency_id: str) -> Mapping[str, Amounts]:
        """Return the sums of an agency by dimension."""
        return self.parts.get(measure, {}).get(agency_id, {})

    def group(self, measure: str, members: Sequence[Counted]) -> Amounts:
        """Return the sums over agencies."""
        totals = self.totals.get(measure, {})
        first = second = third = fourth = 0
        for member in members:
            amounts = totals.get(member.agency_id)
            if amounts is not None:
                first += amounts[0]
                second += amounts[1]
                third += amounts[2]
                fourth += amounts[3]
        return (first, second, third, fourth)


class Counted(Protocol):
    """An agency as indicators see it."""

    @property
    def agency_id(self) -> str:
        """Its id."""
        ...

    @property
    def kind(self) -> str:
        """Its kind, such as `provincial_pc`."""
        ...

    @property
    def level(self) -> str:
        """Its level on the day."""
        ...

    @property
    def obligation(self) -> str:
        """Its duty on the day."""
        ...


class Hierarchy(Protocol):
    """Who stands above whom on the day."""

    def above(self, agency_id: str) -> set[str]:
        """Return an agency and all above it, by administrative and by sector parent."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What a figure is computed from."""

    members: Sequence[Counted]
    sums: Sums
    hierarchy: Hierarchy
    #: The day asked for.
    day: int


class Formula(Protocol):
    """Computes a figure of a group of agencies."""

    def __call__(self, question: Question) -> Figure:
        """Return the figure."""
        ...
