"""What is remembered of a nonconformity between its events."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class NonconformityState:
    """Where a nonconformity stands; days are ISO dates."""

    status: str
    #: `major_nc`, `minor_nc`, `observation` or `opportunity`.
    grade: str
    source: str
    raised_on: str
    #: Stream id of the audit it comes from (or another service's record), and the finding within it.
    origin: str | None = None
    finding_id: str | None = None
    clause: str | None = None
    #: Root causes of the present round.
    root_causes: list[str] = field(default_factory=list)
    #: Stream ids of the actions of the present round.
    actions: list[str] = field(default_factory=list)
    round: int = 1
    corrected_on: str | None = None
    completed_on: str | None = None
    #: Result of the last verification.
    effective: bool | None = None
    closed_on: str | None = None
    reopened: int = 0
