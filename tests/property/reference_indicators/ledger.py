"""What stood on a day, as known at an instant: the facts of every record, read from the beginning each time.

Written from the rules on time, corrections, verdicts and inheritance (two axes; verified = not contradicted, and confirmed
in the 24 months before the day); shares no code with the views.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shared.eventstore.records import RecordedEvent

EPOCH = date(1970, 1, 1)

#: Whose record an event of these aggregates is, where it is not the source's.
OWNER = {"inspection": "record_of", "recommendation": "record_of", "periodic_report": "agency_id"}
KINDS = {
    "nc": "nonconformity", "action": "action", "procedure": "procedure", "declaration": "declaration",
    "recommendation": "recommendation", "target": "target", "report_duty": "periodic_report",
}  # fmt: skip


def number(text: str | None) -> int | None:
    """Return a date as days since 1970."""
    return None if text is None else (date.fromisoformat(text) - EPOCH).days


def back(day: int, months: int) -> int:
    """Return the same day so many months before, or the last of that month."""
    start = EPOCH + timedelta(days=day)
    count = start.year * 12 + start.month - 1 - months
    for last in (start.day, 30, 29, 28):
        try:
            return (date(count // 12, count % 12 + 1, min(start.day, last)) - EPOCH).days
        except ValueError:
            continue
    raise AssertionError(day)


@dataclass
class Record:
    """One record as it stands."""

    aggregate: str
    owner: str
    subject: str
    #: Agency that it counts for.
    holder: str
    facts: list[RecordedEvent]


def _named(value: Any, source: str) -> tuple[str, str]:
    if isinstance(value, dict):
        return value["source"].replace("/agencies/", ""), value["id"]
    return source, value


def _corrected(event: RecordedEvent) -> str | None:
    named = event.cloud_event.get("corrects")
    return named["id"] if isinstance(named, dict) else named


def standing(events: list[RecordedEvent]) -> list[RecordedEvent]:
    """Return the events that were neither corrected nor taken back (within one record, or of one source)."""
    gone = {_corrected(event) for event in events}
    return [event for event in events if event.event_id not in gone and event.name != "retracted"]


def arrivals(events: list[RecordedEvent]) -> dict[str, int]:
    """Return the place of each event among those of its day: a correction stands where the corrected one stood."""
    places: dict[str, int] = {}
    for event in sorted(events, key=lambda one: one.position):
        places[event.event_id] = places.get(_corrected(event) or "", event.position)
    return places


def moved_opening(group: list[RecordedEvent]) -> RecordedEvent | None:
    """Return what stands for the event that opened the record, where that was corrected."""
    ordered = sorted(group, key=lambda event: event.position)
    opening = ordered[0]
    for event in ordered:
        opening = event if _corrected(event) == opening.event_id else opening
    return opening if opening is not ordered[0] and opening in standing(group) else None


class Ledger:
    """All records as of a day, as known at an instant, in a variant."""

    def __init__(self, events: list[RecordedEvent], day: int, known_at: int, variant: str) -> None:
        self.day, self.known_at, self.variant = day, known_at, variant
        self.known = [event for event in events if event.recorded_at <= known_at]
        self.verdicts, self.heirs = self._bearing()
        self.records: list[Record] = []
        groups: dict[tuple[str, str, str], list[RecordedEvent]] = defaultdict(list)
        for event in self.known:
            owner = event.data.get(OWNER.get(event.aggregate, ""), "") or event.source
            groups[event.aggregate, owner, event.subject].append(event)
        for (aggregate, owner, subject), group in groups.items():
            self._add(aggregate, owner, subject, group)

    def _bearing(self) -> tuple[list[tuple[int, RecordedEvent]], list[tuple[int, RecordedEvent]]]:
        """Return verdicts and inheritances that stand, each with its day, in order."""
        by_source = defaultdict(list)
        for event in self.known:
            if event.aggregate in ("inspection", "obligation"):
                by_source[event.source].append(event)
        found = [event for group in by_source.values() for event in standing(group)]
        verdicts = [
            (max(event.day, number(event.data.get("verified_on")) or event.day), event)
            for event in found
            if event.name == "claim_verified"
        ]
        heirs = [
            (max(event.day, number(event.data["effective"])), event)
            for event in found
            # A declaration does not carry over to its heir.
            if event.name == "inherited" and event.data["kind"] != "declaration"
        ]
        for listed in (verdicts, heirs):
            listed.sort(key=lambda one: (one[0], one[1].recorded_at, one[1].position))
        return verdicts, heirs

    def _add(self, aggregate: str, owner: str, subject: str, group: list[RecordedEvent]) -> None:
        holder = min(group, key=lambda event: event.position).agency_id
        facts = [event for event in standing(group) if event.day <= self.day]
        came = arrivals(group)
        facts.sort(key=lambda event: (event.day, came[event.event_id]))
        opening = moved_opening(group)
        if opening is not None:
            # What opened a record stays its beginning, also where a correction has moved it to a later day.
            facts = [] if opening.day > self.day else [opening, *(fact for fact in facts if fact is not opening)]
        for day, event in self.heirs:
            named = _named(event.data["id"], event.data.get("from") or event.source)
            if day <= self.day and (KINDS[event.data["kind"]], *named) == (aggregate, owner, subject):
                holder = event.data["to"]
        if self.variant == "verified":
            facts = self._verified(facts)
        if facts:
            self.records.append(Record(aggregate, owner, subject, holder, facts))

    def _verified(self, facts: list[RecordedEvent]) -> list[RecordedEvent]:
        """Return the facts that are not contradicted, if any confirmation still counts; else none."""
        confirmed: dict[str, int] = {}
        contradicted: set[str] = set()
        by_id = {(fact.source, fact.event_id): fact for fact in facts}
        for day, event in self.verdicts:
            fact = by_id.get(_named(event.data["event_id"], event.agency_id))
            if fact is None or day > self.day or fact.day > day:
                continue
            if event.data["verdict"] == "contradicted":
                contradicted.add(fact.event_id)
            elif event.data["verdict"] == "confirmed" and fact.name != "baselined":
                contradicted.discard(fact.event_id)
                confirmed[fact.event_id] = day
        left = [fact for fact in facts if fact.event_id not in contradicted]
        days = [day for name, day in confirmed.items() if name not in contradicted]
        days += [fact.day for fact in left if fact.provenance == "inspected"]
        return left if any(back(self.day, 24) <= day for day in days) else []

    def of(self, aggregate: str) -> list[Record]:
        """Return the records of an aggregate."""
        return [record for record in self.records if record.aggregate == aggregate]

    def reported(self) -> Ledger:
        """Return the same in the reported variant."""
        return self if self.variant == "reported" else Ledger(self.known, self.day, self.known_at, "reported")
