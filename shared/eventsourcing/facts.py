"""What the domain sees of an event: a fact, already checked against its schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Reference(NamedTuple):
    """Names an aggregate's stream in the same service."""

    #: Aggregate name, such as `procedure`.
    aggregate: str
    #: `"{agency_id}/{subject}"`, or the national key of aggregates that have one (legal texts).
    stream_id: str


@dataclass(slots=True)
class Fact:
    """One event, as an aggregate decides on it; never changed once made.

    Not declared frozen: a frozen dataclass of so many fields takes eight times as long to make.
    """

    #: Full type, such as `qms.procedure.revised`.
    type: str
    #: Aggregate part of the type: `procedure`.
    aggregate: str
    #: Last part of the type: `revised`.
    name: str
    #: Agency whose record this is (from the CloudEvents `source`).
    source: str
    #: Agency that the fact is about: `data.agency_id` if given, else `source`.
    agency_id: str
    #: The aggregate's id within the source.
    subject: str
    #: The pusher's own id of the event.
    event_id: str
    #: Business time, microseconds since the epoch.
    occurred_at: int
    #: Vietnamese day of `occurred_at`, days since 1970-01-01.
    day: int
    #: `self_reported`, `imported`, `inspected` or `derived`.
    provenance: str = "self_reported"
    #: Agency of the credential, `staff` for the ministry's token, `system` for derived events.
    asserter: str = "system"
    #: `{"source", "id"}` of the event that this one corrects or retracts.
    corrects: Mapping[str, str] | None = None
    #: The event's fields, as validated by its schema.
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def corrected_id(self) -> str | None:
        """Id of the event of the same record that this one corrects or retracts."""
        return self.corrects["id"] if self.corrects else None

    @property
    def imported(self) -> bool:
        """Whether the fact was brought along from before (exempt from lateness rules)."""
        return self.provenance == "imported"
