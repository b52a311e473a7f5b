"""The catalogue of public procedures (TTHC) over time: feeds the denominator of I3 (procedure coverage).

Measures: `tthc` of the publishing agency by `{level}:{code}` (1 while the entry is live for that level), `tthc_opt_out` of
an agency by code (1 while it states that it does not carry the procedure out). The subject of an entry is its code.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from services.inspection.indicators.days import day_in
from services.inspection.indicators.timeline import Family, Happening, Step
from shared import clock

TTHC = "tthc"
TTHC_OPT_OUT = "tthc_opt_out"


@dataclass(slots=True)
class EntryState:
    """An entry of the catalogue, or one agency's opting out of one."""

    code: str = ""
    #: `[levels, from day]`, the last two: a change may take effect after the day on which it was decided.
    segments: list[tuple[list[str], int]] = field(default_factory=list)
    opted_out_on: int | None = None
    opted_out_of: str = ""


def _enter(state: EntryState, levels: list[str], day: int) -> None:
    state.segments = [*(segment for segment in state.segments if segment[1] < day), (levels, day)][-2:]


def _published(state: EntryState, fact: Happening) -> None:
    state.code = fact.subject
    since = day_in(fact.data, "state_since", fact.day)
    _enter(state, list(fact.data["levels"]), day_in(fact.data, "effective_from", since))


def _amended(state: EntryState, fact: Happening) -> None:
    if "levels" in fact.data and state.segments and state.segments[-1][0]:
        _enter(state, list(fact.data["levels"]), max(fact.day, day_in(fact.data, "effective_from", fact.day)))


def _abolished(state: EntryState, fact: Happening) -> None:
    if state.segments:
        _enter(state, [], max(fact.day, clock.day_of(fact.data["effective_from"])))


def _opted_out(state: EntryState, fact: Happening) -> None:
    entry = fact.data["entry"]
    state.opted_out_of = str(entry["id"] if isinstance(entry, dict) else entry)
    state.opted_out_on = fact.day


def _opted_in(state: EntryState, _fact: Happening) -> None:
    state.opted_out_on = None


_EFFECTS = {
    "published": _published,
    "baselined": _published,
    "amended": _amended,
    "abolished": _abolished,
    "opted_out": _opted_out,
    "opted_in": _opted_in,
}


def evolve(state: EntryState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    effect = _EFFECTS.get(fact.name)
    if effect is not None:
        effect(state, fact)


def steps(state: EntryState) -> list[Step]:
    """Return what the state contributes from which day on."""
    result = []
    previous: list[str] = []
    for levels, day in state.segments:
        result += [Step(TTHC, f"{level}:{state.code}", day, (-1, 0, 0, 0)) for level in previous]
        result += [Step(TTHC, f"{level}:{state.code}", day, (1, 0, 0, 0)) for level in levels]
        previous = levels
    if state.opted_out_on is not None:
        result.append(Step(TTHC_OPT_OUT, state.opted_out_of, state.opted_out_on, (1, 0, 0, 0)))
    return result


FAMILY: Family[EntryState] = Family("tthc", EntryState, evolve, steps)
