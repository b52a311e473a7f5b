"""What the risk of an agency is computed from: counts and days as of one day, known at one instant. Plain data.

Only whole numbers and text, so that the digest of the inputs depends on nothing but them. Where the numbers come from is
in `gathering.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from services.inspection.selection.canonical import canonical


@dataclass(frozen=True, slots=True)
class Share:
    """A numerator and a denominator."""

    part: int = 0
    of: int = 0

    @property
    def rate(self) -> float:
        """Return the quotient; 0 where there is nothing to divide by."""
        return self.part / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Visit:
    """Another body's visit, planned or held; days since 1970-01-01."""

    begins: int
    ends: int
    #: `{body}/{id}`.
    inspection: str


@dataclass(frozen=True, slots=True)
class RiskInputs:
    """One agency; days since 1970-01-01."""

    agency_id: str
    #: Agencies of one kind and level are each other's peers.
    kind: str
    level: str
    #: What the spread is counted by: the province.
    territory: str
    #: Since when it has existed.
    exists_since: int
    #: Stale procedures of those in force (I6).
    stale: Share = Share()
    #: Overdue actions of those open (I11).
    overdue_actions: Share = Share()
    #: Nonconformities of the last year that recur (I14).
    recurrence: Share = Share()
    #: Confirmed claims of those confirmed or contradicted (I23), last 24 months.
    reliability: Share = Share()
    #: Claims that facts of other services contradict (`GET /v1/inconsistencies`): not borne out, though nobody was there.
    inconsistent: int = 0
    #: Dossiers resolved on time of those resolved (I7), last twelve full months.
    dossiers_on_time: Share = Share()
    #: Complaints and other feedback within competence, last twelve full months.
    complaints: int = 0
    #: Day of the latest conclusion of an inspection on site.
    last_on_site: int | None = None
    #: Day of the latest event that it reported.
    last_event: int | None = None
    #: Open major nonconformities, and of them those older than 90 days.
    open_majors: int = 0
    old_majors: int = 0
    #: Whether it came out of a reorganisation, or was put under another agency, in the last 365 days.
    reorganised: bool = False
    #: Why the leadership wants it inspected; empty where it does not say.
    instructed: str = ""
    #: Visits of other bodies around the period.
    visits: tuple[Visit, ...] = ()


def inputs_hash(*told: Any) -> str:
    """Return the SHA-256 digest of what a selection is computed from, as canonical JSON."""
    return sha256(canonical(list(told))).hexdigest()


def as_json(inputs: RiskInputs) -> dict[str, Any]:
    """Return the inputs as JSON."""
    told: dict[str, Any] = _plain(inputs)
    return told


def _plain(value: Any) -> Any:
    """Return a value without classes, as `dataclasses.asdict` does; that copies every number of thousands of agencies too."""
    if isinstance(value, (RiskInputs, Share, Visit)):
        return {name: _plain(getattr(value, name)) for name in value.__slots__}
    return tuple([_plain(one) for one in value]) if isinstance(value, tuple) else value
