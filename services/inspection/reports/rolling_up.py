"""Adds accepted reports up into their receiver's own; what was not handed in is named, never guessed. Pure.

Sums run field by field over what the agencies submitted, their differences included, and over what the receiver's own
events say. At the top this is the report to the Prime Minister.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.inspection.domain.periodic_report_rules import difference
from services.inspection.reports.counting import Value


@dataclass(frozen=True, slots=True)
class Handed:
    """A report that an agency owes to the receiver."""

    agency_id: str
    status: str
    submitted: Mapping[str, Value]
    prefilled: Mapping[str, Value]
    reasons: Mapping[str, str]

    @property
    def counts(self) -> bool:
        """Whether the receiver has accepted it."""
        return self.status in ("accepted", "rolled_up")


@dataclass(frozen=True, slots=True)
class RolledUp:
    """The sums, and what they rest on."""

    values: dict[str, Value]
    included: tuple[str, ...]
    #: Agencies whose report was not accepted, with its state.
    missing: tuple[tuple[str, str], ...]
    #: `(agency, field, filled in, submitted, reason)` of every difference within the sums.
    differences: tuple[tuple[str, str, Value, Value, str], ...]


def roll_up(own: Mapping[str, Value], handed: Sequence[Handed]) -> RolledUp:
    """Return the sums of a receiver's own values and of the accepted reports; a field that nobody fills is null."""
    accepted = sorted((one for one in handed if one.counts), key=lambda one: one.agency_id)
    names = dict.fromkeys([*own, *(name for one in accepted for name in one.submitted)])
    values = {name: _total([own.get(name), *(one.submitted.get(name) for one in accepted)]) for name in names}
    missing = tuple(sorted((one.agency_id, one.status) for one in handed if not one.counts))
    return RolledUp(values, tuple(one.agency_id for one in accepted), missing, tuple(_differences(accepted)))


def _total(parts: Sequence[Value]) -> Value:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def _differences(accepted: Sequence[Handed]) -> list[tuple[str, str, Value, Value, str]]:
    return [
        (one.agency_id, name, before, one.submitted[name], one.reasons.get(name, ""))
        for one in accepted
        for name, before in one.prefilled.items()
        if name in one.submitted and difference(before, one.submitted[name]) > 0
    ]
