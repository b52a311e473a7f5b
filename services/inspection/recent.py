"""Answers of a moment ago, where working them out takes long: as known then, and said so.

While events come in all the time no answer stays the latest. In a small country each question is worked out anew
(`remembered.py`); where there is much and that takes a tenth of a second or more, the answer of a few seconds ago is given
again, with the `known_at` it was worked out for, and a loop works out anew what is being asked for: it is at most ten seconds
old while the loop keeps up, and twenty while it has its hands full. Only for questions about what is known now.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from shared.turns import Behind, behind

if TYPE_CHECKING:
    from shared.database.engine import Database

_log = logging.getLogger(__name__)

T = TypeVar("T")

#: An answer that took so long (seconds) is given again for so many times as long, never shorter and never longer than this.
SLOW, TIMES, SHORTEST, LONGEST = 0.1, 10.0, 5.0, 10.0
#: One that is kept stays so until it takes less than this: else what takes about a tenth of a second comes and goes.
_STILL_SLOW = SLOW / 2
#: While it is being worked out anew, and while the loop has its hands full, everybody gets it for so long.
_MEANWHILE = 20.0
#: What nobody has asked for in so many seconds is not worked out anew by the loop.
_WANTED = 30.0
_KEPT = 32
_LOOK_SECONDS, _REST = 0.5, 0.05


@dataclass(slots=True)
class _Recent:
    found: Any
    worked_out_at: float
    seconds: float
    asked_at: float
    again: Callable[[Connection], Any]
    busy: bool = False

    def age(self) -> float:
        return time.monotonic() - self.worked_out_at

    def lasts(self) -> float:
        return min(LONGEST, max(SHORTEST, TIMES * self.seconds))

    def is_fresh(self) -> bool:
        return self.age() <= self.lasts()

    def is_due(self) -> bool:
        """Return whether it is time to work it out anew, before somebody has to wait for it."""
        return not self.busy and self.age() > self.lasts() / 2


_known: WeakKeyDictionary[Engine, dict[Hashable, _Recent]] = WeakKeyDictionary()
#: When the loop began or ended to work something out.
_renewed_at: WeakKeyDictionary[Engine, float] = WeakKeyDictionary()


def recent(connection: Connection, key: Hashable, work: Callable[[Connection], T]) -> T:
    """Return an answer that is at most a moment old, worked out by `work` where there is none."""
    kept = _known.setdefault(connection.engine, {})
    one = kept.get(key)
    if one is None:
        return _worked_out(connection, kept, key, work)
    one.asked_at = time.monotonic()
    if one.is_fresh() or (one.age() <= _MEANWHILE and (one.busy or _is_renewing(connection.engine))):
        found: T = one.found
        return found
    anew: T = _again(connection, kept, key, one)
    return anew


def _is_renewing(engine: Engine) -> bool:
    """Return whether the loop works, so that an answer that is due will be there soon."""
    began = _renewed_at.get(engine)
    return began is not None and time.monotonic() - began <= _MEANWHILE


def _again(
    connection: Connection, kept: dict[Hashable, _Recent], key: Hashable, one: _Recent, place: Behind | None = None
) -> Any:
    one.busy = True
    try:
        return _worked_out(connection, kept, key, one.again, one, place)
    finally:
        one.busy = False


def _worked_out(
    connection: Connection,
    kept: dict[Hashable, _Recent],
    key: Hashable,
    work: Callable[[Connection], T],
    before: _Recent | None = None,
    place: Behind | None = None,
) -> T:
    began = time.monotonic()
    found = work(connection)
    now = time.monotonic()
    seconds = now - began - (place.rested if place else 0.0)
    kept.pop(key, None)
    if seconds >= (SLOW if before is None else _STILL_SLOW):
        while len(kept) >= _KEPT:
            kept.pop(next(iter(kept)), None)
        # From when it is there: over a slow database it would be too old already.
        kept[key] = _Recent(found, now, seconds, began if before is None else before.asked_at, work)
    return found


class Refreshing:
    """The loop that works out anew what is being asked for."""

    def __init__(self, database: Database) -> None:
        """Take the database that is asked."""
        self._database = database

    def run(self, stop: threading.Event) -> None:
        """Look twice a second until told to stop; it rests as long as it works, which leaves the requests their turn."""
        pause = _LOOK_SECONDS
        while not stop.wait(pause):
            pause = _LOOK_SECONDS
            due = self._due()
            if due:
                # The oldest first: whoever asks for one that is too old has to wait for it.
                began = time.monotonic()
                key = max(due, key=lambda key: due[key].age())
                rested = self._renew(key, due[key])
                pause = max(time.monotonic() - began - rested, _REST)

    def _renew(self, key: Hashable, one: _Recent) -> float:
        """Work one out anew, and return for how many seconds it rested meanwhile."""
        try:
            return self._database.read(partial(_refresh, key=key, one=one))
        except Exception:  # noqa: BLE001 - whoever asks next works it out
            _log.exception("an answer could not be worked out anew")
            return 0.0

    def _due(self) -> Mapping[Hashable, _Recent]:
        now = time.monotonic()
        return {
            key: one
            for kept in list(_known.values())
            for key, one in list(kept.items())
            if now - one.asked_at <= _WANTED and one.is_due()
        }


def _refresh(connection: Connection, key: Hashable, one: _Recent) -> float:
    kept = _known.get(connection.engine, {})
    _renewed_at[connection.engine] = time.monotonic()
    # Here, where the work is done: on SQLite that is a thread of its own.
    with behind() as place:
        if kept.get(key) is one:
            _again(connection, kept, key, one, place)
    _renewed_at[connection.engine] = time.monotonic()
    return place.rested
