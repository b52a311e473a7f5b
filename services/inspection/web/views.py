"""What the pages ask of the read side; the pages know nothing else of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from services.inspection.explain import Explanation
from services.inspection.law_effects import AffectedProcedure
from services.inspection.read_models import (
    AgencyFile,
    AgencyPage,
    AlertLine,
    Answer,
    Board,
    Figure,
    Freshness,
    LegalChange,
    Report,
    TimelineEntry,
)
from services.inspection.web.filters import Filters

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Explained:
    """What is behind one figure, and what part of the country it is about."""

    found: Explanation
    where_vi: str
    where_en: str


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event of a log."""

    service: str
    position: int
    type: str
    #: Agency that it is about.
    agency_id: str
    subject: str
    occurred_at: int
    recorded_at: int
    received_at: int
    provenance: str
    asserter: str
    #: The CloudEvent as it was accepted.
    cloud_event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Name:
    """An agency's id and names."""

    agency_id: str
    name_vi: str
    name_en: str


class Views(Protocol):
    """The questions that the pages ask; `LookupError` where there is no such thing."""

    def together(self, work: Callable[[Views], T]) -> T:
        """Return what `work` makes of the answers to several questions, all about one moment."""
        ...

    def board(self, filters: Filters) -> Board:
        """Return the national board."""
        ...

    def alerts(self, filters: Filters) -> Sequence[AlertLine]:
        """Return open alerts, the most severe first."""
        ...

    def legal_changes(self, filters: Filters, *, limit: int | None = ...) -> list[LegalChange]:
        """Return changes of the law, the newest first."""
        ...

    def legal_change(self, source: str, event_id: str, filters: Filters) -> LegalChange | None:
        """Return one change of the law; None where it is not one of the last year."""
        ...

    def affected(self, source: str, event_id: str, filters: Filters) -> tuple[list[AffectedProcedure], int]:
        """Return the procedures that a change of the law concerns, and up to when facts counted."""
        ...

    def agencies(self, filters: Filters, *, limit: int = ...) -> AgencyPage:
        """Return the agencies that a search finds."""
        ...

    def agency(self, agency_id: str, filters: Filters) -> AgencyFile:
        """Return one agency's file."""
        ...

    def name(self, agency_id: str, as_of: int) -> Name:
        """Return the names of an agency; its id where it is not known."""
        ...

    def explain(self, indicator: str, filters: Filters, *, limit: int = ..., most: int | None = ...) -> Explained:
        """Return what is behind a figure, with the first `most` of its events."""
        ...

    def report(self, filters: Filters) -> Report:
        """Return the board and the figures of all ratios."""
        ...

    def trend(self, indicator: str, filters: Filters, days: Sequence[int]) -> Answer:
        """Return one figure on some days."""
        ...

    def figure(self, indicator: str, filters: Filters) -> Figure:
        """Return one figure."""
        ...

    def league(self, filters: Filters) -> Answer:
        """Return the ranks of agencies among their peers, the best first."""
        ...

    def targets(self, filters: Filters) -> Answer:
        """Return the targets, each with where it stands."""
        ...

    def names(self, agency_ids: Collection[str], as_of: int) -> Mapping[str, Name]:
        """Return the names of agencies by id, each made when it is looked at."""
        ...

    def within(self, scope: str, as_of: int) -> Collection[str]:
        """Return the ids of an agency and all below it that live on the day."""
        ...

    def under(self, scope: str, as_of: int) -> Collection[str]:
        """Return the ids of an agency and all below it on the day, also of those that have ended or are to come."""
        ...

    def inspecting_bodies(self, as_of: int) -> Sequence[Name]:
        """Return the agencies with inspection rights."""
        ...

    def claims(self, agency_id: str, types: Collection[str], filters: Filters) -> Sequence[TimelineEntry]:
        """Return what an agency reported about itself in events of some types."""
        ...

    def event(self, service: str, position: int) -> EventRecord:
        """Return one event."""
        ...

    def freshness(self) -> Freshness:
        """Return how far the views have come."""
        ...
