"""Which rules an event concerns: by its type first, so that what nobody watches is not even decoded."""

from __future__ import annotations

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
        #: Of each type, the rules that watch its records; filled as types come.
        self._by_type: dict[str, tuple[Touch, ...]] = {}

    def is_watched(self, event: RecordedEvent) -> bool:
        """Return whether more than the mere sign of life matters: its record is watched, or it corrects another event."""
        return bool(self._watching(event)) or _CORRECTS in event.body

    def of(self, event: RecordedEvent) -> Iterator[Touch]:
        """Return the rules that may be concerned."""
        for touch in (*self._watching(event), *self._everywhere):
            if event.service in touch.evaluator.sources:
                yield touch

    def _watching(self, event: RecordedEvent) -> tuple[Touch, ...]:
        found = self._by_type.get(event.type)
        if found is None:
            aggregate, name = event.aggregate, event.type.removeprefix("qms.")
            found = self._by_type[event.type] = tuple(
                touch for touch in self.touches if _watches(touch.evaluator, aggregate, name)
            )
        return found

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


def _watches(evaluator: Evaluator, aggregate: str, name: str) -> bool:
    if evaluator.aggregates is None or aggregate not in evaluator.aggregates:
        return False
    return evaluator.names is None or name in evaluator.names


def _corrected(event: RecordedEvent) -> Mapping[str, str] | None:
    if _CORRECTS not in event.body:
        return None
    named = event.cloud_event.get("corrects")
    if isinstance(named, str):
        return {"source": event.source, "id": named.rpartition("#")[2]}
    if isinstance(named, Mapping):
        return {"source": str(named["source"]).removeprefix("/agencies/"), "id": str(named["id"])}
    return None
