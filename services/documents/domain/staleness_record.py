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
    #: False once it was taken back: what it rested on was corrected or retracted.
    standing: bool = True
    #: How often it was raised, and said to be cleared: what is said again needs an id of its own.
    raised: int = 1
    cleared: int = 0
    #: The event by which it was last said to be cleared.
    cleared_by: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A flag to raise, one to clear, or one of the two to take back."""

    change: TextChange
    #: Business time, microseconds.
    at: int
    #: The event that clears it; empty raises the flag.
    by: BasisFact | None = None
    #: Which raising, or which clearing, it is, counted from 1.
    number: int = 1
    #: Takes back what was said instead of saying it.
    withdrawn: bool = False
    #: With `withdrawn`: the event that was said to clear it; empty takes back the flag itself.
    cleared_by: str = ""


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

    def learn(self, fact: BasisFact, changes: Iterable[TextChange], *, corrects: str | None = None) -> list[Finding]:
        """Take in an event of the procedure; `changes` are those of all texts ever in its basis.

        `corrects` names the event in whose place it stands.
        """
        if corrects is not None:
            self._drop(corrects)
        insort(self.history, fact, key=lambda known: known.at)
        corrected = corrects is not None
        return [one for change in changes for one in self.compare(change, fact, corrected=corrected)]

    def forget(self, event_id: str, changes: Iterable[TextChange], at: int) -> list[Finding]:
        """Go on without an event that was retracted at an instant; nothing follows where it did not bear on staleness."""
        if all(fact.event_id != event_id for fact in self.history):
            return []
        self._drop(event_id)
        return [one for change in changes for one in self.compare(change, corrected=True, at=at)]

    def _drop(self, event_id: str) -> None:
        self.history = [fact for fact in self.history if fact.event_id != event_id]

    def compare(
        self, change: TextChange, latest: BasisFact | None = None, *, corrected: bool = False, at: int = 0
    ) -> list[Finding]:
        """Return what has to be said about a change that was not said before.

        `latest` is the event that made the difference, where it was one of the procedure's own. With `corrected` something
        known before does not count any more: what rested on it is taken back.
        """
        found = assess(self.history, change)
        flag = self.flags.get(change.key)
        standing = flag if flag and flag.standing else None
        if corrected and standing:
            findings = self._reconsider(standing, found, change, at or (latest.at if latest else change.at))
            return [*findings, *self._clear(standing, found.settled_by, change)]
        findings = []
        if standing is None and _is_worth_a_flag(found, change):
            standing = self._raise_flag(found, change)
            findings.append(Finding(change, standing.raised_at, number=standing.raised))
        settled_by = found.settled_by
        if standing and found.exposed_by is None and standing.cleared_on is None:
            # A late fact shows that the procedure did not rest on the text when it changed.
            settled_by = settled_by or latest
        return [*findings, *self._clear(standing, settled_by, change)]

    def withdraw(self, change: TextChange, at: int) -> list[Finding]:
        """Return what has to be taken back because a change of a text was corrected or retracted."""
        flag = self.flags.get(change.key)
        return self._take_back(flag, change, at) if flag and flag.standing else []

    def _reconsider(self, flag: Flag, found: Assessment, change: TextChange, at: int) -> list[Finding]:
        """Take back the flag that has lost its ground, or the clearing that has."""
        if not _is_worth_a_flag(found, change):
            return self._take_back(flag, change, at)
        if flag.cleared_on is None or (found.settled_by and found.settled_by.event_id == flag.cleared_by):
            return []
        return [self._take_back_clearing(flag, change, at)]

    def _take_back(self, flag: Flag, change: TextChange, at: int) -> list[Finding]:
        findings = [self._take_back_clearing(flag, change, at)] if flag.cleared_on is not None else []
        flag.standing = False
        return [*findings, Finding(change, max(flag.raised_at, at), number=flag.raised, withdrawn=True)]

    @staticmethod
    def _take_back_clearing(flag: Flag, change: TextChange, at: int) -> Finding:
        by, flag.cleared_on, flag.cleared_by = flag.cleared_by, None, ""
        return Finding(change, max(flag.raised_at, at), number=flag.cleared, withdrawn=True, cleared_by=by)

    @staticmethod
    def _clear(flag: Flag | None, by: BasisFact | None, change: TextChange) -> list[Finding]:
        if flag is None or not flag.standing or by is None or flag.cleared_on == by.effective_on:
            return []
        flag.cleared_on, flag.cleared_by = by.effective_on, by.event_id
        flag.cleared += 1
        return [Finding(change, max(flag.raised_at, by.at), by, number=flag.cleared)]

    def _raise_flag(self, found: Assessment, change: TextChange) -> Flag:
        exposed_at = found.exposed_by.at if found.exposed_by else change.at
        before = self.flags.get(change.key)
        raised, cleared = (before.raised + 1, before.cleared) if before else (1, 0)
        flag = self.flags[change.key] = Flag(max(change.at, exposed_at), raised=raised, cleared=cleared)
        return flag


def _is_worth_a_flag(found: Assessment, change: TextChange) -> bool:
    if found.exposed_by is None:
        return False
    # Covered before the change takes effect, and nobody was told: it never was stale.
    return found.cleared_on is None or found.cleared_on > change.effective_from
