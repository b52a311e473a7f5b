"""A declaration of conformity (công bố): build, apply, declare, maintain; certificates before that.

Source: Decision 19/2014/QĐ-TTg, Circular 26/2014/TT-BKHCN. What other services know (internal
audit held, open nonconformities) never refuses here; the inspection service shows it.
Maintained and lapsed are matters of the day one looks at, so they are no states here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from services.documents.domain import errors
from shared import clock
from shared.contracts import standards
from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference, Refusal
from shared.eventsourcing.transitions import Moves, check_move, move

#: Decision 19/2014/QĐ-TTg took effect: no certification any more.
CERTIFICATION_ENDED_ON = "2014-05-18"
_LIVE = ("declared", "needs_redeclaration")
_NOT_LIVE = ("planned", "building", "applying", "certified", "rescinded")

MOVES = Moves(
    vi="công bố",
    en="declaration",
    table={
        "plan_approved": move("planned", "building", "applying", "certified", "rescinded"),
        "building_started": move("planned", "certified", "rescinded", to="building"),
        "applied": move("building", "certified", "rescinded", to="applying"),
        # Who holds a certificate has built and applies already.
        "declared": move("applying", "certified", to="declared"),
        "published": move(*_LIVE),
        "notified": move(*_LIVE),
        "scope_changed": move(*_LIVE, to="needs_redeclaration"),
        "redeclared": move(*_LIVE, to="declared"),
        "rescinded": move(*_LIVE, to="rescinded"),
        "standard_transition_completed": move("applying", "certified", *_LIVE),
        "certificate_recorded": move(*_NOT_LIVE, *_LIVE),
        "baselined": move(),
        "inherited": move(),
    },
    words={
        "planned": "đã có kế hoạch",
        "building": "đang xây dựng",
        "applying": "đang áp dụng",
        "certified": "đã được chứng nhận",
        "declared": "đã công bố",
        "needs_redeclaration": "cần công bố lại",
        "rescinded": "đã hủy bỏ công bố",
    },
)

#: What a declaration states; declaring again makes sense only if one of these differs.
_STATED = ("standard_version", "scope_fields", "procedure_revisions", "exclusions")


@dataclass(slots=True)
class DeclarationState:
    """Where the agency stands, and what it last declared."""

    status: str
    #: What was last declared, by the fields of `_STATED`; lists as digests, since they may be long.
    stated: dict[str, str | None] = field(default_factory=dict)
    #: Version the system conforms to now: declared, certified, or moved to since.
    standard_version: str | None = None
    declared_on: str | None = None


def _check_version(name: str, pointer: str) -> Refusal | None:
    if standards.version_of(name) is None:
        return errors.unknown_standard_version(name, standards.suggestions(), pointer)
    return None


def _check_version_on(name: str, day: str) -> Refusal | None:
    pointer = "/data/standard_version"
    version = standards.version_of(name)
    if version is None:
        return _check_version(name, pointer)
    if not standards.in_force_on(version, day):
        return errors.standard_not_in_force(name, day, standards.suggestions(day), pointer)
    return None


def _declare(_state: DeclarationState | None, fact: Fact) -> Refusal | None:
    if fact.data["signed_by"] != "head":
        return errors.signer_not_head()
    return _check_version_on(fact.data["standard_version"], fact.data["declared_on"])


def _redeclare(state: DeclarationState | None, fact: Fact) -> Refusal | None:
    data = fact.data
    if data["signed_by"] != "head":
        return errors.signer_not_head()
    if "standard_version" in data:
        refusal = _check_version_on(data["standard_version"], data["declared_on"])
        if refusal:
            return refusal
    if state is not None and state.status == "declared" and not _states_anything_new(state, fact):
        return errors.nothing_to_redeclare()
    return None


def _states_anything_new(state: DeclarationState, fact: Fact) -> bool:
    if state.standard_version != state.stated.get("standard_version"):
        return True
    return any(name in fact.data and _short(fact.data[name]) != state.stated.get(name) for name in _STATED)


def _short(value: Any) -> str:
    if isinstance(value, str):
        return value
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _complete_transition(_state: DeclarationState | None, fact: Fact) -> Refusal | None:
    before, after = fact.data["from_version"], fact.data["to_version"]
    refusal = _check_version(before, "/data/from_version") or _check_version(after, "/data/to_version")
    if refusal is None and standards.VERSIONS[after].year <= standards.VERSIONS[before].year:
        return errors.transition_not_forward(before, after)
    return refusal


def _record_certificate(_state: DeclarationState | None, fact: Fact) -> Refusal | None:
    data = fact.data
    if data["valid_to"] < data["issued_on"]:
        return errors.period_reversed("/data/valid_to")
    if data["issued_on"] >= CERTIFICATION_ENDED_ON and "comment" not in data:
        return errors.certificate_after_self_declaration()
    return _check_version(data["standard_version"], "/data/standard_version")


#: What a baseline must say, by its state.
_NEEDED = {
    "planned": ("plan_approved_on",),
    "certified": ("standard_version", "certificate_valid_to"),
    "declared": ("standard_version", "declared_on"),
    "needs_redeclaration": ("standard_version", "declared_on"),
}


def _baseline(_state: DeclarationState | None, fact: Fact) -> Refusal | None:
    for name in _NEEDED.get(fact.data["status"], ()):
        if name not in fact.data:
            return errors.baseline_incomplete(name)
    if "standard_version" in fact.data:
        return _check_version(fact.data["standard_version"], "/data/standard_version")
    return None


_RULES: dict[str, Callable[[DeclarationState | None, Fact], Refusal | None]] = {
    "declared": _declare,
    "redeclared": _redeclare,
    "standard_transition_completed": _complete_transition,
    "certificate_recorded": _record_certificate,
    "baselined": _baseline,
}


def decide(state: DeclarationState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Return a refusal, or nothing further: a declaration's events derive no others."""
    refusal = check_move(MOVES, state.status if state else None, fact)
    rule = _RULES.get(fact.name)
    if refusal is None and rule is not None:
        refusal = rule(state, fact)
    return refusal or ACCEPT


