"""The load: one simulated national stream, valid by the services' own rules, cut into what each round pushes.

Every event is pushed with the key of the province that its agency belongs to, as a province's integration platform does.
Order is kept within a province, so that nothing arrives before what it builds on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import orjson

from shared import clock
from shared.contracts import catalogue
from shared.simulation.stream import Order, simulate

BATCH = 500
_PREFIX = len("/agencies/")
#: What agencies report all year long; the registry's own events go before the measurement.
_OWNERS = ("documents", "audit")
#: Left out: a national text may be registered by one province and replaced by another, which are pushed side by side.
_LEFT_OUT = ("qms.legal_text.",)


@dataclass(frozen=True, slots=True)
class Pushed:
    """One event as bytes, with the province whose key it is pushed with and the agency it is of."""

    province: str
    agency: str
    body: bytes


@dataclass(slots=True)
class Load:
    """The registrations, and the stream of what follows, taken piece by piece."""

    registrations: list[bytes]
    provinces: list[str]
    _stream: Iterator[Pushed]
    #: What a province has that does not fill a batch yet.
    _left: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))

    def batches(self, events: int) -> list[tuple[str, list[bytes]]]:
        """Take about `events` events: full batches of one province each, in order."""
        made: list[tuple[str, list[bytes]]] = []
        while len(made) * BATCH < events:
            one = next(self._stream)
            waiting = self._left[one.province]
            waiting.append(one.body)
            if len(waiting) == BATCH:
                made.append((one.province, self._left.pop(one.province)))
        return made

    def singles(self, events: int) -> list[Pushed]:
        """Take `events` single events; what waits for a batch goes first, so that no order is broken."""
        taken: list[Pushed] = []
        for province in sorted(self._left):
            waiting = self._left[province]
            now = waiting[: events - len(taken)]
            self._left[province] = waiting[len(now) :]
            taken += [Pushed(province, _agency(body), body) for body in now]
        return [*taken, *islice(self._stream, events - len(taken))]


def national(agencies: int, events: int, *, seed: int = 2026, days: int = 364) -> Load:
    """Return the load of a year of so many agencies; `events` is what will be taken in all, at most."""
    today = clock.vietnam_day(clock.now())
    stream = iter(simulate(Order(agencies, events, seed, today - days, today)))
    registered = list(islice(stream, agencies))
    parents = {event["subject"]: event["data"].get("parent_id") for event in registered}
    known = catalogue.load()
    roots = {agency: _root(parents, agency) for agency in parents}
    follow = (
        Pushed(roots[event["source"][_PREFIX:]], event["source"][_PREFIX:], orjson.dumps(event))
        for event in stream
        if known[event["type"]].owner in _OWNERS
        and not event["type"].startswith(_LEFT_OUT)
        # Those that the year brings forth are not registered here.
        and event["source"][_PREFIX:] in roots
    )
    return Load([orjson.dumps(event) for event in registered], sorted(set(roots.values())), follow)


def _agency(body: bytes) -> str:
    return str(orjson.loads(body)["source"][_PREFIX:])


def _root(parents: dict[str, str | None], agency: str) -> str:
    while above := parents.get(agency):
        agency = above
    return agency
