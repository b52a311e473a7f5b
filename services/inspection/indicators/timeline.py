"""How the facts of one stream become contributions over time, and how those change with each new fact.

A family of streams (procedures, actions, …) says what a fact does to the stream's state (`evolve`) and what a state
contributes from which day on (`steps`), supposing that nothing more happens. What a stream contributes on day D is
thus `steps(state after the facts up to D)` summed up to D. A fact of day d replaces the future from d on: the
difference between the steps before and after it, none of it dated before d, is what has to be added. Sums of such
differences are all the views store; late facts and corrections only add to them.

Order of facts: business time, then position. A fact that does not fit the state it meets (possible after a late fact,
when both stay and the stream is flagged inconsistent) changes nothing: each `evolve` ignores it.

The verified variant is what the stream says without the facts that a check contradicted, from the day of the latest
confirmation on and for as long as a confirmation counts. A confirmation is a fact that inspectors recorded themselves, or
their verdict on one of the agency's; a baseline is never confirmed.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import zip_longest
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
    #: Agency that it counts for; empty: the stream's.
    agency: str = ""


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
    event_id: str = ""


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


#: Amounts by (measure, dimension, day, agency).
Net = dict[tuple[str, str, int, str], list[int]]

#: Names of happenings that are no facts of the stream: verdicts on one, and the stream's going over to another agency.
VERDICT = "@verdict"
INHERITED = "@inherited"

#: Opens a stream with what was before; it counts as reported, never as verified.
BASELINED = "baselined"


def difference(before: Sequence[Step], after: Sequence[Step], day: int) -> Net:
    """Return what has to be added so that from `day` on the steps `after` hold instead of `before`."""
    net: Net = {}
    for old, new in zip_longest(before, after):
        # Most of what a state contributes stays; what is the same on both sides cancels out.
        if old == new:
            continue
        # Written out for both: a rebuild comes here some five times an event.
        if old is not None:
            measure, dimension, start, (a1, a2, a3, a4), agency = old
            key = (measure, dimension, max(day, start), agency)
            entry = net.get(key)
            if entry is None:
                net[key] = [-a1, -a2, -a3, -a4]
            else:
                entry[:] = entry[0] - a1, entry[1] - a2, entry[2] - a3, entry[3] - a4
        if new is not None:
            measure, dimension, start, (a1, a2, a3, a4), agency = new
            key = (measure, dimension, max(day, start), agency)
            entry = net.get(key)
            if entry is None:
                net[key] = [a1, a2, a3, a4]
            else:
                entry[:] = entry[0] + a1, entry[1] + a2, entry[2] + a3, entry[3] + a4
    return {key: amounts for key, amounts in net.items() if any(amounts)}


def add(total: Net, part: Net, sign: int = 1) -> None:
    """Add a part to a total in place; what cancels out is removed."""
    for key, amounts in part.items():
        entry = total.setdefault(key, [0, 0, 0, 0])
        for index, amount in enumerate(amounts):
            entry[index] += sign * amount
        if not any(entry):
            del total[key]


@lru_cache(maxsize=8192)
def months_later(day: int, months: int) -> int:
    """Return the same day of the month so many months later, or the month's last day where there is none."""
    start = clock.to_date(day)
    years, month = divmod(start.month - 1 + months, 12)
    last = calendar.monthrange(start.year + years, month + 1)[1]
    return clock.day_number(date(start.year + years, month + 1, min(start.day, last)))


def verified_steps(steps: Iterable[Step], confirmed_on: int, months: int = VERIFIED_MONTHS) -> list[Step]:
    """Return the steps of the verified variant: the same, within the time that a confirmation counts."""
    end = months_later(confirmed_on, months) + 1
    verified: list[Step] = []
    for measure, dimension, day, amounts, agency in steps:
        if day < end:
            taken_back = (-amounts[0], -amounts[1], -amounts[2], -amounts[3])
            verified.append(Step(measure + VERIFIED, dimension, max(day, confirmed_on), amounts, agency))
            verified.append(Step(measure + VERIFIED, dimension, end, taken_back, agency))
    return verified


@dataclass(slots=True)
class Standing(Generic[State]):
    """Where a stream stands after the facts so far, as it is stored."""

    state: State
    #: Day of the latest confirmation that nothing has contradicted since; None without one.
    confirmed_on: int | None = None
    #: The state without contradicted facts; None where no fact is contradicted.
    checked: State | None = None
    #: Agency that has taken the stream over; empty: the one that it began with.
    agency: str = ""


