"""How facts of the past are written down: imported, with ids that stay the same whenever they are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared import clock
from shared.simulation import geography
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, Event, envelope, iso, moment

#: Subject of an agency's one declaration record.
DECLARATION = "cong-bo"


@dataclass(frozen=True, slots=True)
class Past:
    """A fact and its day."""

    day: int
    emission: Emission

    def event(self) -> Event:
        """Return the event; its id names agency, record and kind, so that telling it again changes nothing."""
        told = self.emission
        name = f"ls:{told.kind}:{told.subject}:{iso(self.day)}"
        return envelope(told, name[:128], moment(self.day, 0))


@dataclass(slots=True)
class OldAgency:
    """An agency of before, with what became of it in the reform of 2025."""

    agency: Agency
    valid_from: int
    #: Ids of the agencies that took over; none for one that goes on.
    successors: Sequence[str] = ()
    how: str = "merged"
    ended_on: int = geography.REFORM
    legal_basis: str = "Nghị quyết 202/2025/QH15"
    codes: list[dict[str, str]] = field(default_factory=list)

    def opened(self) -> Past:
        """Return the baseline that brings the agency into the registry."""
        data = self.agency.registration(self.valid_from)
        data |= {"state": "active", "state_since": iso(self.valid_from)}
        if self.successors and "codes" in data:
            data["codes"] = [{**code, "valid_to": iso(self.ended_on - 1)} for code in data["codes"]]
        return past(self.valid_from, "agency.baselined", self.agency.agency_id, data)

    def ended(self) -> Iterator[Past]:
        """Give the end of the agency, if it has one."""
        if not self.successors:
            return
        data = {
            "how": self.how,
            "effective": iso(self.ended_on),
            "successors": list(self.successors),
            "legal_basis": self.legal_basis,
        }
        yield past(self.ended_on, "agency.ended", self.agency.agency_id, data)


def past(day: int, kind: str, agency_id: str, data: dict[str, Any], subject: str | None = None) -> Past:
    """Return a fact of the past; without a subject it is about the agency itself."""
    return Past(day, Emission(kind, agency_id, subject or agency_id, data, imported=True))


def spread(index: int, first: str, last: str) -> int:
    """Return a day between two, for facts of which only the period is known; spread evenly and always the same."""
    begin, end = clock.day_of(first), clock.day_of(last)
    return begin + index * 37 % (end - begin + 1)


def plan_approved(agency_id: str, approved_on: int) -> Past:
    """Return the approval of a plan to build and apply the system."""
    data = {"plan_no": "Kế hoạch theo Quyết định 118/2009/QĐ-TTg", "approved_on": iso(approved_on)}
    return past(approved_on, "declaration.plan_approved", agency_id, data, DECLARATION)


def declared(agency_id: str, building: int, applying: int, declaring: int, version: str) -> Iterator[Past]:
    """Give the way from building to the declaration."""
    yield past(building, "declaration.building_started", agency_id, {"started_on": iso(building)}, DECLARATION)
    yield past(applying, "declaration.applied", agency_id, {"applied_from": iso(applying)}, DECLARATION)
    data = {
        "standard_version": version,
        "decision_no": f"Quyết định công bố năm {iso(declaring)[:4]}",
        "signed_by": "head",
        "declared_on": iso(declaring),
    }
    yield past(declaring, "declaration.declared", agency_id, data, DECLARATION)
