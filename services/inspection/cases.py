"""Cases that this service decides on: inspections, recommendations, programmes, targets, reports, reorganisations.

Reads where one stands now out of the kernel's tables (all of a kind: `kept_cases.py`), and its history out of the own log;
decides nothing. Which events may follow is said by the state machines of the domain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, select

from services.inspection.domain import inspection_state, periodic_report, programme_state, reorganisation, target
from services.inspection.domain import recommendation as recommendations
from shared import clock, ids
from shared.eventsourcing.transitions import Moves
from shared.eventstore.tables import events, stream_states

MOVES: Mapping[str, Moves] = {
    "inspection": inspection_state.MOVES,
    "recommendation": recommendations.MOVES,
    "inspection_programme": programme_state.MOVES,
    "target": target.MOVES,
    "periodic_report": periodic_report.MOVES,
    "reorganisation": reorganisation.MOVES,
}
#: States in which nothing more is expected of anybody.
OVER = frozenset(
    {"closed", "cancelled", "implemented", "partly_implemented", "not_implemented", "superseded", "lapsed"}
    | {"rolled_up", "settled", "withdrawn", "accepted"}
)
#: States of an inspection whose visit is behind it.
_CONCLUDED = ("concluded", "follow_up", "closed")


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it stands now."""

    aggregate: str
    #: Agency whose record it is.
    source: str
    subject: str
    status: str
    #: Agency that it is about: inspected, addressed, reporting; else the one that keeps it.
    agency_id: str
    #: Agency that receives it; empty where nobody does.
    receiver: str
    #: Day until which something is expected, None where there is none.
    due: int | None
    #: State as the domain keeps it, as JSON: a nation has tens of thousands of cases, and a page looks into few of them.
    content: bytes
    #: What readers have worked out of the state once.
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def state(self) -> Mapping[str, Any]:
        """Return the state as the domain keeps it."""
        found: Mapping[str, Any] = orjson.loads(self.content)
        return found

    @property
    def open(self) -> bool:
        """Return whether something is still expected."""
        return self.status not in OVER

    @property
    def status_vi(self) -> str:
        """Return the state in Vietnamese."""
        return MOVES[self.aggregate].words.get(self.status, self.status)

    @property
    def next_events(self) -> Sequence[str]:
        """Return the types of the events that may follow; never those that open a case."""
        return [f"qms.{self.aggregate}.{name}" for name in MOVES[self.aggregate].allowed_from(self.status)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a case's history."""

    position: int
    type: str
    occurred_at: int
    recorded_at: int
    asserter: str
    data: Mapping[str, Any]


def open_states(aggregate: str) -> frozenset[str]:
    """Return the states of a kind of case in which something is still expected."""
    return frozenset(MOVES[aggregate].words) - OVER


def case(connection: Connection, aggregate: str, source: str, subject: str) -> Case | None:
    """Return one case, None where there is none."""
    row = connection.execute(
        select(stream_states.c.stream_id, stream_states.c.state).where(
            stream_states.c.stream == ids.stream_key(aggregate, f"{source}/{subject}")
        )
    ).first()
    state = None if row is None else orjson.loads(row.state)
    # Nothing is left of a record of which every fact has been taken back.
    return None if row is None or state is None else case_of(aggregate, row.stream_id, state, bytes(row.state))


def case_of(aggregate: str, stream_id: str, state: Mapping[str, Any], content: bytes | None = None) -> Case:
    """Return the case that a state of a stream is; `content` is the same state as JSON."""
    source, _, subject = stream_id.partition("/")
    # Once it is concluded, the days of the visit bind nobody: what is still expected are its recommendations.
    window = None if state["status"] in _CONCLUDED else state.get("window_to")
    day = state.get("due_on") or window or state.get("effective_on")
    return Case(
        aggregate=aggregate,
        source=source,
        subject=subject,
        status=str(state["status"]),
        agency_id=str(state.get("agency_id") or state.get("addressee") or source),
        receiver=str(state.get("receiver") or ""),
        due=clock.day_of(day) if day else None,
        content=orjson.dumps(state) if content is None else content,
    )


def history(connection: Connection, found: Case) -> list[Entry]:
    """Return the events of a case, the newest first."""
    columns = events.c
    rows = connection.execute(
        select(
            *(columns.position, columns.type, columns.occurred_at, columns.recorded_at, columns.asserter), columns.body
        )
        .where(columns.stream == ids.stream_key(found.aggregate, f"{found.source}/{found.subject}"))
        .order_by(columns.position.desc())
    )
    return [Entry(*row[:5], data=orjson.loads(row[5]).get("data") or {}) for row in rows]


def urgency(one: Case) -> tuple[bool, bool, int, str, str]:
    """Return the place of a case among others: what something is expected of first, the earliest due first."""
    return not one.open, one.due is None, one.due or 0, one.source, one.subject
