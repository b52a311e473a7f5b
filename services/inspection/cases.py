"""Cases that this service decides on: inspections, recommendations, programmes, targets, reports, reorganisations.

Reads where each stands now out of the kernel's tables, and its history out of the own log; decides nothing. Which events
may follow is said by the state machines of the domain.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
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


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it stands now."""

    aggregate: str
    #: Agency whose record it is.
    source: str
    subject: str
    status: str
    #: State as the domain keeps it.
    state: Mapping[str, Any]

    @property
    def agency_id(self) -> str:
        """Return the agency that it is about: inspected, addressed, reporting; else the one that keeps it."""
        return str(self.state.get("agency_id") or self.state.get("addressee") or self.source)

    @property
    def open(self) -> bool:
        """Return whether something is still expected."""
        return self.status not in OVER

    @property
    def due(self) -> int | None:
        """Return the day until which something is expected, None where there is none."""
        day = self.state.get("due_on") or self.state.get("window_to") or self.state.get("effective_on")
        return clock.day_of(day) if day else None

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


def cases(connection: Connection, aggregate: str, states: Collection[str] | None = None) -> list[Case]:
    """Return the cases of a kind, or those in some states; first what something is expected of, the earliest due first."""
    rows = connection.execute(
        select(stream_states.c.stream_id, stream_states.c.state).where(stream_states.c.aggregate == aggregate)
    )
    if states is None:
        return by_due(_case(aggregate, stream_id, state) for stream_id, state in rows)
    # A nation has tens of thousands of cases, most of them over: only what may be in one of the states is read.
    mark = re.compile(b'"status":"(?:%s)"' % b"|".join(state.encode() for state in states))
    chosen = (row for row in rows if mark.search(row.state))
    return by_due(one for one in (_case(aggregate, *row) for row in chosen) if one.status in states)


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
    return _case(aggregate, *row) if row is not None else None


def _case(aggregate: str, stream_id: str, raw: bytes) -> Case:
    source, _, subject = stream_id.partition("/")
    state = orjson.loads(raw)
    return Case(aggregate, source, subject, str(state["status"]), state)


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


def by_due(found: Iterable[Case]) -> list[Case]:
    """Return cases that something is expected of first, the earliest due first."""
    return [one for _key, one in sorted(((_urgency(one), one) for one in found), key=itemgetter(0))]


def _urgency(one: Case) -> tuple[bool, bool, int, str, str]:
    due = one.due
    return not one.open, due is None, due or 0, one.source, one.subject
