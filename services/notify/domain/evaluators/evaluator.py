"""What an evaluator is: which facts a rule watches, under which key, and what it remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.notify.domain.rule import Standing
from shared.eventsourcing import Fact

#: What is remembered of a key; only what JSON can hold.
Memory = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact with what the log knows of it."""

    fact: Fact
    #: Owning service of the record.
    service: str
    #: Vietnamese day on which it was taken into the log.
    recorded_day: int

    @property
    def cause(self) -> tuple[str, str]:
        """Return `(source, id)` of the event."""
        return self.fact.source, self.fact.event_id

    @property
    def stream(self) -> str:
        """Return the record's name across all agencies."""
        return f"{self.fact.source}/{self.fact.subject}"

    @property
    def subject(self) -> dict[str, str]:
        """Return the record in the form of the contract."""
        fact = self.fact
        return {
            "service": self.service,
            "aggregate": fact.aggregate,
            "source": fact.source,
            "id": fact.subject,
        }


def _nothing(_seen: Seen) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Evaluator:
    """The pure functions of one rule."""

    #: Services whose events it watches.
    sources: frozenset[str]
    #: Types whose fields it reads; of the others it sees only that they happened.
    reads: frozenset[str]
    #: Returns the key that a fact belongs to, or None if the rule does not watch it.
    key: Callable[[Seen], str | None]
    #: Returns what is remembered after the fact; the given memory may be changed in place.
    fold: Callable[[Memory | None, Seen], Memory | None]
    #: Returns what the alert would rest on, or None where the facts give no ground for one.
    standing: Callable[[Memory], Standing | None]
    #: Aggregates whose events it may watch; None: any.
    aggregates: frozenset[str] | None = None
    #: Of their events, those it watches, `aggregate.event`; None: all.
    names: frozenset[str] | None = None
    #: Names of events that show somebody is at work on the record; `aggregate.event`.
    progress: frozenset[str] = frozenset()
    #: Returns the topic under which the key of the fact is to be found by facts that do not name it.
    topic: Callable[[Seen], str | None] = _nothing
    #: Returns the topic of all keys that the fact concerns although it does not name them.
    spread: Callable[[Seen], str | None] = _nothing


def is_newer(memory: Memory, stamp: str, seen: Seen) -> bool:
    """Return whether the fact is not older than the last one of its kind, and note it if so.

    Facts may arrive late; what was true last in business time wins, whatever came last.
    """
    if seen.fact.occurred_at < memory.get(stamp, -(2**62)):
        return False
    memory[stamp] = seen.fact.occurred_at
    return True


def reads(*names: str) -> frozenset[str]:
    """Return full types from `aggregate.event` names."""
    return frozenset(f"qms.{name}" for name in names)
