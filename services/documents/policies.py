"""The staleness policy: from changed texts and revised procedures to flags raised and cleared.

`documents` is the one service that knows laws and procedures, so it derives staleness and
publishes it; others only read the result. What staleness is, is said in `domain/staleness.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from sqlalchemy import Connection

from services.documents import staleness_store as store
from services.documents.domain.staleness import GRACE_DAYS, TextChange
from services.documents.domain.staleness_facts import (
    CHANGE_EVENTS,
    PROCEDURE_EVENTS,
    Recorded,
    basis_fact_of,
    change_of,
)
from services.documents.domain.staleness_record import Finding, ProcedureRecord
from services.documents.staleness_tables import STALENESS
from shared import clock
from shared.eventsourcing.derived import DerivedEvent

#: What clears a flag, by the event that does.
_CLEARED_BY = {"reviewed_no_change": "reviewed_no_change", "withdrawn": "withdrawn"}


class StalenessPolicy:
    """Derives `flagged_stale` and `staleness_cleared` from the service's own log."""

    name = "staleness"
    version = 1
    sources = ("documents",)
    tables = STALENESS
    #: A flag is about days, too; a twentieth of a second is soon enough.
    pause_seconds = 0.05

    def apply(self, connection: Connection, events: Sequence[Recorded]) -> list[DerivedEvent]:
        """Update the policy's tables by a run of events and return what follows from them.

        The result is the same however a log is cut into runs.
        """
        relevant = [event for event in events if event.type in PROCEDURE_EVENTS or event.type in CHANGE_EVENTS]
        if not relevant:
            return []
        loaded = _load(connection, relevant)
        derived = [found for event in relevant for found in _on_event(loaded, event)]
        store.save(connection, loaded)
        return derived


def _load(connection: Connection, events: Iterable[Recorded]) -> store.Loaded:
    procedures: set[bytes] = set()
    cited: set[str] = set()
    changed: set[str] = set()
    for event in events:
        if event.type in CHANGE_EVENTS:
            changed.add(event.subject)
        else:
            procedures.add(store.procedure_key(event.source, event.subject))
            cited.update(basis_fact_of(event).basis or ())
    return store.load(connection, procedures, cited, changed)


def _on_event(loaded: store.Loaded, event: Recorded) -> list[DerivedEvent]:
    if event.type in PROCEDURE_EVENTS:
        return _on_procedure(loaded, event)
    change = change_of(event)
    return [] if change is None else _on_change(loaded, event, change)


def _on_procedure(loaded: store.Loaded, event: Recorded) -> list[DerivedEvent]:
    key = store.procedure_key(event.source, event.subject)
    record = loaded.procedures.setdefault(key, ProcedureRecord(event.source, event.subject))
    loaded.touched.add(key)
    fact = basis_fact_of(event)
    for text in fact.basis or ():
        loaded.cite(text, key)
    texts = record.texts().union(fact.basis or ())
    changes = [change for text in sorted(texts) for change in loaded.changes[text].values()]
    changes.sort(key=lambda change: (change.effective_from, change.key))
    return [_derived(record, finding, event) for finding in record.learn(fact, changes)]


def _on_change(loaded: store.Loaded, event: Recorded, change: TextChange) -> list[DerivedEvent]:
    loaded.add_change(change)
    derived: list[DerivedEvent] = []
    for key in sorted(loaded.citing[change.legal_text_id]):
        record = loaded.procedures[key]
        findings = record.compare(change)
        if findings:
            loaded.touched.add(key)
            derived += [_derived(record, finding, event) for finding in findings]
    return derived


def _derived(record: ProcedureRecord, finding: Finding, event: Recorded) -> DerivedEvent:
    change, by = finding.change, finding.by
    about = f"{change.key}:{record.agency_id}/{record.procedure_id}"
    data: dict[str, object] = {
        "legal_text_id": change.legal_text_id,
        "change": {"source": change.source, "id": change.event_id},
    }
    if by is None:
        name, event_id = "flagged_stale", _id("stale", about)
        data |= {
            "cause": change.cause,
            "announced_on": _day(change.announced_on),
            "since": _day(change.effective_from),
            "due_on": _day(change.effective_from + GRACE_DAYS),
        }
    else:
        name, event_id = "staleness_cleared", _id("cleared", f"{about}:{by.event_id}")
        data |= {
            "cleared_on": _day(by.effective_on),
            "lead_time_days": by.effective_on - change.effective_from,
            "by": _CLEARED_BY.get(by.kind, "revised"),
        }
    return DerivedEvent(
        type=f"qms.procedure.{name}",
        source=record.agency_id,
        subject=record.procedure_id,
        event_id=event_id,
        occurred_at=finding.at,
        data=data,
        causation=(event.source, event.event_id),
    )


def _id(kind: str, about: str) -> str:
    return f"{kind}:{sha256(about.encode()).hexdigest()[:40]}"


def _day(day: int) -> str:
    return clock.to_date(day).isoformat()
