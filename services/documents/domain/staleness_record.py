"""Remembers per procedure what was derived about its staleness, and finds what is new.

The outcome does not depend on the order in which changes and procedures come in: each new fact
has the whole history assessed again, and only the difference to what was said before is found.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.documents.domain.staleness import Assessment, BasisFact, TextChange, assess


@dataclass(slots=True)
class Flag:
    """A flag that was raised: its business time, and the day on which it was said to be cleared."""

    raised_at: int
    cleared_on: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A flag to raise, or one to clear."""

    change: TextChange
    #: Business time, microseconds.
    at: int
    #: The event that clears it; None raises the flag.
    by: BasisFact | None = None


@dataclass(slots=True)
class ProcedureRecord:
    """What is known of one procedure's legal basis, and the flags raised on it."""

    agency_id: str
    procedure_id: str
    history: list[BasisFact] = field(default_factory=list)
    #: By the key of the change.
    flags: dict[str, Flag] = field(default_factory=dict)

    def texts(self) -> set[str]:
        """Return every text that was ever in the basis."""
        return {text for fact in self.history for text in fact.basis or ()}

    def learn(self, fact: BasisFact, changes: Iterable[TextChange]) -> list[Finding]:
        """Take in an event of the procedure; `changes` are those of all texts ever in its basis."""
        insort(self.history, fact, key=lambda known: known.at)
        return [finding for change in changes for finding in self.compare(change, fact)]

    def compare(self, change: TextChange, latest: BasisFact | None = None) -> list[Finding]:
        """Return what has to be said about a change that was not said before.

        `latest` is the event that made the difference, where it was one of the procedure's own.
        """
        found = assess(self.history, change)
        findings = []
        flag = self.flags.get(change.key)
        if flag is None and _is_worth_a_flag(found, change):
            flag = self._raise_flag(found, change)
            findings.append(Finding(change, flag.raised_at))
        settled_by = found.settled_by
        if flag and found.exposed_by is None and flag.cleared_on is None:
            # A late fact shows that the procedure did not rest on the text when it changed.
            settled_by = settled_by or latest
        if flag and settled_by and flag.cleared_on != settled_by.effective_on:
            flag.cleared_on = settled_by.effective_on
            findings.append(Finding(change, max(flag.raised_at, settled_by.at), settled_by))
        return findings

    def _raise_flag(self, found: Assessment, change: TextChange) -> Flag:
        exposed_at = found.exposed_by.at if found.exposed_by else change.at
        flag = self.flags[change.key] = Flag(max(change.at, exposed_at))
        return flag


def _is_worth_a_flag(found: Assessment, change: TextChange) -> bool:
    if found.exposed_by is None:
        return False
    # Covered before the change takes effect, and nobody was told: it never was stale.
    return found.cleared_on is None or found.cleared_on > change.effective_from
