"""Answers questions about indicators: agencies, sums and formulas brought together.

Owns the way from a question to rows and to what is behind them. How parameters are read is in `api.py`, what the
formulas are in `indicators/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from services.inspection import collecting, serving
from services.inspection.agencies import Member, Snapshot, registry_of
from services.inspection.groups import By, Filters, Group, group_of, grouped, selected
from services.inspection.indicators.definitions import INDICATORS, Indicator
from services.inspection.indicators.sums import Need, Question, Sums
from services.inspection.read_models import Answer, Figure, Row
from services.inspection.sums import Moment, default_period, read_sums
from services.inspection.tables import OversightTables
from shared.turns import in_turns


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


#: Few rows, each of many agencies.
_KEPT_ROWS = ("province", "level", "kind")


@dataclass(frozen=True, slots=True)
class Basis:
    """What all figures of one question rest on."""

    snapshot: Snapshot
    moment: Moment
    watermark: int
    members: list[Member]
    tables: OversightTables

    def question(self, members: Sequence[Member], sums: Sums) -> Question:
        """Return the question for a group of agencies."""
        moment = self.moment
        return Question(
            members,
            sums,
            self.snapshot,
            moment.as_of,
            moment.begins,
            moment.ends,
            names=self._name,
        )

    def _name(self, agency_id: str) -> str:
        record = self.snapshot.records.get(agency_id)
        return record.name_on(self.moment.as_of) if record else agency_id

    def groups(self, asked: Asked) -> list[Group]:
        """Return the rows asked for; those of the whole country are put together once for all questions of a day."""
        if not self._has_kept_rows(asked):
            return self._grouped(asked)
        kept, name = self.snapshot.worked_out, f"rows by {asked.by}, {'today' if asked.restate else 'then'}"
        if name not in kept:
            kept[name] = self._grouped(asked)
        return list(kept[name])

    def _has_kept_rows(self, asked: Asked) -> bool:
        return asked.by in _KEPT_ROWS and len(self.members) == len(self.snapshot.members)

    def _grouped(self, asked: Asked) -> list[Group]:
        scope = self.snapshot.members.get(asked.filters.scope) if asked.filters.scope else None
        territory = self.snapshot.territory
        return grouped(self.members, asked.by, day=asked.as_of, restate=asked.restate, scope=scope, territory=territory)

    def group(self, asked: Asked, key: str) -> Group | None:
        """Return one of the rows asked for, the first one where the key is empty; None where there is none."""
        if not key or asked.by == "none" or self._has_kept_rows(asked):
            return next((one for one in self.groups(asked) if key in ("", one.key)), None)
        territory = self.snapshot.territory
        return group_of(self.members, asked.by, key, day=asked.as_of, restate=asked.restate, territory=territory)


def basis(connection: Connection, asked: Asked) -> Basis:
    """Return the agencies and the moment of a question.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    mark, known_at = serving.mark(connection), serving.known_at(connection, asked.known_at)
    first, last = default_period(asked.as_of)
    begins = first if asked.begins is None else asked.begins
    ends = last if asked.ends is None else asked.ends
    snapshot = registry_of(connection, serving.version(connection)).snapshot(connection, asked.as_of, known_at)
    scope = asked.filters.scope
    if scope is not None and scope not in snapshot.records:
        raise UnknownScopeError(scope)
    moment = Moment(asked.as_of, known_at, begins, ends, asked.variant)
    return Basis(snapshot, moment, mark, selected(snapshot, asked.filters), serving.views(connection))


def sums_for(connection: Connection, given: Basis, needs: Iterable[Need], members: Sequence[Member]) -> Sums:
    """Return the sums of agencies."""
    return read_sums(connection, given.tables, needs, given.moment, [member.agency_id for member in members])


