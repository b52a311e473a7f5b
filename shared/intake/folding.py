"""Late facts and corrections: decided on the stream as it stood on their own day, then everything after again.

Business order is the day, then the order of arrival: on one day the order in which an agency sends is
the best that is known (many facts carry no more than a day); a correction has the place of the fact that it corrects.
A corrected or retracted fact stays in the log and no longer counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from shared.contracts.envelope import SOURCE_PREFIX
from shared.contracts.flags import CLEARED, MARKED, RETRACTED
from shared.eventsourcing import ACCEPT, AnyAggregate, Decision, Fact, Reference, Refusal
from shared.eventstore.records import RecordedEvent
from shared.intake import refusals

Related = Callable[[Fact], Mapping[Reference, Any]]
#: Facts of the kernel about a stream: they change no state.
_KERNEL = frozenset({MARKED, CLEARED})


@dataclass(frozen=True, slots=True)
class LateDecision:
    """What came of a fact that does not simply follow the latest one."""

    decision: Decision
    #: State after all facts in business order; None where the fact was refused, or where no fact is left.
    state: Any
    #: Ids of the facts recorded before that no longer follow.
    conflicts: tuple[str, ...] = ()


def fact_of(event: RecordedEvent) -> Fact:
    """Return a recorded event as the domain saw it."""
    return Fact(
        type=event.type,
        aggregate=event.aggregate,
        name=event.name,
        source=event.source,
        agency_id=event.agency_id,
        subject=event.subject,
        event_id=event.event_id,
        occurred_at=event.occurred_at,
        day=event.day,
        provenance=event.provenance,
        asserter=event.asserter,
        corrects=_reference(event),
        data=event.data,
    )


def _reference(event: RecordedEvent) -> Mapping[str, str] | None:
    named = event.cloud_event.get("corrects") if b'"corrects"' in event.body else None
    if named is None or isinstance(named, dict):
        return named
    return {"source": SOURCE_PREFIX + event.source, "id": named}


def known_facts(history: Iterable[RecordedEvent]) -> list[Fact]:
    """Return the facts of a stream's events in order of arrival, corrected ones included."""
    return [fact_of(event) for event in history if event.name not in _KERNEL]


def standing(facts: Sequence[Fact], opens: frozenset[str]) -> list[Fact]:
    """Return the facts that count, in business order: neither corrected nor retracted.

    What opens the record comes first, even where a correction has moved it to a day after others.
    """
    withdrawn = {_corrected(fact) for fact in facts if fact.corrects}
    kept = [fact for fact in facts if _identity(fact) not in withdrawn and fact.name != RETRACTED]
    arrived = _arrivals(facts)
    kept.sort(key=lambda fact: (fact.day, arrived[_identity(fact)]))
    if kept and kept[0].name not in opens:
        # The one that opened the record is the earliest that came.
        openings = [fact for fact in kept if fact.name in opens]
        kept.sort(key=lambda fact: fact is not min(openings, key=lambda one: arrived[_identity(one)], default=None))
    return kept


def _identity(fact: Fact) -> tuple[str, str]:
    """Return what no other fact has: in a national record two agencies may give the same id."""
    return fact.source, fact.event_id


def _corrected(fact: Fact) -> tuple[str, str]:
    """Return the identity of the fact that a correction or retraction names: one of the same source."""
    return fact.source, (fact.corrects or {})["id"]


def _arrivals(facts: Sequence[Fact]) -> dict[tuple[str, str], int]:
    """Return when each fact came; a correction came with the fact that it corrects."""
    arrived: dict[tuple[str, str], int] = {}
    for number, fact in enumerate(facts):
        arrived[_identity(fact)] = arrived.get(_corrected(fact), number) if fact.corrects else number
    return arrived


def decide_late(
    aggregate: AnyAggregate, history: Sequence[RecordedEvent], late: Fact, related: Related
) -> LateDecision:
    """Decide on a fact that is older than the stream's latest, and fold the stream again with it in place."""
    facts = standing(known_facts(history), aggregate.opens)
    before, after = _parted(facts, [fact.day <= late.day for fact in facts])
    if not before and late.name not in aggregate.opens:
        return LateDecision(refusals.before_first(late), None)
    # An opening is decided on the stream as it stands: a stream has one beginning.
    base = facts if late.name in aggregate.opens and not before else before
    decision = aggregate.decide(_fold(aggregate, base), late, related(late))
    if isinstance(decision, Refusal):
        return LateDecision(decision, None)
    split = _Split([*before, late], after, 0 if _flagged(history) else len(before))
    return _inserted(aggregate, decision, split, related)


