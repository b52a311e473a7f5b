"""Runs scenarios side by side in order of time, so many events a day, and begins new ones where there is room.

Memory grows with the scenarios under way, not with the events; when too many are under way only one-event ones begin.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from shared.simulation.events import OFFICE_SECONDS, Event, envelope, moment
from shared.simulation.scenarios import (
    actions,
    audits,
    brought_along,
    declarations,
    dossiers,
    inspection_programmes,
    inspections,
    legal_texts,
    mistakes,
    nonconformities,
    objectives,
    periodic_reports,
    procedures,
    programmes,
    registry,
    reorganisations,
    reviews,
    satisfaction,
    support,
    targets,
    territories,
    tthc,
    units,
)
from shared.simulation.world import Life, Scenario, World

#: What begins, and how often: about the proportions of an office that keeps its system and reports monthly.
MIX: Sequence[tuple[float, Scenario]] = (
    (0.300, procedures.life),
    (0.120, procedures.baselined),
    (0.120, audits.life),
    (0.200, dossiers.series),
    (0.090, declarations.life),
    (0.060, tthc.life),
    (0.050, nonconformities.self_found),
    (0.040, actions.improvement),
    (0.015, registry.life),
    (0.003, legal_texts.change),
    (0.002, legal_texts.proposal),
    (0.010, programmes.life),
    (0.012, objectives.life),
    (0.010, reviews.life),
    (0.010, satisfaction.survey),
    (0.012, satisfaction.feedback),
    (0.010, satisfaction.none_in_period),
    (0.008, support.focal_point),
    (0.005, support.training),
    (0.006, support.budget),
    (0.002, support.commendation),
    (0.003, support.good_practice),
    (0.006, support.risk),
    (0.004, support.dossier_steps),
    (0.008, brought_along.life),
    (0.006, audits.combined),
    (0.006, nonconformities.recurring),
    (0.003, declarations.legacy),
    (0.010, tthc.opting_out),
    (0.001, legal_texts.suspension),
    (0.014, mistakes.retracted),
    (0.002, mistakes.corrected),
    (0.001, mistakes.board_taken_back),
    (0.004, mistakes.broken_off),
    (0.002, units.project_board),
    (0.002, reorganisations.boards),
    (0.002, reorganisations.divided),
    (0.002, registry.level_abolished),
    (0.002, territories.life),
    (0.004, inspection_programmes.life),
    (0.006, inspections.unplanned),
    (0.002, inspections.brought_along),
    (0.006, periodic_reports.life),
    (0.001, periodic_reports.brought_along),
    (0.005, targets.life),
)

#: Scenarios under way at most; each takes about 2 kB.
MOST_LIVES = 60_000

#: Seconds between two events of a day whose number is not known beforehand.
_PAUSE = 3

#: Scenarios tried in a row that had nothing to say before a one-event one is begun.
_TRIES = 8


class Engine:
    """Scenarios under way and those to come."""

    def __init__(self, world: World, mix: Sequence[tuple[float, Scenario]] = MIX, most: int = MOST_LIVES) -> None:
        """Take the world and what begins in it."""
        self._world = world
        self._scenarios = [scenario for _, scenario in mix]
        self._weights = list(accumulate(weight for weight, _ in mix))
        self._most = most
        self._due: list[tuple[int, int, Life]] = []
        self._sequence = 0

    def begin(self, day: int, life: Life, *, primed: bool = False) -> None:
        """Let a scenario go on from a day."""
        if not primed:
            next(life)
        self._sequence += 1
        heapq.heappush(self._due, (day, self._sequence, life))

    def run(self, count: int, name: Callable[[int], str]) -> Iterator[Event]:
        """Give exactly so many events, spread evenly over the world's days, in order of time.

        Args:
            count: Number of events.
            name: Makes the id of an event of its running number.
        """
        days = self._world.last - self._world.first + 1
        made = 0
        for index in range(days):
            quota = count * (index + 1) // days - count * index // days
            for number in range(quota):
                yield self._next(self._world.first + index, OFFICE_SECONDS * number // quota, name(made))
                made += 1

    def live(self, begun_per_day: int, name: Callable[[int], str]) -> Iterator[Event]:
        """Give all that happens on the world's days, however much it is on each, in order of time.

        Args:
            begun_per_day: Scenarios that begin on each day, beside those that were told to.
            name: Makes the id of an event of its running number.
        """
        made = 0
        for day in range(self._world.first, self._world.last + 1):
            for _ in range(begun_per_day):
                self._start(day, 0)
            second = 0
            while self._due and self._due[0][0] <= day:
                event = self._resumed(day, second, name(made))
                if event is not None:
                    made += 1
                    second += _PAUSE
                    yield event

    def _next(self, day: int, second: int, event_id: str) -> Event:
        tries = 0
        while True:
            if not self._due or self._due[0][0] > day:
                self._start(day, tries)
                tries += 1
            event = self._resumed(day, second, event_id)
            if event is not None:
                return event

    def _resumed(self, day: int, second: int, event_id: str) -> Event | None:
        """Let the scenario that is due first go on; return its event, if it has one."""
        _, _, life = heapq.heappop(self._due)
        try:
            step = life.send(day)
        except StopIteration:
            return None
        finally:
            self._adopt(day)
        if isinstance(step, int):
            self.begin(day + step, life, primed=True)
            return None
        self.begin(day + step.wait, life, primed=True)
        return envelope(step, event_id, moment(day, second))

    def _adopt(self, day: int) -> None:
        if self._world.spawned:
            for wait, life in self._world.spawned:
                self.begin(day + wait, life, primed=True)
            self._world.spawned.clear()

    def _start(self, day: int, tries: int) -> None:
        world = self._world
        agency = world.pick(world.agencies)
        scenario: Scenario = dossiers.single
        if tries < _TRIES and len(self._due) < self._most:
            [scenario] = world.rng.choices(self._scenarios, cum_weights=self._weights)
        self.begin(day, scenario(world, agency))
