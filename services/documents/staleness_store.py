"""Loads and saves what the staleness policy remembers: one statement per table and batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, delete

from services.documents.domain.staleness import BasisFact, TextChange
from services.documents.domain.staleness_record import Flag, ProcedureRecord
from services.documents.staleness_tables import CHANGES, CITATIONS, PROCEDURES
from shared.database.bulk import select_by_keys, upsert_rows
from shared.ids import event_key, stream_key

_CHANGE_COLUMNS = (
    "source",
    "event_id",
    "legal_text_id",
    "cause",
    "announced_on",
    "effective_from",
    "successor",
    "occurred_at",
)


def procedure_key(agency_id: str, procedure_id: str) -> bytes:
    """Return the key of a procedure's row."""
    return stream_key("procedure", f"{agency_id}/{procedure_id}")


@dataclass(slots=True)
class Loaded:
    """The part of the memory that a batch touches; what changed is marked and saved at its end."""

    procedures: dict[bytes, ProcedureRecord] = field(default_factory=dict)
    #: Procedures by a text that they cite or cited.
    citing: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    #: Changes by text, by the key of the change.
    changes: dict[str, dict[str, TextChange]] = field(default_factory=lambda: defaultdict(dict))
    touched: set[bytes] = field(default_factory=set)
    new_citations: set[tuple[str, bytes]] = field(default_factory=set)
    new_changes: list[TextChange] = field(default_factory=list)
    gone_changes: set[tuple[str, str]] = field(default_factory=set)

    def cite(self, text: str, key: bytes) -> None:
        """Note that a procedure cites a text."""
        if key not in self.citing[text]:
            self.citing[text].add(key)
            self.new_citations.add((text, key))

    def add_change(self, change: TextChange) -> None:
        """Note a change of a text."""
        self.changes[change.legal_text_id][change.key] = change
        self.new_changes.append(change)

    def drop_change(self, legal_text_id: str, source: str, event_id: str) -> TextChange | None:
        """Forget a change that was corrected or retracted, and return it; None where the event changed nothing."""
        change = self.changes[legal_text_id].pop(f"{source}/{event_id}", None)
        if change is not None:
            self.new_changes = [one for one in self.new_changes if one.key != change.key]
            self.gone_changes.add((source, event_id))
        return change


def load(
    connection: Connection,
    procedures: set[bytes],
    cited: set[str],
    changed: Iterable[str],
    corrected: Iterable[str] = (),
) -> Loaded:
    """Return the memory for a batch.

    `procedures` have events of their own in it, which cite the texts `cited`; the texts `changed` change in it, and of those
    `corrected` a change known before may be taken back.
    """
    loaded = Loaded()
    for text, key in select_by_keys(
        connection, CITATIONS, "legal_text_id", sorted(changed), ("legal_text_id", "procedure_key")
    ):
        loaded.citing[text].add(key)
    wanted = procedures.union(*loaded.citing.values())
    columns = ("procedure_key", "agency_id", "procedure_id", "record")
    for key, agency_id, procedure_id, record in select_by_keys(
        connection, PROCEDURES, "procedure_key", sorted(wanted), columns
    ):
        loaded.procedures[key] = _record(agency_id, procedure_id, record)
    # Only procedures with events of their own are held against changes of all their texts.
    known = [loaded.procedures[key].texts() for key in procedures & loaded.procedures.keys()]
    texts = cited.union(*known, corrected)
    for row in select_by_keys(connection, CHANGES, "legal_text_id", sorted(texts), _CHANGE_COLUMNS):
        change = TextChange(*row)
        loaded.changes[change.legal_text_id][change.key] = change
    for key in procedures & loaded.procedures.keys():
        for text in loaded.procedures[key].texts():
            loaded.citing[text].add(key)
    return loaded


def save(connection: Connection, loaded: Loaded) -> None:
    """Write what changed."""
    records = [(key, loaded.procedures[key]) for key in sorted(loaded.touched)]
    upsert_rows(
        connection,
        PROCEDURES,
        ("procedure_key",),
        ("procedure_key", "agency_id", "procedure_id", "record"),
        [(key, record.agency_id, record.procedure_id, _packed(record)) for key, record in records],
    )
    citation = ("legal_text_id", "procedure_key")
    upsert_rows(connection, CITATIONS, citation, citation, sorted(loaded.new_citations))
    changes = {event_key(change.source, change.event_id): change for change in loaded.new_changes}
    for source, event_id in sorted(loaded.gone_changes):
        connection.execute(delete(CHANGES).where(CHANGES.c.change_key == event_key(source, event_id)))
    upsert_rows(
        connection,
        CHANGES,
        ("change_key",),
        ("change_key", *_CHANGE_COLUMNS),
        [(key, *_change_row(change)) for key, change in changes.items()],
    )


def _change_row(change: TextChange) -> tuple[Any, ...]:
    return (
        change.source,
        change.event_id,
        change.legal_text_id,
        change.cause,
        change.announced_on,
        change.effective_from,
        change.successor,
        change.at,
    )


def _packed(record: ProcedureRecord) -> bytes:
    history = [
        (f.kind, f.at, f.day, f.event_id, f.effective_on, f.basis, f.cites, f.live, f.reviewed_on)
        for f in record.history
    ]
    flags = {key: astuple(flag) for key, flag in record.flags.items()}
    return orjson.dumps({"history": history, "flags": flags})


def _record(agency_id: str, procedure_id: str, packed: bytes) -> ProcedureRecord:
    stored = orjson.loads(packed)
    history = [
        BasisFact(kind, at, day, event_id, effective_on, None if basis is None else tuple(basis), *rest)
        for kind, at, day, event_id, effective_on, basis, *rest in stored["history"]
    ]
    flags = {key: Flag(*flag) for key, flag in stored["flags"].items()}
    return ProcedureRecord(agency_id, procedure_id, history, flags)