class Track(Generic[State]):
    """A stream while facts are added to it in business order."""

    __slots__ = ("_family", "_months", "_steps", "standing")

    def __init__(
        self, family: Family[State], standing: Standing[State] | None = None, months: int = VERIFIED_MONTHS
    ) -> None:
        """Start from where a stream stands, or from nothing; a confirmation counts for so many months."""
        self._family = family
        self._months = months
        self.standing = Standing(family.state_type()) if standing is None else standing
        self._steps: list[Step] | None = None

    def steps(self) -> list[Step]:
        """Return what the present state contributes, both variants."""
        if self._steps is None:
            stands = self.standing
            steps = self._family.steps(stands.state)
            if stands.confirmed_on is not None:
                checked = steps if stands.checked is None else self._family.steps(stands.checked)
                steps = steps + verified_steps(checked, stands.confirmed_on, self._months)
            if stands.agency:
                steps = [step._replace(agency=step.agency or stands.agency) for step in steps]
            self._steps = steps
        return self._steps

    def take(self, fact: Happening, day: int | None = None) -> Net:
        """Add a fact that is later in business order than all before, and return what it adds.

        Args:
            fact: The fact.
            day: From when on it counts; the day of the fact where it is left out.
        """
        before = self.steps()
        self._steps = None
        stands = self.standing
        if fact.name == INHERITED:
            stands.agency = fact.data["to"]
        else:
            self._family.evolve(stands.state, fact)
            if stands.checked is not None:
                self._family.evolve(stands.checked, fact)
            if fact.provenance == "inspected":
                stands.confirmed_on = fact.day if stands.confirmed_on is None else max(fact.day, stands.confirmed_on)
        after = self.steps()
        return {} if before == after else difference(before, after, fact.day if day is None else day)

    def judge(self, verdict: Happening, judged: Judged, day: int | None = None) -> Net:
        """Add a verdict on one of the facts so far, and return what it adds (see `take`)."""
        before = self.steps()
        self._steps = None
        judged.take(verdict)
        stands = self.standing
        stands.confirmed_on = judged.confirmed_on()
        stands.checked = None
        if judged.contradicted:
            stands.checked = self._family.state_type()
            for fact in judged.left():
                self._family.evolve(stands.checked, fact)
        after = self.steps()
        return {} if before == after else difference(before, after, verdict.day if day is None else day)


class Judged:
    """The facts of a stream so far, and what checks found about them."""

    def __init__(self) -> None:
        """Begin without facts."""
        self._facts: dict[str, Happening] = {}
        self._confirmed: dict[str, int] = {}
        self.contradicted: set[str] = set()

    def add(self, fact: Happening) -> None:
        """Take a fact of the stream."""
        self._facts[fact.event_id] = fact

    def take(self, verdict: Happening) -> None:
        """Take a verdict; the latest one on a fact counts, and one that is not conclusive leaves all as it is."""
        named, found = verdict.data["event_id"], verdict.data["verdict"]
        if named not in self._facts or self._facts[named].day > verdict.day:
            return
        if found == "contradicted":
            self.contradicted.add(named)
        elif found == "confirmed" and self._facts[named].name != BASELINED:
            self.contradicted.discard(named)
            self._confirmed[named] = verdict.day

    def confirmed_on(self) -> int | None:
        """Return the day of the latest confirmation, of facts that are not contradicted now."""
        days = [day for named, day in self._confirmed.items() if named not in self.contradicted]
        days += [fact.day for fact in self.left() if fact.provenance == "inspected"]
        return max(days, default=None)

    def left(self) -> list[Happening]:
        """Return the facts that are not contradicted, in business order."""
        return [fact for named, fact in self._facts.items() if named not in self.contradicted]


def refold(
    family: Family[State], happenings: Iterable[Happening], months: int = VERIFIED_MONTHS
) -> tuple[Track[State], Net]:
    """Return the track and all that a stream contributes, given its facts, and what bears on them, in business order."""
    track = Track(family, months=months)
    judged = Judged()
    total: Net = {}
    day = -(10**9)
    for happening in happenings:
        # What happened before its record was opened counts from then on.
        day = max(day, happening.day)
        if happening.name == VERDICT:
            add(total, track.judge(happening, judged, day))
        else:
            if happening.name != INHERITED:
                judged.add(happening)
            add(total, track.take(happening, day))
    return track, total
