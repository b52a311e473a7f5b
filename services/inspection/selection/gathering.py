"""Takes the inputs of the risk from the views: figures and measures as of a day, as known at an instant.

Owns which figure feeds which part; the formulas are in `risk.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from services.inspection.agencies import Member
from services.inspection.figures import Asked, Basis, basis, sums_for
from services.inspection.inconsistencies.listing import open_by_agency
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.indicators.feedback import FEEDBACK
from services.inspection.indicators.inspections import INSPECTED_ONSITE
from services.inspection.indicators.nonconformities import NC_OPEN
from services.inspection.indicators.sums import EVENT_LAST, Need, Sums
from services.inspection.selection.inputs import RiskInputs, Share, Visit
from services.inspection.visits import visits_to
from shared import clock
from shared.registry.record import AgencyRecord
from shared.turns import in_turns

#: Indicator of each share.
_SHARES: Mapping[str, str] = {
    "stale": "I6",
    "overdue_actions": "I11",
    "recurrence": "I14",
    "reliability": "I23",
    "dossiers_on_time": "I7",
}
_NEEDS: tuple[Need, ...] = (
    *(need for indicator in _SHARES.values() for need in INDICATORS[indicator].needs),
    Need(NC_OPEN, broken=True),
    Need(FEEDBACK, within="days"),
    Need(INSPECTED_ONSITE, broken=True),
    Need(EVENT_LAST, reported_only=True),
)
#: A reorganisation counts for so many days.
_RECENT = 365

#: A major nonconformity that is open for longer than so many days puts its agency on the list.
OLD_MAJOR = 90


@dataclass(frozen=True, slots=True)
class Gathered:
    """The candidates, and the moment their inputs are of."""

    candidates: list[RiskInputs]
    as_of: int
    known_at: int
    watermark: int


def gather(connection: Connection, asked: Asked, body: str, instructed: Mapping[str, str]) -> Gathered:
    """Return the inputs of all agencies that a question is about, without the inspecting body and those above it.

    Args:
        connection: A reading transaction.
        asked: Which agencies, as of which day, as known when.
        body: The inspecting body.
        instructed: Why the leadership wants agencies inspected, by id.

    Raises:
        UnknownScopeError: no such scope as known at that instant.
    """
    given = basis(connection, asked)
    above = given.snapshot.above(body)
    members = [member for member in given.members if member.agency_id not in above]
    sums = sums_for(connection, given, _NEEDS, members)
    visits = _visits(connection, given, members, body)
    contradicted = open_by_agency(connection, asked.as_of, given.moment.known_at)
    candidates = [
        replace(
            _inputs(given, sums, member, tuple(visits.get(member.agency_id, ())), instructed.get(member.agency_id, "")),
            inconsistent=contradicted[member.agency_id],
        )
        for member in in_turns(members)
    ]
    candidates.sort(key=lambda one: one.agency_id)
    return Gathered(candidates, asked.as_of, given.moment.known_at, given.watermark)


def _visits(connection: Connection, given: Basis, members: Sequence[Member], body: str) -> dict[str, list[Visit]]:
    """Return the inspections of other bodies by agency."""
    moment = given.moment
    agency_ids = [member.agency_id for member in members]
    found: dict[str, list[Visit]] = {}
    for visit in visits_to(connection, agency_ids, moment.as_of, moment.known_at, ("inspection",)):
        if visit.source != body:
            told = Visit(visit.begins, visit.ends, f"{visit.source}/{visit.subject}")
            found.setdefault(visit.agency_id, []).append(told)
    return found


def _inputs(given: Basis, sums: Sums, member: Member, visits: tuple[Visit, ...], instructed: str) -> RiskInputs:
    agency_id, day = member.agency_id, given.moment.as_of
    question = given.question([member], sums)
    shares: dict[str, Any] = {
        name: _share(INDICATORS[indicator].figure(question)) for name, indicator in _SHARES.items()
    }
    on_site = [
        clock.day_of(on[:10]) for on, amounts in sums.part(INSPECTED_ONSITE, agency_id).items() if amounts[0] > 0
    ]
    last_event = sums.total(EVENT_LAST, agency_id)[0]
    majors = {clock.day_of(on): amounts[1] for on, amounts in sums.part(NC_OPEN, agency_id).items()}
    return RiskInputs(
        agency_id=agency_id,
        kind=member.kind,
        level=member.level,
        territory=member.province,
        exists_since=member.record.valid_from,
        complaints=sums.total(FEEDBACK, agency_id)[0],
        last_on_site=max(on_site, default=None),
        last_event=last_event or None,
        open_majors=sum(majors.values()),
        old_majors=sum(count for raised_on, count in majors.items() if day - raised_on > OLD_MAJOR),
        reorganised=_reorganised(member.record, day),
        instructed=instructed,
        visits=visits,
        **shares,
    )


def _share(figure: object) -> Share:
    numerator, denominator = getattr(figure, "numerator", None), getattr(figure, "denominator", None)
    return Share(int(numerator or 0), int(denominator or 0))


def _reorganised(record: AgencyRecord, day: int) -> bool:
    """Return whether the agency came out of others, or was put under another agency, within the last year."""
    first = day - _RECENT
    moved = any(first < since <= day for since, _parent in record.parents[1:])
    return moved or (bool(record.predecessors) and first < record.valid_from <= day)
