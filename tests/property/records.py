"""One record of each kind with a history that holds, pushed through the real intake into a log in memory.

Facts are those of the tables of transitions; the day of each fact can be chosen. Nothing is checked against the registry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from services.audit.domain import AGGREGATES as AUDIT
from services.documents.domain import AGGREGATES as DOCUMENTS
from shared import clock, ids
from shared.contracts.catalogue import load
from shared.eventsourcing.decision import Refusal
from shared.eventsourcing.facts import Fact, Reference
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.records import RecordedEvent
from shared.intake.acceptance import Acceptance
from shared.intake.folding import known_facts, standing
from shared.intake.items import Item
from tests.unit.audit import test_transitions as audit
from tests.unit.documents import test_transitions as documents
from tests.unit.transition_table import TransitionTable, event_of

CATALOGUE = load()
AGENCY = "so-khcn"
_CHECKED = "effectiveness_verified:effective"

#: By kind of record: labels of facts that follow one another, as the tables have them.
HISTORIES: Mapping[str, Sequence[str]] = {
    "procedure": ["drafted", "submitted", "approved", "issued", "published", "withdrawn"],
    "declaration": ["plan_approved", "building_started", "applied", "declared", "scope_changed", "redeclared"],
    "legal_text": ["registered", "amended:earlier", "impact_assessed", "replaced"],
    "tthc": ["published", "amended", "abolished"],
    "law_change": ["proposed"],
    "audit": ["planned", "notified", "started", "checklist_answered", "reported", "completed"],
    "audit_programme": ["drafted", "approved", "closed"],
    "nonconformity": ["raised", "accepted", "cause_identified", "action_planned", "completed", _CHECKED, "closed"],
    "action": ["planned", "started", "due_changed", "done", "verified"],
    "objective": ["set", "measured", "assessed", "closed"],
    "management_review": ["planned", "prepared", "held", "minutes_signed", "followed_up"],
    "survey": ["opened", "results_recorded", "closed"],
    "feedback": ["received", "assigned", "answered", "rated"],
    "dossier_stats": ["submitted", "amended"],
    "dossier_step": ["received", "completed", "received"],
    "training": ["held"],
    "commendation": ["awarded"],
    "good_practice": ["shared"],
    "focal_point": ["appointed", "left", "appointed"],
    "budget": ["requested", "allocated", "spent"],
    "risk": ["identified", "treated", "closed"],
}


def _tables() -> Iterator[tuple[str, TransitionTable]]:
    for table in (*documents.TABLES, *audit.ELSEWHERE, *audit.HERE):
        yield table.aggregate, table


#: The table that a history's facts are taken from: the first one of its kind.
TABLES: dict[str, TransitionTable] = dict(reversed(list(_tables())))
OWNED = {"documents": DOCUMENTS, "audit": AUDIT}


def owner_of(aggregate: str) -> str:
    """Return the service that owns an aggregate."""
    return "documents" if aggregate in DOCUMENTS else "audit"


@dataclass
class Record:
    """A record of one kind, and the intake of the service that owns it."""

    aggregate: str

    def __post_init__(self) -> None:
        service = owner_of(self.aggregate)
        self.table = TABLES[self.aggregate]
        self.rules = OWNED[service][self.aggregate]
        self.store = MemoryEventStore(service)
        self._acceptance = Acceptance(OWNED[service], CATALOGUE)
        for number, (name, subject, data) in enumerate(self.table.before):
            item = self._push(name, subject, data, f"before-{number}", self.day(-10 + number))
            assert item.status == "accepted", item.refusal
        self.before = self.store.head().position

    def day(self, offset: int) -> str:
        """Return a day so many days after the one of the table."""
        return clock.to_date(clock.day_of(self.table.on) + offset).isoformat()

    def tell(self, label: str, event_id: str, offset: int = 0, **more: Any) -> Item:
        """Push a fact of the table on a day; `corrects` names another one."""
        data = dict(self.table.data.get(label) or self.table.setup.get(label) or {})
        if "corrects" in data:
            # The live version of the figures is the first one told.
            data["corrects"] = "e0"
        data |= more.pop("data", {})
        return self._push(
            f"{self.aggregate}.{event_of(label)}", self.table.subject, data, event_id, self.day(offset), **more
        )

    def retract(self, target: str, event_id: str, offset: int = 30) -> Item:
        """Push the retraction of a fact."""
        name = f"{self.aggregate}.retracted"
        return self._push(
            name, self.table.subject, {"reason": "Nhập nhầm"}, event_id, self.day(offset), corrects=target
        )

    def tell_history(self) -> list[str]:
        """Push the whole history, a fact a day; return the labels."""
        labels = list(HISTORIES[self.aggregate])
        for number, label in enumerate(labels):
            item = self.tell(label, f"e{number}", number)
            assert item.status == "accepted", (label, item.refusal)
        return labels

    def _push(self, name: str, subject: str, data: Mapping[str, Any], event_id: str, on: str, **more: Any) -> Item:
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": f"/agencies/{AGENCY}",
            "type": f"qms.{name}",
            "subject": subject,
            "time": f"{on}T08:00:00+07:00",
            "data": dict(data),
            **more,
        }
        item = Item(event, orjson.dumps(event, option=orjson.OPT_SORT_KEYS), "staff", clock.from_rfc3339(event["time"]))
        self._acceptance.identify(item)
        self.store.transact(lambda tx: self._acceptance.accept(tx, [item]))
        return item

    def log(self) -> list[RecordedEvent]:
        """Return the record's own events, in order of arrival."""
        return [event for event in self.store.read(self.before, 10_000) if event.aggregate == self.aggregate]

    def kept(self) -> dict[str, Any] | None:
        """Return the state that the store keeps of the record."""
        stream = AGENCY + "/" + self.table.subject if self.aggregate != "legal_text" else self.table.subject
        key = ids.stream_key(self.aggregate, stream)
        stored = self.store.transact(lambda tx: tx.states([key])).get(key)
        return None if stored is None else orjson.loads(stored.state)

    def flags(self) -> list[tuple[str, list[str]]]:
        """Return what was said about the record's consistency: `marked_inconsistent` with the facts, and the reverse."""
        said = [event for event in self.log() if event.name.startswith("marked_")]
        return [(event.name, list(event.data.get("conflicting_event_ids", ()))) for event in said]

    def related(self, fact: Fact) -> dict[Reference, Any]:
        """Return the states of the other records that a fact names."""
        found = {}
        for reference in (*self.rules.references(fact), *self.rules.sees(fact)):
            key = ids.stream_key(*reference)
            stored = self.store.transact(lambda tx, key=key: tx.states([key])).get(key)  # type: ignore[misc]
            fields = None if stored is None else orjson.loads(stored.state)
            if fields is not None:
                state_type = OWNED[owner_of(self.aggregate)][reference.aggregate].state_type
                found[reference] = state_type(**fields)
        return found

    def folded(self, log: Sequence[RecordedEvent], until: int | None = None) -> tuple[dict[str, Any] | None, list[str]]:
        """Return the state that follows from a log alone, up to a day, and the facts that do not follow."""
        facts = [fact for fact in standing(known_facts(log), self.rules.opens) if until is None or fact.day <= until]
        if facts and facts[0].name not in self.rules.opens:
            # A correction has moved the opening to a later day: until then there was no record.
            return None, []
        state, conflicts = None, []
        for number, fact in enumerate(facts):
            decision = self.rules.decide(state, fact, self.related(fact)) if number else ()
            if isinstance(decision, Refusal):
                conflicts.append(fact.event_id)
            state = self.rules.evolve(state, fact)
        return (None if state is None else orjson.loads(orjson.dumps(asdict(state)))), conflicts
