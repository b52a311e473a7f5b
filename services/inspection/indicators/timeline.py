"""How the facts of one stream become contributions over time, and how those change with each new fact.

A family of streams (procedures, actions, …) says what a fact does to the stream's state (`evolve`) and what a state
contributes from which day on (`steps`), supposing that nothing more happens. What a stream contributes on day D is
thus `steps(state after the facts up to D)` summed up to D. A fact of day d replaces the future from d on: the
difference between the steps before and after it, none of it dated before d, is what has to be added. Sums of such
differences are all the views store; late facts and corrections only add to them.

Order of facts: business time, then position. A fact that does not fit the state it meets (possible after a late fact,
when both stay and the stream is flagged inconsistent) changes nothing: each `evolve` ignores it.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from shared import clock

#: A confirmation counts for so many months (V in the rule "confirmed within V months before the day asked for").
VERIFIED_MONTHS = 24

#: Measures of the verified variant carry this suffix.
VERIFIED = ".verified"

Amounts = tuple[int, int, int, int]
State = TypeVar("State")


class Step(NamedTuple):
    """From `day` on, the amounts are added to a measure of the stream's agency."""

    measure: str
    #: What the amounts are broken down by within the measure (a code, a month, a state); may be empty.
    dimension: str
    day: int
    amounts: Amounts


class Happening(NamedTuple):
    """A fact as a family sees it."""

    #: Last part of the event type: `issued`.
    name: str
    #: Vietnamese day on which it happened.
    day: int
    data: Mapping[str, Any]
    provenance: str = "self_reported"
    #: The aggregate's id within its source.
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Family(Generic[State]):
    """One kind of stream."""

    #: Aggregate part of the event types: `procedure`.
    aggregate: str
    #: Class of the states; made without arguments for a stream without facts, stored as JSON.
    state_type: type[State]
    #: Change the state by a fact, in place.
    evolve: Callable[[State, Happening], None]
    #: What the state contributes, supposing that nothing more happens.
    steps: Callable[[State], list[Step]]


#: Amounts by (measure, dimension, day).
Net = dict[tuple[str, str, int], list[int]]


def difference(before: Iterable[Step], after: Iterable[Step], day: int) -> Net:
    """Return what has to be added so that from `day` on the steps `after` hold instead of `before`."""
    net: Net = {}
    for sign, steps in ((-1, before), (1, after)):
        for measure, dimension, start, amounts in steps:
            key = (measure, dimension, max(start, day))
            entry = net.get(key)
            if entry is None:
                net[key] = [sign * amount for amount in amounts]
            else:
                for index, amount in enumerate(amounts):
                    entry[index] += sign * amount
    return {key: amounts for key, amounts in net.items() if any(amounts)}


def add(total: Net, part: Net, sign: int = 1) -> None:
    """Add a part to a total in place; what cancels out is removed."""
    for key, amounts in part.items():
        entry = total.setdefault(key, [0, 0, 0, 0])
        for index, amount in enumerate(amounts):
            entry[index] += sign * amount
        if not any(entry):
            del total[key]


def months_later(day: int, months: int) -> int:
    """Return the same day of the month so many months later, or the month's last day where there is none."""
    start = clock.to_date(day)
    years, month = divmod(start.month - 1 + months, 12)
    last = calendar.monthrange(start.year + years, month + 1)[1]
    return clock.day_number(date(start.year + years, month + 1, min(start.day, last)))


def verified_steps(steps: Iterable[Step], confirmed_on: int) -> list[Step]:
    """Return the steps of the verified variant: the same, within the time that a confirmation counts."""
    end = months_later(confirmed_on, VERIFIED_MONTHS) + 1
    verified: list[Step] = []
    for measure, dimension, day, amounts in steps:
        if day < end:
            taken_back = (-amounts[0], -amounts[1], -amounts[2], -amounts[3])
            verified.append(Step(measure + VERIFIED, dimension, max(day, confirmed_on), amounts))
            verified.append(Step(measure + VERIFIED, dimension, end, taken_back))
    return verified


class Track(Generic[State]):
    """A stream while facts are added to it in business order."""

    __slots__ = ("_family", "_steps", "confirmed_on", "state")

    def __init__(self, family: Family[State], state: State | None = None, confirmed_on: int | None = None) -> None:
        """Start from a stored state, or from none."""
        self._family = family
        self.state = family.state_type() if state is None else state
        #: Day of the latest confirmation that nothing has contradicted since; None without one.
        self.confirmed_on = confirmed_on
        self._steps: list[Step] | None = None

    def steps(self) -> list[Step]:
        """Return what the present state contributes, both variants."""
        if self._steps is None:
            steps = self._family.steps(self.state)
            if self.confirmed_on is not None:
                steps = steps + verified_steps(steps, self.confirmed_on)
            self._steps = steps
        return self._steps

    def take(self, fact: Happening) -> Net:
        """Add a fact that is later in business order than all before, and return what it adds."""
        before = self.steps()
        self._steps = None
        self._family.evolve(self.state, fact)
        if fact.provenance == "inspected":
            self.judge(fact.day, confirmed=True)
        after = self.steps()
        return {} if before == after else difference(before, after, fact.day)

    def judge(self, day: int, *, confirmed: bool) -> None:
        """Take a verdict: an inspection confirmed or contradicted what the stream says."""
        self._steps = None
        self.confirmed_on = day if confirmed else None


def fold(family: Family[State], facts: Iterable[Happening]) -> Net:
    """Return all that a stream contributes, given its facts in business order."""
    track = Track(family)
    total: Net = {}
    for fact in facts:
        add(total, track.take(fact))
    return total
