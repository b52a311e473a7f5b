"""Rules A9 and A10: a record with a due date (recommendation, periodic report) that is not settled in time.

Whoever writes in it, the record is known by its owner (`shared.contracts.inspection.record_owner`). A due date that
moves takes the pending steps along; an heir of the obligation takes the alert along.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.notify.domain.evaluators import heirs
from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, is_newer, reads
from services.notify.domain.rule import Standing
from shared import clock
from shared.contracts.inspection.record_owner import owner_of


@dataclass(frozen=True, slots=True)
class DueRecord:
    """What the watched kind of record is called and what settles it."""

    aggregate: str
    #: Events that begin it or move its due date.
    opening: tuple[str, ...]
    #: Events after which nothing is owed, and those after which it is owed again.
    settling: tuple[str, ...]
    unsettling: tuple[str, ...]
    #: States of a baseline in which nothing is owed.
    settled_states: frozenset[str]
    progress: tuple[str, ...] = ()

    def key(self, seen: Seen) -> str | None:
        """Return the record that the fact belongs to."""
        fact = seen.fact
        if fact.aggregate != self.aggregate:
            return heirs.record_of(seen, self.aggregate)
        return f"{owner_of(fact.aggregate, fact.source, fact.data)}/{fact.subject}"

    def fold(self, memory: Memory | None, seen: Seen) -> Memory | None:
        """Remember due date, openness and who owes it."""
        fact = seen.fact
        if heirs.is_decision(seen):
            return heirs.take(memory, seen)
        if memory is None or "due" not in memory:
            begins = fact.data.get("due_on") and fact.name in self.opening
            return self._begin(seen) | (memory or {}) if begins else memory
        if fact.name == "due_changed" and is_newer(memory, "due_at", seen):
            memory["due"] = clock.day_of(fact.data["to"])
        if fact.name == "transferred" and fact.data["party"] == "addressee":
            memory["agency"] = fact.data["to"]
        withdrawn = fact.name == "decided" and fact.data["outcome"] == "withdrawn"
        if (withdrawn or fact.name in (*self.settling, *self.unsettling)) and is_newer(memory, "turned_at", seen):
            opened = fact.name in self.unsettling
            if opened and not memory["open"]:
                memory["cause"] = list(seen.cause)
            memory["open"] = opened
        return memory

    def _begin(self, seen: Seen) -> Memory:
        fact = seen.fact
        owner = owner_of(fact.aggregate, fact.source, fact.data)
        return {
            "agency": fact.agency_id,
            "subject": {**seen.subject, "source": owner},
            "due": clock.day_of(fact.data["due_on"]),
            "original_due": clock.day_of(fact.data.get("original_due_on") or fact.data["due_on"]),
            "open": fact.data.get("state") not in self.settled_states,
            "cause": list(seen.cause),
            "turned_at": fact.occurred_at,
            "due_at": fact.occurred_at,
        }

    def evaluator(self) -> Evaluator:
        """Return the evaluator of the rule on this kind of record."""
        names = (*self.opening, *self.settling, *self.unsettling, "due_changed", "transferred", "decided", "disagreed")
        return Evaluator(
            frozenset({"inspection"}),
            reads(*(f"{self.aggregate}.{name}" for name in names))
            | heirs.READS
            # The owner of the record is among the fields of every event of it.
            | reads(*(f"{self.aggregate}.{name}" for name in self.progress)),
            self.key,
            self.fold,
            standing,
            aggregates=frozenset({self.aggregate, "obligation"}),
            progress=frozenset(f"{self.aggregate}.{name}" for name in self.progress),
        )


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while the record is owed."""
    if not memory.get("open"):
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"due": memory["due"]},
        subject=memory["subject"],
        facts={
            "record_id": memory["subject"]["id"],
            "due_on": clock.to_date(memory["due"]).isoformat(),
            "original_due_on": clock.to_date(memory["original_due"]).isoformat(),
        },
        cause=(source, event_id),
        heirs=heirs.heirs_of(memory, memory["agency"]),
        ends_on=heirs.lapses_on(memory),
    )


RECOMMENDATION = DueRecord(
    "recommendation",
    opening=("issued", "baselined"),
    settling=("implemented", "partly_implemented", "not_implemented", "superseded", "lapsed"),
    unsettling=(),
    settled_states=frozenset({"implemented", "partly_implemented", "not_implemented", "superseded", "lapsed"}),
    progress=("agreed", "plan_submitted", "started", "evidence_submitted", "verification_started"),
).evaluator()

PERIODIC_REPORT = DueRecord(
    "periodic_report",
    opening=("opened", "baselined"),
    settling=("submitted", "accepted", "rolled_up"),
    unsettling=("returned",),
    settled_states=frozenset({"submitted", "accepted", "rolled_up"}),
    progress=("prefilled",),
).evaluator()