def target_of(history: Sequence[RecordedEvent], correction: Fact) -> Fact | Refusal | None:
    """Return the fact that a correction names; None where it is not there yet, or why it cannot be corrected."""
    named = correction.corrects or {}
    if named.get("source", "").removeprefix(SOURCE_PREFIX) != correction.source:
        return refusals.corrects_another_record(correction)
    facts = known_facts(history)
    target = next((fact for fact in facts if _identity(fact) == (correction.source, named.get("id"))), None)
    if target is None:
        return None
    if target.provenance == "derived" and correction.asserter != "system":
        return refusals.not_correctable(target)
    replaced = next((fact for fact in facts if fact.corrects and _corrected(fact) == _identity(target)), None)
    if replaced is not None or target.name == RETRACTED:
        return refusals.already_corrected(target, replaced or target)
    if correction.name not in (RETRACTED, target.name):
        return refusals.correction_of_other_type(correction, target)
    return target


def decide_correction(
    aggregate: AnyAggregate, history: Sequence[RecordedEvent], correction: Fact, target: Fact, related: Related
) -> LateDecision:
    """Decide on the stream without the corrected fact, and fold it again with the correction in its own place."""
    facts = known_facts(history)
    left = [fact for fact in standing(facts, aggregate.opens) if _identity(fact) != _identity(target)]
    if correction.name == RETRACTED:
        if left and left[0].name not in aggregate.opens:
            return LateDecision(refusals.opening_is_needed(target), None)
        return _inserted(aggregate, ACCEPT, _Split([], left, _unmoved(left, facts, target, history)), related)
    arrived = _arrivals(facts)
    place = (correction.day, arrived[_identity(target)])
    earlier = [(fact.day, arrived[_identity(fact)]) < place for fact in left]
    before, after = _parted(left, earlier)
    if target.name in aggregate.opens and (not before or before[0].name not in aggregate.opens):
        # The corrected opening stays the beginning: what it opened cannot come before it.
        before, after = [], left
    if not before and correction.name not in aggregate.opens:
        return LateDecision(refusals.before_first(correction), None)
    decision = aggregate.decide(_fold(aggregate, before), correction, related(correction))
    if isinstance(decision, Refusal):
        return LateDecision(decision, None)
    split = _Split([*before, correction], after, _unmoved(before, facts, target, history))
    return _inserted(aggregate, decision, split, related)


def _parted(facts: Sequence[Fact], earlier: Sequence[bool]) -> tuple[list[Fact], list[Fact]]:
    """Part a stream's facts into those that come before a new one and the others.

    An opening that a correction has moved to a day after others comes before any all the same.
    """
    moved = any(fact.day < facts[0].day for fact in facts)
    first = [(moved and number == 0) or is_earlier for number, is_earlier in enumerate(earlier)]
    before = [fact for fact, is_first in zip(facts, first, strict=True) if is_first]
    return before, [fact for fact, is_first in zip(facts, first, strict=True) if not is_first]


@dataclass(frozen=True, slots=True)
class _Split:
    """A stream's facts, parted after the one that is new (retractions bring none)."""

    first: Sequence[Fact]
    after: Sequence[Fact]
    #: How many at the beginning follow as they did, so that they need not be looked at again.
    unmoved: int


def _unmoved(facts: Sequence[Fact], known: Sequence[Fact], target: Fact, history: Sequence[RecordedEvent]) -> int:
    """Return how many of the facts came before one that is corrected; none where the stream is flagged already."""
    if _flagged(history):
        return 0
    arrived = _arrivals(known)
    place = (target.day, arrived[_identity(target)])
    return sum(1 for _ in takewhile(lambda fact: (fact.day, arrived[_identity(fact)]) < place, facts))


def _flagged(history: Iterable[RecordedEvent]) -> bool:
    """Return whether the stream was said to be inconsistent last."""
    flags = [event.name for event in history if event.name in _KERNEL]
    return bool(flags) and flags[-1] == MARKED


def _inserted(aggregate: AnyAggregate, decision: Decision, split: _Split, related: Related) -> LateDecision:
    """Fold the facts up to the new one, then those after it, noting which no longer follow."""
    state = None
    conflicts: list[str] = []
    for number, fact in enumerate([*split.first, *split.after]):
        is_new = number == len(split.first) - 1
        checked = number >= split.unmoved and state is not None and not is_new
        if checked and isinstance(aggregate.decide(state, fact, related(fact)), Refusal):
            conflicts.append(fact.event_id)
        state = aggregate.evolve(state, fact)
    return LateDecision(decision, state, tuple(conflicts))


def _fold(aggregate: AnyAggregate, facts: Sequence[Fact]) -> Any:
    state = None
    for fact in facts:
        state = aggregate.evolve(state, fact)
    return state
