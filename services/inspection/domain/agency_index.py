"""What the registry knows across agencies: who stands under whom, which code is whose, who is left of a level.

Owns the names of the index streams and the form of their entries. Periods are `[first day, day after the last or
None]`, as day numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

from shared import clock
from shared.eventsourcing.facts import Reference
from shared.eventsourcing.indexes import Entries, entries_of, index
from shared.registry.record import AgencyRecord

#: An agency's administrative children: their periods under it.
CHILDREN = index("agency_children")
#: Holders of an official code: their periods.
CODES = index("agency_code")
#: Agencies that another took over from: the first day without them.
PREDECESSORS = index("agency_predecessors")
#: Agencies of a level whose end is not known: `[first day, parent]`.
LEVEL = index("agency_level")

#: Parts into which a level's index is divided, so that one registration does not rewrite thousands of entries.
_PARTS = 16

Related = Mapping[Reference, Any]
Period = Sequence[Any]


def children_of(agency_id: str) -> Reference:
    """Return the index of an agency's children."""
    return Reference(CHILDREN.name, agency_id)


def predecessors_of(agency_id: str) -> Reference:
    """Return the index of the agencies that one took over from."""
    return Reference(PREDECESSORS.name, agency_id)


def holders_of(scheme: str, code: str) -> Reference:
    """Return the index of the agencies that hold an official code."""
    return Reference(CODES.name, f"{scheme}:{code}")


def part_of_level(level: str, agency_id: str) -> Reference:
    """Return the part of a level's index that an agency belongs to."""
    return Reference(LEVEL.name, f"{level}/{crc32(agency_id.encode()) % _PARTS}")


def whole_level(level: str) -> list[Reference]:
    """Return all parts of a level's index."""
    return [Reference(LEVEL.name, f"{level}/{part}") for part in range(_PARTS)]


def entries(record: AgencyRecord) -> Entries:
    """Return what an agency's record puts into the indexes."""
    agency_id = record.agency_id
    said: dict[Reference, tuple[str, Any]] = {}
    for parent, periods in _under(record).items():
        said[children_of(parent)] = (agency_id, periods)
    for (scheme, code), periods in _held(record).items():
        said[holders_of(scheme, code)] = (agency_id, periods)
    if record.ended_on is not None:
        said |= {predecessors_of(successor): (agency_id, record.ended_on) for successor in record.successors}
    else:
        said[part_of_level(record.level, agency_id)] = (agency_id, [record.valid_from, record.parents[-1][1]])
    return said


def _bounded(first: int, after: int | None, record: AgencyRecord) -> list[Any] | None:
    """Return a period within the agency's life; None where nothing is left of it."""
    ends = [day for day in (after, record.ended_on) if day is not None]
    last = min(ends, default=None)
    return [first, last] if last is None or first < last else None


def _under(record: AgencyRecord) -> dict[str, list[Period]]:
    result: dict[str, list[Period]] = {}
    following = [first for first, _parent in record.parents[1:]]
    for (first, parent), after in zip(record.parents, [*following, None], strict=True):
        period = _bounded(first, after, record) if parent else None
        if period is not None:
            result.setdefault(parent, []).append(period)
    return result


def _held(record: AgencyRecord) -> dict[tuple[str, str], list[Period]]:
    result: dict[tuple[str, str], list[Period]] = {}
    for code in record.codes:
        after = clock.day_of(code["valid_to"]) + 1 if code.get("valid_to") else None
        period = _bounded(clock.day_of(code["valid_from"]), after, record)
        if period is not None:
            result.setdefault((code["scheme"], code["code"]), []).append(period)
    return result


def _overlap(first: int, after: int | None, period: Period) -> bool:
    return (period[1] is None or first < period[1]) and (after is None or period[0] < after)


def live_children(related: Related, agency_id: str, day: int, without: Iterable[str] = ()) -> list[str]:
    """Return the agencies that stand under another on a day or come to do so later."""
    left_out = set(without)
    children = entries_of(related, children_of(agency_id))
    return sorted(
        child
        for child, periods in children.items()
        if child not in left_out and any(_overlap(day, None, period) for period in periods)
    )


def later_predecessors(related: Related, agency_id: str, day: int) -> list[str]:
    """Return the agencies that one takes over from on a day or later."""
    ended = entries_of(related, predecessors_of(agency_id))
    return sorted(predecessor for predecessor, ended_on in ended.items() if ended_on >= day)


def other_holders(related: Related, agency_id: str, code: tuple[str, str], first: int, after: int | None) -> list[str]:
    """Return the other agencies that hold a code at some time of a period."""
    holders = entries_of(related, holders_of(*code))
    return sorted(
        holder
        for holder, periods in holders.items()
        if holder != agency_id and any(_overlap(first, after, period) for period in periods)
    )


def left_of_level(related: Related, level: str, territory: str | None) -> list[str]:
    """Return the agencies of a level that have no planned end; with a territory only those below that agency.

    An agency stands below another also through agencies of its own level (the divisions of a district).
    """
    known: dict[str, Any] = {}
    for part in whole_level(level):
        known |= entries_of(related, part)
    return sorted(agency for agency in known if territory is None or _below(known, agency, territory))


def _below(known: Mapping[str, Any], agency_id: str, territory: str) -> bool:
    at = agency_id
    for _ in range(len(known)):
        if at not in known:
            return False
        at = known[at][1]
        if at == territory:
            return True
    return False
