"""Who speaks for a thing whose agency has ended: the decisions on inheritances, followed from agency to agency.

Pure. A thing keeps its record (source and id); each decision names the agency that gives it up and the one that takes
it over. What the decisions are is told by `qms.obligation.inherited`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from shared.contracts.envelope import SOURCE_PREFIX
from shared.contracts.inspection.obligation import KINDS

#: Kind of obligation by the aggregate whose record it is.
KIND_OF = {aggregate: kind for kind, aggregate in KINDS.items()}


class Thing(NamedTuple):
    """A record that can be inherited."""

    kind: str
    #: Agency that keeps the record.
    source: str
    #: Subject of the record.
    id: str

    def subject(self, holder: str) -> str:
        """Return the subject of the decision about it, told by the agency that gives it up."""
        return f"{self.kind}:{self.id}" if self.source == holder else f"{self.kind}:{self.source}/{self.id}"

    def reference(self, holder: str) -> str | dict[str, str]:
        """Return its name in the decision: the bare id where the record is the agency's own."""
        return self.id if self.source == holder else {"source": SOURCE_PREFIX + self.source, "id": self.id}


def thing_of(holder: str, data: Mapping[str, Any]) -> Thing:
    """Return the thing that a decision of an agency is about."""
    named = data["id"]
    if isinstance(named, str):
        return Thing(data["kind"], holder, named)
    return Thing(data["kind"], str(named["source"]).removeprefix(SOURCE_PREFIX), str(named["id"]))


@dataclass(frozen=True, slots=True)
class Inheritance:
    """One decision: from a day on, another agency has the thing."""

    giver: str
    taker: str
    #: First day, as a day number.
    effective: int


def holder_on(decisions: Iterable[Inheritance], agency_id: str, day: int) -> str:
    """Return who has a thing on a day that an agency had at first; the agency itself where nothing was decided."""
    by_giver = {decision.giver: decision for decision in decisions}
    at, seen = agency_id, {agency_id}
    while at in by_giver and by_giver[at].effective <= day and by_giver[at].taker not in seen:
        at = by_giver[at].taker
        seen.add(at)
    return at
