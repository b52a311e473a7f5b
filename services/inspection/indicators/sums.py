"""What indicators are computed from: amounts per agency, and the agencies they are about.

Owns the shapes only; `services/inspection/sums.py` reads them from the views, tests may write them by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from services.inspection.indicators.timeline import Amounts
from services.inspection.read_models import Figure

#: Which rows of a measure count, beside "day up to D": all; by what the dimension begins with, those of the period's full
#: months (`YYYY-MM`), of its days (`YYYY-MM-DD`), of the years it touches (`YYYY`), of the twelve, 24 or 36 months up to D;
#: those that happened in the period.
Within = Literal["always", "months", "days", "years", "last_year", "last_two_years", "last_three_years", "happened"]

NOTHING: Amounts = (0, 0, 0, 0)

#: Measures that are read from the inbox itself: events reported in the period by their lag in days (1 per event), and the
#: day of the latest event.
EVENT_LAG = "@event_lag"
EVENT_LAST = "@event_last"


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
    #: Of a dimension `{period}|{rest}` keep the rest alone: when it was within the period does not matter.
    rest: bool = False

    @property
    def over_period(self) -> bool:
        """Return whether the period asked for matters."""
        return self.within in ("months", "days", "years", "happened")


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums per measure and agency as of a day, as known at an instant, in one variant."""

    totals: Mapping[str, Mapping[str, Amounts]] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Mapping[str, Amounts]]] = field(default_factory=dict)
    #: What formulas have worked out of the sums once, for all groups of one answer.
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False)

    def total(self, measure: str, agency_id: str) -> Amounts:
        """Return the sums of an agency, zeros where there is nothing."""
        return self.totals.get(measure, {}).get(agency_id, NOTHING)

    def part(self, measure: str, agency_id: str) -> Mapping[str, Amounts]:
        """Return the sums of an agency by dimension."""
        return self.parts.get(measure, {}).get(agency_id, {})

    def group(self, measure: str, members: Sequence[Counted]) -> Amounts:
        """Return the sums over agencies."""
        sums_of = self.totals.get(measure, {}).get
        first = second = third = fourth = 0
        for member in members:
            amounts = sums_of(member.agency_id)
            if amounts is not None:
                a1, a2, a3, a4 = amounts
                first += a1
                second += a2
                third += a3
                fourth += a4
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
    #: First and last day of the period.
    begins: int = 0
    ends: int = 0
    #: Asks the same of another day, of the agencies that lived then; None where only one day can be asked.
    on: Callable[[int], Question] | None = None
    #: Asks for another indicator's figure: id, filters (level, kind, obligation, territory), variant, day.
    ask: Callable[[str, Mapping[str, str], str, int], Figure | None] | None = None
    #: What was computed once for all agencies of the question (`Indicator.shared`).
    shared: Any = None
    #: Names by agency id.
    names: Callable[[str], str] | None = None

    def name_of(self, agency_id: str) -> str:
        """Return the name of an agency on the day, its id where no names are at hand."""
        return self.names(agency_id) if self.names else agency_id


class Formula(Protocol):
    """Computes a figure of a group of agencies."""

    def __call__(self, question: Question) -> Figure:
        """Return the figure."""
        ...
