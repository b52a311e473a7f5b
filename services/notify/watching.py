"""Which rules an event concerns: by its type first, so that what nobody watches is not even decoded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from services.notify.domain.evaluators import Evaluator, Seen, evaluator_of
from services.notify.domain.rule import Rule
from shared import clock
from shared.eventsourcing import Fact
from shared.eventstore.records import RecordedEvent

#: Marks an event that corrects or takes back another one; looked for in the bytes before they are decoded.
_CORRECTS = b'"corrects"'


class Touch(NamedTuple):
    """A rule that an event may concern."""

    rule: Rule
    evaluator: Evaluator


class Watchers:
    """The rules of one policy, found by the type of an event."""

    def __init__(self, rules: Iterable[Rule], sources: Iterable[str]) -> None:
        """Take the rules that read any of the services whose events come."""
        wanted = frozenset(sources)
        touches = [Touch(rule, evaluator_of(rule)) for rule in rules]
        self.touches = [touch for touch in touches if touch.evaluator.sources & wanted]
        self._everywhere = [touch for touch in self.touches if touch.evaluator.aggregates is None]
        self._reads = frozenset().union(*(touch.evaluator.reads for touch in self.touches))
        by_aggregate: dict[str, list[Touch]] = defaultdict(list)
        for touch in self.touches:
            for aggregate in touch.evaluator.aggregates or ():
                by_aggregate[aggregate].append(touch)
        self._by_aggregate: Mapping[str, list[Touch]] = dict(by_aggregate)

    def is_watched(self, event: RecordedEvent) -> bool:
        """Return whether more than the mere sign of life matters: its record is watched, or it corrects another event."""
        return event.aggregate in self._by_aggregate or _CORRECTS in event.body

    def of(self, event: RecordedEvent) -> Iterator[Touch]:
        """Return the rules that may be concerned."""
        for touch in (*self._by_aggregate.get(event.aggregate, ()), *self._everywhere):
            if event.service in touch.evaluator.sources:
                yield touch

    def seen(self, event: RecordedEvent) -> Seen:
        """Return a recorded event as the evaluators see it."""
        fact = Fact(
            type=event.type,
            aggregate=event.aggregate,
            name=event.name,
            source=event.source,
            agency_id=event.agency_id,
            subject=event.subject,
            event_id=event.event_id,
            occurred_at=event.occurred_at,
            day=event.day,
            provenance=event.provenance,
            asserter=event.asserter,
            corrects=_corrected(event),
            # Most events only show that an agency is alive; their bodies are not even decoded.
            data=event.data if event.type in self._reads else {},
        )
        return Seen(fact, event.service, clock.vietnam_day(event.recorded_at))


def _corrected(event: RecordedEvent) -> Mapping[str, str] | None:
    if _CORRECTS not in event.body:
        return None
    named = event.cloud_event.get("corrects")
    if isinstance(named, str):
        return {"source": event.source, "id": named.rpartition("#")[2]}
    if isinstance(named, Mapping):
        return {"source": str(named["source"]).removeprefix("/agencies/"), "id": str(named["id"])}
    return None
