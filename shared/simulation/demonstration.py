"""The demonstration: the history from 2013 on, today's state with all its communes, and a simulated year up to today."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.simulation import agencies, geography, words
from shared.simulation.agencies import Agency
from shared.simulation.engine import Engine
from shared.simulation.events import Event, envelope, iso, moment
from shared.simulation.history import central, replay
from shared.simulation.scenarios import (
    actions,
    audits,
    brought_along,
    declarations,
    dossiers,
    inspection_programmes,
    inspections,
    legal_texts,
    nonconformities,
    objectives,
    periodic_reports,
    procedures,
    programmes,
    reorganisations,
    reviews,
    satisfaction,
    support,
    targets,
    tthc,
)
from shared.simulation.world import Entry, Life, Scenario, Text, World

#: What begins within the year, beside what every agency brings along.
_MIX: Sequence[tuple[float, Scenario]] = (
    (0.45, audits.life),
    (0.15, nonconformities.self_found),
    (0.15, actions.improvement),
    (0.15, procedures.life),
    (0.10, declarations.life),
    (0.005, programmes.life),
    (0.005, objectives.life),
    (0.005, support.training),
    (0.005, support.budget),
    (0.005, support.risk),
    (0.003, support.commendation),
    (0.005, support.good_practice),
    (0.005, support.dossier_steps),
    (0.005, satisfaction.feedback),
    (0.005, satisfaction.none_in_period),
    (0.005, legal_texts.proposal),
)
_BEGUN_PER_DAY = 6
#: Days before the end on which the law changes; the last two leave procedures behind.
_LAW_CHANGES = (310, 215, 120, 45, 25)
#: Public procedures that a province publishes for its communes.
_COMMUNE_ENTRIES = 3
#: Share of the procedures that somebody looks after within the year; the others just stay.
_LOOKED_AFTER = 0.35
#: Share of those others whose law may change none the less.
_FORGOTTEN = 0.12
#: Communes report dossiers since so many days before the end.
_RECENTLY = 80
#: Share of the departments whose reviews, objectives and surveys are told of; the small demonstration tells of fewer.
_REVIEWED, _REVIEWED_IN_SMALL = 0.3, 0.05
#: What bodies and committees do about departments within the year: share of the departments, days before the end on
#: which it begins, what.
_OVERSEEN: Sequence[tuple[float, int, Scenario]] = (
    (0.03, 300, reorganisations.boards),
    (0.04, 280, inspection_programmes.life),
    (0.06, 250, targets.unassessed),
    (0.08, 200, inspections.unplanned),
    (0.05, 90, inspections.unplanned),
    (0.30, 45, periodic_reports.life),
    (0.05, 120, support.good_practice),
    (0.03, 150, support.commendation),
)
#: Agencies less diligent than this report nothing.
_SILENT_BELOW = 0.35


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What is loaded; days as day numbers. The same days give the same events."""

    first: int
    last: int
    #: Only the communes that the history needs: for trying out and for tests.
    small: bool = False

    @property
    def mark(self) -> str:
        """Part of all ids, so that another year's demonstration would not meet this one's."""
        return f"td{iso(self.last).replace('-', '')}"

    def events(self) -> Iterator[Event]:
        """Give everything in the order in which it is pushed."""
        nation = self.nation()
        yield from replay.registrations()
        known = {old.agency.agency_id for old in replay.agencies()}
        for agency in nation:
            if agency.agency_id not in known:
                emission = agencies.registered(agency, geography.REFORM)
                yield envelope(emission, "", moment(geography.REFORM, 0))
        yield from replay.changes()
        yield from replay.facts()
        yield from self._year(nation)

    def nation(self) -> list[Agency]:
        """Return today's agencies."""
        found = [old.agency for old in central.agencies() if not old.successors] + list(agencies.state())
        if self.small:
            heirs = {heir for old in replay.agencies() for heir in old.successors}
            found = [agency for agency in found if agency.kind != "commune_pc" or agency.agency_id in heirs]
        agencies.set_diligence(found, random.Random(self.mark))  # noqa: S311 - the same state again, no secret
        return found

    def _year(self, nation: Sequence[Agency]) -> Iterator[Event]:
        world = World(random.Random(self.mark), nation, self.mark, self.first, self.last)  # noqa: S311
        engine = Engine(world, _MIX)
        for index in range(len(words.TEXTS)):
            engine.begin(self.first, legal_texts.registered(world, nation[0], index))
        for days in _LAW_CHANGES:
            engine.begin(self.last - days, legal_texts.change(world, nation[0]))
        for agency in nation:
            for day, life in self._brought_along(world, agency):
                engine.begin(day, life)
        for days, life in _overseen(world, nation):
            engine.begin(self.last - days, life)
        begun_per_day = 1 if self.small else _BEGUN_PER_DAY
        yield from engine.live(begun_per_day, lambda number: f"{self.mark}-{number}")

    def _brought_along(self, world: World, agency: Agency) -> Iterator[tuple[int, Life]]:
        """Give what an agency starts the year with: its declaration, public procedures, procedures, monthly figures."""
        since = world.between(geography.REFORM + 10, world.first)
        status = _status(world, agency)
        if status:
            yield world.first, declarations.joined(world, agency, status, since)
        # What a province publishes must be there before its communes look for it.
        yield world.first + (agency.kind != "provincial_pc"), _documents(world, agency, since)
        if agency.diligence < _SILENT_BELOW or not agency.has_tthc:
            return
        if agency.kind == "commune_pc" or self.small:
            yield world.last - _RECENTLY, dossiers.series(world, agency)
        elif agency.kind == "provincial_department":
            yield world.first, dossiers.series(world, agency)
        if agency.kind == "provincial_department" and world.chance(_REVIEWED_IN_SMALL if self.small else _REVIEWED):
            yield world.first, _looked_back_on(world, agency)
            for kept in (objectives.life, reviews.life, satisfaction.survey):
                yield world.first + world.between(0, 200), kept(world, agency)


