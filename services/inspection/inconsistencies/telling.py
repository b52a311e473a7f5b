"""From what is inconsistent now and what has been said so far to what is to be said: found, ended, or taken back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from services.inspection.inconsistencies.conditions import Finding
from shared import clock
from shared.eventsourcing.derived import DerivedEvent

_RETRACTION = {"reason": "Dữ liệu đến muộn hoặc được đính chính cho thấy không có mâu thuẫn"}


@dataclass(slots=True)
class Told:
    """What has been said of a finding of an agency."""

    kind: str
    claim: tuple[str, str]
    #: Days of the claim, and from which it is said to have ended.
    on: int
    ended_on: int | None = None
    #: Whether it stands; False after it was taken back.
    standing: bool = True
    #: How much has been said: part of the ids of what is said next.
    said: int = 0
    #: Ids of the two events that stand.
    found_id: str = ""
    ended_id: str = ""


def told_row(agency_id: str, key: str, told: Told) -> tuple[str, str, bytes]:
    """Return what is stored of what was said."""
    return agency_id, key, orjson.dumps(told)


def told_of(body: bytes) -> Told:
    """Return what was said, as it was stored."""
    found = Told(**orjson.loads(body))
    found.claim = (found.claim[0], found.claim[1])
    return found


def tell(
    agency_id: str, found: Iterable[Finding], told: Mapping[str, Told], at: int
) -> tuple[list[DerivedEvent], dict[str, Told]]:
    """Return the events to publish, and what has been said after them, by key of the finding, where it changed.

    Args:
        agency_id: The agency.
        found: What is inconsistent.
        told: What was said before.
        at: Instant of the fact that made the difference, microseconds; what is taken back is taken back then.
    """
    now = {finding.key: finding for finding in found}
    events: list[DerivedEvent] = []
    changed: dict[str, Told] = {}
    for key in sorted({*now, *told}):
        before, finding = told.get(key), now.get(key)
        record = before or Told(finding.kind, finding.claim.reference, 0) if finding else before
        if record is None:
            continue
        new = _difference(_Teller(agency_id, key, record, at), finding, known=before is not None)
        if new:
            events += new
            changed[key] = record
    return events, changed


def _difference(teller: _Teller, finding: Finding | None, *, known: bool) -> list[DerivedEvent]:
    told = teller.told
    standing = known and told.standing
    if finding is None:
        return teller.take_back() if standing else []
    events = [] if standing else [teller.found(finding)]
    if told.ended_on == finding.ended_on:
        return events
    if told.ended_on is not None:
        events.append(teller.retract(told.ended_id))
        told.ended_on = None
    if finding.ended_on is not None:
        events.append(teller.ended(finding, finding.ended_on))
    return events


class _Teller:
    """Makes the events about one finding and notes what was said."""

    def __init__(self, agency_id: str, key: str, told: Told, at: int) -> None:
        self.agency_id, self.key, self.told, self.at = agency_id, key, told, at

    def found(self, finding: Finding) -> DerivedEvent:
        claim = finding.claim
        self.told.standing, self.told.on, self.told.ended_on = True, claim.day, None
        data = {
            "kind": finding.kind,
            "claim": _reference(claim.reference),
            "on": clock.to_date(claim.day).isoformat(),
            "against": [_reference(one) for one in finding.against],
        }
        event = self._event("found", clock.start_of_day(claim.day), data, claim.reference)
        self.told.found_id = event.event_id
        return event

    def ended(self, finding: Finding, day: int) -> DerivedEvent:
        self.told.ended_on = day
        data = {
            "kind": finding.kind,
            "claim": _reference(self.told.claim),
            "ended_on": clock.to_date(day).isoformat(),
        }
        # A made-up audit of a date still to come ends nothing before its day.
        event = self._event("ended", clock.start_of_day(max(day, self.told.on)), data, self.told.claim)
        self.told.ended_id = event.event_id
        return event

    def take_back(self) -> list[DerivedEvent]:
        """Take back the end, if one was told, then the finding itself."""
        ended = [self.retract(self.told.ended_id)] if self.told.ended_on is not None else []
        self.told.standing, self.told.ended_on = False, None
        return [*ended, self.retract(self.told.found_id)]

    def retract(self, said: str) -> DerivedEvent:
        return self._event("retracted", self.at, _RETRACTION, self.told.claim, corrects=said)

    def _event(
        self, name: str, at: int, data: Mapping[str, Any], cause: tuple[str, str], *, corrects: str | None = None
    ) -> DerivedEvent:
        self.told.said += 1
        digest = sha256(f"{self.agency_id}\0{self.key}".encode()).hexdigest()[:32]
        return DerivedEvent(
            type=f"qms.inconsistency.{name}",
            source=self.agency_id,
            subject=f"{self.told.kind}-{digest[:16]}",
            event_id=f"inconsistency-{digest}-{self.told.said}",
            occurred_at=at,
            data=data,
            causation=cause,
            corrects=corrects,
        )


def _reference(event: tuple[str, str]) -> dict[str, str]:
    return {"source": event[0], "id": event[1]}