def answer(connection: Connection, indicator: Indicator, asked: Asked) -> Answer:
    """Return the rows of an indicator.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    given = basis(connection, asked)
    with collecting.paused():
        rows = _rows(connection, indicator, asked, given)
    return Answer(indicator.id, asked.as_of, given.moment.known_at, given.watermark, rows)


def _rows(connection: Connection, indicator: Indicator, asked: Asked, given: Basis) -> list[Row]:
    """Return the rows; nothing of what they were worked out of is left when the collector looks again."""
    sums = sums_for(connection, given, indicator.needs, given.members)
    whole = whole_question(connection, indicator, asked, given, sums)
    return [
        Row(group.key, group.label_vi, group.label_en, indicator.figure(replace(whole, members=group.members)))
        for group in in_turns(given.groups(asked))
    ]


def whole_question(connection: Connection, indicator: Indicator, asked: Asked, given: Basis, sums: Sums) -> Question:
    """Return the question about all agencies asked for, with what is computed once for all of them."""
    moment = given.moment

    def on(day: int) -> Question:
        begins, ends = default_period(day)
        then = basis(connection, replace(asked, as_of=day, known_at=moment.known_at, begins=begins, ends=ends))
        return then.question(then.members, sums_for(connection, then, indicator.needs, then.members))

    others = Others(connection, moment.known_at)
    question = replace(given.question(given.members, sums), on=on, ask=others.figure)
    return question if indicator.shared is None else replace(question, shared=indicator.shared(question))


class Others:
    """The figures of other indicators as known at one instant: registry and sums are read once for all parts of the country.

    Targets ask for the same ratio on the same days of one province after the other.
    """

    def __init__(self, connection: Connection, known_at: int) -> None:
        """Take a reading transaction and the instant."""
        self._connection, self._known_at = connection, known_at
        self._bases: dict[int, Basis] = {}
        self._asked: set[tuple[str, str, int]] = set()
        self._sums: dict[tuple[str, str, int], Sums] = {}

    def figure(self, metric: str, scope: Mapping[str, str], variant: str, day: int) -> Figure | None:
        """Return the figure of a ratio for a part of the country; None where there is no such ratio or part."""
        found = INDICATORS.get(metric)
        if found is None or not found.ratio:
            return None
        filters = Filters(scope.get("territory"), scope.get("level"), scope.get("kind"), scope.get("obligation"))
        asked = Asked(day, self._known_at, filters, variant)
        whole = self._basis(day)
        if filters.scope is not None and filters.scope not in whole.snapshot.records:
            return None
        members = selected(whole.snapshot, filters)
        given = replace(whole, members=members, moment=replace(whole.moment, variant=variant))
        question = whole_question(self._connection, found, asked, given, self._sums_of(found, given))
        return found.figure(question)

    def _basis(self, day: int) -> Basis:
        if day not in self._bases:
            self._bases[day] = basis(self._connection, Asked(day, self._known_at))
        return self._bases[day]

    def _sums_of(self, indicator: Indicator, given: Basis) -> Sums:
        """Return sums: of the one part that is asked for first, and of the whole country as soon as there is a second."""
        key = (indicator.id, given.moment.variant, given.moment.as_of)
        if key not in self._asked:
            self._asked.add(key)
            return sums_for(self._connection, given, indicator.needs, given.members)
        if key not in self._sums:
            everybody = list(given.snapshot.members.values())
            self._sums[key] = sums_for(self._connection, given, indicator.needs, everybody)
        return self._sums[key]


def figures_of(
    given: Basis, sums: Sums, members: Sequence[Member], ids: Iterable[str] | None = None
) -> dict[str, Figure]:
    """Return the figures of ratios (all, or those named) for a group of agencies, by indicator id."""
    question = given.question(members, sums)
    chosen = INDICATORS if ids is None else ids
    return {name: INDICATORS[name].figure(question) for name in in_turns(chosen) if INDICATORS[name].ratio}


def all_needs(ids: Iterable[str] | None = None) -> list[Need]:
    """Return what all ratios (or the indicators named) and the funnel need together."""
    chosen = [name for name, found in INDICATORS.items() if found.ratio] if ids is None else list(ids)
    return [need for name in (*chosen, "I2a") for need in INDICATORS[name].needs]
