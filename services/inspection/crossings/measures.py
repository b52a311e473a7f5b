"""How one number per agency (or target) is made of an indicator, for thresholds.

Uses the formulas and has none of its own, but for the pattern of rule A24, which is made of three indicators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from services.inspection.crossings.back_dating import deviations
from services.inspection.figures import Asked, answer, basis, sums_for
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.indicators.nonconformities import NC_RAISED
from services.inspection.indicators.sums import Need
from services.inspection.read_models import Figure
from shared import clock

#: Sample below which full satisfaction says nothing; dossiers from which on they are many.
_SAMPLE, _MANY = 30, 1000
#: Nonconformities raised in 24 months.
_RAISED = Need(NC_RAISED, broken=True, within="last_two_years")


class Key(NamedTuple):
    """Whose value it is."""

    agency_id: str
    #: Target, where it is one; else empty.
    target: str = ""


class Value(NamedTuple):
    """One value, with what it is made of where it is a ratio."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(slots=True)
class Look:
    """One look at all agencies as of a day, which answers each question once."""

    connection: Connection
    as_of: int
    known_at: int
    _answers: dict[tuple[str, int | None, int | None], dict[str, Figure]]

    @classmethod
    def at(cls, connection: Connection, as_of: int, known_at: int) -> Look:
        """Return a look; nothing is read yet."""
        return cls(connection, as_of, known_at, {})

    def by_agency(self, indicator: str, begins: int | None = None, ends: int | None = None) -> Mapping[str, Figure]:
        """Return an indicator's figures by agency."""
        key = (indicator, begins, ends)
        if key not in self._answers:
            asked = Asked(self.as_of, self.known_at, by="agency", begins=begins, ends=ends)
            found = answer(self.connection, INDICATORS[indicator], asked).rows
            self._answers[key] = {row.key: row.figure for row in found}
        return self._answers[key]

    def totals(self, need: Need) -> Mapping[str, int]:
        """Return by agency how often something happened."""
        given = basis(self.connection, Asked(self.as_of, self.known_at))
        parts = sums_for(self.connection, given, [need], given.members).parts.get(need.measure, {})
        return {agency_id: sum(amounts[0] for amounts in by.values()) for agency_id, by in parts.items()}

    def month(self, indicator: str, back: int) -> Mapping[str, Figure]:
        """Return the figures of a full month; 1 is the last one before the day's month."""
        ends = clock.day_number(clock.to_date(self.as_of).replace(day=1)) - 1
        for _ in range(back - 1):
            ends = clock.day_number(clock.to_date(ends).replace(day=1)) - 1
        return self.by_agency(indicator, clock.day_number(clock.to_date(ends).replace(day=1)), ends)


#: Returns the values of a measure.
Measure = Callable[[Look, str], Iterator[tuple[Key, Value]]]


def _of(figure: Figure) -> Value:
    return Value(figure.rate, figure.numerator, figure.denominator)


def _rate(look: Look, indicator: str) -> Iterator[tuple[Key, Value]]:
    for agency_id, figure in look.by_agency(indicator).items():
        yield Key(agency_id), _of(figure)


def _named(name: str, look: Look, indicator: str) -> Iterator[tuple[Key, Value]]:
    for agency_id, figure in look.by_agency(indicator).items():
        yield Key(agency_id), Value(figure.values.get(name), figure.numerator, figure.denominator)


def _last_month(look: Look, indicator: str) -> Iterator[tuple[Key, Value]]:
    for agency_id, figure in look.month(indicator, 1).items():
        yield Key(agency_id), _of(figure)


def _two_months(look: Look, indicator: str) -> Iterator[tuple[Key, Figure, Figure]]:
    before = look.month(indicator, 2)
    for agency_id, figure in look.month(indicator, 1).items():
        if agency_id in before:
            yield Key(agency_id), before[agency_id], figure


def _better_of_two(look: Look, indicator: str) -> Iterator[tuple[Key, Value]]:
    for key, before, last in _two_months(look, indicator):
        known = before.rate is not None and last.rate is not None
        yield key, Value(max(before.rate or 0.0, last.rate or 0.0) if known else None)


def _drop(look: Look, indicator: str) -> Iterator[tuple[Key, Value]]:
    for key, before, last in _two_months(look, indicator):
        # To a hundredth of a point: 0.98 - 0.88 is below 0.10 in binary.
        fell = None if before.rate is None or last.rate is None else round(before.rate - last.rate, 4)
        yield key, Value(fell)


def _targets(look: Look, indicator: str) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    asked = Asked(look.as_of, look.known_at)
    for row in answer(look.connection, INDICATORS[indicator], asked).rows:
        for one in row.figure.values.get("targets", ()):
            yield Key(one["owner"], one["target_id"]), one


def _off_track(look: Look, indicator: str) -> Iterator[tuple[Key, Value]]:
    for key, one in _targets(look, indicator):
        yield key, Value(1.0 if one["status"] == "off_track" else 0.0, one["done"], one["of"])


def _missed(look: Look, indicator: str) -> Iterator[tuple[Key, Value]]:
    for key, one in _targets(look, indicator):
        past = clock.day_of(one["milestone"]) < look.as_of
        yield key, Value(1.0 if past and (one["missing"] or 0) > 0 else 0.0, one["done"], one["of"])


def _back_dated(look: Look, _indicator: str) -> Iterator[tuple[Key, Value]]:
    for agency_id, found in deviations(look.connection, look.as_of, look.known_at).items():
        yield Key(agency_id), Value(found)


def _zero_variance(look: Look, indicator: str) -> Iterator[tuple[Key, Value]]:
    raised = look.totals(_RAISED)
    dossiers = look.by_agency("I7")
    for agency_id, figure in look.by_agency(indicator).items():
        sample = figure.denominator or 0
        all_satisfied = sample >= _SAMPLE and figure.numerator == sample
        many = (dossiers.get(agency_id, _NONE).denominator or 0) >= _MANY
        yield Key(agency_id), Value(1.0 if all_satisfied and many and not raised.get(agency_id) else 0.0)


_NONE = Figure(None, None)

#: Measures by the name that `thresholds.yaml` uses.
MEASURES: Mapping[str, Measure] = {
    "rate": _rate,
    "wilson_lower": partial(_named, "wilson_lower"),
    "last_month": _last_month,
    "better_of_two_months": _better_of_two,
    "drop_of_month": _drop,
    "off_track": _off_track,
    "milestone_missed": _missed,
    "back_dated": _back_dated,
    "zero_variance": _zero_variance,
}
