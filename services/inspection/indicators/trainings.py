"""Training classes over time: feeds I25 (training coverage), ISO 9001:2015 7.2.

A class counts for the agencies whose people came, not for the one that reports it. Measure `trained` by the day of the
class (people, focal points among them, classes).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from services.inspection.indicators.days import day_in, iso
from services.inspection.indicators.timeline import Family, Happening, Step

TRAINED = "trained"


@dataclass(slots=True)
class TrainingState:
    """Who came to a class."""

    held_on: int = 0
    #: `[agency, people, focal points]`.
    attendees: list[tuple[str, int, int]] = field(default_factory=list)


def evolve(state: TrainingState, fact: Happening) -> None:
    """Take one fact; a class is held once."""
    if fact.name == "held" and not state.attendees:
        state.held_on = day_in(fact.data, "held_on", fact.day)
        state.attendees = [
            (str(one["agency_id"]), int(one["people"]), int(one.get("focal_points", 0)))
            for one in fact.data["attendees"]
        ]


def steps(state: TrainingState) -> list[Step]:
    """Return what the class contributes from which day on."""
    by_day = iso(state.held_on)
    return [
        Step(TRAINED, by_day, state.held_on, (people, focal_points, 1, 0), agency)
        for agency, people, focal_points in state.attendees
    ]


FAMILY: Family[TrainingState] = Family("training", TrainingState, evolve, steps)
