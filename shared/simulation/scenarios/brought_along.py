"""Records that an agency has when it joins: reviews, objectives, programmes and what supports the system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.scenarios import earlier_records, reviews, satisfaction
from shared.simulation.world import Life, World

#: Subject and data (without the state) of a record of the year before.
Record: TypeAlias = Callable[[World, Agency, str], tuple[str, dict[str, Any]]]


def focal_point(world: World, agency: Agency, _year: str) -> tuple[str, dict[str, Any]]:
    """Return a post that somebody holds."""
    data = {"state": "appointed", "role": "secretary", "part_time": world.chance(0.85)}
    return world.new_id("DM"), {**data, "trained": world.chance(agency.diligence)}


def management_review(world: World, _agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    """Return the review of the year before."""
    data = {"state": "minutes_signed", "period": year, "held_on": f"{year}-12-20", "chair": "head"}
    return world.new_id("XXLD"), {**data, "inputs": reviews.inputs(world)}


def _objective(world: World, _agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    statement, measure, target = world.pick(words.OBJECTIVES)
    data = {"state": "measured", "year": int(year), "statement": statement, "measure": measure, "unit": "%"}
    data |= {"direction": "higher", "target": target, "weight": 1}
    return world.new_id("MTCL"), {**data, "value": target - 2, "measured_on": f"{year}-12-15"}


def _programme(_world: World, _agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    data = {"state": "closed", "year": int(year), "audits": [], "approved_on": f"{year}-01-20"}
    return f"programme-{year}", data


def _survey(world: World, agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    counts = satisfaction.results(world, agency, "paper")
    return world.new_id("KS"), {**counts, "state": "closed", "period": year, "channel": "paper"}


def _feedback(world: World, _agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    data = {"state": "assigned", "kind": "suggestion", "channel": "portal", "received_on": f"{year}-12-28"}
    return world.new_id("PAKN"), data


def _budget(world: World, _agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    amount = world.between(10, 60) * 1_000_000
    data = {
        "year": int(year),
        "purpose": "training",
        "requested": amount,
        "allocated": amount // 2,
        "spent": amount // 3,
    }
    return f"{year}:training", data


def _risk(world: World, _agency: Agency, _year: str) -> tuple[str, dict[str, Any]]:
    data = {"state": "treated", "kind": "risk", "statement": world.pick(words.RISKS), "treatment": "reduce"}
    return world.new_id("RR"), {**data, "likelihood": 3, "impact": 3, "owner": world.pick(words.OWNERS)}


#: By the kind of record.
RECORDS: dict[str, Record] = {
    "focal_point": focal_point,
    "management_review": management_review,
    "objective": _objective,
    "audit_programme": _programme,
    "survey": _survey,
    "feedback": _feedback,
    "budget": _budget,
    "risk": _risk,
    "audit": earlier_records.audit,
    "nonconformity": earlier_records.nonconformity,
    "action": earlier_records.action,
    "dossier_stats": earlier_records.dossier_stats,
    "declaration": earlier_records.declaration,
    "tthc": earlier_records.tthc,
    "legal_text": earlier_records.legal_text,
}

#: Records whose key tells the year, so that an agency has one of them in each.
ONE_A_YEAR = frozenset({"audit_programme", "budget"})


def record(world: World, agency: Agency, day: int, kind: str) -> Emission:
    """Return the baseline of one kind of record, as it stood at the end of the year before a day."""
    year = str(int(iso(day)[:4]) - 1)
    subject, data = RECORDS[kind](world, agency, year)
    told = {**data, "state_since": f"{year}-12-31"}
    return Emission(f"{kind}.baselined", agency.agency_id, subject, told, imported=True)


def life(world: World, agency: Agency) -> Life:
    """Bring one record along, once per agency and kind."""
    day = yield 0
    kind = world.pick(tuple(RECORDS))
    emission = record(world, agency, day, kind)
    # Programmes and budgets have keys that tell the year; the stream's own may have been there in it.
    mark = f"ht:{agency.agency_id}:{emission.subject if kind in ONE_A_YEAR else kind}"
    if mark not in world.taken:
        world.taken.add(mark)
        yield emission
