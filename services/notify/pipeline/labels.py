"""What an alert is labelled with, for routes, groups, inhibition and silences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared import clock

if TYPE_CHECKING:
    from shared.registry.copy import RegistryCopy

#: Fact that names what brought about many alerts of a rule at once.
_CAUSES = {
    "A3": "legal_text_id",
    "A7": "standard_version",
    "A18": "reorganisation",
    "A20": "signal",
    "A21": "signal",
    "A23": "tthc_code",
}


def labels_of(alert: Mapping[str, Any], event: str, registry: RegistryCopy, now: int) -> dict[str, str]:
    """Return the labels of an alert's row (its `body` decoded) at an event."""
    body = alert["body"]
    facts = {fact["name"]: fact["value"] for fact in body["facts"]}
    subject = body["subject"]
    return {
        "rule": alert["rule"],
        "severity": alert["severity"],
        "event": event,
        "agency": alert["agency_id"],
        **_place(alert["agency_id"], registry, clock.vietnam_day(now)),
        "service": facts.get("service") or subject["service"],
        "aggregate": subject["aggregate"],
        "subject": subject["id"],
        "cause": facts.get(_CAUSES.get(alert["rule"], ""), ""),
        "alert": alert["alert_id"],
    }


def _place(agency_id: str, registry: RegistryCopy, day: int) -> dict[str, str]:
    """Return level and kind of the agency, and the body at the top of its province."""
    record = registry.agency(agency_id)
    if record is None:
        return {"level": "", "kind": "", "province": ""}
    province, above = "", record
    # No agency stands below more than a handful of others; a loop in the registry must not become one here.
    for _ in range(8):
        if above.kind == "provincial_pc":
            province = above.agency_id
            break
        parent = above.parent_on(day)
        found = registry.agency(parent) if parent else None
        if found is None:
            break
        above = found
    return {"level": str(record.level), "kind": str(record.kind), "province": province}
