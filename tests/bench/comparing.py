"""Rounds of both systems in turn, and the figures that come of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench.in_memory import InMemory
from tests.bench.load import Load, Pushed
from tests.bench.outcome import Flood, Freshness, middle
from tests.bench.oversight_side import OversightSide
from tests.bench.plain_side import CONNECTIONS, PlainSide


@dataclass(frozen=True, slots=True)
class Size:
    """How long the comparison is."""

    agencies: int = 3000
    rounds: int = 5
    events: int = 40_000
    plain_events: int = 1_500
    #: Of one round in memory.
    memory_events: int = 5_000
    fresh_rounds: int = 3
    #: Events a second and seconds of one round of freshness.
    rate: int = 200
    seconds: int = 12

    @property
    def whole_load(self) -> int:
        """Events that are taken from the stream in all, at most (some are left out of it)."""
        floods = (self.rounds + 1) * (self.events + self.plain_events)
        return int(1.1 * (floods + 2 * self.fresh_rounds * self.rate * self.seconds)) + 20_000


@dataclass(slots=True)
class Rounds:
    """What was measured."""

    ours: list[Flood] = field(default_factory=list)
    plain: list[Flood] = field(default_factory=list)
    #: Processor time of an event in memory alone, microseconds.
    in_memory: list[float] = field(default_factory=list)
    ours_fresh: list[Freshness] = field(default_factory=list)
    plain_fresh: list[Freshness] = field(default_factory=list)


def compare(
    ours: OversightSide, plain: PlainSide, loads: tuple[Load, Load, Load], size: Size, say: Callable[[str], None]
) -> dict[str, float]:
    """Return all figures of the comparison by name; the first round of each warms up and does not count.

    Each side, and what is done in memory alone, takes its events from a load of its own, since what follows builds on what
    came before.
    """
    load, plain_load, memory_load = loads
    rounds, memory = Rounds(), InMemory(memory_load)
    for number in range(size.rounds + 1):
        flood = ours.flood(load.batches(size.events))
        plain_flood = plain.flood([one.body for one in plain_load.singles(size.plain_events)])
        in_memory = memory.microseconds(size.memory_events)
        work = f"{sum(flood.cpu.values()):,.0f} and {sum(plain_flood.cpu.values()):,.0f} us of processor time an event"
        say(f"  round {number}: {flood.rate:,.0f} and {plain_flood.rate:,.0f} events/s, {work}")
        if number:
            rounds.ours.append(flood)
            rounds.plain.append(plain_flood)
            rounds.in_memory.append(in_memory)
    for number in range(size.fresh_rounds):
        fresh = ours.freshness(_paced(load, size))
        plain_fresh = plain.freshness(_paced(plain_load, size))
        say(f"  freshness {number}: p99 {fresh.p99:.1f} and {plain_fresh.p99:.1f} ms")
        rounds.ours_fresh.append(fresh)
        rounds.plain_fresh.append(plain_fresh)
    return figures(rounds)


def figures(rounds: Rounds) -> dict[str, float]:
    """Return medians and ratios by name; a ratio is the median of the rounds' own ratios, which ran side by side."""
    found = {
        "end_to_end_vs_plain_nameko": middle(
            [one.rate / other.rate for one, other in zip(rounds.ours, rounds.plain, strict=True)]
        ),
        "end_to_end_events_per_second": middle([one.rate for one in rounds.ours]),
        "plain_nameko_end_to_end_events_per_second": middle([one.rate for one in rounds.plain]),
        "accepted_events_per_second": middle([one.events / one.accepted_seconds for one in rounds.ours]),
        "end_to_end_and_settled_vs_plain_nameko": middle(
            [one.settled_rate / other.rate for one, other in zip(rounds.ours, rounds.plain, strict=True)]
        ),
        "settled_events_per_second": middle([one.settled_rate for one in rounds.ours]),
        "cpu_per_event_vs_plain_nameko": middle([sum(one.cpu.values()) for one in rounds.plain])
        / middle([sum(one.cpu.values()) for one in rounds.ours]),
    }
    for name in rounds.ours[0].cpu:
        found[f"cpu_microseconds_per_event_{name}"] = middle([one.cpu[name] for one in rounds.ours])
    found["cpu_microseconds_per_event_in_memory"] = middle(rounds.in_memory)
    found["end_to_end_ceiling_vs_plain_nameko"] = middle(
        [
            _ceiling(one, in_memory) / other.rate
            for one, in_memory, other in zip(rounds.ours, rounds.in_memory, rounds.plain, strict=True)
        ]
    )
    for percentile in ("p50", "p99"):
        mine = middle([getattr(one, percentile) for one in rounds.ours_fresh])
        theirs = middle([getattr(one, percentile) for one in rounds.plain_fresh])
        found[f"freshness_{percentile}_ms"] = mine
        found[f"plain_nameko_freshness_{percentile}_ms"] = theirs
        found[f"freshness_{percentile}_vs_plain_nameko"] = theirs / mine
    return found


def _ceiling(flood: Flood, in_memory: float) -> float:
    """Return the events a second if Python did in memory what it has to, and moving events from place to place were free.

    PostgreSQL and the broker take what they took in the flood, and no processor ever waits.
    """
    return 1e6 * len(os.sched_getaffinity(0)) / (in_memory + flood.cpu["postgresql"] + flood.cpu["broker"])


def _paced(load: Load, size: Size) -> list[list[tuple[float, Pushed]]]:
    """Return events due at a steady rate; those of one agency keep to one connection, and so their order."""
    queues: list[list[tuple[float, Pushed]]] = [[] for _ in range(CONNECTIONS)]
    agencies: dict[str, int] = {}
    for number, one in enumerate(load.singles(size.rate * size.seconds)):
        queue = agencies.setdefault(one.agency, len(agencies) % CONNECTIONS)
        queues[queue].append((number / size.rate, one))
    return queues
