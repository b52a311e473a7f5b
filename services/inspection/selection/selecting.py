"""Who is inspected: those who must be, then the highest risks, then a random part, so that nobody is ever safe. Pure.

Order: (1) agencies that must be picked; (2) highest risk until four fifths of what is left; (3) the rest drawn at random
from all others. In every step a territory that is full is passed over, and so is an agency to which another body has just
been; one to which another body is about to come is visited jointly. The same inputs, parameters and seed give the same
list, bit for bit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from services.inspection.selection.draw import drawn
from services.inspection.selection.inputs import RiskInputs, Visit
from services.inspection.selection.risk import Score, Words, years_since_on_site

#: Years without an inspection on site after which an agency must be picked.
LONGEST_YEARS = 3


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a selection is asked for; days since 1970-01-01."""

    #: Agencies at most.
    capacity: int
    #: First day that can be planned, and the last.
    begins: int
    ends: int
    #: Person-days at most; None: as many as it takes.
    capacity_days: float | None = None
    random_share: float = 0.2
    onsite_share_min: float = 0.5
    most_per_territory: int = 10
    other_body_days: int = 60
    days_on_site: float = 6
    days_by_report: float = 2


@dataclass(frozen=True, slots=True)
class Pick:
    """One agency that was picked."""

    agency_id: str
    #: `must_pick`, `highest_risk` or `random`.
    ground: str
    #: In particular.
    details: tuple[Words, ...]
    score: float
    mode: str
    person_days: float
    territory: str
    #: Another body's visit that it is joined to.
    joint: Visit | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """The list, and who was passed over and why, in the order in which it happened."""

    picks: tuple[Pick, ...]
    dropped: tuple[tuple[str, str], ...]

    @property
    def person_days(self) -> float:
        """Return the effort of all picks."""
        return sum(pick.person_days for pick in self.picks)


def must_be_picked(one: RiskInputs, day: int) -> tuple[Words, ...]:
    """Return why an agency must be picked; nothing where it need not be."""
    grounds = []
    if one.old_majors:
        count = one.old_majors
        vi, en = "điểm không phù hợp nặng mở quá 90 ngày", "major nonconformities open for more than 90 days"
        grounds.append(Words(f"{count} {vi}", f"{count} {en}"))
    contradicted = one.reliability.of - one.reliability.part
    if contradicted:
        vi, en = "thông tin tự báo cáo bị xác minh là không đúng", "claims found to be untrue"
        grounds.append(Words(f"{contradicted} {vi}", f"{contradicted} {en}"))
    if one.instructed:
        vi, en = "Lãnh đạo chỉ đạo", "Instructed by the leadership"
        grounds.append(Words(f"{vi}: {one.instructed}", f"{en}: {one.instructed}"))
    if years_since_on_site(one, day) > LONGEST_YEARS:
        vi, en = "năm chưa kiểm tra trực tiếp", "years without a check on site"
        grounds.append(Words(f"Quá {LONGEST_YEARS} {vi}", f"More than {LONGEST_YEARS} {en}"))
    return tuple(grounds)


@dataclass(slots=True)
class _Round:
    """The list while it is made."""

    parameters: Parameters
    places: int
    taken: dict[str, tuple[str, Visit | None]] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    per_territory: Counter[str] = field(default_factory=Counter)

    def take(self, ordered: Iterable[RiskInputs], ground: str, places: int) -> None:
        """Take so many of the agencies in their order, passing over those that cannot be."""
        for one in ordered:
            if places <= 0:
                return
            if one.agency_id in self.taken or one.agency_id in self.dropped:
                continue
            why = self._obstacle(one)
            if why:
                self.dropped[one.agency_id] = why
                continue
            self.taken[one.agency_id] = (ground, self._joint(one))
            self.per_territory[one.territory] += 1
            places -= 1

    def _obstacle(self, one: RiskInputs) -> str:
        if self.per_territory[one.territory] >= self.parameters.most_per_territory:
            return "territory_full"
        return "other_body_near" if self._just_visited(one) and self._joint(one) is None else ""

    def _just_visited(self, one: RiskInputs) -> bool:
        """Whether another body has been there so short a time before the first day that can be planned."""
        earliest = self.parameters.begins - self.parameters.other_body_days
        return any(visit.ends >= earliest and visit.begins < self.parameters.begins for visit in one.visits)

    def _joint(self, one: RiskInputs) -> Visit | None:
        """Return the first visit of another body within the days that can be planned."""
        coming = [visit for visit in one.visits if self.parameters.begins <= visit.begins <= self.parameters.ends]
        return min(coming, key=lambda visit: (visit.begins, visit.inspection), default=None)


