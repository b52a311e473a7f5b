"""The staleness policy: from changed texts and revised procedures to flags raised and cleared.

`documents` is the one service that knows laws and procedures, so it derives staleness and
publishes it; others only read the result. What staleness is, is said in `domain/staleness.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from sqlalchemy import Connection

from services.documents import staleness_store as store
from services.documents.domain.staleness import GRACE_DAYS, TextChange
from services.documents.domain.staleness_facts import (
    CHANGE_EVENTS,
    PROCEDURE_EVENTS,
    PROCEDURE_RETRACTED,
    TEXT_RETRACTED,
    Recorded,
    basis_fact_of,
    change_of,
)
from services.documents.domain.staleness_record import Finding, ProcedureRecord
from services.documents.staleness_tables import STALENESS
from shared import clock
from shared.eventsourcing.derived import DerivedEvent

#: Events of texts, and all that are looked at.
_OF_TEXTS = CHANGE_EVENTS | {TEXT_RETRACTED}
_RELEVANT = _OF_TEXTS | PROCEDURE_EVENTS | {PROCEDURE_RETRACTED}
#: What clears a flag, by the event that does.
_CLEARED_BY = {"reviewed_no_change": "reviewed_no_change", "withdrawn": "withdrawn"}


class StalenessPolicy:
    """Derives `flagged_stale` and `staleness_cleared` from the service's own log.

    Where what they rested on is corrected or retracted, it takes them back (`retracted`) and says what holds now.
    """

    name = "staleness"
    version = 1
    sources = ("documents",)
    tables = STALENESS
    #: A flag is about days, too; a quarter of a second is soon enough.
    pause_seconds = 0.25

    def apply(self, connection: Connection, events: Sequence[Recorded]) -> list[DerivedEvent]:
        """Update the policy's tables by a run of events and return what follows from them.

        The result is the same however a log is cut into runs.
        """
        relevant = [event for event in events if event.type in _RELEVANT]
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
    corrected: set[str] = set()
    for event in events:
        if event.type in _OF_TEXTS:
            changed.add(event.subject)
            corrected.update({event.subject} if event.corrected_id else ())
        else:
            procedures.add(store.procedure_key(event.source, event.subject))
            cited.update(() if event.type == PROCEDURE_RETRACTED else basis_fact_of(event).basis or ())
    return store.load(connection, procedures, cited, changed, corrected)


def _on_event(loaded: store.Loaded, event: Recorded) -> list[DerivedEvent]:
    if event.type not in _OF_TEXTS:
        return _on_procedure(loaded, event)
    withdrawn = _on_corrected_change(loaded, event) if event.corrected_id else []
    change = None if event.type == TEXT_RETRACTED else change_of(event)
    return withdrawn if change is None else [*withdrawn, *_on_change(loaded, event, change)]


def _on_procedure(loaded: store.Loaded, event: Recorded) -> list[DerivedEvent]:
    key = store.procedure_key(event.source, event.subject)
    record = loaded.procedures.setdefault(key, ProcedureRecord(event.source, event.subject))
    loaded.touched.add(key)
    known = record.texts()
    if event.type == PROCEDURE_RETRACTED:
        changes = _changes(loaded, known)
        findings = record.forget(event.corrected_id or "", changes, event.occurred_at)
    else:
        fact = basis_fact_of(event)
        for text in fact.basis or ():
            loaded.cite(text, key)
        changes = _changes(loaded, known.union(fact.basis or ()))
        findings = record.learn(fact, changes, corrects=event.corrected_id)
    return [_derived(record, finding, event) for finding in findings]


def _changes(loaded: store.Loaded, texts: Iterable[str]) -> list[TextChange]:
    changes = [change for text in sorted(texts) for change in loaded.changes[text].values()]
    return sorted(changes, key=lambda change: (change.effective_from, change.key))


def _on_change(loaded: store.Loaded, event: Recorded, change: TextChange) -> list[DerivedEvent]:
    loaded.add_change(change)
    return _each_citing(loaded, event, change.legal_text_id, lambda record: record.compare(change))


def _on_corrected_change(loaded: store.Loaded, event: Recorded) -> list[DerivedEvent]:
    """Take back what followed from a change that was corrected or retracted."""
    gone = loaded.drop_change(event.subject, event.source, event.corrected_id or "")
    if gone is None:
        return []
    return _each_citing(loaded, event, gone.legal_text_id, lambda record: record.withdraw(gone, event.occurred_at))


def _each_citing(
    loaded: store.Loaded, event: Recorded, text: str, ask: Callable[[ProcedureRecord], list[Finding]]
) -> list[DerivedEvent]:
    derived: list[DerivedEvent] = []
    for key in sorted(loaded.citing[text]):
        record = loaded.procedures[key]
        findings = ask(record)
        if findings:
            loaded.touched.add(key)
            derived += [_derived(record, finding, event) for finding in findings]
    return derived


def _derived(record: ProcedureRecord, finding: Finding, event: Recorded) -> DerivedEvent:
    change, by = finding.change, finding.by
    flagged = _id("stale", _about(record, change), finding.number)
    if finding.withdrawn:
        cleared = _id("cleared", f"{_about(record, change)}:{finding.cleared_by}", finding.number)
        return _withdrawal(record, finding, event, cleared if finding.cleared_by else flagged)
    data: dict[str, object] = {
        "legal_text_id": change.legal_text_id,
        "change": {"source": change.source, "id": change.event_id},
    }
    if by is None:
        name, event_id = "flagged_stale", flagged
        data |= {
            "cause": change.cause,
            "announced_on": _day(change.announced_on),
            "since": _day(change.effective_from),
            "due_on": _day(change.effective_from + GRACE_DAYS),
        }
    else:
        name = "staleness_cleared"
        event_id = _id("cleared", f"{_about(record, change)}:{by.event_id}", finding.number)
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


def _withdrawal(record: ProcedureRecord, finding: Finding, event: Recorded, said: str) -> DerivedEvent:
    """Take back what was said: what it rested on does not count any more, on no day."""
    return DerivedEvent(
        type=PROCEDURE_RETRACTED,
        source=record.agency_id,
        subject=record.procedure_id,
        event_id=_id("withdrawn", said),
        occurred_at=finding.at,
        data={"reason": "Sự kiện làm căn cứ đã được đính chính hoặc rút lại"},
        causation=(event.source, event.event_id),
        corrects=said,
    )


def _about(record: ProcedureRecord, change: TextChange) -> str:
    return f"{change.key}:{record.agency_id}/{record.procedure_id}"


def _id(kind: str, about: str, number: int = 1) -> str:
    # What is said for the first time has the id that it always had.
    numbered = about if number == 1 else f"{about}#{number}"
    return f"{kind}:{sha256(numbered.encode()).hexdigest()[:40]}"


def _day(day: int) -> str:
    return clock.to_date(day).isoformat()
