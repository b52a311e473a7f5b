"""Who is behind a role: addresses from the registry's records of contact and from the settings.

Roles at an agency are reached at its office's address of contact; the level above at that of the
agency above it; the ministry's own roles at the operators' addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared import clock
from shared.clock import Clock

if TYPE_CHECKING:
    from shared.registry.copy import RegistryCopy
    from shared.registry.record import AgencyRecord

_OWN = frozenset({"iso_officer", "owner", "agency_head"})
_ABOVE = frozenset({"parent", "so_khcn"})


@dataclass(frozen=True, slots=True)
class Recipients:
    """Looks addresses up at the moment of sending."""

    registry: RegistryCopy
    operators: Sequence[str]
    now: Clock

    def address(self, recipient: str) -> str | None:
        """Return the address of a recipient `{role}:{agency}`, None where there is none."""
        role, _, agency_id = recipient.partition(":")
        if role in _OWN:
            return _contact(self.registry.agency(agency_id))
        if role in _ABOVE:
            return self._above(agency_id) or self._operator()
        return self._operator()

    def _above(self, agency_id: str) -> str | None:
        record = self.registry.agency(agency_id)
        parent = record.parent_on(clock.vietnam_day(self.now())) if record else None
        return _contact(self.registry.agency(parent)) if parent else None

    def _operator(self) -> str | None:
        return ", ".join(self.operators) or None

    def name(self, agency_id: str) -> tuple[str, str]:
        """Return the agency's name in Vietnamese and English; its id where it is not known."""
        record = self.registry.agency(agency_id)
        if record is None:
            return agency_id, agency_id
        today = clock.vietnam_day(self.now())
        return record.name_on(today), record.name_on(today, "en")


def _contact(record: AgencyRecord | None) -> str | None:
    return (record.contact.get("email") or None) if record else None
