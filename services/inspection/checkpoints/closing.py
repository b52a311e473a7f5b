"""The sums of one measure while months are closed one after the other. Pure; where they come from and go to is in `making.py`.

At the end of a month there are three kinds of blocks:

* `base`: what had taken effect by the month's last day, as known then, part by part;
* `future`: what was known by then and takes effect on a later day (overdue from the day after the due date on), by day;
* `late`: what became known in the month and took effect in an earlier one, by day.

Of what is counted in the inbox (`inbox.py`) there is a fourth, `known`: all that became known in the month, by day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from services.inspection.checkpoints.blocks import Entry, pack_entries, pack_totals
from services.inspection.checkpoints.months import first_day, last_day
from services.inspection.checkpoints.shapes import Shape
from services.inspection.indicators.timeline import Amounts
from shared.turns import in_turns

K = TypeVar("K")
T = TypeVar("T")

BASE, FUTURE, LATE, KNOWN = "base", "future", "late", "known"
#: Kind of the rows that say that a month is closed.
CLOSED = "closed"

#: Sums by agency and dimension, and by agency, dimension and day.
Sums = dict[tuple[str, str], Amounts]
Dated = dict[tuple[str, str, int], Amounts]


def plus(one: Amounts, other: Amounts) -> Amounts:
    """Return the sums."""
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]


def latest(one: Amounts, other: Amounts) -> Amounts:
    """Return what is later, where the first amount is a day."""
    return max(one, other)


def join_to(sums: dict[K, Amounts], key: K, amounts: Amounts, join: Callable[[Amounts, Amounts], Amounts]) -> None:
    """Join amounts to what is there; what cancels out is removed."""
    old = sums.get(key)
    if old is not None:
        amounts = join(old, amounts)
    # Most amounts have something in the first place.
    if amounts[0] or any(amounts):
        sums[key] = amounts
    elif old is not None:
        del sums[key]


def batched(entries: Iterable[T]) -> Iterator[list[T]]:
    """Return entries some at a time: looking at the clock for each takes as long as adding it."""
    left = iter(entries)
    while some := list(islice(left, _SOME)):
        yield some


_SOME = 1_000


@dataclass(frozen=True, slots=True)
class Block:
    """Sums as they are stored."""

    kind: str
    part: str
    totals: bytes
    entries: bytes


@dataclass(slots=True)
class Running:
    """Where the sums of a measure stand at the end of the last month that is closed."""

    shape: Shape
    #: Reads the base of a part as it was last written.
    load: Callable[[str], Iterable[Entry]]
    future: Dated = field(default_factory=dict)
    #: How two amounts of one key become one.
    join: Callable[[Amounts, Amounts], Amounts] = plus
    _parts: dict[str, Sums] = field(default_factory=dict)

    def close(self, month: int, entries: Iterable[Entry]) -> list[Block]:
        """Close the next month, and return its blocks.

        Args:
            month: the month.
            entries: what became known in it; the day is None where it lies in the month.
        """
        first, last = first_day(month), last_day(month)
        late: list[Entry] = []
        due = [key for key in self.future if key[2] <= last]
        changes: list[Entry] = [(key[0], key[1], None, self.future.pop(key)) for key in due]
        for some in in_turns(batched(entries)):
            for entry in some:
                day = entry[2]
                if day is not None and day > last:
                    join_to(self.future, (entry[0], entry[1], day), entry[3], self.join)
                    continue
                if day is not None and day < first:
                    late.append(entry)
                changes.append(entry)
        blocks = list(self._based(changes))
        if late:
            blocks.append(Block(LATE, "", b"", pack_entries(late)))
        if self.future:
            ahead = ((*key, amounts) for key, amounts in self.future.items())
            blocks.append(Block(FUTURE, "", b"", pack_entries(ahead)))
        return blocks

    def _based(self, changes: Iterable[Entry]) -> Iterator[Block]:
        changed: dict[str, Sums] = {}
        part_of, join = self.shape.part, self.join
        for some in in_turns(batched(changes)):
            for agency_id, dimension, _day, amounts in some:
                part = part_of(dimension)
                sums = changed.get(part)
                if sums is None:
                    sums = changed[part] = self._known(part)
                join_to(sums, (agency_id, dimension), amounts, join)
        for part in sorted(changed):
            yield self._block(part)

    def _known(self, part: str) -> Sums:
        """Return the sums of a part so far."""
        if part not in self._parts:
            self._parts[part] = {(one[0], one[1]): one[3] for one in self.load(part)}
        return self._parts[part]

    def _block(self, part: str) -> Block:
        sums = self._parts[part]
        totals = b""
        if self.shape.totals:
            by_agency: dict[str, Amounts] = {}
            for (agency_id, _dimension), amounts in sums.items():
                join_to(by_agency, agency_id, amounts, self.join)
            totals = pack_totals(by_agency)
        # What is kept by agency alone is read again from there.
        entries = ((*key, None, amounts) for key, amounts in sums.items())
        return Block(BASE, part, totals, pack_entries(entries) if self.shape.entries else b"")
