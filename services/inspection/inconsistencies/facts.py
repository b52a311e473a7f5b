"""Which events the conditions look at, and which of their fields; everything else is left where it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.flags import RETRACTED
from shared.eventstore.records import RecordedEvent

#: Fields that are kept, by aggregate and event.
FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "declaration": {
        "applied": ("applied_from",),
        "baselined": ("applied_from",),
        "declared": ("declared_on", "procedure_revisions", "exclusions"),
        "redeclared": ("declared_on",),
        "rescinded": ("rescinded_on",),
    },
    "audit": {"completed": ("completed_on",), "baselined": ("completed_on",)},
    "management_review": {"held": ("held_on",), "baselined": ("held_on",)},
    "nonconformity": {
        "raised": ("class", "raised_on"),
        "baselined": ("class", "raised_on", "state", "closed_on"),
        "regraded": ("to",),
        "closed": ("closed_on",),
        "withdrawn": (),
        "reopened": ("reopened_on",),
        "dispute_resolved": ("outcome",),
    },
    "procedure": {
        "drafted": ("tthc_code",),
        "submitted": ("tthc_code",),
        "baselined": ("tthc_code",),
        "revised": ("tthc_code",),
        "withdrawn": ("replaced_by",),
    },
    "dossier_stats": dict.fromkeys(
        ("submitted", "amended", "baselined"), ("period", "tthc_code", "channel", "pending_in_time", "pending_overdue")
    ),
    "agency": {
        **dict.fromkeys(("registered", "baselined"), ("level", "parent_id", "sector_parent_id", "valid_from")),
        "reparented": ("to", "line", "effective"),
        "ended": ("how", "effective", "successors"),
    },
    "tthc": {
        **dict.fromkeys(("published", "baselined"), ("levels", "effective_from", "state_since")),
        "amended": ("levels", "effective_from"),
        "abolished": ("effective_from",),
        "opted_out": ("entry",),
        "opted_in": (),
    },
    "obligation": {"inherited": (), "lapsed": ()},
}
#: Claims: what may turn out to be inconsistent with what other services know.
CLAIMS = frozenset({"declaration.declared", "procedure.withdrawn", "agency.ended"})


@dataclass(frozen=True, slots=True)
class Known:
    """One fact of an agency, as far as it matters here."""

    service: str
    position: int
    source: str
    event_id: str
    aggregate: str
    subject: str
    name: str
    #: Vietnamese day on which it happened.
    day: int
    imported: bool
    #: Id of the event that it corrects or retracts.
    corrects: str | None
    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Return `declaration.declared`."""
        return f"{self.aggregate}.{self.name}"

    @property
    def reference(self) -> tuple[str, str]:
        """Return source and id of the event."""
        return self.source, self.event_id


def matters(event: RecordedEvent) -> bool:
    """Tell whether the conditions look at an event."""
    names = FIELDS.get(event.aggregate)
    return names is not None and (event.name in names or event.name == RETRACTED)


def known(event: RecordedEvent) -> Known:
    """Return an event that matters, with the fields that are kept."""
    fields = FIELDS[event.aggregate].get(event.name, ())
    data = event.data if fields else {}
    return Known(
        service=event.service,
        position=event.position,
        source=event.source,
        event_id=event.event_id,
        aggregate=event.aggregate,
        subject=event.subject,
        name=event.name,
        day=event.day,
        imported=event.provenance == "imported",
        corrects=event.corrected_id,
        data={name: data[name] for name in fields if name in data},
    )


def standing(facts: Iterable[Known]) -> list[Known]:
    """Return the facts that count, in business order: neither corrected nor retracted."""
    told = list(facts)
    gone = {(fact.service, fact.source, fact.corrects) for fact in told if fact.corrects}
    kept = [fact for fact in told if (fact.service, fact.source, fact.event_id) not in gone and fact.name != RETRACTED]
    return sorted(kept, key=lambda fact: (fact.day, fact.service, fact.position))
