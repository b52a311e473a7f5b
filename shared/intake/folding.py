"""Late facts: decided on the stream as it stood on their own day, then everything after it again.

Business order is the day, then the order of arrival: on one day the order in which an agency sends is
the best that is known (many facts carry no more than a day).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.flags import CLEARED, MARKED
from shared.eventsourcing import AnyAggregate, Decision, Fact, Reference, Refusal, refuse
from shared.eventstore.records import RecordedEvent

Related = Callable[[Fact], Mapping[Reference, Any]]


@dataclass(frozen=True, slots=True)
class LateDecision:
    """What came of a late fact."""

    decision: Decision
    #: State after all facts in business order; None where the fact was refused.
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
        data=event.data,
    )


def decide_late(
    aggregate: AnyAggregate, history: Sequence[RecordedEvent], late: Fact, related: Related
) -> LateDecision:
    """Decide on a fact that is older than the stream's latest, and fold the stream again with it in place."""
    facts = sorted((fact_of(event) for event in history if event.name not in {MARKED, CLEARED}), key=_day)
    before = [fact for fact in facts if fact.day <= late.day]
    after = facts[len(before) :]
    if not before and late.name not in aggregate.opens:
        return LateDecision(_before_first(late), None)
    if late.name in aggregate.opens and not before:
        # An opening is decided on the stream as it stands: a stream has one beginning.
        decision = aggregate.decide(_fold(aggregate, facts), late, related(late))
    else:
        decision = aggregate.decide(_fold(aggregate, before), late, related(late))
    if isinstance(decision, Refusal):
        return LateDecision(decision, None)
    state = aggregate.evolve(_fold(aggregate, before), late)
    state, conflicts = _again(aggregate, state, after, related)
    return LateDecision(decision, state, conflicts)


def _again(aggregate: AnyAggregate, state: Any, facts: Sequence[Fact], related: Related) -> tuple[Any, tuple[str, ...]]:
    conflicts: list[str] = []
    for fact in facts:
        if isinstance(aggregate.decide(state, fact, related(fact)), Refusal):
            conflicts.append(fact.event_id)
        state = aggregate.evolve(state, fact)
    return state, tuple(conflicts)


def _fold(aggregate: AnyAggregate, facts: Sequence[Fact]) -> Any:
    state = None
    for fact in facts:
        state = aggregate.evolve(state, fact)
    return state


def _day(fact: Fact) -> int:
    return fact.day


def _before_first(late: Fact) -> Refusal:
    return refuse(
        "BEFORE_FIRST_EVENT",
        f"Hồ sơ “{late.subject}” chưa tồn tại vào ngày xảy ra sự kiện; hãy kiểm tra lại thời điểm.",
        f"The record “{late.subject}” did not exist yet on the day of this event; check its time.",
        "/time",
    )
