"""Audits and inspections as visits: who comes to an agency, when, with how much effort, to look at what.

Owns the reading of visits as of a day, as known at an instant, and the pairs that overlap (I20) with the proposal to
combine them. The measure of overlap is that of `indicators/overlap.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import Connection

from services.inspection.indicators import audits, inspections
from services.inspection.indicators.overlap import GAP, SAVED_PERCENT
from services.inspection.indicators.windows import HUNDREDTHS, Window, share_scope
from services.inspection.records import Record, records_of

#: Visits in one of these states take nobody's time.
_GONE = ("cancelled", "combined", "postponed")


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One audit or inspection; days since 1970-01-01."""

    agency_id: str
    #: `audit` or `inspection`.
    kind: str
    source: str
    subject: str
    status: str
    mode: str
    begins: int
    ends: int
    person_days: float
    #: Parts of its scope; none: the whole agency.
    scope: tuple[str, ...]
    #: What it is already joined to, as the fact names it.
    joint_with: str | None

    @property
    def window(self) -> Window:
        """Return it as the overlap looks at it."""
        return Window(self.begins, self.ends, round(self.person_days * HUNDREDTHS), frozenset(self.scope))


@dataclass(frozen=True, slots=True)
class OverlapPair:
    """Two visits to one agency within the gap, with something in common."""

    first: PlannedVisit
    second: PlannedVisit
    #: Days between the end of the first and the beginning of the second; negative while both are there.
    gap_days: int
    #: Parts of the scope that both look at; none: the whole agency.
    common: tuple[str, ...]
    #: Person-days that combining them would save.
    savable_days: float
    #: Whether they are joint already.
    joint: bool


def visits_to(
    connection: Connection, agency_ids: Sequence[str], as_of: int, known_at: int, kinds: Sequence[str] = ()
) -> list[PlannedVisit]:
    """Return the visits to agencies that stand, in order of agency and first day."""
    found = records_of(connection, kinds or ("audit", "inspection"), agency_ids, as_of, known_at)
    visits = [visit for visit in map(_visit, found) if visit is not None]
    return sorted(visits, key=lambda visit: (visit.agency_id, visit.begins, visit.ends, visit.source, visit.subject))


def _visit(record: Record) -> PlannedVisit | None:
    found = _audit(record) if record.aggregate == "audit" else _inspection(record)
    return None if found is None or found.status in _GONE else found


def _audit(record: Record) -> PlannedVisit | None:
    state = audits.AuditState()
    for fact in record.facts:
        audits.evolve(state, fact)
    if state.planned_to is None:
        return None
    status = record.facts[-1].name if record.facts[-1].name == "postponed" else state.status
    effort = state.person_days / HUNDREDTHS
    window = (state.planned_from, state.planned_to, effort, tuple(state.scope))
    return PlannedVisit(record.agency_id, "audit", record.source, record.subject, status, "on_site", *window, None)


def _inspection(record: Record) -> PlannedVisit | None:
    state = inspections.InspectionState()
    for fact in record.facts:
        inspections.evolve(state, fact)
    if not state.begins:
        return None
    status = record.facts[-1].name if record.facts[-1].name == "postponed" else state.status
    effort = state.effort / HUNDREDTHS
    return PlannedVisit(
        record.agency_id,
        *("inspection", record.source, record.subject, status, state.mode),
        *(state.begins, state.ends, effort, tuple(state.scope), _joint(record.facts[0].data)),
    )


def _joint(data: Any) -> str | None:
    named = data.get("joint_with")
    if isinstance(named, dict):
        return f"{str(named['source']).removeprefix('/agencies/')}/{named['id']}"
    return None if named is None else str(named)


def overlaps(visits: Sequence[PlannedVisit]) -> list[OverlapPair]:
    """Return the overlapping pairs among visits, agency by agency, in order of the first day of the first."""
    by_agency: dict[str, list[PlannedVisit]] = {}
    for visit in visits:
        by_agency.setdefault(visit.agency_id, []).append(visit)
    return [pair for _agency, found in sorted(by_agency.items()) for pair in _pairs(found)]


def _pairs(visits: Sequence[PlannedVisit]) -> list[OverlapPair]:
    ordered = sorted(visits, key=lambda visit: (visit.begins, visit.ends, visit.source, visit.subject))
    return [
        _pair(one, other)
        for one, other in combinations(ordered, 2)
        if other.begins - one.ends <= GAP and share_scope(one.window, other.window)
    ]


def _pair(one: PlannedVisit, other: PlannedVisit) -> OverlapPair:
    common = tuple(sorted(set(one.scope) & set(other.scope))) if one.scope and other.scope else one.scope or other.scope
    savable = min(one.person_days, other.person_days) * SAVED_PERCENT / 100
    return OverlapPair(one, other, other.begins - one.ends, common, savable, _joined(one, other))


def _joined(one: PlannedVisit, other: PlannedVisit) -> bool:
    names = ({visit.subject, f"{visit.source}/{visit.subject}"} for visit in (other, one))
    return any(visit.joint_with in named for visit, named in zip((one, other), names, strict=True))
