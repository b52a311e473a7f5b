"""A legal text: one record for the whole country, whoever reports it.

Owns the natural key (number, issuer, day of issue), the changes made by other texts, and the
status on a day, which is computed from the dates and never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.documents.domain import errors
from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference, Refusal
from shared.eventsourcing.transitions import Moves, check_move, move

_LIVE = ("announced", "in_force", "partly_amended", "suspended")

#: States are those of the day on which a change takes effect.
MOVES = Moves(
    vi="văn bản",
    en="legal text",
    table={
        "registered": move(),
        "baselined": move(),
        "amended": move(*_LIVE),
        "replaced": move(*_LIVE),
        "repealed": move(*_LIVE),
        "suspended": move("in_force", "partly_amended"),
        "resumed": move("suspended"),
        "impact_assessed": move(*_LIVE, "expired", "replaced", "repealed"),
    },
    words={
        "announced": "đã công bố, chưa có hiệu lực",
        "in_force": "có hiệu lực",
        "partly_amended": "có hiệu lực, đã được sửa đổi",
        "suspended": "ngưng hiệu lực",
        "expired": "hết hiệu lực",
        "replaced": "đã được thay thế",
        "repealed": "đã bị bãi bỏ",
    },
)


@dataclass(slots=True)
class LegalTextState:
    """The dates from which the status on any day follows; days are ISO 8601 text."""

    effective_from: str
    issued_on: str
    effective_to: str | None = None
    #: Days from which amendments are in force.
    amended_from: list[str] = field(default_factory=list)
    #: First days out of force and first days in force again: [["2020-04-01", "2020-09-01"], ["2021-01-01", None]].
    suspensions: list[list[str | None]] = field(default_factory=list)
    #: How it ended, `replaced` or `repealed`, from which day and by which text.
    ended: str | None = None
    ended_from: str | None = None
    ended_by: str | None = None


def key_of(data: Mapping[str, Any]) -> str:
    """Return the natural key `number|issuer|issued_on`, which is the id of the text."""
    return f"{data['number']}|{data['issuer']}|{data['issued_on']}"


def status_on(state: LegalTextState, day: str) -> str:
    """Return the status of a text on a day (ISO 8601)."""
    if day < state.effective_from:
        return "announced"
    if state.ended is not None and state.ended_from is not None and day >= state.ended_from:
        return state.ended
    if state.effective_to is not None and day > state.effective_to:
        return "expired"
    if any(start is not None and start <= day and (end is None or day < end) for start, end in state.suspensions):
        return "suspended"
    return "partly_amended" if any(start <= day for start in state.amended_from) else "in_force"


def _describe(fact: Fact) -> Refusal | None:
    data = fact.data
    if key_of(data) != fact.subject:
        return errors.legal_text_key(key_of(data))
    if "effective_to" in data and data["effective_to"] < data["effective_from"]:
        return errors.period_reversed("/data/effective_to")
    return _check_relations(fact)


#: Relations by which a text changes an older one; guiding and correcting may go either way in time.
_CHANGING = frozenset({"amends", "replaces", "repeals"})


def _check_relations(fact: Fact) -> Refusal | None:
    for index, relation in enumerate(fact.data.get("relations", ())):
        pointer, target = f"/data/relations/{index}/target", relation["target"]
        if target == fact.subject:
            return errors.related_to_itself(pointer)
        # The key ends in the day of issue.
        if relation["kind"] in _CHANGING and target.rpartition("|")[2] > fact.data["issued_on"]:
            return errors.changes_a_later_text(target, pointer)
    return None


def _change(state: LegalTextState, fact: Fact, related: Mapping[Reference, Any]) -> Refusal | None:
    if fact.data.get("by") == fact.subject:
        return errors.replaces_itself()
    if fact.name == "amended":
        early = fact.data["effective_from"] < state.effective_from
        return errors.amended_before_in_force(state.effective_from) if early else None
    if state.ended is not None:
        return errors.ended_already(state.ended, state.ended_from or "")
    return _check_successor(state, fact, related) if fact.name == "replaced" else None


def _check_successor(state: LegalTextState, fact: Fact, related: Mapping[Reference, Any]) -> Refusal | None:
    by = fact.data["by"]
    successor: LegalTextState | None = related.get(Reference("legal_text", by))
    if successor is None:
        return None
    # Issue dates that never fall along a chain of replacements rule out all cycles
    # but those among texts of one day.
    backwards = successor.issued_on < state.issued_on
    return errors.replacement_cycle(by) if backwards or successor.ended_by == fact.subject else None


def decide(state: LegalTextState | None, fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    """Return a refusal, or nothing further; what a change means for procedures is a policy's matter."""
    if state is None:
        return _describe(fact) or ACCEPT
    day = fact.data.get("effective_from") or state.effective_from
    refusal = check_move(MOVES, status_on(state, day), fact)
    if refusal is None and fact.name in _CHANGES:
        refusal = _change(state, fact, related)
    return refusal or ACCEPT


_CHANGES = frozenset({"amended", "replaced", "repealed"})


def evolve(state: LegalTextState | None, fact: Fact) -> LegalTextState:
    """Return the state after an accepted fact."""
    data = fact.data
    if state is None:
        state = LegalTextState(data["effective_from"], data["issued_on"], data.get("effective_to"))
    effect = _EFFECTS.get(fact.name)
    if effect:
        effect(state, fact)
    return state


def _amended(state: LegalTextState, fact: Fact) -> None:
    state.amended_from.append(fact.data["effective_from"])


def _ended(state: LegalTextState, fact: Fact) -> None:
    state.ended = fact.name
    state.ended_from = fact.data["effective_from"]
    state.ended_by = fact.data.get("by")


def _suspended(state: LegalTextState, fact: Fact) -> None:
    state.suspensions.append([fact.data["effective_from"], None])


def _resumed(state: LegalTextState, fact: Fact) -> None:
    if state.suspensions:
        state.suspensions[-1][1] = fact.data["effective_from"]


def _baselined(state: LegalTextState, fact: Fact) -> None:
    status, since = fact.data["status"], fact.data["state_since"]
    if status == "partly_amended":
        state.amended_from.append(since)
    elif status == "suspended":
        state.suspensions.append([since, None])
    elif status in ("replaced", "repealed"):
        state.ended, state.ended_from, state.ended_by = status, since, fact.data.get("changed_by")


_EFFECTS: dict[str, Callable[[LegalTextState, Fact], None]] = {
    "amended": _amended,
    "replaced": _ended,
    "repealed": _ended,
    "suspended": _suspended,
    "resumed": _resumed,
    "baselined": _baselined,
}


def references(fact: Fact) -> Sequence[Reference]:
    """Return the text that makes the change: it must be registered first."""
    by = fact.data.get("by") if fact.name in _CHANGES else None
    return (Reference("legal_text", by),) if by else ()


AGGREGATE = Aggregate(
    name="legal_text",
    state_type=LegalTextState,
    opens=frozenset({"registered", "baselined"}),
    decide=decide,
    evolve=evolve,
    references=references,
    stream_id=lambda fact: fact.subject,
)
