"""The administrative units over time: the shipped ones, and what the registry's events told of since.

A unit is its code and its first day. Which province it lies in on a day is found by going on: from a unit that has ended
to the successor that stands for it (the default one of several), else to the unit it lay in; from one that exists to the
unit it lies in. Pure; read by `agencies.py`, which knows what was told up to which instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from services.inspection import geography
from services.inspection.geography import REFORM
from shared import clock
from shared.registry.record import value_on

#: First day of the units of before July 2025, of which the data do not say since when they exist.
_BEFORE = clock.day_of("1900-01-01")
#: Longest way from a unit over its successors and the units it lies in.
_DEEPEST = 20

#: Code and first day.
Identity = tuple[str, int]

#: Days and what held from each on.
History = Sequence[tuple[int, Any]]


@dataclass(frozen=True, slots=True)
class Link:
    """A unit that the territory of another went to, wholly or in part."""

    unit: Identity
    #: `whole` or `part`.
    share: str
    #: Whether it stands for the old unit where only one can.
    is_default: bool


@dataclass(frozen=True, slots=True)
class Period:
    """One unit; days as day numbers."""

    code: str
    first: int
    #: `(first day, name)` and `(first day, identity of the unit it lies in or None)`.
    names: History
    parents: History
    #: tỉnh, huyện, xã, phường, …
    type: str = ""
    #: First day on which it no longer exists.
    ended_on: int | None = None
    #: Units that its territory went to, the default one first.
    successors: Sequence[Link] = ()

    @property
    def successor(self) -> Identity | None:
        """Return the unit that stands for it after its end."""
        return next((link.unit for link in self.successors if link.is_default), None)

    def exists_on(self, day: int) -> bool:
        """Return whether it exists on a day."""
        return self.first <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True, slots=True)
class Territory:
    """All units that are known of."""

    units: Mapping[Identity, Period]
    #: Units by code, in the order of their first days.
    by_code: Mapping[str, Sequence[Period]] = field(default_factory=dict)

    def unit(self, code: str, given_on: int) -> Period | None:
        """Return the unit that a code meant on a day: the one that existed, else the latest before, else the first."""
        known = self.by_code.get(code, ())
        for unit in known:
            if unit.exists_on(given_on):
                return unit
        earlier = [unit for unit in known if unit.first <= given_on]
        return earlier[-1] if earlier else next(iter(known), None)

    def province(self, code: str, given_on: int, geography_on: int) -> str | None:
        """Return the code of the province that a unit lies in, in the geography of a day.

        Args:
            code: `P…`, `D…` or `W…`.
            given_on: Day on which the code was given; says which unit of that code is meant.
            geography_on: Day whose provinces are asked for.
        """
        unit = self.unit(code, given_on)
        for _ in range(_DEEPEST):
            if unit is None:
                return None
            ended = unit.ended_on is not None and unit.ended_on <= geography_on
            lies_in: Identity | None = value_on(unit.parents, geography_on)
            if not ended and lies_in is None:
                return unit.code
            following = (unit.successor or lies_in) if ended else lies_in
            unit = self.units.get(following) if following else None
        return None

    def predecessors(self, unit: Period) -> list[tuple[Period, Link]]:
        """Return the units whose territory went to one, with the link of each, those first that it stands for."""
        identity = (unit.code, unit.first)
        found = [(old, link) for old in self.units.values() for link in old.successors if link.unit == identity]
        return sorted(found, key=lambda one: (not one[1].is_default, one[0].code))

    def name(self, code: str, day: int) -> str:
        """Return the name of the unit that has a code on a day; the code itself where there is none."""
        unit = self.unit(code, day)
        return str(value_on(unit.names, day)) if unit else code


@cache
def shipped() -> Territory:
    """Return the units before and since 1 July 2025, from the data files.

    They stay for good in every process: what is equal in them is one object.
    """
    one = _Same()
    links: dict[str, list[Link]] = {}
    for link in geography.successions():
        links.setdefault(link.old, []).append(Link(one.identity(link.new, REFORM), link.share, link.is_default))
    units: dict[Identity, Period] = {}
    for before, first, ended_on in ((True, _BEFORE, REFORM), (False, REFORM, None)):
        for unit in geography.units(before=before):
            identity = one.identity(unit.code, first)
            names, parents = ((first, unit.name),), one.parents(unit.parent, first)
            successors = tuple(links.get(unit.code, ())) if before else ()
            units[identity] = Period(unit.code, first, names, parents, unit.type, ended_on, successors)
    return _indexed(units)


class _Same:
    """One object for each identity, and for each history of a unit that has always lain in the same one."""

    def __init__(self) -> None:
        self._identities: dict[Identity, Identity] = {}
        self._parents: dict[Identity, History] = {}

    def identity(self, code: str, first: int) -> Identity:
        return self._identities.setdefault((code, first), (code, first))

    def parents(self, code: str, first: int) -> History:
        lies_in = self.identity(code, first) if code else None
        return self._parents.setdefault((code, first), ((first, lies_in),))


def _indexed(units: Mapping[Identity, Period]) -> Territory:
    by_code: dict[str, tuple[Period, ...]] = {}
    for unit in sorted(units.values(), key=lambda unit: unit.first):
        by_code[unit.code] = (*by_code.get(unit.code, ()), unit)
    return Territory(units, by_code)


def with_events(known: Territory, events: Iterable[tuple[str, str, Mapping[str, Any]]]) -> Territory:
    """Return the units with what events say of them, given as (subject, event, data) in the order of recording.

    A unit that is known already, and one of the same code that exists on the first day of the one told of, are the same.
    """
    units = dict(known.units)
    names: dict[str, Identity] = {}
    for subject, event, data in events:
        if event == "established":
            names[subject] = _established(units, _identity(known, units, subject), data)
            continue
        identity = names.get(subject) or _identity(known, units, subject)
        if identity in units:
            units[identity] = _changed(units[identity], event, data, lambda named: _identity(known, units, named))
    return _indexed(units)


def _identity(known: Territory, units: Mapping[Identity, Period], subject: str) -> Identity:
    """Return the unit that `code@first day` names: a shipped one that existed then, else one of that very day."""
    code, _, first = subject.partition("@")
    day = clock.day_of(first)
    found = (code, day)
    if found in units:
        return found
    return next(((unit.code, unit.first) for unit in known.by_code.get(code, ()) if unit.exists_on(day)), found)


def _established(units: dict[Identity, Period], identity: Identity, data: Mapping[str, Any]) -> Identity:
    if identity not in units:
        code, first = identity
        lies_in = data.get("parent")
        above = _named(lies_in) if lies_in else None
        units[identity] = Period(code, first, ((first, data["name"]),), ((first, above),), data.get("type", ""))
    return identity


def _named(subject: str) -> Identity:
    code, _, first = subject.partition("@")
    return code, clock.day_of(first)


def _changed(unit: Period, event: str, data: Mapping[str, Any], identify: Any) -> Period:
    if event == "renamed":
        return replace(unit, names=(*unit.names, (clock.day_of(data["effective"]), data["new"])))
    if event == "reparented":
        above = identify(data["to"]) if data["to"] else None
        return replace(unit, parents=(*unit.parents, (clock.day_of(data["effective"]), above)))
    if event == "ended" and unit.ended_on is None:
        links = [Link(identify(one["unit"]), one["share"], one["is_default"]) for one in data["successors"]]
        links.sort(key=lambda link: not link.is_default)
        return replace(unit, ended_on=clock.day_of(data["effective"]), successors=links)
    return unit


def since(unit: Period) -> str | None:
    """Return the first day of a unit as a date; None where the data do not say since when it exists."""
    return None if unit.first == _BEFORE else clock.to_date(unit.first).isoformat()
