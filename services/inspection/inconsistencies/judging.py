"""Judges agencies once every log has been read as far as what made it necessary, and publishes what follows.

Owns the loop and its transaction; what is inconsistent says `conditions.py`, what is to be said `telling.py`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import Connection, select, update

from services.inspection.inconsistencies import tables as conditions_tables
from services.inspection.inconsistencies.conditions import OMITTING, Owed, findings, next_day
from services.inspection.inconsistencies.duties import lists_procedures, parents
from services.inspection.inconsistencies.facts import Known, standing
from services.inspection.inconsistencies.projection import Inconsistencies, facts_of
from services.inspection.inconsistencies.tables import told
from services.inspection.inconsistencies.telling import Told, tell
from services.inspection.obligations import tables as obligation_tables
from services.inspection.obligations.projection import ObligationViews
from shared import clock
from shared.database.bulk import upsert_rows
from shared.messaging.watermark import watermark

if TYPE_CHECKING:
    from shared.eventstore.store import EventStore, StoreTransaction
    from shared.intake.committer import Committer

_log = logging.getLogger(__name__)
#: Agencies of one transaction.
_PAGE = 100
_PAUSE = 1.0
_TOLD = ("agency_id", "key", "body")


class InconsistencyJudge:
    """The loop."""

    def __init__(self, store: EventStore, committer: Committer) -> None:
        """Take the log, whose transactions hold the tables too, and whom to tell that there is something to append."""
        self._store = store
        self._committer = committer

    def run(self, stop: threading.Event) -> None:
        """Judge whoever is due, once a second, until told to stop."""
        while not stop.wait(_PAUSE):
            try:
                while self.judge() == _PAGE:
                    pass
            except Exception:  # noqa: BLE001 - who is due stays due
                _log.exception("judging inconsistencies failed; it is tried again")

    def judge(self) -> int:
        """Judge a page of agencies; return how many."""
        judged = self._store.transact(_judge_page)
        if judged:
            self._committer.on_derived()
        return judged


def _judge_page(tx: StoreTransaction) -> int:
    connection = tx.connection
    if connection is None:
        return 0
    read = min(
        watermark(connection, Inconsistencies.name, conditions_tables.serving_version(connection)),
        watermark(connection, ObligationViews.name, obligation_tables.serving_version(connection)),
    )
    agencies = conditions_tables.serving_tables(connection).agencies
    due = connection.execute(
        select(agencies.c.agency_id, agencies.c.due_at)
        .where(agencies.c.due_at <= read)
        .order_by(agencies.c.due_at, agencies.c.agency_id)
        .limit(_PAGE)
    ).all()
    for agency_id, due_at in due:
        _judge(tx, connection, agency_id, due_at, clock.vietnam_day(read))
    return len(due)


def _judge(tx: StoreTransaction, connection: Connection, agency_id: str, at: int, today: int) -> None:
    tables = conditions_tables.serving_tables(connection)
    facts, agencies = tables.facts, tables.agencies
    bodies = connection.execute(select(facts.c.body).where(facts.c.agency_id == agency_id)).scalars().all()
    known = standing(facts_of(bodies))
    ended = any(fact.kind == "agency.ended" for fact in known)
    above = _above(connection, agency_id, known) if any(lists_procedures(fact) for fact in known) else {}
    found = findings(known, _owed(connection, agency_id) if ended else (), above, today=today)
    before = _told(connection, agency_id)
    events, changed = tell(agency_id, found, before, at)
    tx.put_derived(events)
    rows = [(agency_id, key, orjson.dumps(one)) for key, one in changed.items()]
    upsert_rows(connection, told, ("agency_id", "key"), _TOLD, rows)
    still = {one.kind for one in (before | changed).values() if one.standing and one.ended_on is None}
    again = next_day(known, today)
    due_at = None if again is None else clock.start_of_day(again)
    # Only if nothing has come since the page was read.
    own = (agencies.c.agency_id == agency_id, agencies.c.due_at == at)
    connection.execute(update(agencies).where(*own).values(open=bool(still), omitting=OMITTING in still, due_at=due_at))


def _above(connection: Connection, agency_id: str, own: Sequence[Known]) -> dict[str, list[Known]]:
    """Return the facts of the agency and of all that ever stood above it about who stands where and what is to be done."""
    facts = conditions_tables.serving_tables(connection).facts
    found = {agency_id: list(own)}
    level = parents(own)
    while level:
        ids = sorted(level)
        rows = connection.execute(
            select(facts.c.agency_id, facts.c.body).where(
                facts.c.agency_id.in_(ids), facts.c.aggregate.in_(("agency", "tthc"))
            )
        ).all()
        for one in ids:
            found[one] = standing(facts_of([row.body for row in rows if row.agency_id == one]))
        level = {above for one in ids for above in parents(found[one])} - found.keys()
    return found


def _told(connection: Connection, agency_id: str) -> dict[str, Told]:
    rows = connection.execute(select(told.c.key, told.c.body).where(told.c.agency_id == agency_id)).all()
    found = {key: Told(**orjson.loads(body)) for key, body in rows}
    for one in found.values():
        one.claim = (one.claim[0], one.claim[1])
    return found


def _owed(connection: Connection, agency_id: str) -> Sequence[Owed]:
    """Return what an agency owed, with the decisions on it."""
    tables = obligation_tables.serving_tables(connection)
    decisions, obligations = tables.decisions, tables.obligations
    decided = {
        bytes(row.thing): int(row.effective)
        for row in connection.execute(
            select(decisions.c.thing, decisions.c.effective).where(decisions.c.giver == agency_id)
        )
    }
    rows = connection.execute(
        select(obligations.c.thing, obligations.c.source, obligations.c.subject, obligations.c.spans).where(
            obligations.c.agency_id == agency_id
        )
    )
    return [
        Owed(
            (row.source, row.subject),
            [(first, last) for first, last in orjson.loads(row.spans)],
            decided.get(bytes(row.thing)),
        )
        for row in rows
    ]