def select(
    candidates: Sequence[RiskInputs], scores: Mapping[str, Score], parameters: Parameters, seed: str, day: int
) -> Selected:
    """Return the agencies to inspect, as many as places and person-days allow.

    Args:
        candidates: Agencies that may be picked, in any order.
        scores: Their risks by id.
        parameters: What is asked for.
        seed: Seed of the random part.
        day: The day that the inputs are of.
    """
    places = min(parameters.capacity, len(candidates), _affordable(parameters))
    while True:
        found = _selected(candidates, scores, parameters, seed, day, places)
        if parameters.capacity_days is None or found.person_days <= parameters.capacity_days:
            return found
        # Fewer places change who is taken, so the number is only guessed, never below what may still fit.
        guess = ceil(places * parameters.capacity_days / found.person_days) + 1
        places = min(places - 1, guess)


def _affordable(parameters: Parameters) -> int:
    """Return how many agencies the person-days are enough for, at the least effort each can take."""
    if parameters.capacity_days is None:
        return parameters.capacity
    cheapest = min(parameters.days_on_site, parameters.days_by_report)
    return parameters.capacity if cheapest <= 0 else int(parameters.capacity_days // cheapest)


def _selected(
    candidates: Sequence[RiskInputs],
    scores: Mapping[str, Score],
    parameters: Parameters,
    seed: str,
    day: int,
    places: int,
) -> Selected:
    grounds = {one.agency_id: must_be_picked(one, day) for one in candidates}
    by_risk = sorted(candidates, key=lambda one: (-scores[one.agency_id].score, one.agency_id))
    must = sorted((one for one in by_risk if grounds[one.agency_id]), key=lambda one: -len(grounds[one.agency_id]))
    made = _Round(parameters, places)
    made.take(must, "must_pick", places)
    left = places - len(made.taken)
    for one in must:
        if left == 0 and one.agency_id not in made.taken:
            made.dropped.setdefault(one.agency_id, "capacity_used")
    random = ceil(left * Fraction(str(parameters.random_share)))
    made.take(by_risk, "highest_risk", left - random)
    by_id = {one.agency_id: one for one in candidates}
    made.take((by_id[agency_id] for agency_id in drawn(seed, by_id)), "random", random)
    return Selected(_picks(made, by_id, scores, grounds), tuple(made.dropped.items()))


def _picks(
    made: _Round,
    by_id: Mapping[str, RiskInputs],
    scores: Mapping[str, Score],
    grounds: Mapping[str, tuple[Words, ...]],
) -> tuple[Pick, ...]:
    """Return the picks; on site are those who must be, joint visits, and more in order until the share is reached."""
    asked = made.parameters
    certain = [
        agency_id for agency_id, (ground, joint) in made.taken.items() if ground == "must_pick" or joint is not None
    ]
    wanted = ceil(len(made.taken) * Fraction(str(asked.onsite_share_min)))
    others = [agency_id for agency_id in made.taken if agency_id not in set(certain)]
    on_site = {*certain, *others[: max(0, wanted - len(certain))]}
    return tuple(
        Pick(
            agency_id,
            ground,
            grounds[agency_id] or weightiest(scores[agency_id]),
            scores[agency_id].score,
            "on_site" if agency_id in on_site else "by_report",
            asked.days_on_site if agency_id in on_site else asked.days_by_report,
            by_id[agency_id].territory,
            joint,
        )
        for agency_id, (ground, joint) in made.taken.items()
    )


def weightiest(found: Score) -> tuple[Words, ...]:
    """Return the three parts that weigh most, as far as they weigh anything."""
    weighty = sorted(found.parts, key=lambda part: -part.value * part.weight)[:3]
    return tuple(part.explained for part in weighty if part.value > 0)
