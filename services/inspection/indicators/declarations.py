"""Declarations of conformity over time: feeds I1 (plans), I2 (coverage) and I2a (funnel).

Feeds I4 (standard currency) too. Source: Decision 19/2014/QĐ-TTg; certificates of the regime before 18 May 2014 hold for
their validity. Measures: `plan` (1 from the approval of the plan on), `declaration` by state (1 while a declaration is in
it), `declared_version` by version of the standard (1 while declared, or while a certificate holds), and `declared_year`
(1 from a year after the first declaration on, while it stands). `lapsed` is a certificate whose
validity ended; an agency that has gone on since is counted by what it went on to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from services.inspection.indicators.days import day_in
from services.inspection.indicators.timeline import Family, Happening, Step
from shared import clock

PLAN = "plan"
DECLARATION = "declaration"
DECLARED_YEAR = "declared_year"
DECLARED_VERSION = "declared_version"

#: Decision 19/2014/QĐ-TTg took effect: self-declaration instead of certification.
CERTIFICATION_ENDED = clock.day_of("2014-05-18")

#: A declaration is maintained only when it is at least so many days old.
YEAR = 365

#: State after an event, and the field with the day from which it holds.
_MOVES = {
    "building_started": ("building", "started_on"),
    "applied": ("applying", "applied_from"),
    "declared": ("declared", "declared_on"),
    "redeclared": ("declared", "declared_on"),
    "scope_changed": ("needs_redeclaration", "changed_on"),
    "rescinded": ("rescinded", "rescinded_on"),
}
_ALLOWED = {
    "building_started": frozenset({"", "planned", "certified", "rescinded"}),
    "applied": frozenset({"building", "certified", "rescinded"}),
    "declared": frozenset({"applying", "certified"}),
    "redeclared": frozenset({"declared", "needs_redeclaration"}),
    "scope_changed": frozenset({"declared", "needs_redeclaration"}),
    "rescinded": frozenset({"declared", "needs_redeclaration"}),
}


@dataclass(slots=True)
class DeclarationState:
    """Where a declaration stands."""

    status: str = ""
    #: `[status, from day]`, the last two: a status may begin after the day on which it was decided.
    segments: list[tuple[str, int]] = field(default_factory=list)
    plan_on: int | None = None
    first_declared_on: int | None = None
    #: First and last day of the validity of certificates of before 18 May 2014, and the version of the standard.
    certificates: list[tuple[int, int, str]] = field(default_factory=list)
    #: Version of the standard that was last declared or moved to.
    version: str = ""


def _enter(state: DeclarationState, status: str, day: int) -> None:
    state.status = status
    state.segments = [*(segment for segment in state.segments if segment[1] < day), (status, day)][-2:]


def _plan(state: DeclarationState, fact: Happening) -> None:
    day = day_in(fact.data, "approved_on", fact.day)
    if state.plan_on is None or day < state.plan_on:
        state.plan_on = day
    if state.status in ("", "rescinded"):
        _enter(state, "planned", day)


def _certificate(state: DeclarationState, issued_on: int, valid_to: int, version: str) -> None:
    legacy = issued_on < CERTIFICATION_ENDED
    if legacy:
        state.certificates.append((issued_on, valid_to, version))
    if state.status in ("", "planned", "building", "applying"):
        # A legacy certificate speaks for itself in `certified`; what was planned before is past with it.
        state.status = "certified"
        if legacy:
            _enter(state, "certified", issued_on)


def _baseline(state: DeclarationState, fact: Happening) -> None:
    data = fact.data
    status, since = data["status"], day_in(data, "state_since", fact.day)
    if status in ("declared", "needs_redeclaration"):
        state.first_declared_on = day_in(data, "declared_on", since)
    if "plan_approved_on" in data:
        state.plan_on = day_in(data, "plan_approved_on", since)
    if status == "certified":
        _certificate(state, since, day_in(data, "certificate_valid_to", since), data.get("standard_version", ""))
    else:
        state.version = data.get("standard_version", "")
        _enter(state, status, since)


def _move(state: DeclarationState, fact: Happening) -> None:
    if state.status not in _ALLOWED[fact.name]:
        return
    status, name = _MOVES[fact.name]
    day = day_in(fact.data, name, fact.day)
    if status == "declared" and state.first_declared_on is None:
        state.first_declared_on = day
    if status == "declared":
        state.version = fact.data.get("standard_version", state.version)
    if status == "rescinded":
        state.first_declared_on = None
    _enter(state, status, max(day, fact.day))


def evolve(state: DeclarationState, fact: Happening) -> None:
    """Take one fact; what does not follow from the state is ignored."""
    if fact.name == "plan_approved":
        _plan(state, fact)
    elif fact.name == "certificate_recorded":
        issued_on, valid_to = day_in(fact.data, "issued_on", fact.day), day_in(fact.data, "valid_to", fact.day)
        _certificate(state, issued_on, valid_to, fact.data.get("standard_version", ""))
    elif fact.name == "standard_transition_completed":
        state.version = fact.data.get("to_version", state.version) if state.status else state.version
    elif fact.name == "baselined":
        _baseline(state, fact)
    elif fact.name == "inherited":
        _enter(state, "needs_redeclaration", day_in(fact.data, "effective", fact.day))
    elif fact.name in _MOVES:
        _move(state, fact)


def _one(measure: str, dimension: str, day: int, sign: int = 1) -> Step:
    return Step(measure, dimension, day, (sign, 0, 0, 0))


def _in_state(state: DeclarationState, status: str, day: int, sign: int = 1) -> list[Step]:
    result = [_one(DECLARATION, status, day, sign)] if status else []
    if status == "declared":
        result.append(_one(DECLARED_VERSION, state.version, day, sign))
    return result


def steps(state: DeclarationState) -> list[Step]:
    """Return what the state contributes from which day on."""
    result = []
    if state.plan_on is not None:
        result.append(_one(PLAN, "", state.plan_on))
    previous = ""
    for status, day in state.segments:
        result += _in_state(state, previous, day, -1)
        # A certificate counts by its validity, not by the state of the stream.
        previous = "" if status == "certified" else status
        result += _in_state(state, previous, day)
    for issued_on, valid_to, version in state.certificates:
        result += [
            _one(DECLARED_VERSION, version, issued_on),
            _one(DECLARED_VERSION, version, valid_to + 1, -1),
            _one(DECLARATION, "certified", issued_on),
            _one(DECLARATION, "certified", valid_to + 1, -1),
            _one(DECLARATION, "lapsed", valid_to + 1),
        ]
    if state.status == "declared" and state.first_declared_on is not None:
        result.append(_one(DECLARED_YEAR, "", state.first_declared_on + YEAR))
    return result


FAMILY: Family[DeclarationState] = Family("declaration", DeclarationState, evolve, steps)
