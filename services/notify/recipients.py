"""Who is behind a role: addresses from the registry's records of contact, the duty roster and the settings.

Roles at an agency are reached at its office's address of contact, those of an ended one at its successor's; the level above
at that of the agency above it; the body whose record it is at its own; the ministry's own roles at whoever is on duty,
else at the operators' addresses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.notify.roster import EMPTY, Roster
from shared import clock
from shared.clock import Clock

if TYPE_CHECKING:
    from shared.registry.copy import RegistryCopy
    from shared.registry.record import AgencyRecord

_OWN = frozenset({"iso_officer", "owner", "agency_head", "addressee", "target_owner", "programme_owner", "team_head"})
_ABOVE = frozenset({"parent", "so_khcn", "inspector"})
#: Roles at the body whose record it is, not at the agency that the alert is about.
_OF_OWNER = frozenset({"programme_owner", "team_head"})
#: What stands for the operators and whoever is on duty.
_CENTRAL = "operators"


@dataclass(frozen=True, slots=True)
class Recipients:
    """Looks addresses up at the moment of sending."""

    registry: RegistryCopy
    operators: Sequence[str]
    now: Clock
    roster: Roster = EMPTY
    #: Telephone numbers of the operators, where nobody is on duty.
    telephones: Sequence[str] = ()

    def recipient(self, role: str, agency_id: str, owner: str) -> str:
        """Return `{role}:{agency}`, by which the address is found at the moment of sending."""
        return f"{role}:{owner if role in _OF_OWNER else agency_id}"

    def person(self, recipient: str) -> str:
        """Return what is the same for all recipients whose messages end in one mailbox."""
        record = self._record(recipient)
        return f"contact:{record.agency_id}" if record and record.contact else _CENTRAL + self._missing(recipient)

    def _missing(self, recipient: str) -> str:
        """Return what tells apart those for whom there is no address: each gets a delivery that says so."""
        role, _, agency_id = recipient.partition(":")
        return f":{agency_id}" if role in _OWN else ""

    def address(self, recipient: str) -> str | None:
        """Return the e-mail addresses of a recipient `{role}:{agency}`, None where there is none."""
        role = recipient.partition(":")[0]
        email = _contact(self._record(recipient)).get("email")
        if email or role in _OWN:
            return email or None
        on_duty = [person.email for person in self.roster.on_duty(self.now()) if person.email]
        return ", ".join(on_duty or self.operators) or None

    def telephone(self, recipient: str) -> str | None:
        """Return the telephone number of a recipient, None where there is none."""
        role = recipient.partition(":")[0]
        phone = _contact(self._record(recipient)).get("phone")
        if phone or role in _OWN:
            return phone or None
        on_duty = [person.telephone for person in self.roster.on_duty(self.now()) if person.telephone]
        return next(iter(on_duty or self.telephones), None)

    def _record(self, recipient: str) -> AgencyRecord | None:
        """Return the agency at whose office the recipient is reached, None for the ministry's own roles."""
        role, _, agency_id = recipient.partition(":")
        if role not in _OWN | _ABOVE:
            return None
        today = clock.vietnam_day(self.now())
        record = self._present(agency_id, today)
        if role in _OWN or record is None:
            return record
        parent = record.parent_on(today)
        return self._present(parent, today) if parent else None

    def _present(self, agency_id: str, today: int) -> AgencyRecord | None:
        """Return an agency, or where it has ended the one that took over first; the last one known where nobody did."""
        record, seen = self.registry.agency(agency_id), {agency_id}
        while record is not None and record.ended_on is not None and record.ended_on <= today:
            following = next((self.registry.agency(one) for one in record.successors if one not in seen), None)
            if following is None:
                break
            seen.add(following.agency_id)
            record = following
        return record

    def name(self, agency_id: str) -> tuple[str, str]:
        """Return the agency's name in Vietnamese and English; its id where it is not known."""
        record = self.registry.agency(agency_id)
        if record is None:
            return agency_id, agency_id
        today = clock.vietnam_day(self.now())
        return record.name_on(today), record.name_on(today, "en")


def _contact(record: AgencyRecord | None) -> Mapping[str, str]:
    return record.contact if record else {}