_OPENED = {
    "plan_approved": "planned",
    "building_started": "building",
    "certificate_recorded": "certified",
    "inherited": "needs_redeclaration",
}


def evolve(state: DeclarationState | None, fact: Fact) -> DeclarationState:
    """Return the state after an accepted fact."""
    if state is None:
        state = DeclarationState(fact.data.get("status") or _OPENED.get(fact.name, "planned"))
    state.status = MOVES.after(state.status, fact.name)
    effect = _EFFECTS.get(fact.name)
    if effect:
        effect(state, fact)
    return state


def _replanned(state: DeclarationState, _fact: Fact) -> None:
    # A plan after a rescission begins anew; one that only follows the work does not set it back.
    if state.status == "rescinded":
        state.status = "planned"


def _stated(state: DeclarationState, fact: Fact) -> None:
    for name in _STATED:
        if name in fact.data:
            state.stated[name] = _short(fact.data[name])
    if "standard_version" in fact.data:
        state.standard_version = fact.data["standard_version"]
    state.declared_on = fact.data.get("declared_on", clock.to_date(fact.day).isoformat())


def _redeclared(state: DeclarationState, fact: Fact) -> None:
    # A declaration after a transition is for the version moved to, said or not.
    state.stated["standard_version"] = state.standard_version
    _stated(state, fact)


def _moved(state: DeclarationState, fact: Fact) -> None:
    state.standard_version = fact.data["to_version"]


def _certified(state: DeclarationState, fact: Fact) -> None:
    if state.status in _NOT_LIVE and state.status != "rescinded":
        state.status = "certified"
        state.standard_version = fact.data["standard_version"]


def _baselined(state: DeclarationState, fact: Fact) -> None:
    if fact.data["status"] in _LIVE:
        _stated(state, fact)
    else:
        state.standard_version = fact.data.get("standard_version")


_EFFECTS: dict[str, Callable[[DeclarationState, Fact], None]] = {
    "plan_approved": _replanned,
    "declared": _stated,
    "redeclared": _redeclared,
    "standard_transition_completed": _moved,
    "certificate_recorded": _certified,
    "baselined": _baselined,
}

AGGREGATE = Aggregate(
    name="declaration",
    state_type=DeclarationState,
    opens=frozenset({"plan_approved", "building_started", "certificate_recorded", "baselined", "inherited"}),
    decide=decide,
    evolve=evolve,
)
