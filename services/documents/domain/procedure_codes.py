"""Which codes of procedures are in use in an agency: a code names one procedure in force at a time.

Owns the index of codes and the rule that looks at it. Drafts hold no code: of two drafts the one in force first does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from services.documents.domain import errors
from shared import clock
from shared.eventsourcing import Fact, Reference, Refusal
from shared.eventsourcing.indexes import Entries, entries_of, index

#: Procedures in force by agency and code: the day from which each is.
CODES = index("procedure_code")


class Coded(Protocol):
    """What is read of a procedure's state."""

    status: str
    code: str
    #: `agency/id`; empty in states stored before codes were looked at.
    record: str
    effective_from: str | None


def _holders(agency_id: str, code: str) -> Reference:
    return Reference(CODES.name, f"{agency_id}/{code}")


def entries(state: Coded) -> Entries:
    """Return the code that a procedure in force holds."""
    agency_id, _, procedure_id = state.record.partition("/")
    if state.status != "in_force" or not procedure_id or not state.code:
        return {}
    return {_holders(agency_id, state.code): (procedure_id, state.effective_from or "")}


def seen_by(fact: Fact) -> Sequence[Reference]:
    """Return the index that the drafting of a procedure looks at."""
    return (_holders(fact.source, fact.data["code"]),) if fact.name == "drafted" else ()


def refuse_code_in_use(fact: Fact, related: Mapping[Reference, Any]) -> Refusal | None:
    """Refuse a draft whose code another procedure of the agency has on the day of the draft."""
    today = clock.to_date(fact.day).isoformat()
    for reference in seen_by(fact):
        for procedure_id, since in entries_of(related, reference).items():
            if procedure_id != fact.subject and since <= today:
                return errors.code_in_use(fact.data["code"], procedure_id)
    return None
