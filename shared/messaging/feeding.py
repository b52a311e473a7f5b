"""Feeds every consumer of a service, each set of tables of it by its own subscriptions; follows the rows of the sets.

Owns which subscriptions run. A set of tables that is begun gets its subscriptions within a second, behind those of the set
that serves; one that is given up is fed no more, then dropped. Comparisons that are asked for are made here, where both
sets are fed and one can be held for a moment.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from shared import clock
from shared.database.engine import Database
from shared.database.schema import drop_tables
from shared.messaging.comparing import Comparison, compare
from shared.messaging.consumer import Consumer, Following
from shared.messaging.generations import (
    BUILDING,
    CLOSE,
    COPY,
    DROPPING,
    SERVING,
    Fillable,
    Generation,
    Generational,
    behind,
    drop,
    generations,
    note_comparison,
    positions,
    serving,
    shape_of,
)
from shared.messaging.subscriptions import ConsumerSubscriptions

_log = logging.getLogger(__name__)

#: Makes the subscriptions of a consumer, behind others where they are given.
Make = Callable[[Consumer, ConsumerSubscriptions | None], ConsumerSubscriptions]
#: Starts a function in a thread of control of its own, under a name.
Spawn = Callable[[str, Callable[[], None]], Any]
#: Runs a Python command (`Fillable.fill_command`) until it ends or the event is set; returns whether all went well.
Fill = Callable[[Sequence[str], threading.Event], bool]

_LOOK_SECONDS = 1.0
#: How long the set that serves may be held until the other one is as far.
_HOLD_SECONDS = 3.0
#: Where that was not enough, it goes on for so long before it is held again.
_COMPARE_AGAIN_SECONDS = 20.0
_END_SECONDS = 30.0
#: After so many failures a set is filled by subscriptions.
_FILL_TIMES = 3


class Filling:
    """One run of what fills a set."""

    def __init__(self, failures: int) -> None:
        """Take how often it has failed so far."""
        self.failures = failures
        self.stop, self.ended = threading.Event(), threading.Event()

    def run(self, fill: Fill, command: Sequence[str]) -> None:
        """Run to the end."""
        try:
            if not fill(command, self.stop):
                self.failures += 1
        except Exception:  # noqa: BLE001 - counted: the set is filled by subscriptions in the end
            _log.exception("filling failed")
            self.failures += 1
        finally:
            self.ended.set()


class Feeding:
    """All subscriptions of one process."""

    def __init__(self, consumers: Sequence[Consumer], database: Database, make: Make, fill: Fill | None = None) -> None:
        """Take the consumers as the program has them; the subscriptions of those that serve are made, none is started.

        Args:
            consumers: leading ones before those that read behind them.
            database: where their tables are.
            make: makes the subscriptions of one.
            fill: runs what fills a set faster than subscriptions do; None: all are filled by subscriptions.
        """
        self._fill = fill
        self._fillings: dict[tuple[str, int], Filling] = {}
        self._compare_after: dict[str, float] = {}
        self._database = database
        self._make = make
        self._consumers = consumers
        #: Those that are fed, the serving ones first; replaced when it changes.
        self.subscriptions: list[ConsumerSubscriptions] = []
        self._spawn: Spawn | None = None
        self._ends: dict[int, tuple[threading.Event, list[threading.Event]]] = {}
        self._assemble()

    def __iter__(self) -> Iterator[ConsumerSubscriptions]:
        """Return those that are fed."""
        return iter(self.subscriptions)

    def start(self, spawn: Spawn) -> None:
        """Run what serves; `keep` runs what is beside it."""
        self._spawn = spawn
        for one in self.subscriptions:
            self._run(one)

    def wake(self) -> None:
        """Look at the own log at once; called after a commit."""
        for one in self.subscriptions:
            one.wake()

    def stop(self) -> None:
        """Tell all subscriptions to end."""
        for event, _threads in self._ends.values():
            event.set()
        for filling in self._fillings.values():
            filling.stop.set()
        self.wake()

    def keep(self, stop: threading.Event) -> None:
        """Follow the rows until told to stop; no error ends it."""
        while not stop.wait(_LOOK_SECONDS):
            try:
                self.look()
            except Exception:  # noqa: BLE001 - the database is away: the rows are looked at again
                _log.exception("looking after the sets of tables failed; it is tried again")

    def look(self) -> None:
        """Bring what runs in line with the rows, once."""
        for consumer in self._consumers:
            if isinstance(consumer, Generational):
                known = self._database.read(partial(generations, consumer=consumer))
                self._follow(consumer, known)

    def _follow(self, consumer: Generational, known: Sequence[Generation]) -> None:
        kept = {one.version for one in known if one.state != DROPPING}
        for given_up in (one for one in self._of(consumer) if one.consumer.version not in kept):
            self._give_up(given_up)
        for one in known:
            fed = next((fed for fed in self._of(consumer) if fed.consumer.version == one.version), None)
            if fed is None and one.state != DROPPING and not self._is_filled_first(consumer, known, one):
                fed = self._add(consumer.generation(one.version))
            if fed is not None:
                fed.applier.beside = one.state != SERVING
            if one.state == DROPPING:
                self._stop_filling(consumer.name, one.version)
                _log.warning("%s: dropping the tables of %d", consumer.name, one.version)
                self._database.write(partial(drop, consumer=consumer.generation(one.version)))
            elif one.compare_at is not None:
                self._compare(consumer, known, one)

    def _of(self, consumer: Consumer) -> list[ConsumerSubscriptions]:
        return [one for one in self.subscriptions if one.consumer.name == consumer.name]

    # -- filling ------------------------------------------------------------------------------------

    def _is_filled_first(self, consumer: Generational, known: Sequence[Generation], one: Generation) -> bool:
        """Return whether a set is being filled by a process of its own, which is started when there is none."""
        made = consumer.generation(one.version)
        served = next(each.version for each in known if each.state == SERVING)
        if self._fill is None or one.filled_from != COPY or one.state != BUILDING or not isinstance(made, Fillable):
            return False
        place = self._database.read(partial(positions, consumer=made, version=served))
        if self._database.read(partial(positions, consumer=made, version=one.version)) or not any(place.values()):
            return False
        filling = self._fillings.get((consumer.name, one.version))
        if filling is None or (filling.ended.is_set() and filling.failures < _FILL_TIMES):
            failures = filling.failures if filling else 0
            filling = self._fillings[consumer.name, one.version] = Filling(failures)
            command = made.fill_command(served)
            self._start(f"filling {one.version}", lambda: filling.run(self._filling(), command))
        if not filling.ended.is_set():
            return True
        # Given up: what it left has no keys and no indexes.
        self._database.write(lambda connection: drop_tables(connection, made.tables))
        return False

    def _filling(self) -> Fill:
        if self._fill is None:
            raise RuntimeError("nothing fills here")
        return self._fill

    def _stop_filling(self, name: str, version: int) -> None:
        filling = self._fillings.pop((name, version), None)
        if filling is not None:
            filling.stop.set()
            filling.ended.wait(_END_SECONDS)

    def _start(self, name: str, work: Callable[[], None]) -> None:
        if self._spawn is not None:
            self._spawn(name, work)

    # -- what runs ----------------------------------------------------------------------------------

    def _assemble(self) -> None:
        """Make the subscriptions of the sets that serve; the others follow with the next look."""
        self.subscriptions = []
        for consumer in self._consumers:
            if isinstance(consumer, Generational):
                shape = shape_of(consumer.version)
                version = self._database.read(partial(serving, consumer=consumer.name, version=shape))
                consumer = consumer if version == consumer.version else consumer.generation(version)  # noqa: PLW2901 - the one that serves
            leader = self._leader(consumer.reads_behind) if isinstance(consumer, Following) else None
            self.subscriptions.append(self._make(consumer, leader))

    def _leader(self, name: str) -> ConsumerSubscriptions:
        return next(one for one in self.subscriptions if one.consumer.name == name and one.leads)

    def _add(self, consumer: Generational) -> ConsumerSubscriptions:
        behind = consumer.reads_behind if isinstance(consumer, Following) else consumer.name
        made = self._make(consumer, self._leader(behind))
        self.subscriptions = [*self.subscriptions, made]
        _log.info("%s: filling the tables of %d", consumer.name, consumer.version)
        self._run(made)
        return made

    def _run(self, one: ConsumerSubscriptions) -> None:
        if self._spawn is None:
            return
        one.prepare()
        stop, ended = threading.Event(), []
        for name, run in one.runs().items():
            end = threading.Event()
            ended.append(end)
            self._spawn(f"{name} {one.consumer.version}", _telling(run, stop, end))
        self._ends[id(one)] = (stop, ended)

    def _end(self, one: ConsumerSubscriptions) -> None:
        stop, ended = self._ends.pop(id(one), (threading.Event(), []))
        stop.set()
        one.wake()
        for end in ended:
            end.wait(_END_SECONDS)

    def _give_up(self, gone: ConsumerSubscriptions) -> None:
        """Feed a set no more; where others follow it, all begin again behind the one that serves."""
        if not gone.leads:
            self._end(gone)
            self.subscriptions = [one for one in self.subscriptions if one is not gone]
            return
        for one in self.subscriptions:
            self._end(one)
        self._assemble()
        for one in self.subscriptions:
            self._run(one)

    # -- comparing ----------------------------------------------------------------------------------

    def _compare(self, consumer: Generational, known: Sequence[Generation], asked: Generation) -> None:
        """Compare a set with the one that serves, if both are at the same positions now or in a moment."""
        served = next(one for one in known if one.state == SERVING)
        fed = next((one for one in self._of(consumer) if one.consumer.version == served.version), None)
        ours, other = consumer.generation(served.version), consumer.generation(asked.version)
        if fed is None or self._spawn is None:
            return
        if self._missing(ours, other) > CLOSE or time.monotonic() < self._compare_after.get(consumer.name, 0.0):
            return
        if self._database.dialect == "postgresql":
            with fed.applier.holding() as release:
                self._wait_until_level(ours, other)
                found = self._database.read(lambda connection: compare(connection, ours, other, release))
        else:
            # The tables are read in a native thread, which must not touch the hub's locks; one file is written by one
            # process alone, so that both are level between two of its transactions.
            found = self._database.read(lambda connection: compare(connection, ours, other))
        if found is not None:
            self._note(consumer, asked.version, found)
        elif self._database.dialect == "postgresql":
            self._compare_after[consumer.name] = time.monotonic() + _COMPARE_AGAIN_SECONDS

    def _missing(self, ours: Generational, other: Generational) -> int:
        return self._database.read(lambda connection: behind(connection, ours, ours.version, other.version))

    def _wait_until_level(self, ours: Generational, other: Generational) -> None:
        until = time.monotonic() + _HOLD_SECONDS
        while self._missing(ours, other) and time.monotonic() < until:
            time.sleep(0.02)

    def _note(self, consumer: Generational, version: int, found: Comparison) -> None:
        report = found.as_json(clock.now())
        _log.info("%s: %d compared, equal: %s", consumer.name, version, found.equal)
        self._database.write(lambda connection: note_comparison(connection, consumer, version, report))


def _telling(run: Callable[[threading.Event], None], stop: threading.Event, end: threading.Event) -> Callable[[], None]:
    def work() -> None:
        try:
            run(stop)
        finally:
            end.set()

    return work
