"""When a procedure is stale: a legal text in its basis changed and nobody has looked at it since.

Pure functions of a procedure's history and one change of a text (indicator I6). A procedure is
stale from the day the change takes effect until it is covered: by a revision or a review, dated
on or after the announcement, that cites the text or its successor; by a revision that no longer
cites the text; or by being withdrawn. Days are numbers since 1970-01-01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Days after the change takes effect within which a procedure may still be settled.
GRACE_DAYS = 30

_UPKEEP = ("revised", "reviewed_no_change")


@dataclass(frozen=True, slots=True)
class TextChange:
    """A legal text was amended, replaced or repealed."""

    #: The event that changed it: agency and the agency's own id.
    source: str
    event_id: str
    legal_text_id: str
    #: `amended`, `replaced` or `repealed`.
    cause: str
    announced_on: int
    #: Day from which the change is in force.
    effective_from: int
    #: The text that made the change; citing it counts like citing the changed one.
    successor: str | None
    #: Business time of the event, microseconds.
    at: int

    @property
    def key(self) -> str:
        """Return the identity of the change, `source/event_id`."""
        return f"{self.source}/{self.event_id}"

    @property
    def texts(self) -> frozenset[str]:
        """Return the texts of which one must be cited to cover the change."""
        return frozenset({self.legal_text_id} | ({self.successor} if self.successor else set()))


@dataclass(frozen=True, slots=True)
class BasisFact:
    """One event of a procedure, reduced to what matters for its legal basis."""

    #: Name of the event: `drafted`, `issued`, `revised` …
    kind: str
    #: Business time, microseconds, and its day.
    at: int
    day: int
    event_id: str
    #: Day from which it settles what it settles: a revision takes effect, a review is held.
    effective_on: int
    #: The whole legal basis from here on; None leaves it as it was.
    basis: tuple[str, ...] | None = None
    #: A text named besides the basis.
    cites: str | None = None
    #: Whether the procedure is in force from here on; None leaves it as it was.
    live: bool | None = None
    #: Baselines only: day of the last review before the agency joined.
    reviewed_on: int | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a change means for one procedure, given all that is known of both."""

    #: The event through which the procedure came to rest on the changed text; None if it never did uncovered.
    exposed_by: BasisFact | None
    #: The event that covers the change soonest; None while nothing does.
    settled_by: BasisFact | None

    @property
    def cleared_on(self) -> int | None:
        """Return the day from which the change is covered, None while it is not."""
        return self.settled_by.effective_on if self.settled_by else None


def assess(history: Sequence[BasisFact], change: TextChange) -> Assessment:
    """Return what a change means for the procedure with this history (in order of business time)."""
    basis: frozenset[str] = frozenset()
    live = at_risk = False
    exposed_by: BasisFact | None = None
    settling: list[BasisFact] = []
    for fact in history:
        before, basis = at_risk, basis if fact.basis is None else frozenset(fact.basis)
        live = live if fact.live is None else fact.live
        at_risk = live and change.legal_text_id in basis
        if fact.day < change.announced_on:
            exposed_by = (exposed_by if before else fact) if at_risk else None
        elif _covers(fact, basis, change) or (before and not at_risk):
            settling.append(fact)
        elif at_risk and not before and not settling:
            exposed_by = fact
    return Assessment(exposed_by, min(settling, key=lambda fact: fact.effective_on, default=None))


def _covers(fact: BasisFact, basis: frozenset[str], change: TextChange) -> bool:
    if fact.kind in _UPKEEP:
        return fact.cites in change.texts or not change.texts.isdisjoint(fact.basis or ())
    if fact.kind == "baselined" and fact.reviewed_on is not None and change.legal_text_id in basis:
        return fact.reviewed_on >= change.announced_on
    # A first issue that cites only the changed text rests on what no longer holds; one that cites the
    # successor was written in its knowledge.
    return fact.live is True and change.successor in basis


def stale_days(history: Sequence[BasisFact], change: TextChange, day: int) -> int | None:
    """Return for how many days the procedure has been stale on a day because of a change.

    None if it is not stale on that day. 0 on the day the change takes effect.
    """
    found = assess([fact for fact in history if fact.day <= day], change)
    if found.exposed_by is None or change.announced_on > day or change.effective_from > day:
        return None
    if found.cleared_on is not None and found.cleared_on <= day:
        return None
    return day - change.effective_from
