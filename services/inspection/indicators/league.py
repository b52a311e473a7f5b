"""I30: agencies ranked by their score within comparable peers (same kind and level) only.

Ranks are dense: equal scores share one, and the next is the following number. Within a rank the agency whose claims hold
better (I23) stands first, then the name decides. Too little weight: not enough data, no rank ("chưa đủ dữ liệu").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.inspection.indicators import composite
from services.inspection.indicators.inspecting import RELIABILITY_NEEDS, claim_reliability
from services.inspection.indicators.sums import Counted, Need, Question
from services.inspection.indicators.timeline import months_later
from services.inspection.read_models import Figure
from shared.turns import in_turns

NEEDS: tuple[Need, ...] = (*composite.NEEDS, *RELIABILITY_NEEDS)

#: Agencies with less weight of 100 are not ranked.
LEAST_WEIGHT = 60

#: The change of rank is since so many months before.
CHANGE_MONTHS = 12

#: Scores count as equal when they are shown as equal, with two decimals.
_DECIMALS = 2

#: Agencies at the head of a peer group that a summary names.
LEADERS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where an agency stands among its peers."""

    agency_id: str
    kind: str
    level: str
    score: float | None
    weight: int
    reliability: float | None
    name: str
    #: None where there is not enough data.
    rank: int | None = None
    #: Number in the list of its peers, from 1.
    position: int | None = None
    peers: int = 0


Table = Mapping[str, Place]


def places(question: Question) -> Table:
    """Return the places of all agencies of a question, by id."""
    groups: dict[tuple[str, str], list[Place]] = {}
    for member in in_turns(question.members):
        place = _place(question, member)
        groups.setdefault((place.kind, place.level), []).append(place)
    return {place.agency_id: place for group in groups.values() for place in _ranked(group)}


def _place(question: Question, member: Counted) -> Place:
    one = replace(question, members=[member])
    found = composite.score(one)
    points = None if found.points is None else round(found.points, _DECIMALS)
    reliability = claim_reliability(one).rate
    name = question.name_of(member.agency_id)
    return Place(member.agency_id, member.kind, member.level, points, found.weight, reliability, name)


def _ranked(group: list[Place]) -> list[Place]:
    ranked = [place for place in group if place.weight >= LEAST_WEIGHT and place.score is not None]
    ranked.sort(key=lambda place: (-(place.score or 0), -(place.reliability or 0), place.name, place.agency_id))
    scores = sorted({place.score or 0 for place in ranked}, reverse=True)
    rank_of = {score: number for number, score in enumerate(scores, 1)}
    result = [
        replace(place, rank=rank_of[place.score or 0], position=number, peers=len(ranked))
        for number, place in enumerate(in_turns(ranked), 1)
    ]
    without = [place for place in group if place.weight < LEAST_WEIGHT or place.score is None]
    return result + [replace(place, peers=len(ranked)) for place in without]


@dataclass(frozen=True, slots=True)
class League:
    """The places on the day, and on the day a year before."""

    now: Table
    before: Table


def shared(question: Question) -> League:
    """Return the places that every row of an answer is taken from."""
    earlier = question.on(months_later(question.day, -CHANGE_MONTHS)) if question.on else None
    return League(places(question), places(earlier) if earlier else {})


def league(question: Question) -> Figure:
    """Return I30: the rank of one agency; of several, how many are ranked and who leads each peer group."""
    table: League = question.shared if question.shared is not None else shared(question)
    own = [table.now[member.agency_id] for member in question.members if member.agency_id in table.now]
    if len(own) == 1:
        return Figure(None, None, _of_one(own[0], table.before.get(own[0].agency_id)))
    ranked = [place for place in own if place.rank is not None]
    groups: dict[tuple[str, str], list[Place]] = {}
    for place in sorted(ranked, key=lambda place: place.position or 0):
        groups.setdefault((place.kind, place.level), []).append(place)
    leaders = [
        {"kind": kind, "level": level, "ranked": len(places_), "leaders": [_entry(one) for one in places_[:LEADERS]]}
        for (kind, level), places_ in sorted(groups.items())
    ]
    return Figure(None, None, {"ranked": len(ranked), "unranked": len(own) - len(ranked), "peer_groups": leaders})


def _entry(place: Place) -> dict[str, Any]:
    return {"agency_id": place.agency_id, "name": place.name, "rank": place.rank, "score": place.score}


def _of_one(place: Place, before: Place | None) -> dict[str, Any]:
    earlier = before.rank if before else None
    return {
        **_entry(place),
        "position": place.position,
        "peers": place.peers,
        "weight_present": place.weight,
        "enough_data": place.rank is not None,
        "reliability": place.reliability,
        "rank_before": earlier,
        "rank_change": None if earlier is None or place.rank is None else earlier - place.rank,
    }