def _overseen(world: World, nation: Sequence[Agency]) -> Iterator[tuple[int, Life]]:
    """Give what bodies and committees do about departments, with the days before the end on which it begins."""
    for agency in nation:
        if agency.kind == "provincial_department":
            for share, days, scenario in _OVERSEEN:
                if world.chance(share):
                    yield days, scenario(world, agency)


def _status(world: World, agency: Agency) -> str:
    """Return how far the agency is with its declaration; communes, who are only encouraged, are behind."""
    likely = agency.diligence * (0.75 if agency.kind == "commune_pc" else 1.05)
    chance = world.rng.random()
    if chance < likely:
        return "declared"
    return "applying" if chance < likely + 0.1 else "building" if chance < likely + 0.2 else ""


def _documents(world: World, agency: Agency, since: int) -> Life:
    """Bring along public procedures and the working procedures for them."""
    yield 0
    publishable = tthc.publishable(agency)[:_COMMUNE_ENTRIES]
    for published, field, level in publishable:
        yield tthc.published(world, agency, published, field, level, baseline=geography.REFORM)
    if agency.kind == "provincial_pc":
        return
    own = agency.entries or tuple(world.entries.get(str(agency.parent_id), ()))
    given: tuple[Entry | None, ...] = own if agency.kind == "commune_pc" else (*own, None)
    for entry in given:
        if world.chance(agency.diligence * 1.1):
            looked_after = world.chance(_LOOKED_AFTER)
            text = world.text() if looked_after or world.chance(_FORGOTTEN) else _lasting_text(world)
            emission, record = procedures.baseline(world, agency, entry, since, text)
            yield emission
            if looked_after:
                world.spawn(0, procedures.upkeep(world, agency, record))


def _looked_back_on(world: World, agency: Agency) -> Life:
    """Bring along who looks after the system and the last review."""
    day = yield 0
    for kind in ("focal_point", "management_review"):
        day = yield brought_along.record(world, agency, day, kind)


def _lasting_text(world: World) -> Text | None:
    return next((text for text in world.texts if text.key.startswith(legal_texts.LASTING)), None)
