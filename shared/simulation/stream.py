"""The simulated national stream: registrations first, then exactly so many events, the same for the same arguments."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from shared.simulation import agencies, geography, words
from shared.simulation.engine import Engine
from shared.simulation.events import Event, envelope, moment
from shared.simulation.scenarios import legal_texts
from shared.simulation.world import World


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for; days as day numbers."""

    agencies: int
    events: int
    seed: int
    first: int
    last: int

    @property
    def mark(self) -> str:
        """Short text that differs between streams, part of all ids."""
        told = f"{self.agencies}|{self.events}|{self.seed}|{self.first}|{self.last}"
        return sha256(told.encode()).hexdigest()[:8]


def simulate(order: Order) -> Iterator[Event]:
    """Give the registrations of all agencies, then the events, lazily and in order of time."""
    rng = random.Random(order.mark)  # noqa: S311 - the same stream again, no secret
    nation = agencies.nation(order.agencies, rng)
    valid_from = min(geography.REFORM, order.first)
    for agency in nation:
        emission = agencies.registered(agency, valid_from)
        yield envelope(emission, "", moment(valid_from, 0))
    world = World(rng, nation, order.mark, order.first, order.last)
    engine = Engine(world)
    for index in range(len(words.TEXTS)):
        engine.begin(order.first, legal_texts.registered(world, nation[0], index))
    yield from engine.run(order.events, lambda number: f"mp-{order.mark}-{number}")
