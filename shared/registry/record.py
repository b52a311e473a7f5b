"""What the registry knows of one agency, for any day: name, parents, duty, whether it lives.

The record is the state of the agency's stream; every service keeps copies of it, and all of them, the
indicators included, look dates up here. Days are days since 1970-01-01 (`shared.clock`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

#: From the top down; a parent stands at the same or an earlier place.
LEVEL_ORDER = ("central", "province", "district", "commune")
#: Kinds of agencies that govern a territory of their level: none stands under another of the same level.
GOVERNING = frozenset({"provincial_pc", "district_pc", "commune_pc"})

#: A dated history: `[first day, value]`, ordered by day; each value holds until the next one begins.
History = list[list[Any]]


def value_on(history: Sequence[Sequence[Any]], day: int) -> Any:
    """Return the value that holds on a day; before the first one, the first; None where there is none."""
    if not history:
        return None
    if len(history) == 1:
        # Most have one entry, and lists ask for the names of 15,000 agencies.
        return history[0][1]
    index = bisect_right(history, day, key=lambda entry: entry[0])
    return history[max(index - 1, 0)][1]


@dataclass(frozen=True, slots=True)
class AgencyRecord:
    """One agency with its dated histories; all fields are JSON."""

    agency_id: str
    kind: str
    level: str
    #: First day of existence.
    valid_from: int
    #: First day on which it no longer exists; None while no end is known.
    ended_on: int | None = None
    #: `merged`, `split`, `dissolved`, `level_abolished`; None while no end is known.
    ended_how: str | None = None
    #: Agencies that took over its duties.
    successors: list[str] = field(default_factory=list)
    #: Agencies that went into it.
    predecessors: list[str] = field(default_factory=list)
    #: Values are `{"vi", "en"}`.
    names: History = field(default_factory=list)
    #: Values are agency ids or None.
    parents: History = field(default_factory=list)
    sector_parents: History = field(default_factory=list)
    #: Values are `mandatory`, `encouraged`, `voluntary`, `exempt`.
    obligations: History = field(default_factory=list)
    #: Values are `active` or `suspended`.
    activity: History = field(default_factory=list)
    #: Administrative unit it serves, such as `P25` or `W08542`.
    admin_unit_code: str | None = None
    #: `{"scheme", "code", "valid_from", "valid_to"}`, days as ISO dates.
    codes: list[dict[str, Any]] = field(default_factory=list)
    has_tthc: bool = False
    inspection_rights: bool = False
    #: Address, e-mail and telephone of the office.
    contact: dict[str, str] = field(default_factory=dict)
    legal_basis: str | None = None

    def live_on(self, day: int) -> bool:
        """Return whether the agency exists on a day; a suspended agency does."""
        return self.valid_from <= day and (self.ended_on is None or day < self.ended_on)

    def active_on(self, day: int) -> bool:
        """Return whether the agency exists and is not suspended on a day."""
        return self.live_on(day) and bool(value_on(self.activity, day) == "active")

    def status_on(self, day: int) -> str:
        """Return `proposed` (not yet live), `active`, `suspended` or `ended`."""
        if day < self.valid_from:
            return "proposed"
        return str(value_on(self.activity, day)) if self.live_on(day) else "ended"

    def name_on(self, day: int, language: str = "vi") -> str:
        """Return the official name on a day; in English where there is one and it is asked for."""
        name = value_on(self.names, day) or {}
        return str(name.get(language) or name.get("vi") or self.agency_id)

    def parent_on(self, day: int) -> str | None:
        """Return the agency above it in the administration on a day."""
        parent: str | None = value_on(self.parents, day)
        return parent

    def sector_parent_on(self, day: int) -> str | None:
        """Return the agency above it in its field on a day."""
        parent: str | None = value_on(self.sector_parents, day)
        return parent

    def obligation_on(self, day: int) -> str:
        """Return the duty to apply the standard on a day."""
        return str(value_on(self.obligations, day))

    def code_on(self, scheme: str, day: str) -> str | None:
        """Return the official code of a register on a day (ISO date)."""
        for code in self.codes:
            if code["scheme"] == scheme and code["valid_from"] <= day <= (code.get("valid_to") or "9999-12-31"):
                return str(code["code"])
        return None

    @property
    def rank(self) -> int:
        """Return the place of its level, 0 for central."""
        return LEVEL_ORDER.index(self.level)
