"""Who stands above whom on a day, and who may speak for whom; pure look-ups in records that are at hand."""

from __future__ import annotations

from collections.abc import Mapping

from shared.registry.record import AgencyRecord

#: An agency has few agencies above it; a longer chain is a cycle.
_DEPTH = 12


def related(record: AgencyRecord) -> set[str]:
    """Return the agencies that stood directly above an agency on any day, and those that succeeded it."""
    above = {parent for _, parent in (*record.parents, *record.sector_parents) if parent}
    return above.union(record.successors)


def is_at_or_above(records: Mapping[str, AgencyRecord], above: str, agency_id: str, day: int) -> bool:
    """Tell whether an agency is the other one, or above it in the administration or its sector, on a day."""
    level = {agency_id}
    seen: set[str] = set()
    for _ in range(_DEPTH):
        if above in level:
            return True
        seen |= level
        level = {parent for each in level if each in records for parent in _parents(records[each], day)} - seen
        if not level:
            return False
    return False


def may_assert(records: Mapping[str, AgencyRecord], asserter: str, source: str, day: int) -> bool:
    """Tell whether an agency may push for a record: its own, one below it, or one it legally succeeds."""
    if is_at_or_above(records, asserter, source, day):
        return True
    record = records.get(source)
    return record is not None and any(
        is_at_or_above(records, asserter, successor, day) for successor in record.successors
    )


def _parents(record: AgencyRecord, day: int) -> set[str]:
    return {parent for parent in (record.parent_on(day), record.sector_parent_on(day)) if parent}
