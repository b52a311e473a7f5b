"""What the pages ask of the read side; the pages know nothing else of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.inspection.read_models import (
    AgencyFile,
    AgencyPage,
    AlertLine,
    Board,
    Figure,
    Freshness,
    LegalChange,
    Row,
    TimelineEntry,
    TimelinePage,
)
from services.inspection.web.filters import Filters


@dataclass(frozen=True, slots=True)
class Explained:
    """What is behind one figure."""

    as_of: int
    known_at: int
    figure: Figure
    #: The first agencies that enter the figure, by the order of the registry.
    agencies: Sequence[Row]
    agency_total: int
    events: TimelinePage
    #: Name of the part of the country that the figure is about.
    where_vi: str
    where_en: str


@dataclass(frozen=True, slots=True)
class Name:
    """An agency's id and names."""

    agency_id: str
    name_vi: str
    name_en: str


class Views(Protocol):
    """The questions that the pages ask; `LookupError` where there is no such thing."""

    def board(self, filters: Filters) -> Board:
        """Return the national board."""
        ...

    def alerts(self, filters: Filters) -> Sequence[AlertLine]:
        """Return open alerts, the most severe first."""
        ...

    def legal_changes(self, filters: Filters) -> Sequence[LegalChange]:
        """Return changes of the law, the newest first."""
        ...

    def agencies(self, filters: Filters) -> AgencyPage:
        """Return the agencies that a search finds."""
        ...

    def agency(self, agency_id: str, filters: Filters) -> AgencyFile:
        """Return one agency's file."""
        ...

    def name(self, agency_id: str, as_of: int) -> Name:
        """Return the names of an agency; its id where it is not known."""
        ...

    def explain(self, indicator: str, filters: Filters) -> Explained:
        """Return what is behind a figure."""
        ...

    def event(self, service: str, position: int) -> TimelineEntry:
        """Return one event."""
        ...

    def freshness(self) -> Freshness:
        """Return how far the views have come."""
        ...
