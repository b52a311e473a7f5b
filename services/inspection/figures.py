"""Answers questions about indicators: agencies, sums and formulas brought together.

Owns the way from a question to rows and to what is behind them. How parameters are read is in `api.py`, what the
formulas are in `indicators/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from services.inspection.agencies import Member, Snapshot, registry_of
from services.inspection.groups import By, Filters, Group, grouped, selected
from services.inspection.indicators.definitions import INDICATORS, Indicator
from services.inspection.indicators.sums import Need, Question, Sums
from services.inspection.projections import VERSION, OversightViews
from services.inspection.read_models import Answer, Figure, Row
from services.inspection.sums import Moment, default_period, read_sums
from services.inspection.tables import oversight_tables
from shared.messaging.watermark import watermark


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about figures; days as day numbers."""

    as_of: int
    #: Instant up to which facts count; never later than the watermark, which is also what None stands for.
    known_at: int | None = None
    filters: Filters = field(default_factory=Filters)
    variant: str = "reported"
    by: By = "none"
    begins: int | None = None
    ends: int | None = None
    #: Provinces of today's geography instead of the day's.
    restate: bool = False


class UnknownScopeError(LookupError):
    """The scope names an agency that the registry did not know at that instant."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What all figures of one question rest on."""

    snapshot: Snapshot
    moment: Moment
    watermark: int
    members: list[Member]

    def question(self, members: Sequence[Member], sums: Sums) -> Question:
        """Return the question for a group of agencies."""
        return Question(members, sums, self.snapshot, self.moment.as_of)

    def groups(self, asked: Asked) -> list[Group]:
        """Return the rows asked for."""
        scope = self.snapshot.members.get(asked.filters.scope) if asked.filters.scope else None
        return grouped(self.members, asked.by, day=asked.as_of, restate=asked.restate, scope=scope)


def basis(connection: Connection, asked: Asked) -> Basis:
    """Return the agencies and the moment of a question.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    mark = watermark(connection, OversightViews.name, VERSION)
    known_at = mark if asked.known_at is None else min(asked.known_at, mark)
    first, last = default_period(asked.as_of)
    begins = first if asked.begins is None else asked.begins
    ends = last if asked.ends is None else asked.ends
    snapshot = registry_of(connection, VERSION).snapshot(connection, asked.as_of, known_at)
    scope = asked.filters.scope
    if scope is not None and scope not in snapshot.records:
        raise UnknownScopeError(scope)
    moment = Moment(asked.as_of, known_at, begins, ends, asked.variant)
    return Basis(snapshot, moment, mark, selected(snapshot, asked.filters))


def sums_for(connection: Connection, given: Basis, needs: Iterable[Need], members: Sequence[Member]) -> Sums:
    """Return the sums of agencies."""
    deltas = oversight_tables(VERSION).deltas
    return read_sums(connection, deltas, needs, given.moment, [member.agency_id for member in members])


def answer(connection: Connection, indicator: Indicator, asked: Asked) -> Answer:
    """Return the rows of an indicator.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    given = basis(connection, asked)
    sums = sums_for(connection, given, indicator.needs, given.members)
    rows = [
        Row(group.key, group.label_vi, group.label_en, indicator.figure(given.question(group.members, sums)))
        for group in given.groups(asked)
    ]
    return Answer(indicator.id, asked.as_of, given.moment.known_at, given.watermark, rows)


def figures_of(given: Basis, sums: Sums, members: Sequence[Member]) -> dict[str, Figure]:
    """Return the figures of all ratios for a group of agencies, by indicator id."""
    question = given.question(members, sums)
    return {indicator.id: indicator.figure(question) for indicator in INDICATORS.values() if indicator.ratio}


def all_needs() -> list[Need]:
    """Return what all indicators need together."""
    return [need for indicator in INDICATORS.values() for need in indicator.needs]
